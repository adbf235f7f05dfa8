import WinnowCore
import WinnowText

/// What is worked out about each line of a batch before any two are compared: the pure half of the stage.
struct Sketches {
    /// How a line's form decides whether it may be a duplicate at all.
    enum Form: UInt8 {
        /// Text that may go as a copy.
        case text
        /// Blank, a rule, a table row, code, an item of a list, a short speech: repetition that is structure.
        case structure
    }

    struct Sketch {
        var hash: UInt64 = 0
        /// Characters and words of the key; each character of a script without spaces is a word.
        var characters: Int32 = 0
        var words: Int32 = 0
        /// An upper bound of the number of distinct shingles; exact where many repeat.
        var shingles: Int32 = 0
        /// Set bits of the bitmap: a lower bound of the same.
        var bits: Int32 = 0
        /// Where the bitmap stands in `bitmaps`, and its length in words.
        var bitmapStart: Int32 = 0
        var bitmapWords: Int32 = 0
        var form = Form.structure
        /// Short enough for verse: at most twelve words.
        var isShort = false
        var endsSentence = false
        /// Hash of the words that hold a digit, in order.
        var numbers: UInt64 = 0
        /// Ends with an ellipsis.
        var isCut = false
        /// Mostly of three-byte characters: Han, kana, Hangul, Indic and South-East Asian scripts.
        var isWide = false
        /// Long enough to be compared by shingles.
        var isComparable = false
    }

    fileprivate(set) var sketches: [Sketch] = []
    fileprivate(set) var bitmaps: [UInt64] = []

    mutating func removeAll() {
        sketches.removeAll(keepingCapacity: true)
        bitmaps.removeAll(keepingCapacity: true)
    }
}

/// Makes the sketches of lines. It has scratch memory, so there is one a thread.
struct Sketcher {
    typealias Sketch = Sketches.Sketch

    /// Longer lines are never compared: they are no lines of prose, and would hold too much memory.
    static let longestLine = 20_000
    private static let mostBitmapWords = 64

    private var shingler = Shingler()
    private var hashes: [UInt64] = []
    private var collided: [UInt64] = []
    private var seen: [UInt64] = []
    /// The shingle that set each bit of the bitmap at hand.
    private var setters: [UInt64] = []

