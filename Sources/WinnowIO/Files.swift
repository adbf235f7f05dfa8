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
        try bytes.withBytes { (bytes) throws(WinnowError) in try write(bytes, name: name) }
    }
}

/// The C function is `rename`; what stands under the new name is replaced.
public func renameFile(_ from: Path, to path: Path) throws(WinnowError) {
    let result = from.withCString { from in path.withCString { sysRename(from, $0) } }
    guard result == 0 else { throw .notWritten(path) }
    try synchronizeFolder(path.folder)
}
