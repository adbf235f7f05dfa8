/// Phrases of one language, as a pack file gives them: data, with no meaning of its own.
///
/// What a kind does with its phrases is the boilerplate stage's business.
public struct RulePack: Equatable, Sendable {
    /// How a phrase must stand in the line.
    public enum Anchor: String, CaseIterable, Sendable {
        /// The line is exactly the phrase.
        case whole
        /// The line begins with the phrase, and the kind's further demand is met.
        case start
        /// The line begins with the phrase; a capitalised name may follow straight away.
        case startName = "start-name"
        /// The line ends with the phrase.
        case end
        /// The phrase is one of the words of which a whole line may be made.
        case words
        /// A regular expression over the line's text (user packs only).
        case pattern
    }

    public struct Phrase: Equatable, Sendable {
        public var kind: String
        public var anchor: Anchor
        public var text: String
        public var location: WinnowError.Location

        public init(kind: String, anchor: Anchor, text: String, location: WinnowError.Location) {
            self.kind = kind
            self.anchor = anchor
            self.text = text
            self.location = location
        }
    }

    /// A line that the pack says must go (with its kind) or must stay.
    public struct Example: Equatable, Sendable {
        public var kind: String?
        public var text: String

        public init(kind: String?, text: String) {
            self.kind = kind
            self.text = text
        }
    }

    public var language: String
    public var phrases: [Phrase]
    public var examples: [Example]

    public init(language: String, phrases: [Phrase], examples: [Example] = []) {
        self.language = language
        self.phrases = phrases
        self.examples = examples
    }
}
