import WinnowCore
import WinnowIO
import WinnowText

/// Lines of a stream with their ends, as the writer of an output wrote them; what is taken is hashed, unless nobody wants to know.
final class LineStream {
    let source: any ByteSource
    @exclusivity(unchecked) private var buffer: [UInt8]
    @exclusivity(unchecked) private var start = 0
    @exclusivity(unchecked) private var end = 0
    @exclusivity(unchecked) private var isAtEnd = false
    /// Lines and blocks taken.
    @exclusivity(unchecked) private(set) var count = 0
    /// 1-based number of the line that comes next.
    @exclusivity(unchecked) private(set) var line = 1
    let hash = StreamHash()
    private let hashes: Bool

    init(_ source: any ByteSource, hashes: Bool = true) {
        self.source = source
        self.hashes = hashes
        buffer = [UInt8](repeating: 0, count: 1 << 16)
    }

    /// Lines of a text at hand.
    init(_ text: [UInt8], name: String) {
        source = MemorySource([], name: name)
        hashes = true
        buffer = text
        end = text.count
        isAtEnd = true
    }

    /// The next line with its end; nil at the end.
    func next() throws(WinnowError) -> ArraySlice<UInt8>? {
        let scanner = LineScanner(unit: .byte)
        var searched = start
        while true {
            let hit = buffer.withUnsafeBufferPointer { all in
                scanner.next(in: UnsafeBufferPointer(rebasing: all[..<end]), from: searched, atEnd: isAtEnd)
            }
            if let hit { return take(hit.next) }
            if isAtEnd { return start < end ? take(end) : nil }
            searched = max(start, end - 1)
            try fill(&searched)
        }
    }

    /// Exactly this many bytes; nil when there are not as many.
    func take(bytes count: Int) throws(WinnowError) -> ArraySlice<UInt8>? {
        var searched = start
        while end - start < count, !isAtEnd { try fill(&searched) }
        guard end - start >= count else { return nil }
        return take(start + count)
    }

    /// Some bytes, at most so many; nil at the end.
    func some(_ most: Int) throws(WinnowError) -> ArraySlice<UInt8>? {
        var searched = start
        if start == end, !isAtEnd { try fill(&searched) }
        return start < end ? take(min(end, start + most)) : nil
    }

    private func take(_ next: Int) -> ArraySlice<UInt8> {
        defer { start = next }
        count += 1
        if start < next, buffer[next - 1] == 0x0A || buffer[next - 1] == 0x0D { line += 1 }
        if hashes { buffer[start..<next].withUnsafeBytes { hash.update($0) } }
        return buffer[start..<next]
    }

    private func fill(_ searched: inout Int) throws(WinnowError) {
        if start > 0 {
            buffer.replaceSubrange(0..<end - start, with: Array(buffer[start..<end]))
            searched -= start
            end -= start
            start = 0
        }
        if buffer.count - end < 1 << 15 { buffer.append(contentsOf: repeatElement(0, count: max(1 << 16, buffer.count))) }
        var read = 0
        var failure: WinnowError?
        buffer.withUnsafeMutableBytes { all in
            do throws(WinnowError) {
                read = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: all[end...]))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        end += read
        if read == 0 { isAtEnd = true }
    }
}
