#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import WinnowCore

/// A named output: a regular file appears whole or not at all; a pipe, a device or a descriptor is written to directly.
public final class OutputFile {
    public let sink: FileSink
    private let atomic: AtomicFile?

    public init(_ path: String) throws(WinnowError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            guard status.st_mode & S_IFMT != S_IFDIR else {
                throw WinnowError(.system, "is a folder, not a file", at: .init(file: path))
            }
            atomic = nil
            sink = FileSink(try .open(path, flags: O_WRONLY), name: path)
        } else {
            let file = try AtomicFile(path)
            atomic = file
            sink = FileSink(file.descriptor, name: path)
        }
    }

    public func commit() throws(WinnowError) { try atomic?.commit() }
}
