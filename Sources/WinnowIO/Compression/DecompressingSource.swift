import WinnowCore

/// Unpacks a source as it is read: gzip, zstd, xz and bzip2, recognized by their magic numbers; other bytes pass as they are.
///
/// Files of several members (frames, streams) are read as one. Memory: two blocks of 128 KiB and the library's window, which
/// is at most `memoryLimit`.
public final class DecompressingSource: ByteSource {
    public let compression: Compression
    /// Position in the packed file of the next byte to be unpacked.
    public private(set) var packedOffset = 0
    /// The member that the last bytes came from: its number, from 1, and where it begins in the packed file. A read never
    /// gives bytes of two members.
    public private(set) var member = (number: 1, offset: 0)

    private let source: any ByteSource
    private let decoder: (any MemberDecoder)?
    private let input: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private var isInputAtEnd = false
    private var isBetweenMembers = false
    private var isAtEnd = false
    /// Bytes that were unpacked to be looked at, and are still to be read.
    private var peeked: [UInt8] = []
    private var peekedStart = 0
    /// What went wrong: found while looking ahead, it is told when the bytes before it have been read, and ever after.
    private var failure: WinnowError?

    private static let block = 1 << 17
    /// Enough to recognize what packed it.
    private static let smallest = 4096

    /// - Parameters:
    ///   - compression: nil to recognize it by the first bytes, with the source's name as a hint.
    ///   - memoryLimit: in bytes, of the window of zstd and of all that xz needs.
    ///   - size: of the source in bytes, where it is known: a small one takes a small block.
    /// - Throws: what the source throws.
    public init(
        _ source: any ByteSource, compression: Compression? = nil, memoryLimit: Int = 1 << 27, size: Int = .max
    ) throws(WinnowError) {
        self.source = source
        // With room behind a whole source, where its end shows.
        input = .allocate(byteCount: max(Self.smallest, min(size, Self.block - 1) + 1), alignment: 64)
        var kind = compression
        do throws(WinnowError) {
            while kind == nil {
                let first = UnsafeRawBufferPointer(rebasing: input[..<end])
                kind = Compression.recognize(first, name: source.name, isWhole: isInputAtEnd)
                if kind == nil {
                    let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: input[end...]))
                    end += count
                    if count == 0 { isInputAtEnd = true }
                }
            }
        } catch {
            input.deallocate()
            throw error
        }
        self.compression = kind ?? .none
        do throws(Damage) {
            decoder =
                switch self.compression {
                case .none: nil
                case .gzip: try GzipDecoder()
                case .zstd: try ZstdDecoder(memoryLimit: memoryLimit)
                case .xz: try XzDecoder(memoryLimit: memoryLimit)
                case .bzip2: try BZip2Decoder()
                }
        } catch {
            input.deallocate()
            throw WinnowError(error.code, error.reason, at: .init(file: source.name))
        }
    }

    deinit { input.deallocate() }

    public var name: String { source.name }

    /// Bytes that are at hand count as readable, although the decoder may want more of them before it gives any out.
    public var hasBytes: Bool { peekedStart < peeked.count || start < end || isAtEnd || source.hasBytes }

    /// The first bytes that `read` has not given out yet, without giving them out; fewer than `count` at the end only.
    public func peek(_ count: Int) -> [UInt8] {
        if peekedStart > 0 {
            peeked.removeFirst(peekedStart)
            peekedStart = 0
        }
        if decoder == nil, peeked.isEmpty {
            fillUp(to: min(count, input.count))
            if end >= count || isInputAtEnd { return Array(UnsafeRawBufferPointer(rebasing: input[..<min(end, count)])) }
        }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.block, alignment: 64)
        defer { room.deallocate() }
        while peeked.count < count {
            guard let read = try? unpack(into: UnsafeMutableRawBufferPointer(rebasing: room[..<min(room.count, count)])),
                read > 0
            else { break }
            peeked.append(contentsOf: room[..<read])
        }
        return Array(peeked.prefix(count))
    }

    /// Reads behind the bytes that are at hand, as far as there is room; for bytes that are not packed.
    private func fillUp(to count: Int) {
        if start > 0 {
            input.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[start..<end]))
            (start, end) = (0, end - start)
        }
        while end < count, !isInputAtEnd, failure == nil {
            do throws(WinnowError) {
                let read = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: input[end...]))
                end += read
                if read == 0 { isInputAtEnd = true }
            } catch { failure = error }
        }
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(WinnowError) -> Int {
        guard peekedStart < peeked.count else { return try unpack(into: buffer) }
        let count = min(buffer.count, peeked.count - peekedStart)
        buffer.copyBytes(from: peeked[peekedStart..<peekedStart + count])
        peekedStart += count
        if peekedStart == peeked.count {
            peeked = []
            peekedStart = 0
        }
        return count
    }

    private func unpack(into buffer: UnsafeMutableRawBufferPointer) throws(WinnowError) -> Int {
        // What was read before something went wrong comes first.
        if decoder == nil, start < end { return try pass(into: buffer) }
        if let failure { throw failure }
        guard !buffer.isEmpty else { return 0 }
        do throws(WinnowError) {
            guard let decoder else { return try pass(into: buffer) }
            return try unpack(decoder, into: buffer)
        } catch {
            failure = error
            throw error
        }
    }

    private func unpack(
        _ decoder: any MemberDecoder, into buffer: UnsafeMutableRawBufferPointer
    ) throws(WinnowError) -> Int {
        while !isAtEnd {
            if start == end, !isInputAtEnd { try fill() }
            if isBetweenMembers {
                guard try beginMember(decoder) else { continue }
            }
            let bytes = UnsafeRawBufferPointer(rebasing: input[start..<end])
            let step: DecoderStep
            do throws(Damage) {
                step = try decoder.step(bytes, buffer)
            } catch {
                throw damaged(error)
            }
            start += step.consumed
            packedOffset += step.consumed
            if step.endsMember { isBetweenMembers = true }
            if step.produced > 0 { return step.produced }
            if step.endsMember || step.consumed > 0 { continue }
            // No step forward: the decoder wants more bytes.
            if start < end { throw damaged(Damage(reason: "the data is corrupt")) }
            if isInputAtEnd { throw truncated() }
        }
        return 0
    }

    /// Bytes that are not packed.
    private func pass(into buffer: UnsafeMutableRawBufferPointer) throws(WinnowError) -> Int {
        guard start < end else {
            if isInputAtEnd { return 0 }
            let count = try source.read(into: buffer)
            packedOffset += count
            return count
        }
        let count = min(buffer.count, end - start)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[start..<start + count]))
        start += count
        packedOffset += count
        return count
    }

    /// Reads the next block; called when the last one is used up.
    private func fill() throws(WinnowError) {
        start = 0
        end = 0
        end = try source.read(into: input)
        if end == 0 { isInputAtEnd = true }
    }

    /// Zero bytes that stand behind the last member, as tapes and the .xz format (2.2, a multiple of four) have them.
    private var padding = 0

    /// Looks at what stands behind a member.
    /// - Returns: false when the file or this block ends here.
    private func beginMember(_ decoder: any MemberDecoder) throws(WinnowError) -> Bool {
        while start < end, input[start] == 0, compression == .gzip || compression == .xz {
            start += 1
            packedOffset += 1
            padding += 1
        }
        guard start < end else {
            if isInputAtEnd {
                isAtEnd = true
                if compression == .xz, padding % 4 != 0 { throw garbage() }
            }
            return false
        }
        let first = UnsafeRawBufferPointer(rebasing: input[start..<start + 1])
        guard compression.matchesMagic(first) != .no, padding == 0 || compression == .xz && padding % 4 == 0 else {
            throw garbage()
        }
        padding = 0
        isBetweenMembers = false
        member = (member.number + 1, packedOffset)
        do throws(Damage) {
            try decoder.beginMember()
        } catch {
            throw damaged(error)
        }
        return true
    }

    // MARK: Errors

    private var place: String { "\(compression.part) \(member.number), which begins at byte \(member.offset)" }

    private func damaged(_ damage: Damage) -> WinnowError {
        let message =
            damage.code == .input ? "damaged \(compression.rawValue) data" : "\(compression.rawValue) data cannot be unpacked"
        return WinnowError(
            damage.code, "\(message) at byte \(packedOffset) (\(place)): \(damage.reason)",
            hint: damage.hint ?? "get the file again; what stands before this place is good", at: .init(file: name))
    }

    private func truncated() -> WinnowError {
        WinnowError(
            .input, "cut off: the file ends at byte \(packedOffset), within \(compression.rawValue) \(place)",
            hint: "get the file again; what stands before this place is good", at: .init(file: name))
    }

    private func garbage() -> WinnowError {
        WinnowError(
            .input,
            "bytes that are no \(compression.rawValue) data at byte \(packedOffset), behind \(compression.part) \(member.number)",
            hint: "get the file again, or cut it there: head -c \(packedOffset) FILE", at: .init(file: name))
    }
}
