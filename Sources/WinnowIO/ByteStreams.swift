#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import WinnowCore

/// Where bytes come from.
public protocol ByteSource: AnyObject {
    var name: String { get }
    /// Whether a read would not wait.
    var hasBytes: Bool { get }
    /// Fills the buffer from its beginning, as far as bytes are at hand; waits for the first.
    /// - Returns: how many bytes came; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(WinnowError) -> Int
}

/// Where bytes go.
public protocol ByteSink: AnyObject {
    func write(_ bytes: UnsafeRawBufferPointer) throws(WinnowError)
}

extension ByteSink {
    public func write(_ bytes: [UInt8]) throws(WinnowError) {
        try bytes.withBytes { (bytes) throws(WinnowError) in try write(bytes) }
    }
}

extension [UInt8] {
    func withBytes(_ body: (UnsafeRawBufferPointer) throws(WinnowError) -> Void) throws(WinnowError) {
        var failure: WinnowError?
        withUnsafeBytes { bytes in
            do throws(WinnowError) { try body(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}

/// A file, a pipe or a terminal.
public final class FileSource: ByteSource {
    public let name: String
    private let file: FileDescriptor

    private let watched: FileDescriptor?

    /// - Parameters:
    ///   - path: a path, or "-" for standard input.
    ///   - watched: an output; while bytes are waited for and nobody reads it any more, `read` throws `closedPipe`.
    public init(_ path: String, watching watched: FileDescriptor? = nil) throws(WinnowError) {
        name = path
        self.watched = watched
        file = path == "-" ? .standardInput : try .openForReading(path)
    }

    /// Reads an open file, and closes it at the end.
    public init(_ file: FileDescriptor, name: String) {
        self.file = file
        self.name = name
        watched = nil
    }

    /// Opens a regular file for reading: a pipe that took its place is not waited for.
    public convenience init(opening path: Path) throws(WinnowError) {
        self.init(try .open(path, flags: O_RDONLY | O_NONBLOCK), name: "\(path)")
    }

    deinit { if file != .standardInput { file.close() } }

    public var hasBytes: Bool { file.isReadable }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(WinnowError) -> Int {
        if let watched, !file.isReadable { try file.waitUntilReadable(watching: watched) }
        return try file.read(into: buffer, name: name)
    }
}

/// Bytes at hand, given out in blocks of a chosen size: tests feed every split of an input.
public final class MemorySource: ByteSource {
    public let name: String
    private let bytes: [UInt8]
    private let block: Int
    private var next = 0

    public init(_ bytes: [UInt8], name: String = "-", block: Int = .max) {
        self.bytes = bytes
        self.name = name
        self.block = max(1, block)
    }

    public var hasBytes: Bool { true }

    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(block, buffer.count, bytes.count - next)
        buffer.copyBytes(from: bytes[next..<next + count])
        next += count
        return count
    }
}

/// A descriptor that is written to as it comes.
public final class FileSink: ByteSink {
    private let file: FileDescriptor
    private let name: String

    public init(_ file: FileDescriptor, name: String) {
        self.file = file
        self.name = name
    }

    public func write(_ bytes: UnsafeRawBufferPointer) throws(WinnowError) { try file.write(bytes, name: name) }
}

/// Collects what is written.
public final class MemorySink: ByteSink {
    public private(set) var bytes: [UInt8] = []
    public init() {}
    public func write(_ bytes: UnsafeRawBufferPointer) { self.bytes.append(contentsOf: bytes) }
}
