import CZlib
import CZstd
import WinnowCore

/// Packs what is written, as gzip or zstd, and hands it on; `none` hands it on as it is.
///
/// The same bytes and level give the same output, however the bytes are cut into writes: they are gathered into blocks of
/// 128 KiB, of which the library gets only the last of a member unfilled. No names, no times.
public final class CompressingSink: ByteSink {
    public let compression: Compression
    private let sink: any ByteSink
    private let encoder: (any MemberEncoder)?
    private let block: UnsafeMutableRawBufferPointer
    private let packed: UnsafeMutableRawBufferPointer
    private var count = 0
    private var isInMember = false
    private var hasMembers = false

    private static let blockSize = 1 << 17

    /// Levels that may be chosen, and the one that is taken otherwise; nil for what has none.
    public static func levels(_ kind: Compression) -> (range: ClosedRange<Int>, normal: Int)? {
        switch kind {
        case .gzip: (1...9, 6)
        // Above 19, unpacking needs more memory than readers allow by themselves.
        case .zstd: (1...19, 3)
        default: nil
        }
    }

    /// - Throws: `usage` for what is not written, or a level that does not exist.
    public init(_ sink: any ByteSink, _ compression: Compression, level: Int? = nil) throws(WinnowError) {
        self.sink = sink
        self.compression = compression
        if let level {
            let range = Self.levels(compression)?.range
            guard range?.contains(level) == true else {
                throw WinnowError(
                    .usage, "\(compression.rawValue) has no level \(level)",
                    hint: range.map { "from \($0.lowerBound) to \($0.upperBound)" } ?? "only gzip and zstd have levels")
            }
        }
        let level = level ?? Self.levels(compression)?.normal ?? 0
        switch compression {
        case .none: encoder = nil
        case .gzip: encoder = try GzipEncoder(level: level)
        case .zstd: encoder = try ZstdEncoder(level: level)
        case .xz, .bzip2:
            throw WinnowError(
                .usage, "winnow reads \(compression.rawValue) and does not write it", hint: "choose gzip or zstd")
        }
        guard encoder != nil else {
            // Most outputs of most batches.
            block = .init(start: nil, count: 0)
            packed = block
            return
        }
        block = .allocate(byteCount: Self.blockSize, alignment: 64)
        packed = .allocate(byteCount: Self.blockSize, alignment: 64)
    }

    deinit {
        guard encoder != nil else { return }
        block.deallocate()
        packed.deallocate()
    }

    public func write(_ bytes: UnsafeRawBufferPointer) throws(WinnowError) {
        guard let encoder else { return try sink.write(bytes) }
        guard !bytes.isEmpty else { return }
        try beginMember()
        var next = 0
        while next < bytes.count {
            // Whole blocks need no copy.
            if count == 0, bytes.count - next >= block.count {
                try feed(encoder, UnsafeRawBufferPointer(rebasing: bytes[next..<next + block.count]), ends: false)
                next += block.count
                continue
            }
            let part = min(block.count - count, bytes.count - next)
            UnsafeMutableRawBufferPointer(rebasing: block[count...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[next..<next + part]))
            count += part
            next += part
            if count == block.count { try flush(encoder, ends: false) }
        }
    }

    /// Begins a member (gzip) or frame (zstd); writing does so by itself.
    /// - Parameter size: how many bytes it will have, where that is known: zstd then writes it into the frame, and takes less
    ///   memory for few. Exactly so many must be written.
    public func beginMember(size: Int? = nil) throws(WinnowError) {
        guard let encoder, !isInMember else { return }
        try encoder.begin(size: size)
        isInMember = true
        hasMembers = true
    }

    /// Ends the member; nothing happens when none was begun.
    public func endMember() throws(WinnowError) {
        guard let encoder, isInMember else { return }
        try flush(encoder, ends: true)
        isInMember = false
    }

    /// Ends the output: nothing may be written afterwards. Where nothing was, an empty member is, so that the file is one.
    public func finish() throws(WinnowError) {
        if !hasMembers { try beginMember(size: 0) }
        try endMember()
    }