    /// - Parameters:
    ///   - key: in the batch's `keys`, between two spaces.
    ///   - words: parts of the key between spaces.
    mutating func sketch(
        text: UnsafeBufferPointer<UInt8>, key: UnsafeBufferPointer<UInt8>, flags: LineFlags, words: Int,
        into sketches: inout Sketches
    ) {
        var sketch = Sketch()
        defer { sketches.sketches.append(sketch) }
        let isEligible = flags.isDisjoint(with: [.piece, .blank, .separator])
        guard isEligible, !key.isEmpty, key.count <= Self.longestLine else { return }
        let isASCII = !flags.contains(.keyIsWide)
        (sketch.words, sketch.characters) =
            isASCII ? (Int32(truncatingIfNeeded: words), Int32(truncatingIfNeeded: key.count)) : Self.count(key)
        let shape = LineShape(text)
        sketch.endsSentence = shape.endsSentence
        sketch.isShort = sketch.words <= 12 || sketch.characters <= 40
        let isStructure =
            shape.isCode || shape.hasCells || shape.startsItem && sketch.words < 12
            || shape.startsSpeech && (shape.startsItem || shape.endsSentence) && sketch.words < 10
            || text.starts(with: [0x20, 0x20, 0x20, 0x20]) || text.first == 0x09 || !key.contains(where: { $0 > 0x39 })
        guard !isStructure else { return }
        sketch.form = .text
        sketch.hash = hash64(key)
        if flags.contains(.keyHasDigit) { sketch.numbers = Self.numbers(key) }
        sketch.isCut = BestCopy.isCut(text)
        sketch.isWide = !isASCII && key.count >= Int(sketch.characters) * 5 / 2
        sketch.isComparable = sketch.isWide ? sketch.characters >= 10 : sketch.words > 3 && sketch.characters >= 12
        guard sketch.isComparable else { return }
        if hashes.count < key.count + 1 {
            hashes.append(contentsOf: repeatElement(0, count: max(key.count + 1, 4096) - hashes.count))
        }
        let count = hashes.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { shingler.shingle(paddedKey: key, isWide: !isASCII, to: $0) } ?? 0
        }
        addBitmap(count, &sketch, &sketches.bitmaps)
    }

    /// Shingles that met another one's bit; checked for repeats up to this many.
    private static let mostCollisions = 256

    /// Sets a bit for each of the first `count` hashes.
    private mutating func addBitmap(_ count: Int, _ sketch: inout Sketch, _ bitmaps: inout [UInt64]) {
        var words = 1
        while words < Self.mostBitmapWords, words * 16 < count { words *= 2 }
        let start = bitmaps.count
        sketch.bitmapStart = Int32(truncatingIfNeeded: start)
        sketch.bitmapWords = Int32(truncatingIfNeeded: words)
        bitmaps.append(contentsOf: repeatElement(0, count: words))
        let mask = UInt64(words * 64 - 1)
        let bits = bitmaps.withUnsafeMutableBufferPointer { bitmaps in
            hashes.withUnsafeBufferPointer { hashes in
                guard let bitmap = bitmaps.baseAddress.map({ $0 + start }) else { return 0 }
                for k in 0..<count {
                    let bit = hashes[k] & mask
                    bitmap[Int(truncatingIfNeeded: bit >> 6)] |= 1 << (bit & 63)
                }
                return (0..<words).reduce(0) { $0 + bitmap[$1].nonzeroBitCount }
            }
        }
        sketch.bits = Int32(truncatingIfNeeded: bits)
        // With four bits a shingle or more, one in eight shares its bit; many more says that shingles repeat: count them.
        sketch.shingles = Int32(truncatingIfNeeded: count - bits > count / 3 + 4 ? countDistinct(count, mask) : count)
    }

    /// Counts distinct shingles: each is compared with the one that set its bit, then with those that collided before.
    private mutating func countDistinct(_ count: Int, _ mask: UInt64) -> Int {
        collided.removeAll(keepingCapacity: true)
        if setters.isEmpty { setters = Array(repeating: 0, count: Self.mostBitmapWords * 64) }
        seen.removeAll(keepingCapacity: true)
        seen.append(contentsOf: repeatElement(0, count: Int(mask >> 6) + 1))
        var distinct = 0
        for hash in hashes[..<count] {
            let bit = Int(truncatingIfNeeded: hash & mask)
            let flag = UInt64(1) << UInt64(bit & 63)
            if seen[bit >> 6] & flag == 0 {
                seen[bit >> 6] |= flag
                setters[bit] = hash
            } else if setters[bit] == hash || collided.count < Self.mostCollisions && collided.contains(hash) {
                continue
            } else {
                collided.append(hash)
            }
            distinct += 1
        }
        return distinct
    }

    /// Words with digits as the guards see them: between spaces, characters of unspaced scripts apart.
    private static func numbers(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard let base = key.baseAddress, key.contains(where: { $0 &- 0x30 < 10 }) else { return 0 }
        var all: UInt64 = 0
        var start = 0
        var i = 0
        func close(_ end: Int) {
            let word = UnsafeBufferPointer(rebasing: key[start..<end])
            if word.contains(where: { $0 &- 0x30 < 10 }) { all = mix64(all ^ hash64(word)) }
        }
        while i < key.count {
            let at = i
            let c = nextScalar(base, &i)
            if c == 0x20 || isUnspacedScript(c) {
                close(at)
                start = i
            }
        }
        close(key.count)
        return all
    }

    private static func count(_ key: UnsafeBufferPointer<UInt8>) -> (words: Int32, characters: Int32) {
        guard let base = key.baseAddress else { return (0, 0) }
        var words: Int32 = 0
        var characters: Int32 = 0
        var inWord = false
        var i = 0
        while i < key.count {
            if base[i] < 0x80 {
                characters += 1
                if base[i] == 0x20 {
                    inWord = false
                } else if !inWord {
                    words += 1
                    inWord = true
                }
                i += 1
                continue
            }
            let c = nextScalar(base, &i)
            characters += 1
            if isUnspacedScript(c) {
                words += 1
                inWord = false
            } else if !inWord {
                words += 1
                inWord = true
            }
        }
        return (words, characters)
    }
}

/// The shingle bitmaps of kept lines, scanned for those that may be similar to a line.
///
/// The Jaccard similarity of two sets is bounded from their bitmaps, without error on the safe side: a bit set in A's bitmap
/// and not in B's stands for at least one shingle of A that B lacks, so |A ∩ B| ≤ |A| − |bits(A) \ bits(B)|; and a
/// set has at least as many shingles as its bitmap has bits.
struct BitmapScan {
    /// A line in the scan; a line without a bitmap has no shingles and never passes.
    private struct Entry {
        var shingles: Int32
        var bits: Int32
        var start: Int32
        var words: Int32
    }

    let numerator: Int
    let denominator: Int
    /// t / (1 + t): the part of |A| + |B| that must be shared.
    private let neededShare: Double
    private var entries: [Entry] = []
    private var bitmaps: [UInt64] = []

