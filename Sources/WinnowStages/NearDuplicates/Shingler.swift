import WinnowText

/// Character shingles of a key, as 64-bit hashes.
///
/// The key is padded with a space on either side. A shingle's length goes by the script of its first character: 2 for Han
/// and Hangul, 3 for kana and for scripts without spaces, 5 for all others. A key too short for one shingle is one itself,
/// never an empty set: empty sets would all be equal. Five ASCII characters make 40 bits, and the hash of those is a
/// bijection, so ASCII shingles never collide.
struct Shingler {
    /// The characters of a key, between two spaces.
    private var scalars: [UInt32] = []
    private var scalarCount = 0
    private var padded: [UInt8] = []

    /// Writes one hash a position (repeats included) to `out`, which must have room for as many as the key has bytes, and one
    /// more; returns how many.
    ///
    /// - Parameter key: between two spaces in memory, with eight bytes to read behind the second.
    /// - Complexity: O(n)
    mutating func shingle(
        paddedKey key: UnsafeBufferPointer<UInt8>, isWide: Bool, to out: UnsafeMutablePointer<UInt64>
    ) -> Int {
        guard let base = key.baseAddress, !key.isEmpty else { return 0 }
        guard isWide else { return Self.shingleASCII(base - 1, key.count + 2, out) }
        read(base, key.count)
        return scalars.withUnsafeBufferPointer { all in
            let s = UnsafeBufferPointer(rebasing: all[..<scalarCount])
            var count = 0
            for p in 0..<s.count {
                let n = Self.length(s[p])
                guard p + n <= s.count else { continue }
                out[count] = n == 5 ? Self.hash5(s, p) : Self.hash(s, p, n)
                count += 1
            }
            if count == 0 {
                out[0] = Self.hash(s, 0, s.count)
                count = 1
            }
            return count
        }
    }

    /// Appends one hash a position to `out`; the key may stand anywhere.
    mutating func shingle(_ key: UnsafeBufferPointer<UInt8>, into out: inout [UInt64]) {
        padded.removeAll(keepingCapacity: true)
        padded.append(0x20)
        padded.append(contentsOf: key)
        padded.append(contentsOf: repeatElement(0x20, count: 9))
        let isWide = key.contains { $0 >= 0x80 }
        let first = out.count
        out.append(contentsOf: repeatElement(0, count: key.count + 1))
        var count = 0
        let copy = padded
        copy.withUnsafeBufferPointer { padded in
            out.withUnsafeMutableBufferPointer { out in
                guard let start = out.baseAddress else { return }
                count = shingle(
                    paddedKey: UnsafeBufferPointer(rebasing: padded[1..<1 + key.count]), isWide: isWide, to: start + first)
            }
        }
        out.removeLast(out.count - first - count)
    }

    /// Reads the characters of a key, with the space on either side.
    private mutating func read(_ base: UnsafePointer<UInt8>, _ length: Int) {
        if scalars.count < length + 2 { scalars = Array(repeating: 0x20, count: length + 1024) }
        scalarCount = scalars.withUnsafeMutableBufferPointer { scalars in
            guard let out = scalars.baseAddress else { return 0 }
            var i = -1
            var count = 0
            while i <= length {
                let b = base[i]
                if b < 0x80 {
                    out[count] = UInt32(b)
                    i += 1
                } else if b < 0xE0 {
                    out[count] = UInt32(b & 0x1F) << 6 | UInt32(base[i + 1] & 0x3F)
                    i += 2
                } else {
                    out[count] = nextScalar(base, &i)
                }
                count += 1
            }
            return count
        }
    }

    /// Sets the byte of each shingle of the key.
    /// - Parameter size: number of bytes; a power of two, at most 4,096.
    /// - Returns: how many shingles there are, repeats included.
    mutating func mark(
        paddedKey key: UnsafeBufferPointer<UInt8>, in marks: UnsafeMutablePointer<UInt8>, size: Int
    ) -> Int {
        guard let base = key.baseAddress else { return 0 }
        read(base, key.count)
        let mask = size - 1
        return scalars.withUnsafeBufferPointer { all in
            guard let s = all.baseAddress else { return 0 }
            return Self.mark(s, scalarCount, marks, mask)
        }
    }