    private func flush(_ encoder: any MemberEncoder, ends: Bool) throws(WinnowError) {
        try feed(encoder, UnsafeRawBufferPointer(rebasing: block[..<count]), ends: ends)
        count = 0
    }

    private func feed(_ encoder: any MemberEncoder, _ block: UnsafeRawBufferPointer, ends: Bool) throws(WinnowError) {
        var input = block
        while true {
            let step = try encoder.step(input, packed, ends: ends)
            if step.produced > 0 { try sink.write(UnsafeRawBufferPointer(rebasing: packed[..<step.produced])) }
            input = UnsafeRawBufferPointer(rebasing: input[step.consumed...])
            if ends ? step.isDone : input.isEmpty { break }
        }
    }
}

private struct EncoderStep {
    var consumed: Int
    var produced: Int
    /// Whether the member ended and all its bytes are out.
    var isDone: Bool
}

private protocol MemberEncoder: AnyObject {
    func begin(size: Int?) throws(WinnowError)
    func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer, ends: Bool
    ) throws(WinnowError) -> EncoderStep
}

private func failed(_ library: String, _ reason: String) -> WinnowError { WinnowError(.bug, "\(library): \(reason)") }

private final class GzipEncoder: MemberEncoder {
    private let stream: UnsafeMutablePointer<z_stream>
    private let header: UnsafeMutablePointer<gz_header>

    init(level: Int) throws(WinnowError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        header = .allocate(capacity: 1)
        header.initialize(to: gz_header())
        // "Unknown" (RFC 1952, 2.3.1): otherwise the byte would tell what system zlib was built for.
        header.pointee.os = 255
        let status = deflateInit2_(
            stream, Int32(level), Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw WinnowError(.system, "not enough memory to pack the output") }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        header.deallocate()
    }

    func begin(size: Int?) throws(WinnowError) {
        guard deflateReset(stream) == Z_OK, deflateSetHeader(stream, header) == Z_OK else {
            throw failed("zlib", "a member cannot be begun")
        }
    }

    func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer, ends: Bool
    ) throws(WinnowError) -> EncoderStep {
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) })
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) }
        stream.pointee.avail_out = UInt32(output.count)
        let status = deflate(stream, ends ? Z_FINISH : Z_NO_FLUSH)
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
            throw failed("zlib", "error \(status)")
        }
        return EncoderStep(
            consumed: input.count - Int(stream.pointee.avail_in), produced: output.count - Int(stream.pointee.avail_out),
            isDone: status == Z_STREAM_END)
    }
}

private final class ZstdEncoder: MemberEncoder {
    private let context: OpaquePointer

    init(level: Int) throws(WinnowError) {
        guard let context = ZSTD_createCCtx() else { throw WinnowError(.system, "not enough memory to pack the output") }
        self.context = context
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
        // As the zstd tool does: a flipped bit is found.
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    }

    deinit { ZSTD_freeCCtx(context) }

    func begin(size: Int?) throws(WinnowError) {
        ZSTD_CCtx_reset(context, ZSTD_reset_session_only)
        ZSTD_CCtx_setPledgedSrcSize(context, size.map { UInt64($0) } ?? UInt64.max)
        // An empty call fixes that size: otherwise one that comes with all bytes at once would set it by itself, and the bytes
        // of the frame would depend on how many there are.
        var source = ZSTD_inBuffer(src: nil, size: 0, pos: 0)
        var target = ZSTD_outBuffer(dst: nil, size: 0, pos: 0)
        try check(ZSTD_compressStream2(context, &target, &source, ZSTD_e_continue))
    }

    func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer, ends: Bool
    ) throws(WinnowError) -> EncoderStep {
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let left = ZSTD_compressStream2(context, &target, &source, ends ? ZSTD_e_end : ZSTD_e_continue)
        try check(left)
        return EncoderStep(consumed: source.pos, produced: target.pos, isDone: ends && left == 0)
    }

    private func check(_ status: Int) throws(WinnowError) {
        guard ZSTD_isError(status) != 0 else { return }
        if ZSTD_getErrorCode(status) == ZSTD_error_memory_allocation {
            throw WinnowError(.system, "not enough memory to pack the output")
        }
        throw failed("libzstd", String(cString: ZSTD_getErrorName(status)))
    }
}
