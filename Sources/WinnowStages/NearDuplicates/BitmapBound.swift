import WinnowText

/// A bound on the similarity of two lines by the bitmaps of their shingles: what it refuses is certainly not similar.
///
/// A bit set in A's bitmap and not in B's stands for at least one shingle of A that B lacks, so
/// |A ∩ B| ≤ |A| − |bits(A) \ bits(B)|; and a set has at least as many shingles as its bitmap has bits.
struct BitmapBound {
    /// The least Jaccard similarity that is looked for, as a fraction.
    let numerator: Int
    let denominator: Int
    /// t / (1 + t), the part of |A| + |B| that must be shared, in units of 2⁻³², rounded down.
    private let neededShare: UInt64

    init(similarity: Double) {
        self.init(numerator: Int((similarity * 1000).rounded()), denominator: 1000)
    }

    init(numerator: Int, denominator: Int) {
        self.numerator = numerator
        self.denominator = denominator
        neededShare = (UInt64(truncatingIfNeeded: numerator) << 32) / UInt64(truncatingIfNeeded: numerator + denominator)
    }

    /// The least number of shingles that a line must share with any line that it is similar to.
    func neededWithAny(_ a: Sketches.Sketch) -> Int {
        (Int(a.bits) * numerator + denominator - 1) / denominator
    }

    /// The same for two lines.
    @inline(__always)
    func needed(_ a: Sketches.Sketch, _ b: Sketches.Sketch) -> Int {
        // Rounded up; the share was rounded down, which is the safe side.
        Int(truncatingIfNeeded: (UInt64(truncatingIfNeeded: a.bits + b.bits) * neededShare + 0xFFFF_FFFF) >> 32)
    }

    /// The part of one line in `needed`, rounded down: what two lines must share is not less than the sum of their parts.
    func share(_ a: Sketches.Sketch) -> Int { Int(a.bits) * numerator / (numerator + denominator) }

    /// Whether the sizes of two sets allow it: the smaller must have at least `threshold` of the larger one's size.
    @inline(__always)
    func allowsSizes(_ a: Sketches.Sketch, _ b: Sketches.Sketch) -> Bool {
        Int(b.shingles) * denominator >= Int(a.bits) * numerator && Int(a.shingles) * denominator >= Int(b.bits) * numerator
    }

    /// Whether two lines may be similar; both must be comparable.
    /// - Complexity: O(words of the smaller bitmap), most pairs end within the first eight
    @inline(__always)
    func allows(
        _ a: Sketches.Sketch, _ bitsA: UnsafePointer<UInt64>, _ b: Sketches.Sketch, _ bitsB: UnsafePointer<UInt64>
    ) -> Bool {
        guard allowsSizes(a, b) else { return false }
        let needed = needed(a, b)
        if a.bitmapWords == b.bitmapWords {
            let words = Int(a.bitmapWords)
            let limit = Int(a.shingles) - needed
            guard limit >= 0, Kernels.countMissing(bitsA, bitsB, words: words, limit: limit) <= limit else { return false }
            let other = Int(b.shingles) - needed
            return other >= 0 && Kernels.countMissing(bitsB, bitsA, words: words, limit: other) <= other
        }
        // Bitmaps of two sizes: the larger is folded to the size of the smaller, since a shorter mask is a bitwise or of the
        // parts.
        let isA = a.bitmapWords < b.bitmapWords
        let (small, smallBits, large, largeBits) = isA ? (a, bitsA, b, bitsB) : (b, bitsB, a, bitsA)
        let limit = Int(small.shingles) - needed
        // Both are powers of two.
        let parts = 1 << (large.bitmapWords.trailingZeroBitCount - small.bitmapWords.trailingZeroBitCount)
        return limit >= 0
            && Kernels.countMissing(smallBits, largeBits, words: Int(small.bitmapWords), parts: parts, limit: limit) <= limit
    }
}
