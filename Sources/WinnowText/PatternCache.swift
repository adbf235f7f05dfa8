#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import CVectorscan

/// Keeps compiled pattern sets from one run to the next. It may lose, cut or damage them: what is loaded is checked.
public protocol PatternCache: Sendable {
    /// A set that compiles in less time than this is not stored.
    var leastCompileTime: Duration { get }
    /// What was stored under the key (32 hexadecimal digits); nil when nothing can be read.
    func load(_ key: String) -> [UInt8]?
    /// Stores an entry in place of another of that key, whole or not at all; failure is silent.
    func store(_ bytes: [UInt8], as key: String)
}

/// The entry of one pattern set in a cache: a header of 64 bytes, then Vectorscan's serialized database.
///
/// The header is magic, format version, key, length and XXH3-64 of what follows; integers are little-endian, 64 bits wide.
struct PatternCacheEntry {
    private static let magic = "winnowPC"
    private static let version: UInt64 = 1
    private static let headerLength = 64

    /// XXH3-128 of all that decides what the database is.
    let key: String

    init(_ patterns: [String], _ flags: UInt32) {
        var platform = hs_platform_info_t()
        hs_populate_platform(&platform)
        // A home may be shared by machines of other kinds, whose features have the same numbers.
        #if arch(x86_64)
            let architecture = "x86_64"
        #elseif arch(arm64)
            let architecture = "arm64"
        #else
            let architecture = "\(MemoryLayout<Int>.size) \(1.littleEndian)"
        #endif
        var text = "\(Self.version) vectorscan \(hs_version().map { String(cString: $0) } ?? "")\n"
        text += "\(architecture) \(platform.tune) \(platform.cpu_features)\n\(HS_MODE_BLOCK) \(flags)\n"
        // With their lengths: a line end within a pattern does not make it two.
        for pattern in patterns { text += "\(pattern.utf8.count) \(pattern)\n" }
        let hash = StreamHash()
        Array(text.utf8).withUnsafeBytes { hash.update($0) }
        key = hash.hex
    }

    /// The database of an entry; nil when the entry is not whole, not of this key, or not for this Vectorscan.
    func database(in entry: [UInt8]) -> OpaquePointer? {
        entry.withUnsafeBytes { entry in
            guard entry.count > Self.headerLength else { return nil }
            // Vectorscan trusts the insides of a database: nothing is handed to it that is not what was written.
            let serialized = UnsafeRawBufferPointer(rebasing: entry[Self.headerLength...])
            guard entry.prefix(Self.headerLength).elementsEqual(header(of: serialized)) else { return nil }
            var database: OpaquePointer?
            let status = hs_deserialize_database(
                serialized.assumingMemoryBound(to: CChar.self).baseAddress, serialized.count, &database)
            return status == HS_SUCCESS ? database : nil
        }
    }

    /// The entry for a database; nil when memory is short.
    func bytes(of database: OpaquePointer?) -> [UInt8]? {
        var start: UnsafeMutablePointer<CChar>?
        var length = 0
        guard hs_serialize_database(database, &start, &length) == HS_SUCCESS else { return nil }
        defer { free(start) }
        let serialized = UnsafeRawBufferPointer(start: start, count: length)
        return header(of: serialized) + serialized
    }

    private func header(of serialized: UnsafeRawBufferPointer) -> [UInt8] {
        let checksum = hash64(serialized.assumingMemoryBound(to: UInt8.self))
        func bytes(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }
        return Array(Self.magic.utf8) + bytes(Self.version) + Array(key.utf8) + bytes(UInt64(serialized.count))
            + bytes(checksum)
    }
}
