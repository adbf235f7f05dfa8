/// What is counted in a text; `Measure` makes shares of it. Exact definitions: docs/measures.md.
@frozen public enum Counter: Int, CaseIterable, Sendable {
    case documents, lines, newlines, characters, lineCharacters
    // Lines and paragraphs (Gopher).
    case filledLines, repeatedLines, repeatedLineCharacters
    case paragraphs, repeatedParagraphs, repeatedParagraphCharacters
    case top2, top3, top4
    case repeated5, repeated6, repeated7, repeated8, repeated9, repeated10
    // Words (Gopher).
    case words, wordCharacters, plainWords, plainWordCharacters, alphabeticWords, hashes, ellipses, bulletLines, ellipsisLines
    // Lines (FineWeb).
    case textLines, terminatedLines, shortLines, repeatedTextLineCharacters
    // Lines (C4), each by the first rule that takes it; documents.
    case longWordLines, unterminatedLines, fewWordLines, javascriptLines, policyLines
    case loremIpsumDocuments, curlyBracketDocuments
    // Lines (RefinedWeb).
    case uppercaseLines, numericLines, counterLines, oneWordLines
    // Characters.
    case uppercase, digits, spaces, letters
    case latin, cyrillic, greek, arabic, hebrew, indic, han, kana, hangul, otherScripts
    // What the stages would take out.
    case removedLines, removedCharacters
}

/// Sums of what was counted: of a window, a document, a file, a corpus.
public struct MeasureSums: Equatable, Sendable {
    public var counts: [Int]
    /// Lines and characters that each stage would remove, in the order of the pipeline.
    public var removedLines: [Int] = []
    public var removedCharacters: [Int] = []

    public init(stages: Int = 0) {
        counts = [Int](repeating: 0, count: Counter.allCases.count)
        removedLines = [Int](repeating: 0, count: stages)
        removedCharacters = removedLines
    }

    public subscript(counter: Counter) -> Int {
        get { counts[counter.rawValue] }
        set { counts[counter.rawValue] = newValue }
    }

    public static func += (a: inout MeasureSums, b: MeasureSums) {
        for index in a.counts.indices { a.counts[index] += b.counts[index] }
        for index in a.removedLines.indices where index < b.removedLines.count {
            a.removedLines[index] += b.removedLines[index]
            a.removedCharacters[index] += b.removedCharacters[index]
        }
    }

    public mutating func removeAll() {
        for index in counts.indices { counts[index] = 0 }
        for index in removedLines.indices { (removedLines[index], removedCharacters[index]) = (0, 0) }
    }
}

/// A figure of a text under the name that the field uses: one count over another.
public struct Measure: Equatable, Sendable {
    public var name: String
    /// What is divided by what, in words.
    public var definition: String
    public var source: String
    public var numerator: Counter
    public var denominator: Counter

    private init(_ name: String, _ numerator: Counter, _ denominator: Counter, _ source: String, _ definition: String) {
        self.name = name
        self.definition = definition
        self.source = source
        self.numerator = numerator
        self.denominator = denominator
    }

    /// The value; nil where there is nothing to divide by.
    public func value(_ sums: MeasureSums) -> Double? {
        let total = sums[denominator]
        return total > 0 ? Double(sums[numerator]) / Double(total) : nil
    }

    private static let gopher = "Gopher"
    private static let fineWeb = "FineWeb"
    private static let c4 = "C4"
    private static let refinedWeb = "RefinedWeb"

