import CXXHash
import WinnowCore

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// An index on disk: a header, segments that never change once they are written, and a directory of them
/// (docs/index-format.md).
///
/// What is added is written behind the end, then named by a new header: a kill at any moment leaves the old state or the new one.
/// All that an open index says has been checked: headers, directory and segments carry checksums (XXH3), and every byte is read
/// when it is opened.
public final class IndexFile {
    public struct Segment: Equatable, Sendable {
        public var id: SegmentID
        public var offset: Int
        public var bytes: Int
    }

    public static let version: UInt32 = 1

    public let path: Path
    /// In words, what made the segments; see `DocumentStage.sharedForm`. Empty in a file without any.
    public private(set) var form = ""
    public private(set) var segments: [Segment] = []
    /// Bytes that count; what stands behind them is of a run that was killed.
    public private(set) var bytes = 0

    private let file: FileDescriptor
    private let name: String
    private var generation: UInt64 = 0

    /// Opens an index.
    /// - Parameters:
    ///   - form: what the segments must be made by; nil for any.
    ///   - writing: whether it will be added to; it is made where it is missing.
    /// - Throws: `system`; `input` when it is no index, is damaged, cut, or of another form; `system` when another run uses it.
    public init(_ path: Path, form: String?, writing: Bool) throws(WinnowError) {
        self.path = path
        name = "\(path)"
        if writing, try Self.isMissing(path) {
            let new = try AtomicFile(path)
            try new.write(IndexHeader.firstPage)
            try new.commit()
        }
        file = try .open(path, flags: writing ? O_RDWR : O_RDONLY)
        // When this throws, `deinit` closes the file.
        try lock(exclusive: writing)
        try read()
        if let form, !segments.isEmpty, form != self.form {
            throw error(
                "was made in another way (\(self.form)) than this run compares lines (\(form))",
                hint: "give another file, or the options and the winnow that it was made with")
        }
    }

    deinit { file.close() }

    private func error(_ message: String, hint: String? = nil) -> WinnowError {
        WinnowError(.input, message, hint: hint, at: .init(file: name))
    }

    private func damaged(_ what: String) -> WinnowError {
        error("the index is damaged: \(what)", hint: "take a copy of it, or build it anew")
    }

    /// Whether there is no file, or one without a byte.
    private static func isMissing(_ path: Path) throws(WinnowError) -> Bool {
        guard let status = try? FileStatus(path, followingLinks: true) else { return !fileExists("\(path)") }
        return status.isFile && status.size == 0
    }

