#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import WinnowCore
import WinnowText

/// One line as the matcher sees it.
struct LineView {
    var text: UnsafeBufferPointer<UInt8>
    /// Between two spaces in memory, with eight bytes to read behind the second.
    var key: UnsafeBufferPointer<UInt8>
    /// Characters of the key.
    var characters: Int
    /// The most distinct shingles that it can have.
    var shingles: Int
    /// Whether it is long enough to be compared by shingles.
    var isComparable: Bool
    /// Hash of the words that hold a digit, in order.
    var numbers: UInt64

    var isASCII: Bool { key.count == characters }

    init(
        text: UnsafeBufferPointer<UInt8>, key: UnsafeBufferPointer<UInt8>, characters: Int, shingles: Int, isComparable: Bool,
        numbers: UInt64
    ) {
        self.text = text
        self.key = key
        self.characters = characters
        self.shingles = shingles
        self.isComparable = isComparable
        self.numbers = numbers
    }

    @inline(__always)
    init(text: UnsafeBufferPointer<UInt8>, key: UnsafeBufferPointer<UInt8>, _ sketch: Sketches.Sketch) {
        self.init(
            text: text, key: key, characters: Int(sketch.characters), shingles: Int(sketch.shingles),
            isComparable: sketch.isComparable, numbers: sketch.numbers)
    }
}

/// The exact definition of "near-duplicate", for one pair of lines. No index, no candidates: those only find pairs.
///
/// Equal keys are duplicates. Otherwise both lines must have more than three words and at least 12 characters (for scripts
/// of three-byte characters, ten), and either their shingle sets have a Jaccard similarity of at least `threshold`, their numbers
/// are equal (`numbers: distinct`) and the guards agree, or one key is the beginning or the end of the other (at least 20 characters, or 8 of Han, kana or Hangul, 60 % of
/// the longer one, and half of the shingles).
struct Matcher {
    /// The similarity as an exact fraction: at least `numerator`/`denominator`.
    let numerator: Int
    let denominator: Int
    private let numbersMayDiffer: Bool
    private let wordsMayDiffer: Bool
    private let seesContainment: Bool
    private var guards = Guards()
    private let folder = Folder()
    private var overlap = ShingleOverlap()
    private var shinglesA = LineShingles()
    private var shinglesB = LineShingles()
    private var wordsA = WordList()
    private var wordsB = WordList()

    init(threshold: Double, numbersMayDiffer: Bool, wordsMayDiffer: Bool = false, seesContainment: Bool = true) {
        self.wordsMayDiffer = wordsMayDiffer
        self.seesContainment = seesContainment
        denominator = 1000
        numerator = Int((threshold * 1000).rounded())
        self.numbersMayDiffer = numbersMayDiffer
    }

    /// The similarity of two lines when they are duplicates of each other; nil when they are not.
    mutating func compare(_ x: LineView, _ y: LineView) -> (shared: Int, total: Int, measure: Twin.Measure)? {
        if Self.isEqual(x.key, y.key) { return (1, 1, .equal) }
        guard x.isComparable, y.isComparable else { return nil }
        if seesContainment, let contained = containment(x, y) { return contained }
        let (shared, total) = overlap(x, y)
        guard shared * denominator >= numerator * total, numbersMayDiffer || x.numbers == y.numbers else { return nil }
        if wordsMayDiffer { return (shared, total, .jaccard) }
        if Guards.replacesCharacters(x, y) { return nil }
        wordsA.read(x.text, with: folder)
        wordsB.read(y.text, with: folder)
        let sentences = LineShape(x.text).endsSentence && LineShape(y.text).endsSentence
        return guards.permits(wordsA, wordsB, sentences: sentences) ? (shared, total, .jaccard) : nil
    }

    /// What keeps two similar lines from being copies of each other.
    enum Lack {
        case similarity(Int, of: Int)
        case numbers
        case characters
        case words
        case form

        var words: String {
            switch self {
            case .similarity(let numerator, let denominator):
                "copies have a similarity of \(Double(numerator) / Double(denominator)) or more"
            case .numbers: "a number differs"
            case .characters: "other characters stand in the same place"
            case .words: "a name differs, or too many words"
            case .form: "lists, tables, verse and short speeches may repeat themselves"
            }
        }
    }

    /// How similar two lines are that both stand, and what they lack; nil when they are further under the threshold than `slack`.
    mutating func nearness(_ x: LineView, _ y: LineView, slack: Double) -> (shared: Int, total: Int, lacked: Lack)? {
        guard x.isComparable, y.isComparable else { return nil }
        let (shared, total) = overlap(x, y)
        guard shared * denominator >= (numerator - Int(slack * Double(denominator))) * total else { return nil }
        if compare(x, y) != nil { return (shared, total, .form) }
        if shared * denominator < numerator * total { return (shared, total, .similarity(numerator, of: denominator)) }
        if !numbersMayDiffer, x.numbers != y.numbers { return (shared, total, .numbers) }
        return (shared, total, Guards.replacesCharacters(x, y) ? .characters : .words)
    }

    @inline(__always)
    static func isEqual(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
        guard a.count == b.count, let x = a.baseAddress, let y = b.baseAddress else { return a.isEmpty && b.isEmpty }
        return memcmp(x, y, a.count) == 0
    }

    /// |A ∩ B| and |A ∪ B| of the shingle sets.
    private mutating func overlap(_ x: LineView, _ y: LineView) -> (shared: Int, total: Int) {
        let a = shinglesA.read(x)
        let b = shinglesB.read(y)
        return overlap.count(shinglesA.hashes[..<a], shinglesB.hashes[..<b])
    }

    /// Edge containment: what is cut off or added at one end.
    private mutating func containment(_ x: LineView, _ y: LineView) -> (shared: Int, total: Int, measure: Twin.Measure)? {
        let (short, long) = x.key.count < y.key.count ? (x, y) : (y, x)
        let isWide = short.key.count >= short.characters * 5 / 2
        guard short.characters >= (isWide ? 8 : 20), short.characters * 10 >= long.characters * 6 else { return nil }
        let isPrefix = long.key.starts(with: short.key)
        guard isPrefix || long.key.suffix(short.key.count).elementsEqual(short.key) else { return nil }
        // A number more is another statement ("Part 2"), unless the shorter line says that it was cut.
        let rest = isPrefix ? long.key.dropFirst(short.key.count) : long.key.dropLast(short.key.count)
        let hasNumber = rest.contains { $0 &- 0x30 < 10 }
        guard !hasNumber || numbersMayDiffer || BestCopy.isCut(short.text) else { return nil }
        guard !isPrefix || isCut(short, from: long) else { return nil }
        let (shared, total) = overlap(x, y)
        return shared * 2 >= total ? (short.characters, long.characters, .containment) : nil
    }

    /// Whether the shorter line is the longer one's beginning as a cut leaves it: with an ellipsis, without the end of a
    /// sentence, or at the end of a sentence of the longer one. "It made another turn." is no cut of "It made another turn
    /// today."
    private func isCut(_ short: LineView, from long: LineView) -> Bool {
        if BestCopy.isCut(short.text) || !LineShape(short.text).endsSentence { return true }
        let words = BestCopy.wordCount(short.key[...])
        let end = folder.offset(afterTokens: words, of: long.text)
        guard end < long.text.count else { return true }
        switch long.text[end] {
        case 0x2E, 0x21, 0x3F, 0x3A, 0x22, 0x80...: return true
        default: return false
        }
    }
}