    private static func mark(
        _ s: UnsafePointer<UInt32>, _ total: Int, _ marks: UnsafeMutablePointer<UInt8>, _ mask: Int
    ) -> Int {
        var count = 0
        var p = 0
        while p < total {
            // Of five ASCII characters, what `markASCII` makes; others may share a mark, which costs a bit.
            var word: UInt64
            let first = s[p]
            if first < 0x0E00 {
                if p + 5 > total { p += 1; continue }
                word = word5(s + p)
            } else {
                let n = length(first)
                if p + n > total { p += 1; continue }
                word = n == 5 ? word5(s + p) : UInt64(first) | UInt64(s[p + 1]) << 21
                if n == 3 { word |= UInt64(s[p + 2]) << 42 }
            }
            marks[Int(truncatingIfNeeded: spread(word) >> 52) & mask] = 1
            count += 1
            p += 1
        }
        if count == 0, total > 0 {
            marks[Int(truncatingIfNeeded: hash(UnsafeBufferPointer(start: s, count: total), 0, total) >> 52) & mask] = 1
            count = 1
        }
        return count
    }

    /// The same for a key of ASCII alone.
    static func markASCII(
        paddedKey key: UnsafeBufferPointer<UInt8>, in marks: UnsafeMutablePointer<UInt8>, size: Int
    ) -> Int {
        guard let base = key.baseAddress, key.count >= 3 else { return 0 }
        let mask = size - 1
        let raw = UnsafeRawPointer(base - 1)
        let count = key.count + 2 - 4
        for p in 0..<count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: p, as: UInt64.self)) & 0xFF_FFFF_FFFF
            marks[Int(truncatingIfNeeded: spread(word) >> 52) & mask] = 1
        }
        return count
    }

    /// `n` ASCII characters, the spaces at both ends among them.
    private static func shingleASCII(_ base: UnsafePointer<UInt8>, _ n: Int, _ out: UnsafeMutablePointer<UInt64>) -> Int {
        guard n >= 5 else {
            let all = (0..<n).map { UInt32(base[$0]) }
            out[0] = all.withUnsafeBufferPointer { hash($0, 0, n) }
            return 1
        }
        let raw = UnsafeRawPointer(base)
        for p in 0...n - 5 {
            out[p] = mix(UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: p, as: UInt64.self)) & 0xFF_FFFF_FFFF)
        }
        return n - 4
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

    /// Five characters; those of ASCII hash as in a line of ASCII alone.
    @inline(__always)
    private static func hash5(_ s: UnsafeBufferPointer<UInt32>, _ p: Int) -> UInt64 {
        let all = s[p] | s[p + 1] | s[p + 2] | s[p + 3] | s[p + 4]
        if all < 0x80, let base = s.baseAddress { return mix(word5(base + p)) }
        // 21 bits a character: three in the first word, two in the second.
        let low = UInt64(s[p]) | UInt64(s[p + 1]) << 21 | UInt64(s[p + 2]) << 42
        return mix(mix(low) ^ (UInt64(s[p + 3]) | UInt64(s[p + 4]) << 21 | 1 << 63))
    }

    /// Five characters, eight bits apart: of ASCII, as they stand in memory.
    @inline(__always)
    private static func word5(_ s: UnsafePointer<UInt32>) -> UInt64 {
        UInt64(s[0]) &+ UInt64(s[1]) << 8 &+ UInt64(s[2]) << 16 &+ UInt64(s[3]) << 24 &+ UInt64(s[4]) << 32
    }

    /// The first half of `mix`: its upper bits are well spread.
    @inline(__always)
    private static func spread(_ word: UInt64) -> UInt64 { word &* 0x9E37_79B9_7F4A_7C15 }

    /// A bijection on 64 bits, enough to spread shingles over a bitmap.
    @inline(__always)
    private static func mix(_ x: UInt64) -> UInt64 {
        let h = spread(x)
        return (h ^ (h >> 32)) &* 0xD6E8_FEB8_6659_FD93
    }

    private static func hash(_ s: UnsafeBufferPointer<UInt32>, _ p: Int, _ n: Int) -> UInt64 {
        if n <= 3 {
            // The length keeps "a" of two characters and of three apart.
            var word = UInt64(truncatingIfNeeded: n) << 63 | 1 << 62
            for k in 0..<n { word ^= UInt64(s[p + k]) << UInt64(21 * k) }
            return mix(mix(word))
        }
        var h = UInt64(truncatingIfNeeded: n) << 56
        for k in p..<p + n { h = mix64(h ^ UInt64(s[k])) }
        return h
    }
}

