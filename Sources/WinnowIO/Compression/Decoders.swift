import CBZip2
import CLZMA
import CZlib
import CZstd
import WinnowCore

/// What a decoder did with its input.
struct DecoderStep {
    var consumed: Int
    var produced: Int
    /// Whether a member ended; the next byte belongs to another one.
    var endsMember: Bool
}

/// Why bytes cannot be unpacked.
struct Damage: Error {
    var reason: String
    var hint: String?
    var code = WinnowError.Code.input
}

/// Unpacks one member after the other (a gzip member, a zstd frame, an xz or bzip2 stream).
protocol MemberDecoder: AnyObject {
    /// Unpacks as much as fits; the output has room for at least one byte.
    func step(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) throws(Damage) -> DecoderStep
    /// Called before the first byte of a further member.
    func beginMember() throws(Damage)
}

extension Damage {
    static let memory = Damage(reason: "not enough memory to unpack it", code: .system)
    static let dictionary = Damage(reason: "its dictionary is damaged")
    static func needsMemory(_ what: String, limit: Int) -> Damage {
        Damage(
            reason: "unpacking needs \(what), more than the limit of \(limit >> 20) MiB",
            hint: "raise the limit, or unpack the file first", code: .limit)
    }
}

/// zlib.
final class GzipDecoder: MemberDecoder {
    private let stream: UnsafeMutablePointer<z_stream>

    init() throws(Damage) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, and 16 for "gzip only": the header, CRC32 and ISIZE are checked by zlib.
        guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { throw .memory }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func beginMember() throws(Damage) { inflateReset(stream) }

    func step(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) throws(Damage) -> DecoderStep {
        let room = min(output.count, Int(UInt32.max))
        let size = min(input.count, Int(UInt32.max))
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) })
        stream.pointee.avail_in = UInt32(size)
        stream.pointee.next_out = output.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) }
        stream.pointee.avail_out = UInt32(room)
        let status = inflate(stream, Z_NO_FLUSH)
        switch status {
        case Z_OK, Z_STREAM_END, Z_BUF_ERROR: break
        case Z_MEM_ERROR: throw .memory
        default: throw Damage(reason: stream.pointee.msg.map { String(cString: $0) } ?? "not gzip")
        }
        return DecoderStep(
            consumed: size - Int(stream.pointee.avail_in), produced: room - Int(stream.pointee.avail_out),
            endsMember: status == Z_STREAM_END)
    }
}

/// libzstd. Frames and skippable frames, each a member.
///
/// A file that begins with a dictionary, in a skippable frame of its own, is unpacked with it: so do archives of web pages that
/// have a frame a record (IIPC, "Use of Zstandard in WARC files", dictionaries).
final class ZstdDecoder: MemberDecoder {
    private let context: OpaquePointer
    private let limit: Int
    /// The frame with the dictionary, as far as it has come; nil when there is none, or it has been read.
    private var dictionaryFrame: [UInt8]? = []

    /// - Parameter memoryLimit: of a frame's window, in bytes; at least 1 KiB, rounded down to a power of two.
    init(memoryLimit: Int) throws(Damage) {
        guard let context = ZSTD_createDCtx() else { throw .memory }
        self.context = context
        limit = memoryLimit
        let log = Int.bitWidth - 1 - max(1 << 10, memoryLimit).leadingZeroBitCount
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(min(log, 31)))
    }

    deinit { ZSTD_freeDCtx(context) }

    // The library begins a frame by itself behind the end of another.
    func beginMember() {}

    func step(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) throws(Damage) -> DecoderStep {
        if let step = try readDictionary(input) { return step }
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let status = ZSTD_decompressStream(context, &target, &source)
        if ZSTD_isError(status) != 0 {
            switch ZSTD_getErrorCode(status) {
            case ZSTD_error_memory_allocation: throw .memory
            case ZSTD_error_frameParameter_windowTooLarge: throw .needsMemory("a larger window", limit: limit)
            case ZSTD_error_dictionary_wrong:
                throw Damage(
                    reason: "it was packed with a dictionary that it does not contain",
                    hint: "unpack it first: zstd -d -D DICTIONARY FILE")
            default: throw Damage(reason: String(cString: ZSTD_getErrorName(status)))
            }
        }
        return DecoderStep(consumed: source.pos, produced: target.pos, endsMember: status == 0)
    }

    /// Reads the frame at the beginning of the file, if it has a dictionary.
    /// - Returns: nil when it has none, or has been read.
    private func readDictionary(_ input: UnsafeRawBufferPointer) throws(Damage) -> DecoderStep? {
        // 0x184D2A5D, little-endian; then the size, in four bytes.
        let magic: [UInt8] = [0x5D, 0x2A, 0x4D, 0x18]
        guard var frame = dictionaryFrame else { return nil }
        guard let first = frame.first ?? input.first, first == magic[0] else {
            if !input.isEmpty { dictionaryFrame = nil }
            return nil
        }
        // Not held twice while it grows.
        dictionaryFrame = nil
        var consumed = 0
        func take(upTo size: Int) -> Bool {
            let part = min(size - frame.count, input.count - consumed)
            frame.append(contentsOf: input[consumed..<consumed + part])
            consumed += part
            return frame.count == size
        }
        if frame.count >= 8 || take(upTo: 8) {
            guard frame.starts(with: magic) else { throw Damage(reason: "no zstd frame") }
            let size = 8 + (0..<4).reduce(0) { $0 | Int(frame[4 + $1]) << (8 * $1) }
            guard size <= limit else { throw .needsMemory("a dictionary of \(size >> 20) MiB", limit: limit) }
            if take(upTo: size) {
                try load(Array(frame[8...]))
                return DecoderStep(consumed: consumed, produced: 0, endsMember: true)
            }
        }
        dictionaryFrame = frame
        return DecoderStep(consumed: consumed, produced: 0, endsMember: false)
    }

    /// Takes a dictionary, which may itself be packed as a frame.
    private func load(_ bytes: [UInt8]) throws(Damage) {
        var dictionary = bytes
        if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { dictionary = try Self.unpack(bytes, limit: limit) }
        guard ZSTD_isError(ZSTD_DCtx_loadDictionary(context, dictionary, dictionary.count)) == 0 else {
            throw .dictionary
        }
    }

    /// Unpacks a single frame.
    private static func unpack(_ bytes: [UInt8], limit: Int) throws(Damage) -> [UInt8] {
        let decoder = try ZstdDecoder(memoryLimit: limit)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
        defer { room.deallocate() }
        var out: [UInt8] = []
        var next = 0
        while true {
            var result: Result<DecoderStep, Damage> = .failure(.dictionary)
            bytes.withUnsafeBytes { all in
                result = Result { () throws(Damage) in
                    try decoder.step(UnsafeRawBufferPointer(rebasing: all[next...]), room)
                }
            }
            let step = try result.get()
            next += step.consumed
            out.append(contentsOf: room[..<step.produced])
            guard out.count <= limit else { throw .needsMemory("a larger dictionary", limit: limit) }
            if step.endsMember { return out }
            guard step.consumed > 0 || step.produced > 0 else { throw .dictionary }
        }
    }
}

