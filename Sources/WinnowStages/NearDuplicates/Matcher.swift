import WinnowCore
import WinnowText

/// One line as the matcher sees it.
struct LineView {
    var text: UnsafeBufferPointer<UInt8>
    var key: UnsafeBufferPointer<UInt8>
    /// Characters of the key.
    var characters: Int
    /// Whether it is long enough to be compared by shingles.
    var isComparable: Bool
    /// Hash of the words that hold a digit, in order.
    var numbers: UInt64
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
    private var guards = Guards()
    private var shingler = Shingler()
    private let folder = Folder()
    private var overlap = ShingleOverlap()
    private var shinglesA: [UInt64] = []
    private var shinglesB: [UInt64] = []
    private var wordsA = WordList()
    private var wordsB = WordList()

    init(threshold: Double, numbersMayDiffer: Bool) {
        denominator = 1000
        numerator = Int((threshold * 1000).rounded())
        self.numbersMayDiffer = numbersMayDiffer
    }

    /// The similarity of two lines when they are duplicates of each other; nil when they are not.
    mutating func compare(_ x: LineView, _ y: LineView) -> (shared: Int, total: Int, measure: Twin.Measure)? {
        if x.key.elementsEqual(y.key) { return (1, 1, .equal) }
        guard x.isComparable, y.isComparable else { return nil }
        if let contained = containment(x, y) { return contained }
        let (shared, total) = overlap(x, y)
        guard shared * denominator >= numerator * total, numbersMayDiffer || x.numbers == y.numbers else { return nil }
        wordsA.read(x.text, with: folder)
        wordsB.read(y.text, with: folder)
        let sentences = LineShape(x.text).endsSentence && LineShape(y.text).endsSentence
        return guards.permits(wordsA, wordsB, sentences: sentences) ? (shared, total, .jaccard) : nil
    }

    /// |A ∩ B| and |A ∪ B| of the shingle sets.
    private mutating func overlap(_ x: LineView, _ y: LineView) -> (shared: Int, total: Int) {
        shinglesA.removeAll(keepingCapacity: true)
        shinglesB.removeAll(keepingCapacity: true)
        shingler.shingle(x.key, into: &shinglesA)
        shingler.shingle(y.key, into: &shinglesB)
        return overlap.count(shinglesA, shinglesB)
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
        let words = short.key.split(separator: 0x20).count
        let end = folder.offset(afterTokens: words, of: long.text)
        return long.text[end...].first.map { [0x2E, 0x21, 0x3F, 0x3A, 0x22].contains($0) || $0 >= 0x80 } ?? true
    }
}
