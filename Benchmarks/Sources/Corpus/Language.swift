/// What a page is made of; each language has a symbol of that name.
enum Piece: String, CaseIterable {
    case sentence, title, heading, caption, item
    case label, menu, crumbs, share, cookie, newsletter, related, readmore, byline, updated, credit, tags, copyright
    case comments, ad
    /// A date that is appended to a copy, and words that replace another in one.
    case date, filler
}

/// The words of a language and what can be said with them.
public struct Language: Sendable {
    public let code: String
    /// How often pages are in this language, relative to the others.
    public let weight: Int
    private let grammar: Grammar
    private let symbols: [Int]
    /// Whether spaces stand between words.
    let hasSpaces: Bool

    /// - Throws: when a piece or `[weight]` is missing.
    public init(code: String, text: String) throws(GrammarError) {
        do throws(GrammarError) {
            grammar = try Grammar(text, start: Piece.allCases.map(\.rawValue) + ["weight"])
        } catch {
            throw GrammarError(description: "\(code): \(error)")
        }
        symbols = Piece.allCases.compactMap { [grammar] in grammar.symbol($0.rawValue) }
        var weight: [UInt8] = []
        var random = SplitMix64(seed: 0)
        if let symbol = grammar.symbol("weight") { grammar.expand(symbol, into: &weight, using: &random) }
        guard let weight = Int(String(decoding: weight, as: UTF8.self)), weight > 0 else {
            throw GrammarError(description: "\(code): [weight] is no number above 0")
        }
        self.code = code
        self.weight = weight
        hasSpaces = !["ja", "th", "zh"].contains(code)
    }

    func append(_ piece: Piece, to line: inout [UInt8], using random: inout SplitMix64) {
        guard let index = Piece.allCases.firstIndex(of: piece) else { return }
        grammar.expand(symbols[index], into: &line, using: &random)
    }

    func make(_ piece: Piece, using random: inout SplitMix64) -> [UInt8] {
        var line: [UInt8] = []
        append(piece, to: &line, using: &random)
        return line
    }
}