    public static let all: [Measure] = [
        Measure("removed-lines", .removedLines, .lines, "winnow", "lines that cleaning would remove / lines"),
        Measure(
            "removed-characters", .removedCharacters, .lineCharacters, "winnow",
            "characters of the lines that cleaning would remove / characters, line ends not counted"),
        Measure("duplicate-lines", .repeatedLines, .filledLines, gopher, "lines that repeat an earlier one exactly / lines"),
        Measure(
            "duplicate-line-characters", .repeatedLineCharacters, .characters, gopher, "their characters / characters"),
        Measure(
            "duplicate-paragraphs", .repeatedParagraphs, .paragraphs, gopher,
            "paragraphs that repeat an earlier one exactly / paragraphs"),
        Measure(
            "duplicate-paragraph-characters", .repeatedParagraphCharacters, .characters, gopher, "their characters / characters"
        ),
        Measure(
            "top-2-gram", .top2, .characters, gopher, "characters of the most frequent 2-gram of words, each time / characters"),
        Measure(
            "top-3-gram", .top3, .characters, gopher, "characters of the most frequent 3-gram of words, each time / characters"),
        Measure(
            "top-4-gram", .top4, .characters, gopher, "characters of the most frequent 4-gram of words, each time / characters"),
        Measure("duplicate-5-grams", .repeated5, .characters, gopher, "characters of words in repeated 5-grams / characters"),
        Measure("duplicate-6-grams", .repeated6, .characters, gopher, "characters of words in repeated 6-grams / characters"),
        Measure("duplicate-7-grams", .repeated7, .characters, gopher, "characters of words in repeated 7-grams / characters"),
        Measure("duplicate-8-grams", .repeated8, .characters, gopher, "characters of words in repeated 8-grams / characters"),
        Measure("duplicate-9-grams", .repeated9, .characters, gopher, "characters of words in repeated 9-grams / characters"),
        Measure(
            "duplicate-10-grams", .repeated10, .characters, gopher, "characters of words in repeated 10-grams / characters"),
        Measure(
            "mean-word-length", .plainWordCharacters, .plainWords, gopher,
            "characters of words / words, words of punctuation alone not counted"),
        Measure("hash-to-word", .hashes, .words, gopher, "number signs / words"),
        Measure("ellipsis-to-word", .ellipses, .words, gopher, "\"...\" and \"…\" / words"),
        Measure("alphabetic-words", .alphabeticWords, .words, gopher, "words with a letter / words"),
        Measure("bullet-lines", .bulletLines, .lines, gopher, "lines that begin with \"•\" or \"-\" / lines"),
        Measure("ellipsis-lines", .ellipsisLines, .lines, gopher, "lines that end with \"...\" or \"…\" / lines"),
        Measure(
            "terminated-lines", .terminatedLines, .textLines, fineWeb,
            "lines that end with terminal punctuation of any script / lines that are not blank"),
        Measure(
            "short-lines", .shortLines, .textLines, fineWeb, "lines of at most 30 characters / lines that are not blank"),
        Measure(
            "character-repetition", .repeatedTextLineCharacters, .lineCharacters, fineWeb,
            "characters of lines that repeat an earlier one / characters, line ends not counted"),
        Measure("newlines-to-words", .newlines, .words, fineWeb, "line ends / words"),
        Measure("c4-long-word-lines", .longWordLines, .textLines, c4, "lines with a word above 1,000 characters / lines"),
        Measure(
            "c4-unterminated-lines", .unterminatedLines, .textLines, c4, "lines that do not end with . ? ! \" or ' / lines"),
        Measure("c4-few-word-lines", .fewWordLines, .textLines, c4, "terminated lines of fewer than 3 words / lines"),
        Measure("c4-javascript-lines", .javascriptLines, .textLines, c4, "other lines that mention javascript / lines"),
        Measure("c4-policy-lines", .policyLines, .textLines, c4, "other lines that mention cookies or terms of use / lines"),
        Measure("c4-lorem-ipsum", .loremIpsumDocuments, .documents, c4, "documents with \"lorem ipsum\" / documents"),
        Measure("c4-curly-bracket", .curlyBracketDocuments, .documents, c4, "documents with a curly bracket / documents"),
        Measure(
            "uppercase-lines", .uppercaseLines, .textLines, refinedWeb, "lines that are capitals for more than half / lines"),
        Measure("numeric-lines", .numericLines, .textLines, refinedWeb, "lines of digits alone / lines"),
        Measure("counter-lines", .counterLines, .textLines, refinedWeb, "lines such as \"3 likes\" / lines"),
        Measure("one-word-lines", .oneWordLines, .textLines, refinedWeb, "lines of one word / lines"),
        Measure("words-per-line", .words, .textLines, "datatrove", "words / lines that are not blank"),
        Measure("uppercase", .uppercase, .characters, "RefinedWeb", "capital letters / characters"),
        Measure("digits", .digits, .characters, "RefinedWeb", "digits / characters"),
        Measure("white-space", .spaces, .characters, "datatrove", "white space / characters"),
        Measure("script-latin", .latin, .letters, "UAX #24", "Latin letters / letters"),
        Measure("script-cyrillic", .cyrillic, .letters, "UAX #24", "Cyrillic letters / letters"),
        Measure("script-greek", .greek, .letters, "UAX #24", "Greek letters / letters"),
        Measure("script-arabic", .arabic, .letters, "UAX #24", "Arabic letters / letters"),
        Measure("script-hebrew", .hebrew, .letters, "UAX #24", "Hebrew letters / letters"),
        Measure("script-indic", .indic, .letters, "UAX #24", "letters of the Brahmic scripts of India / letters"),
        Measure("script-han", .han, .letters, "UAX #24", "Han characters / letters"),
        Measure("script-kana", .kana, .letters, "UAX #24", "Hiragana and Katakana / letters"),
        Measure("script-hangul", .hangul, .letters, "UAX #24", "Hangul / letters"),
        Measure("script-other", .otherScripts, .letters, "UAX #24", "letters of other scripts / letters"),
    ]

    public static func named(_ name: String) -> Measure? { all.first { $0.name == name } }
}
