/// What a line lacks to go by a phrase that it begins or ends with.
enum PhraseLack: Equatable {
    /// The phrase stands elsewhere than it would have to.
    case anchor
    /// So many words stand behind a phrase that would have to be the whole line.
    case words(Int)
    /// The line has so many words; lines that go have at most `most`.
    case brevity(_ most: Int, of: Int)
    case speech
    case sentence
    /// Nothing stands behind a beginning of one or two words.
    case rest
    /// What lines of this kind must have behind the phrase.
    case demand(RuleKind.Demand)
    case separatorBefore
    case namesBefore

    /// In words, to stand behind "but".
    var words: String {
        switch self {
        case .anchor: "the phrase stands elsewhere"
        case .words(let count): "\(count) more \(count == 1 ? "word stands" : "words stand") in the line"
        case .brevity(let most, let count): "the line has \(count) words, more than \(most)"
        case .speech: "it begins like speech"
        case .sentence: "it ends like a sentence"
        case .rest: "nothing stands behind"
        case .separatorBefore: "no separator stands before"
        case .namesBefore: "no names stand before"
        case .demand(let demand):
            switch demand {
            case .nothing: "nothing stands behind"
            case .prompt: "it goes on like prose"
            case .separator: "no separator stands behind"
            case .name: "neither a separator nor a name stands behind"
            case .number: "no number stands behind, or it ends like a sentence"
            case .path: "no path stands behind"
            case .shortRest: "it ends like a sentence"
            }
        }
    }

    /// Whether a line with such a lack is worth a look: one that only begins with a common word is not.
    func isNear(phraseTokens: Int) -> Bool {
        switch self {
        case .anchor: false
        case .words(let count): phraseTokens > 2 && count <= 3
        case .brevity: phraseTokens > 2
        default: true
        }
    }
}