    /// - Parameter numerator, denominator: the least similarity that is looked for.
    init(numerator: Int, denominator: Int) {
        self.numerator = numerator
        self.denominator = denominator
        neededShare = Double(numerator) / Double(numerator + denominator)
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        bitmaps.removeAll(keepingCapacity: true)
    }

    mutating func append(_ sketch: Sketches.Sketch, _ source: [UInt64]) {
        entries.append(entry(sketch, source))
    }

    mutating func replace(_ index: Int, _ sketch: Sketches.Sketch, _ source: [UInt64]) {
        entries[index] = entry(sketch, source)
    }

    private mutating func entry(_ sketch: Sketches.Sketch, _ source: [UInt64]) -> Entry {
        guard sketch.isComparable else { return Entry(shingles: 0, bits: 0, start: 0, words: 0) }
        let start = bitmaps.count
        bitmaps.append(contentsOf: source[Int(sketch.bitmapStart)..<Int(sketch.bitmapStart + sketch.bitmapWords)])
        return Entry(
            shingles: sketch.shingles, bits: sketch.bits, start: Int32(truncatingIfNeeded: start), words: sketch.bitmapWords)
    }

    private static func entry(_ sketch: Sketches.Sketch) -> Entry {
        Entry(shingles: sketch.shingles, bits: sketch.bits, start: sketch.bitmapStart, words: sketch.bitmapWords)
    }

    /// Whether one entry may be similar to the line.
    func allows(_ index: Int, _ sketch: Sketches.Sketch, _ source: [UInt64]) -> Bool {
        guard sketch.isComparable, entries[index].shingles > 0 else { return false }
        let own = Self.entry(sketch)
        return source.withUnsafeBufferPointer { source in
            bitmaps.withUnsafeBufferPointer { bitmaps in
                guard let mine = source.baseAddress, let others = bitmaps.baseAddress else { return false }
                return allows(own, mine + Int(own.start), entries[index], others + Int(entries[index].start))
            }
        }
    }

    /// The first entry at or after `start` that may be similar to the line; all others certainly are not.
    /// - Complexity: a comparison of sizes an entry, and of bitmaps for those of like size
    mutating func next(from start: Int, _ sketch: Sketches.Sketch, _ source: [UInt64]) -> Int? {
        guard sketch.isComparable, start < entries.count else { return nil }
        let num = Int32(truncatingIfNeeded: numerator)
        let den = Int32(truncatingIfNeeded: denominator)
        let own = Self.entry(sketch)
        // The smaller set must have at least `threshold` of the larger one's size.
        let least = own.bits &* num / den
        let most = Int32(clamping: Int64(own.shingles) * Int64(den) / Int64(max(1, num)))
        var i = start
        return entries.withUnsafeBufferPointer { entries in
            source.withUnsafeBufferPointer { source in
                bitmaps.withUnsafeBufferPointer { bitmaps in
                    guard let mine = source.baseAddress.map({ $0 + Int(own.start) }), let others = bitmaps.baseAddress else {
                        return nil
                    }
                    while i < entries.count {
                        let other = entries[i]
                        if other.shingles >= least, other.bits <= most, other.shingles > 0,
                            allows(own, mine, other, others + Int(other.start))
                        {
                            return i
                        }
                        i += 1
                    }
                    return nil
                }
            }
        }
    }

    @inline(__always)
    private func allows(_ a: Entry, _ bitsA: UnsafePointer<UInt64>, _ b: Entry, _ bitsB: UnsafePointer<UInt64>) -> Bool {
        // The most bits that may be missing: shared ≥ t · (|A| + |B| − shared) must stay possible.
        // Rounded up, with a margin that keeps the error of the arithmetic on the safe side.
        let needed = Int((Double(a.bits + b.bits) * neededShare - 1e-6).rounded(.up))
        if a.words == b.words {
            let words = Int(a.words)
            let limit = Int(a.shingles) - needed
            guard limit >= 0, Kernels.countMissing(bitsA, bitsB, words: words, limit: limit) <= limit else { return false }
            let other = Int(b.shingles) - needed
            return other >= 0 && Kernels.countMissing(bitsB, bitsA, words: words, limit: other) <= other
        }
        // Bitmaps of two sizes: the larger is folded to the size of the smaller, since a shorter mask is a bitwise or of the
        // parts.
        let (small, smallBits, large, largeBits) = a.words < b.words ? (a, bitsA, b, bitsB) : (b, bitsB, a, bitsA)
        let limit = Int(small.shingles) - needed
        // Both are powers of two.
        let parts = 1 << (large.words.trailingZeroBitCount - small.words.trailingZeroBitCount)
        return limit >= 0
            && Kernels.countMissing(smallBits, largeBits, words: Int(small.words), parts: parts, limit: limit) <= limit
    }
}