    private func lock(exclusive: Bool) throws(WinnowError) {
        var tries = 0
        while sysLock(file.rawValue, exclusive: exclusive) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK where tries < 5:
                // Perhaps only a child that this process or the other is about to start, which closes it at once.
                tries += 1
                usleep(40_000)
            case EWOULDBLOCK:
                throw WinnowError(
                    .system, "another run uses this index", hint: "wait for it, or end it", at: .init(file: name))
            default: throw .system(name)
            }
        }
    }

    // MARK: Read

    private func read() throws(WinnowError) {
        let size = try FileStatus(file, name: name).size
        guard size >= IndexHeader.page else { throw error("is no index of winnow, or cut") }
        let page = try bytes(at: 0, IndexHeader.page)
        let copies = IndexHeader.places.map { IndexHeader(page[$0..<$0 + IndexHeader.bytes]) }
        guard let header = copies.compactMap({ $0 }).max(by: { $0.generation < $1.generation }) else {
            throw error("is no index of winnow, or its headers are damaged")
        }
        guard header.version == Self.version else {
            throw error("is of version \(header.version) of the format", hint: "this winnow reads version \(Self.version)")
        }
        guard header.length <= UInt64(size) else { throw damaged("it is cut: \(size) bytes of \(header.length)") }
        guard header.directoryOffset <= header.length, header.directoryBytes <= header.length - header.directoryOffset else {
            throw damaged("its directory is nowhere")
        }
        generation = header.generation
        bytes = Int(header.length)
        if header.generation == 0 { return }
        let directory = try bytes(at: Int(header.directoryOffset), Int(header.directoryBytes))
        guard Self.hash(directory) == header.directoryID, let read = IndexDirectory(directory) else {
            throw damaged("the directory")
        }
        form = read.form
        segments = read.segments
        for (number, segment) in segments.enumerated() {
            guard segment.offset >= IndexHeader.page, segment.bytes >= 0, segment.offset <= bytes - segment.bytes,
                try hash(segment) == segment.id
            else { throw damaged("segment \(number + 1)") }
        }
    }

    private func bytes(at offset: Int, _ count: Int) throws(WinnowError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let more = try read(&bytes, done, at: offset + done)
            guard more > 0 else { throw damaged("it is cut") }
            done += more
        }
        return bytes
    }

    private func read(_ buffer: inout [UInt8], _ start: Int, at offset: Int) throws(WinnowError) -> Int {
        while true {
            let count = buffer.withUnsafeMutableBytes {
                sysReadAt(file.rawValue, $0.baseAddress.map { $0 + start }, $0.count - start, off_t(offset))
            }
            if count >= 0 { return count }
            if errno != EINTR { throw .system(name) }
        }
    }

    private static func hash(_ bytes: [UInt8]) -> SegmentID {
        bytes.withUnsafeBytes { SegmentID(XXH3_128bits($0.baseAddress, $0.count)) }
    }

    private func hash(_ segment: Segment) throws(WinnowError) -> SegmentID {
        let hash = SegmentHash()
        var block = [UInt8](repeating: 0, count: 1 << 20)
        var done = 0
        while done < segment.bytes {
            let count = min(try read(&block, 0, at: segment.offset + done), segment.bytes - done)
            guard count > 0 else { throw damaged("it is cut") }
            block.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            done += count
        }
        return hash.id
    }

    /// A segment in memory; good as long as it is held.
    public func map(_ segment: Segment) throws(WinnowError) -> any StoredSegment {
        try Mapping(file, offset: segment.offset, count: segment.bytes, name: name)
    }

    // MARK: Write

    /// Adds a segment at the end.
    ///
    /// - Parameters:
    ///   - form: of the segment, and so of the file.
    ///   - replaced: segments that no longer count.
    ///   - willCount: called when the segment is on disk and nothing refers to it yet.
    /// - Throws: `system`; the file is as it was then.
    public func append(
        form: String, replacing replaced: Set<SegmentID> = [],
        willCount: (SegmentID) throws(WinnowError) -> Void = { _ in },
        _ body: (@escaping SegmentOutput) throws(WinnowError) -> Void
    ) throws(WinnowError) -> Segment {
        let start = (max(bytes, IndexHeader.page) + IndexHeader.page - 1) / IndexHeader.page * IndexHeader.page
        // What a killed run left.
        guard sysTruncate(file.rawValue, off_t(bytes)) == 0 else { throw .system(name) }
        var end = start
        let hash = SegmentHash()
        try body { [self] (bytes) throws(WinnowError) in
            hash.update(bytes)
            try write(bytes, at: end)
            end += bytes.count
        }
        let segment = Segment(id: hash.id, offset: start, bytes: end - start)
        let all = segments.filter { !replaced.contains($0.id) } + [segment]
        let directory = IndexDirectory(form: form, segments: all)
        let bytes = directory.bytes
        let header = IndexHeader(
            version: Self.version, generation: generation + 1, length: UInt64(end + bytes.count),
            directoryOffset: UInt64(end), directoryBytes: UInt64(bytes.count), directoryID: Self.hash(bytes))
        try write(bytes, at: end)
        try synchronize()
        try willCount(segment.id)
        // Two places in turn, each twice: a header that is torn or damaged has a whole one beside it, and it is known which of
        // the two it is.
        let places = header.generation % 2 == 0 ? IndexHeader.places[..<2] : IndexHeader.places[2...]
        for place in places {
            try write(header.encoded, at: place)
            try synchronize()
        }
        generation = header.generation
        self.bytes = end + bytes.count
        self.form = form
        segments = all
        return segment
    }

    private func synchronize() throws(WinnowError) {
        do throws(WinnowError) { try file.synchronize(name: name) } catch { throw error.withAdvice }
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws(WinnowError) {
        try bytes.withBytes { (bytes) throws(WinnowError) in try write(bytes, at: offset) }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(WinnowError) {
        var done = 0
        while done < bytes.count {
            let count = sysWriteAt(
                file.rawValue, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
            if count >= 0 {
                done += count
            } else if errno != EINTR {
                throw WinnowError.system(name).withAdvice
            }
        }
    }
}

/// XXH3-128 of bytes that come in pieces.
final class SegmentHash {
    private let state: OpaquePointer

    init() {
        guard let state = XXH3_createState() else { preconditionFailure("out of memory") }
        self.state = state
        XXH3_128bits_reset(state)
    }

    deinit { XXH3_freeState(state) }

    func update(_ bytes: UnsafeRawBufferPointer) {
        if let base = bytes.baseAddress { XXH3_128bits_update(state, base, bytes.count) }
    }

    var id: SegmentID { SegmentID(XXH3_128bits_digest(state)) }
}

extension SegmentID {
    init(_ hash: XXH128_hash_t) { self.init(high: hash.high64, low: hash.low64) }
}
