import WinnowText

/// MinHash signatures (Broder 1997) cut into bands (Indyk, Motwani 1998): lines whose shingle sets are alike share a band.
///
/// 128 permutations by multiply-shift, 42 bands of 3 rows: two lines of Jaccard similarity s share a band with probability
/// 1 − (1 − s³)⁴², which is .996 at s = .5 and .99999 at .65. The multipliers come from SplitMix64 with a fixed seed and are
/// part of the key version.
struct MinHash: Sendable {
    static let permutations = 128
    static let bands = 42
    static let rows = 3

    private let multipliers: [UInt64]
    private let addends: [UInt64]

    init() {
        multipliers = (0..<Self.permutations).map { mix64(UInt64($0) &* 2 &+ 1) | 1 }
        addends = (0..<Self.permutations).map { mix64(UInt64($0) &* 2 &+ 0x1000) }
    }

    /// Probability that two lines of similarity `s` share a band.
    static func probability(ofSharingABandAt s: Double) -> Double {
        var none = 1.0
        for _ in 0..<bands { none *= 1 - s * s * s }
        return 1 - none
    }

    /// Appends the keys of the bands of a shingle set to `out`; the band's number is mixed in.
    /// - Complexity: O(permutations · n)
    func bandKeys(_ shingles: [UInt64], least: inout [UInt32], into out: inout [UInt64]) {
        if least.count < Self.permutations { least = Array(repeating: 0, count: Self.permutations) }
        shingles.withUnsafeBufferPointer { shingles in
            multipliers.withUnsafeBufferPointer { a in
                addends.withUnsafeBufferPointer { b in
                    least.withUnsafeMutableBufferPointer { least in
                        guard let a = a.baseAddress, let b = b.baseAddress, let least = least.baseAddress else { return }
                        Kernels.minhash(shingles, multipliers: a, addends: b, into: least, count: Self.permutations)
                    }
                }
            }
        }
        for band in 0..<Self.bands {
            var key = UInt64(band)
            for row in 0..<Self.rows { key = mix64(key ^ UInt64(least[band * Self.rows + row])) }
            out.append(key)
        }
    }
}
