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
        /// Positions of shingles: an upper bound of the size of their set.
        var positions: Int32 = 0
        /// Set bits of the bitmap: a lower bound of it.
        var bits: Int32 = 0
        /// Where the bitmap stands in `bitmaps`, and its length in words.
        var bitmapStart: Int32 = 0
        var bitmapWords: Int32 = 0
        var form = Form.structure
        /// Short enough for verse: at most twelve words.
        var isShort = false
        var endsSentence = false
        /// Mostly of three-byte characters: Han, kana, Hangul, Indic and South-East Asian scripts.
        var isWide = false
        /// Long enough to be compared by shingles.
        var isComparable = false
    }

    /// Longer lines are never compared: they are no lines of prose, and would hold too much memory.
    static let longestLine = 20_000
    private static let mostBitmapWords = 64

    private(set) var sketches: [Sketch] = []
    private(set) var bitmaps: [UInt64] = []
    private var shingler = Shingler()
    private var hashes: [UInt64] = []

    mutating func removeAll() {
        sketches.removeAll(keepingCapacity: true)
        bitmaps.removeAll(keepingCapacity: true)
    }

    mutating func append(text: UnsafeBufferPointer<UInt8>, key: UnsafeBufferPointer<UInt8>, isEligible: Bool) {
        var sketch = Sketch()
        defer { sketches.append(sketch) }
        guard isEligible, !key.isEmpty, key.count <= Self.longestLine else { return }
        (sketch.words, sketch.characters) = Self.count(key)
        let shape = LineShape(text)
        sketch.endsSentence = shape.endsSentence
        sketch.isShort = sketch.words <= 12 || sketch.characters <= 40
        let hasLetter = key.contains { $0 > 0x39 }
        let isStructure =
            shape.isCode || shape.hasCells || shape.startsItem && sketch.words < 12 || shape.startsSpeech && (shape.startsItem || shape.endsSentence) && sketch.words < 10
            || text.starts(with: [0x20, 0x20, 0x20, 0x20]) || text.first == 0x09 || !hasLetter
        guard !isStructure else { return }
        sketch.form = .text
        sketch.hash = hash64(key)
        let isWide = key.count >= Int(sketch.characters) * 5 / 2
        sketch.isWide = isWide
        sketch.isComparable = isWide ? sketch.characters >= 10 : sketch.words > 3 && sketch.characters >= 12
        guard sketch.isComparable else { return }
        hashes.removeAll(keepingCapacity: true)
        _ = shingler.shingle(key, into: &hashes)
        sketch.positions = Int32(truncatingIfNeeded: hashes.count)
        var words = 1
        while words < Self.mostBitmapWords, words * 16 < hashes.count { words *= 2 }
        sketch.bitmapStart = Int32(truncatingIfNeeded: bitmaps.count)
        sketch.bitmapWords = Int32(truncatingIfNeeded: words)
        bitmaps.append(contentsOf: repeatElement(0, count: words))
        let mask = UInt64(words * 64 - 1)
        let start = bitmaps.count - words
        for hash in hashes {
            let bit = Int(truncatingIfNeeded: hash & mask)
            bitmaps[start + bit >> 6] |= 1 << UInt64(bit & 63)
        }
        sketch.bits = Int32(truncatingIfNeeded: bitmaps[start...].reduce(0) { $0 + $1.nonzeroBitCount })
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

/// Bounds the Jaccard similarity of two shingle sets from their bitmaps, without error on the safe side.
///
/// A bit set in A's bitmap and not in B's stands for at least one shingle of A that B lacks, so
/// |A ∩ B| ≤ positions(A) − |bits(A) \ bits(B)|; and a set has at least as many shingles as its bitmap has bits.
struct SimilarityBound {
    let numerator: Int
    let denominator: Int
    private var folded: [UInt64] = []

    init(numerator: Int, denominator: Int) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// Whether sizes alone allow the threshold.
    @inline(__always)
    func sizesAllow(_ a: Sketches.Sketch, _ b: Sketches.Sketch) -> Bool {
        let (least, most) = a.positions < b.positions ? (a.positions, b.bits) : (b.positions, a.bits)
        return Int(least) * denominator >= numerator * Int(most)
    }

    /// Whether the similarity may reach the threshold; false is certain.
    mutating func allows(
        _ a: Sketches.Sketch, _ bitsA: UnsafePointer<UInt64>, _ b: Sketches.Sketch, _ bitsB: UnsafePointer<UInt64>
    ) -> Bool {
        guard sizesAllow(a, b) else { return false }
        if a.bitmapWords == b.bitmapWords { return allows(a, bitsA, b, bitsB, Int(a.bitmapWords)) }
        // The larger bitmap is folded to the size of the smaller: a shorter mask is a bitwise or of the parts.
        let words = Int(min(a.bitmapWords, b.bitmapWords))
        let (large, count) = a.bitmapWords > b.bitmapWords ? (bitsA, Int(a.bitmapWords)) : (bitsB, Int(b.bitmapWords))
        folded.removeAll(keepingCapacity: true)
        for w in 0..<words {
            var word: UInt64 = 0
            for k in stride(from: w, to: count, by: words) { word |= large[k] }
            folded.append(word)
        }
        return folded.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return true }
            return a.bitmapWords > b.bitmapWords ? allows(a, base, b, bitsB, words) : allows(a, bitsA, b, base, words)
        }
    }

    @inline(__always)
    private func allows(
        _ a: Sketches.Sketch, _ bitsA: UnsafePointer<UInt64>, _ b: Sketches.Sketch, _ bitsB: UnsafePointer<UInt64>, _ words: Int
    ) -> Bool {
        let fromA = Int(a.positions) - Kernels.countMissing(bitsA, bitsB, words: words)
        guard reaches(fromA, a, b) else { return false }
        let fromB = Int(b.positions) - Kernels.countMissing(bitsB, bitsA, words: words)
        return reaches(min(fromA, fromB), a, b)
    }

    @inline(__always)
    private func reaches(_ shared: Int, _ a: Sketches.Sketch, _ b: Sketches.Sketch) -> Bool {
        shared * denominator >= numerator * (Int(a.bits) + Int(b.bits) - shared)
    }
}
