import WinnowText

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
