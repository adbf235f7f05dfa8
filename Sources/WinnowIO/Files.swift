#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import WinnowCore

/// Reads a whole small file: a configuration, a rule pack.
public func readWhole(_ path: String) throws(WinnowError) -> [UInt8] {
    let file = try FileDescriptor.openForReading(path)
    defer { file.close() }
    return try file.readToEnd(name: path)
}

extension FileDescriptor {
    /// Reads what is left of a small file.
    /// - Parameter expected: how many bytes are likely to come; memory for them is taken at once.
    func readToEnd(name: String, expected: Int = 0) throws(WinnowError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(expected)
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            var count = 0
            var failure: WinnowError?
            block.withUnsafeMutableBytes { buffer in
                do throws(WinnowError) { count = try read(into: buffer, name: name) } catch { failure = error }
            }
            if let failure { throw failure }
            if count == 0 { return bytes }
            bytes.append(contentsOf: block[..<count])
        }
    }

    /// Writes all bytes of an array.
    func write(_ bytes: [UInt8], name: String) throws(WinnowError) {
        var failure: WinnowError?
        bytes.withUnsafeBytes { buffer in
            do throws(WinnowError) { try write(buffer, name: name) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}

/// A file that appears whole or not at all: written under another name in the same folder, synchronized, then renamed.
public final class AtomicFile {
    public let path: String
    private let temporary: String
    private let file: FileDescriptor
    private var isDone = false

    public init(_ path: String) throws(WinnowError) {
        self.path = path
        temporary = "\(path).winnow-\(getpid())"
        do throws(WinnowError) {
            file = try FileDescriptor.open(temporary, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o666)
        } catch {
            // The name that was asked for, not the one that it has until it is whole.
            throw WinnowError(error.code, error.message, at: .init(file: path))
        }
        // A file that is replaced keeps its permissions.
        var status = stat()
        if stat(path, &status) == 0 { _ = fchmod(file.rawValue, status.st_mode & 0o7777) }
    }

    public var descriptor: FileDescriptor { file }

    /// Puts the file in its place.
    public func commit() throws(WinnowError) {
        try file.synchronize(name: path)
        guard rename(temporary, path) == 0 else { throw .system(path) }
        isDone = true
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        if let handle = try? FileDescriptor.open(folder, flags: O_RDONLY) {
            defer { handle.close() }
            try handle.synchronize(name: folder)
        }
    }

    deinit {
        file.close()
        if !isDone { unlink(temporary) }
    }

    /// Writes a whole file at once.
    public static func write(_ bytes: [UInt8], to path: String) throws(WinnowError) {
        let file = try AtomicFile(path)
        try file.descriptor.write(bytes, name: path)
        try file.commit()
    }
}
