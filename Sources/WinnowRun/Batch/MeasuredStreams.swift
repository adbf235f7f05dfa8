import WinnowCore
import WinnowIO
import WinnowText

/// A file that is read: its bytes are counted and hashed, and a wish to stop is heeded.
final class MeasuredSource: ByteSource {
    let name: String
    /// A regular file never lets its reader wait.
    let hasBytes = true
    private(set) var bytes: Int64 = 0
    private let source: any ByteSource
    private let hash = StreamHash()
    private let onRead: (Int64) throws(WinnowError) -> Void
    /// When so many bytes have come, no more are asked for.
    private let size: Int64

    /// - Parameters:
    ///   - size: of the file in bytes. Whether it has grown is for the caller to see.
    ///   - onRead: called after each read with the number of its bytes; throws to stop.
    init(_ source: any ByteSource, size: Int64, onRead: @escaping (Int64) throws(WinnowError) -> Void) {
        self.source = source
        self.size = size
        name = source.name
        self.onRead = onRead
    }

    /// XXH3-128 of what was read.
    var hex: String { hash.hex }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(WinnowError) -> Int {
        guard bytes < size else { return 0 }
        let count = try source.read(into: buffer)
        hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        bytes += Int64(count)
        try onRead(Int64(count))
        return count
    }
}

/// A file that is read, whose bytes are counted elsewhere.
final class WatchedSource: ByteSource {
    let name: String
    /// A regular file never lets its reader wait.
    let hasBytes = true
    private let source: any ByteSource
    private let onRead: (Int64) throws(WinnowError) -> Void

    /// - Parameter onRead: called after each read with the number of bytes; throws to stop.
    init(_ source: any ByteSource, onRead: @escaping (Int64) throws(WinnowError) -> Void) {
        self.source = source
        name = source.name
        self.onRead = onRead
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(WinnowError) -> Int {
        let count = try source.read(into: buffer)
        try onRead(Int64(count))
        return count
    }
}

extension ByteSource {
    /// Gives all that is left, in blocks.
    func readAll(_ body: (UnsafeRawBufferPointer) throws(WinnowError) -> Void) throws(WinnowError) {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
        defer { block.deallocate() }
        while true {
            let count = try read(into: block)
            guard count > 0 else { return }
            try body(UnsafeRawBufferPointer(rebasing: block[..<count]))
        }
    }

    /// XXH3-128 of all that is left, 32 hexadecimal digits.
    func hashAll() throws(WinnowError) -> String {
        let hash = StreamHash()
        try readAll { hash.update($0) }
        return hash.hex
    }
}

/// An output whose bytes are counted and hashed.
final class MeasuredSink: ByteSink {
    private(set) var bytes: Int64 = 0
    /// Whether a write failed: what is wrong then is no fault of the input.
    private(set) var hasFailed = false
    private let sink: any ByteSink
    private let hash = StreamHash()

    init(_ sink: any ByteSink) { self.sink = sink }

    /// XXH3-128 of what was written.
    var hex: String { hash.hex }

    func write(_ buffer: UnsafeRawBufferPointer) throws(WinnowError) {
        do throws(WinnowError) { try sink.write(buffer) } catch {
            hasFailed = true
            throw error
        }
        hash.update(buffer)
        bytes += Int64(buffer.count)
    }
}
