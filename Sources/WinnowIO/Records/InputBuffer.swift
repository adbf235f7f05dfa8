import WinnowCore

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Bytes of a source that were read and not yet used, in one piece of memory that grows as far as its user lets it.
final class InputBuffer {
    let source: any ByteSource
    /// Position in the source of the first unused byte.
    private(set) var offset = 0
    private(set) var isAtEnd = false
    private var memory: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0

    /// Bytes asked for at a time.
    private static let block = 1 << 17
    /// Bytes that may be read (and mean nothing) behind the last one: simdjson looks ahead.
    static let padding = 64

    init(_ source: any ByteSource) throws(WinnowError) {
        self.source = source
        memory = try Self.allocate(4 * Self.block)
    }

    deinit { free(memory.baseAddress) }

    /// Memory of zeros, which the system hands out page by page as it is used.
    private static func allocate(_ count: Int) throws(WinnowError) -> UnsafeMutableRawBufferPointer {
        guard let base = calloc(count, 1) else { throw .memory }
        return UnsafeMutableRawBufferPointer(start: base, count: count)
    }

    var count: Int { end - start }

    /// The unused bytes; valid until the next call of `fill`.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[start..<end]) }

    /// Uses bytes up.
    func consume(_ count: Int) {
        start += count
        offset += count
    }

    /// Reads more behind the unused bytes.
    /// - Returns: false when the source has ended.
    func fill() throws(WinnowError) -> Bool {
        guard !isAtEnd else { return false }
        if memory.count - Self.padding - end < Self.block {
            if start >= memory.count / 2 {
                memory.copyMemory(from: bytes)
            } else {
                let larger = try Self.allocate(2 * memory.count)
                larger.copyMemory(from: bytes)
                free(memory.baseAddress)
                memory = larger
            }
            end -= start
            start = 0
        }
        let read = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[end..<memory.count - Self.padding]))
        end += read
        if read == 0 { isAtEnd = true }
        return read > 0
    }

    /// Reads until so many unused bytes are there, or the source has ended.
    /// - Returns: whether they are there.
    func fill(to wanted: Int) throws(WinnowError) -> Bool {
        while count < wanted { guard try fill() else { return false } }
        return true
    }

    /// The place of the first such byte at or behind `from` among the unused bytes.
    func index(of byte: UInt8, from: Int) -> Int? {
        guard from < count, let base = bytes.baseAddress, let hit = memchr(base + from, Int32(byte), count - from) else {
            return nil
        }
        return base.distance(to: UnsafeRawPointer(hit))
    }
}