/// liblzma.
final class XzDecoder: MemberDecoder {
    private let stream: UnsafeMutablePointer<lzma_stream>
    private let limit: Int

    init(memoryLimit: Int) throws(Damage) {
        // All zero is LZMA_STREAM_INIT.
        stream = .allocate(capacity: 1)
        stream.initialize(to: lzma_stream())
        limit = memoryLimit
        try beginMember()
    }

    deinit {
        lzma_end(stream)
        stream.deallocate()
    }

    func beginMember() throws(Damage) {
        guard lzma_stream_decoder(stream, UInt64(max(1, limit)), 0) == LZMA_OK else { throw .memory }
    }

    func step(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) throws(Damage) -> DecoderStep {
        stream.pointee.next_in = input.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) }
        stream.pointee.avail_in = input.count
        stream.pointee.next_out = output.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) }
        stream.pointee.avail_out = output.count
        let status = lzma_code(stream, LZMA_RUN)
        switch status {
        case LZMA_OK, LZMA_STREAM_END, LZMA_BUF_ERROR: break
        case LZMA_MEM_ERROR: throw .memory
        case LZMA_MEMLIMIT_ERROR: throw .needsMemory("\(lzma_memusage(stream) >> 20) MiB", limit: limit)
        case LZMA_FORMAT_ERROR: throw Damage(reason: "no xz header")
        case LZMA_OPTIONS_ERROR: throw Damage(reason: "a filter or option that liblzma does not know")
        default: throw Damage(reason: "the data is corrupt")
        }
        return DecoderStep(
            consumed: input.count - stream.pointee.avail_in, produced: output.count - stream.pointee.avail_out,
            endsMember: status == LZMA_STREAM_END)
    }
}

/// libbz2.
final class BZip2Decoder: MemberDecoder {
    private let stream: UnsafeMutablePointer<bz_stream>

    init() throws(Damage) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: bz_stream())
        guard BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else { throw .memory }
    }

    deinit {
        BZ2_bzDecompressEnd(stream)
        stream.deallocate()
    }

    func beginMember() throws(Damage) {
        BZ2_bzDecompressEnd(stream)
        guard BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else { throw .memory }
    }

    func step(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) throws(Damage) -> DecoderStep {
        let room = min(output.count, Int(UInt32.max))
        let size = min(input.count, Int(UInt32.max))
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress.map { $0.assumingMemoryBound(to: CChar.self) })
        stream.pointee.avail_in = UInt32(size)
        stream.pointee.next_out = output.baseAddress.map { $0.assumingMemoryBound(to: CChar.self) }
        stream.pointee.avail_out = UInt32(room)
        let status = BZ2_bzDecompress(stream)
        switch status {
        case BZ_OK, BZ_STREAM_END: break
        case BZ_MEM_ERROR: throw .memory
        case BZ_DATA_ERROR_MAGIC: throw Damage(reason: "no bzip2 header")
        default: throw Damage(reason: "the data is corrupt")
        }
        return DecoderStep(
            consumed: size - Int(stream.pointee.avail_in), produced: room - Int(stream.pointee.avail_out),
            endsMember: status == BZ_STREAM_END)
    }
}
