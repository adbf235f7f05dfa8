#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import WinnowCore

/// A folder of files that can be made again; the least recently used go when there are too many.
///
/// Nothing here fails: what cannot be read is not there, and what cannot be written is left undone. Processes may share a
/// folder. Files are not synchronized to disk, so after a crash of the system one may be cut: readers check what they get.
public struct CacheFolder: Sendable {
    public let path: String
    private let mostFiles: Int
    private let mostBytes: Int

    /// - Parameters:
    ///   - path: the folder; made when something is stored.
    ///   - mostBytes: of all files together.
    public init(_ path: String, mostFiles: Int = 64, mostBytes: Int = 128 << 20) {
        self.path = path
        self.mostFiles = mostFiles
        self.mostBytes = mostBytes
    }

    /// The folder of that name in winnow's part of the user's cache; nil when the environment names no place.
    public static func ofUser(_ name: String) -> CacheFolder? {
        userCache(xdgCacheHome: environment("XDG_CACHE_HOME"), home: environment("HOME")).map {
            CacheFolder("\($0)/winnow/\(name)")
        }
    }

    /// `$XDG_CACHE_HOME`, else `$HOME/.cache`. Paths that are not absolute are ignored, as the XDG Base Directory Specification
    /// demands (<https://specifications.freedesktop.org/basedir-spec/latest/>); so is a home that does not exist.
    static func userCache(xdgCacheHome: String?, home: String?) -> String? {
        if let xdgCacheHome, xdgCacheHome.hasPrefix("/") { return xdgCacheHome }
        guard let home, home.hasPrefix("/"), fileExists(home) else { return nil }
        return "\(home)/.cache"
    }

    /// The bytes of a file, which counts as used now; nil when it cannot be read, or others could have written it.
    public func load(_ name: String) -> [UInt8]? {
        let path = "\(self.path)/\(name)"
        // Not blocking: a named pipe in its place would be waited for.
        guard let file = try? FileDescriptor.open(path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { return nil }
        defer { file.close() }
        var status = stat()
        guard fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
            status.st_mode & 0o022 == 0, status.st_size <= mostBytes
        else { return nil }
        futimens(file.rawValue, nil)
        return try? file.readToEnd(name: path, expected: Int(status.st_size))
    }

    /// Puts a file in its place, whole, then removes files beyond the limits.
    /// - Parameter name: 32 hexadecimal digits: other files in the folder are not this cache's, and are left alone.
    public func store(_ bytes: [UInt8], as name: String) {
        guard bytes.count <= mostBytes else { return }
        makeFolder()
        // A name of its own for each writer; only the owner may read.
        let temporary = "\(path)/\(name).\(String(UInt64.random(in: 0...(.max)), radix: 16))"
        guard let file = try? FileDescriptor.open(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600) else { return }
        let isWritten = (try? file.write(bytes, name: temporary)) != nil
        file.close()
        if !isWritten || rename(temporary, "\(path)/\(name)") != 0 { unlink(temporary) }
        removeOldest()
    }

    /// Makes the folder and those it stands in, for the owner alone.
    private func makeFolder() {
        for index in path.indices.dropFirst() where path[index] == "/" { mkdir(String(path[..<index]), 0o700) }
        mkdir(path, 0o700)
    }

    private func removeOldest() {
        var files: [(path: String, used: timespec, size: Int)] = []
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            // Temporary files are counted too: a process that was killed leaves one, which grows old and goes.
            guard name.prefix(while: \.isHexDigit).count == 32 else { continue }
            var status = stat()
            guard lstat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            files.append(("\(path)/\(name)", status.st_mtim, Int(status.st_size)))
        }
        closedir(folder)
        files.sort { ($0.used.tv_sec, $0.used.tv_nsec) > ($1.used.tv_sec, $1.used.tv_nsec) }
        var size = 0
        for (index, file) in files.enumerated() {
            size += file.size
            if index >= mostFiles || size > mostBytes { unlink(file.path) }
        }
    }
}
