#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import WinnowCore

/// A part of a file in memory, read-only.
///
/// Reading it when another process has cut the file ends the process (SIGBUS): those who write such files hold a lock.
final class Mapping: StoredSegment {
    let bytes: UnsafeRawBufferPointer
    private let file: FileDescriptor
    private let offset: Int
    private let name: String

    /// - Parameter offset: a multiple of the size of a page.
    /// - Throws: `system`.
    init(_ file: FileDescriptor, offset: Int, count: Int, name: String) throws(WinnowError) {
        self.file = try file.duplicate(name: name)
        self.offset = offset
        self.name = name
        guard count > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let start = mmap(nil, count, PROT_READ, MAP_SHARED, file.rawValue, off_t(offset))
        guard let start, start != MAP_FAILED else {
            let error = WinnowError.system(name)
            self.file.close()
            throw error
        }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
        // Looks are all over it: reading ahead would read in vain.
        _ = madvise(start, count, MADV_RANDOM)
    }

    func releasePages(from offset: Int) {
        let page = 4096
        let first = (offset + page - 1) / page * page
        guard let start = bytes.baseAddress, first < bytes.count else { return }
        _ = madvise(UnsafeMutableRawPointer(mutating: start + first), bytes.count - first, MADV_DONTNEED)
    }

    func read(at start: Int, into buffer: UnsafeMutableRawBufferPointer) throws(WinnowError) {
        guard start >= 0, start <= bytes.count - buffer.count else {
            throw WinnowError(.input, "a segment of the index ends too early", at: .init(file: name))
        }
        var done = 0
        while done < buffer.count {
            let count = sysReadAt(
                file.rawValue, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + start + done))
            if count > 0 {
                done += count
            } else if count == 0 || errno != EINTR {
                throw .system(name)
            }
        }
    }

    deinit {
        file.close()
        if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    }
}

/// Segments in files without names, which are gone when the process is, however it ends.
public final class SpillFolder: SegmentStore {
    private let folder: Path

    /// - Parameter folder: where the files are made; it must be there when the first is.
    public init(_ folder: Path) { self.folder = folder }

    public func store(
        _ body: (@escaping SegmentOutput) throws(WinnowError) -> Void
    ) throws(WinnowError) -> any StoredSegment {
        let name = "\(folder)"
        let file = try open()
        // The mapping holds it.
        defer { file.close() }
        var count = 0
        try body { (bytes) throws(WinnowError) in
            do throws(WinnowError) { try file.write(bytes, name: name) } catch { throw error.withAdvice }
            count += bytes.count
        }
        return try Mapping(file, offset: 0, count: count, name: name)
    }

    private func open() throws(WinnowError) -> FileDescriptor {
        let path = folder.appending(".winnow-spill-" + hexadecimal(.random(in: 0...(.max))))
        let file = try FileDescriptor.open(path, flags: O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        _ = path.withCString(sysUnlink)
        return file
    }
}