/// The shingles of one line after another, in memory that is used again.
struct LineShingles {
    private var shingler = Shingler()
    fileprivate(set) var hashes: [UInt64] = []

    /// Reads the line's shingles into the beginning of `hashes`; returns how many there are, repeats included.
    mutating func read(_ line: LineView) -> Int { read(paddedKey: line.key, isASCII: line.isASCII) }

    mutating func read(paddedKey key: UnsafeBufferPointer<UInt8>, isASCII: Bool) -> Int {
        if hashes.count < key.count + 1 { hashes = Array(repeating: 0, count: key.count + 1024) }
        return hashes.withUnsafeMutableBufferPointer { out in
            out.baseAddress.map { shingler.shingle(paddedKey: key, isWide: !isASCII, to: $0) } ?? 0
        }
    }

    /// Makes the first `count` hashes distinct, in ascending order; returns how many are left.
    mutating func removeRepeats(_ count: Int) -> Int {
        hashes[..<count].sort()
        var kept = 0
        for k in 0..<count where k == 0 || hashes[k] != hashes[kept - 1] {
            hashes[kept] = hashes[k]
            kept += 1
        }
        return kept
    }
}

/// Counts what two shingle sets share, exactly: a hash table that is emptied by counting on.
struct ShingleOverlap {
    private var hashes: [UInt64] = []
    /// Twice the number of the comparison that a slot was last used in, plus one when the second set holds it too.
    private var marks: [UInt32] = []
    private var comparison: UInt32 = 0

    /// |A ∩ B| and |A ∪ B|; both lists may hold repeats.
    /// - Complexity: O(|a| + |b|)
    mutating func count(_ a: [UInt64], _ b: [UInt64]) -> (shared: Int, total: Int) { count(a[...], b[...]) }

    mutating func count(_ a: ArraySlice<UInt64>, _ b: ArraySlice<UInt64>) -> (shared: Int, total: Int) {
        var size = 64
        while size < 2 * (a.count + b.count) { size *= 2 }
        if hashes.count < size || comparison >= UInt32.max / 2 - 1 {
            hashes = Array(repeating: 0, count: max(size, hashes.count))
            marks = Array(repeating: 0, count: max(size, hashes.count))
            comparison = 0
        }
        comparison += 1
        let mark = 2 * comparison
        let mask = size - 1
        var shared = 0
        var total = 0
        hashes.withUnsafeMutableBufferPointer { hashes in
            marks.withUnsafeMutableBufferPointer { marks in
                for hash in a {
                    var i = Int(truncatingIfNeeded: hash >> 20) & mask
                    while marks[i] >= mark, hashes[i] != hash { i = (i + 1) & mask }
                    if marks[i] < mark {
                        hashes[i] = hash
                        marks[i] = mark
                        total += 1
                    }
                }
                for hash in b {
                    var i = Int(truncatingIfNeeded: hash >> 20) & mask
                    while marks[i] >= mark, hashes[i] != hash { i = (i + 1) & mask }
                    if marks[i] == mark {
                        shared += 1
                    } else if marks[i] < mark {
                        hashes[i] = hash
                        total += 1
                    }
                    marks[i] = mark + 1
                }
            }
        }
        return (shared, total)
    }
}
