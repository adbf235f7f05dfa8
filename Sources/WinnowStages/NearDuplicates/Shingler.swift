import WinnowText

/// Character shingles of a key, as 64-bit hashes.
///
/// The key is padded with a space on either side. A shingle's length goes by the script of its first character: 2 for Han
/// and Hangul, 3 for kana and for scripts without spaces, 5 for all others. A key too short for one shingle is one itself,
/// never an empty set: empty sets would all be equal. Five ASCII characters make 40 bits, and the hash of those is a
/// bijection, so ASCII shingles never collide.
struct Shingler {
    private var scalars: [UInt32] = []

    /// Appends one hash a position (repeats included) to `out`; returns the number of characters of the key.
    /// - Complexity: O(n)
    mutating func shingle(_ key: UnsafeBufferPointer<UInt8>, into out: inout [UInt64]) -> Int {
        guard let base = key.baseAddress, !key.isEmpty else { return 0 }
        scalars.removeAll(keepingCapacity: true)
        scalars.append(0x20)
        var i = 0
        while i < key.count { scalars.append(nextScalar(base, &i)) }
        scalars.append(0x20)
        let first = out.count
        scalars.withUnsafeBufferPointer { s in
            var p = 0
            while p < s.count {
                let n = Self.length(s[p])
                if p + n <= s.count {
                    out.append(n == 5 ? Self.hash5(s, p) : Self.hash(s, p, n))
                }
                p += 1
            }
        }
        if out.count == first { out.append(scalars.withUnsafeBufferPointer { Self.hash($0, 0, $0.count) }) }
        return scalars.count - 2
    }

    /// Characters in a shingle that begins with `c`.
    @inline(__always)
    static func length(_ c: UInt32) -> Int {
        if c < 0x0E00 { return 5 }
        if (0x3040...0x30FF).contains(c) || (0x31F0...0x31FF).contains(c) { return 3 }
        if (0x0E00...0x0EFF).contains(c) || (0x1000...0x109F).contains(c) || (0x1780...0x17FF).contains(c) { return 3 }
        if (0xAC00...0xD7AF).contains(c) || (0x2E80...0x9FFF).contains(c) || (0xF900...0xFAFF).contains(c)
            || (0x20000...0x3FFFF).contains(c)
        {
            return 2
        }
        return 5
    }

    @inline(__always)
    private static func hash5(_ s: UnsafeBufferPointer<UInt32>, _ p: Int) -> UInt64 {
        let all = s[p] | s[p + 1] | s[p + 2] | s[p + 3] | s[p + 4]
        guard all < 0x100 else { return hash(s, p, 5) }
        let packed =
            UInt64(s[p]) | UInt64(s[p + 1]) << 8 | UInt64(s[p + 2]) << 16 | UInt64(s[p + 3]) << 24 | UInt64(s[p + 4]) << 32
        return mix(packed)
    }

    /// A bijection on 64 bits, enough to spread shingles over a bitmap.
    @inline(__always)
    private static func mix(_ x: UInt64) -> UInt64 {
        let h = x &* 0x9E37_79B9_7F4A_7C15
        return (h ^ (h >> 32)) &* 0xD6E8_FEB8_6659_FD93
    }

    private static func hash(_ s: UnsafeBufferPointer<UInt32>, _ p: Int, _ n: Int) -> UInt64 {
        // The length keeps "a" of two characters and of three apart.
        var h = UInt64(truncatingIfNeeded: n) << 56
        for k in p..<p + n { h = mix64(h ^ UInt64(s[k])) }
        return h
    }
}

/// A set of shingles, exact: sorted distinct hashes.
struct ShingleSet {
    private(set) var hashes: [UInt64] = []

    init() {}

    init(_ all: [UInt64]) {
        hashes = all
        distinct()
    }

    mutating func read(_ key: UnsafeBufferPointer<UInt8>, with shingler: inout Shingler) {
        hashes.removeAll(keepingCapacity: true)
        _ = shingler.shingle(key, into: &hashes)
        distinct()
    }

    private mutating func distinct() {
        hashes.sort()
        var kept = 0
        for i in hashes.indices where i == 0 || hashes[i] != hashes[kept - 1] {
            hashes[kept] = hashes[i]
            kept += 1
        }
        hashes.removeLast(hashes.count - kept)
    }

    /// |A ∩ B| and |A ∪ B|.
    /// - Complexity: O(|A| + |B|)
    func overlap(_ other: ShingleSet) -> (shared: Int, total: Int) {
        var shared = 0
        var i = 0
        var j = 0
        while i < hashes.count, j < other.hashes.count {
            if hashes[i] == other.hashes[j] {
                shared += 1
                i += 1
                j += 1
            } else if hashes[i] < other.hashes[j] {
                i += 1
            } else {
                j += 1
            }
        }
        return (shared, hashes.count + other.hashes.count - shared)
    }
}
