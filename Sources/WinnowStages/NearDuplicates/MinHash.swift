import WinnowText

/// MinHash signatures (Broder 1997) cut into bands (Indyk, Motwani 1998): lines whose shingle sets are alike share a band.
///
/// Permutations by 32-bit multiply-add: x → m·x + a mod 2³² with odd m is a bijection (Dietzfelbinger et al. 1997). The
/// multipliers come from SplitMix64 with a fixed seed and are part of the key version.
struct MinHash: Sendable {
    /// Bands, and rows a band.
    let bands: Int
    let rows: Int
    /// Numbers in a signature: bands · rows, rounded up for the vectors.
    let permutations: Int
    private let multipliers: [UInt32]
    private let addends: [UInt32]

    /// The fewest bands that find a pair at the threshold with a probability of .975 or more.
    ///
    /// - Parameter threshold: the least Jaccard similarity that is looked for.
    init(threshold: Double) {
        (bands, rows) =
            switch threshold {
            case ..<0.6: (28, 3)
            case ..<0.7: (32, 4)
            case ..<0.8: (24, 5)
            case ..<0.9: (14, 5)
            default: (12, 7)
            }
        permutations = (bands * rows + 31) / 32 * 32
        multipliers = (0..<permutations).map { UInt32(truncatingIfNeeded: mix64(UInt64($0) &* 2 &+ 1)) | 1 }
        addends = (0..<permutations).map { UInt32(truncatingIfNeeded: mix64(UInt64($0) &* 2 &+ 0x1000)) }
    }

    /// Probability that two lines of similarity `s` share a band.
    func probability(ofSharingABandAt s: Double) -> Double {
        var equal = 1.0
        for _ in 0..<rows { equal *= s }
        var none = 1.0
        for _ in 0..<bands { none *= 1 - equal }
        return 1 - none
    }

    /// Writes the signature of a shingle set, `permutations` numbers, to `out`.
    /// - Complexity: O(permutations · n)
    func sign(_ shingles: UnsafeBufferPointer<UInt64>, to out: UnsafeMutablePointer<UInt32>) {
        multipliers.withUnsafeBufferPointer { a in
            addends.withUnsafeBufferPointer { b in
                guard let a = a.baseAddress, let b = b.baseAddress else { return }
                Kernels.minhash(shingles, multipliers: a, addends: b, into: out, count: permutations)
            }
        }
    }

    /// The key of a band of a signature; the band's number is mixed in.
    @inline(__always)
    func key(_ band: Int, of signature: UnsafePointer<UInt32>) -> UInt32 {
        var key = UInt64(truncatingIfNeeded: band)
        for row in 0..<rows { key = (key ^ UInt64(signature[band * rows + row])) &* 0x9E37_79B9_7F4A_7C15 }
        return UInt32(truncatingIfNeeded: key ^ key >> 32)
    }

    /// Two bits of each of the first 64 numbers of a signature: enough to see that two lines are nothing like each other
    /// (b-bit minwise hashing, Li and König 2010).
    static func sketch(_ signature: UnsafePointer<UInt32>) -> SIMD2<UInt64> {
        var low: UInt64 = 0
        var high: UInt64 = 0
        for k in 0..<64 {
            low |= UInt64(signature[k] & 1) << UInt64(k)
            high |= UInt64(signature[k] >> 1 & 1) << UInt64(k)
        }
        return SIMD2(low, high)
    }

    /// How many of 64 numbers agree in their two bits.
    @inline(__always)
    static func agreement(_ a: SIMD2<UInt64>, _ b: SIMD2<UInt64>) -> Int {
        let differ = a ^ b
        return 64 - (differ.x | differ.y).nonzeroBitCount
    }

    /// The least agreement at which a pair is verified: 4.5 standard deviations below what two lines at the threshold have, so
    /// that one such pair in 300,000 is passed over.
    static func leastAgreement(threshold: Double) -> Int {
        let p = threshold + (1 - threshold) / 4
        return max(0, Int((64 * p - 4.5 * (64 * p * (1 - p)).squareRoot()).rounded(.down)))
    }
}
