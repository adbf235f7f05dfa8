#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import WinnowCore

/// What the system knows of a file.
public struct FileStatus: Equatable, Sendable {
    /// Bytes.
    public var size: Int64
    /// Nanoseconds since 1970.
    public var modified: Int64
    /// The same for two names of one file, and for no other.
    public var identity: Identity
    var mode: mode_t

    public struct Identity: Hashable, Sendable {
        var device: UInt64
        var number: UInt64
    }

    public var isFile: Bool { mode & S_IFMT == S_IFREG }
    public var isFolder: Bool { mode & S_IFMT == S_IFDIR }
    public var isLink: Bool { mode & S_IFMT == S_IFLNK }
    var permissions: mode_t { mode & 0o7777 }

    init(_ status: stat) {
        size = Int64(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        identity = Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
        mode = status.st_mode
    }

    /// - Throws: `system`, also when there is no such file.
    public init(_ path: Path, followingLinks: Bool) throws(WinnowError) {
        var status = stat()
        guard path.withCString({ sysStat(AT_FDCWD, $0, &status, followingLinks: followingLinks) }) == 0 else {
            throw .system("\(path)")
        }
        self.init(status)
    }

    /// Of an open file: what is read is what was looked at.
    public init(_ file: FileDescriptor, name: String) throws(WinnowError) {
        var status = stat()
        guard fstat(file.rawValue, &status) == 0 else { throw .system(name) }
        self.init(status)
    }
}

extension FileStatus {
    fileprivate var kind: FolderReader.Kind { isFile ? .file : isFolder ? .folder : isLink ? .link : .other }
}

/// The names of a folder, in the order of the system.
final class FolderReader {
    enum Kind { case file, folder, link, other }

    struct Entry {
        var name: UnsafeBufferPointer<UInt8>
        var kind: Kind
    }

    private let path: Path
    private let stream: OpaquePointer

    /// - Throws: `system`.
    init(_ path: Path, followingLinks: Bool = false) throws(WinnowError) {
        self.path = path
        let file = try FileDescriptor.open(path, flags: O_RDONLY | O_DIRECTORY | (followingLinks ? 0 : O_NOFOLLOW))
        guard let stream = fdopendir(file.rawValue) else {
            let error = WinnowError.system("\(path)")
            file.close()
            throw error
        }
        self.stream = stream
    }

    deinit { closedir(stream) }

    var descriptor: Int32 { dirfd(stream) }

    /// The next name but `.` and `..`; it stands until the next call. Nil at the end.
    func next() throws(WinnowError) -> Entry? {
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw .system("\(path)") }
                return nil
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { UnsafeRawPointer($0) }
            let length = strlen(name.assumingMemoryBound(to: CChar.self))
            let bytes = UnsafeBufferPointer(start: name.assumingMemoryBound(to: UInt8.self), count: length)
            if bytes[0] == dot, length == 1 || length == 2 && bytes[1] == dot { continue }
            let kind: Kind? =
                switch Int32(entry.pointee.d_type) {
                case 8: .file
                case 4: .folder
                case 10: .link
                // Some file systems do not say.
                case 0: status(of: name.assumingMemoryBound(to: CChar.self), followingLinks: false)?.kind
                default: .other
                }
            guard let kind else { continue }
            return Entry(name: bytes, kind: kind)
        }
    }

    /// What the system knows of one of the names; nil when it is gone.
    func status(of name: UnsafePointer<CChar>, followingLinks: Bool) -> FileStatus? {
        var status = stat()
        guard sysStat(descriptor, name, &status, followingLinks: followingLinks) == 0 else { return nil }
        return FileStatus(status)
    }
}

/// Removes a file; nothing happens where there is none, or it may not be removed.
public func removeFile(_ path: Path) { _ = path.withCString(sysUnlink) }

/// Removes a folder and those above it, up to and with `top`, as long as they are empty.
public func removeEmptyFolders(_ path: Path, upTo top: Path) {
    var path = path
    while path.below(top) != nil || path == top {
        guard path.withCString(sysRemoveFolder) == 0, path != top else { return }
        path = path.folder
    }
}
