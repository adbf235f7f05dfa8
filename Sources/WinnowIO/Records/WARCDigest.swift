import CNettle

/// A digest as a WARC header writes it: "sha1:", then base32 or base16 (WARC 1.1, 5.8 and 5.9; the algorithms are nettle's).
struct WARCDigest {
    private let algorithm: UnsafePointer<nettle_hash>
    private let spelling: Spelling
    /// Algorithm and colon, as they were written.
    private let label: ArraySlice<UInt8>

    private enum Spelling {
        case base16(isUpper: Bool)
        case base32(isUpper: Bool, isPadded: Bool)
    }

    /// Learns from a header's value how a digest is written there.
    /// - Returns: nil when algorithm or spelling are none that is known: sha1, sha256, sha512 and md5 (with or without a
    ///   hyphen, in any case) in base16 or base32 (with or without padding).
    init?(like value: ArraySlice<UInt8>) {
        guard let colon = value.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        label = value[...colon]
        let name = String(decoding: value[..<colon], as: UTF8.self).lowercased().filter { $0 != "-" }
        guard ["sha1", "sha256", "sha512", "md5"].contains(name), let hash = nettle_lookup_hash(name) else { return nil }
        algorithm = hash
        let digits = value[(colon + 1)...]
        let isUpper = !digits.contains { (0x61...0x7A).contains($0) }
        let size = Int(hash.pointee.digest_size)
        let bare = digits.prefix { $0 != UInt8(ascii: "=") }
        let padding = digits.count - bare.count
        // MD5 has 32 digits in base16, and 26 in base32 with 6 bytes of padding: the padding tells them apart.
        if padding == 0, digits.count == 2 * size, digits.allSatisfy(Self.isBase16) {
            spelling = .base16(isUpper: isUpper)
        } else if bare.count == (8 * size + 4) / 5, padding == 0 || digits.count % 8 == 0 && padding < 8,
            bare.allSatisfy(Self.isBase32), digits.suffix(padding).allSatisfy({ $0 == UInt8(ascii: "=") })
        {
            spelling = .base32(isUpper: isUpper, isPadded: padding > 0)
        } else {
            return nil
        }
    }

    private static func isBase16(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func isBase32(_ byte: UInt8) -> Bool {
        (0x32...0x37).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// The value for other bytes, written in the same way.
    func value(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        let hash = algorithm.pointee
        let context = UnsafeMutableRawPointer.allocate(byteCount: Int(hash.context_size), alignment: 16)
        defer { context.deallocate() }
        var digest = [UInt8](repeating: 0, count: Int(hash.digest_size))
        hash.`init`(context)
        // An empty block has no address.
        if let base = bytes.baseAddress { hash.update(context, bytes.count, base.assumingMemoryBound(to: UInt8.self)) }
        hash.digest(context, digest.count, &digest)
        switch spelling {
        case .base16(let isUpper): return label + Self.base16(digest, isUpper: isUpper)
        case .base32(let isUpper, let isPadded): return label + Self.base32(digest, isUpper: isUpper, isPadded: isPadded)
        }
    }

    /// RFC 4648, section 8.
    private static func base16(_ bytes: [UInt8], isUpper: Bool) -> [UInt8] {
        let digits = Array((isUpper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    /// RFC 4648, section 6.
    private static func base32(_ bytes: [UInt8], isUpper: Bool, isPadded: Bool) -> [UInt8] {
        let digits = Array((isUpper ? "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" : "abcdefghijklmnopqrstuvwxyz234567").utf8)
        var out: [UInt8] = []
        var bits = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | Int(byte)
            count += 8
            while count >= 5 {
                count -= 5
                out.append(digits[bits >> count & 31])
            }
            bits &= 1 << count - 1
        }
        if count > 0 { out.append(digits[bits << (5 - count) & 31]) }
        while isPadded, out.count % 8 != 0 { out.append(UInt8(ascii: "=")) }
        return out
    }
}
