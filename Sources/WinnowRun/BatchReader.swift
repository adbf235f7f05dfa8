import WinnowCore
import WinnowIO
import WinnowText

/// Cuts a stream of bytes into batches: windows of whole lines.
///
/// Where a window ends depends on the bytes alone, never on how they arrive: before the line that would be one line or one
/// byte too many. A line longer than the window's bytes is passed on in pieces of that size, which no stage but the
/// character steps of normalization touches. A window that is full is never the last: at the end of the input an empty one
/// follows, so that a full window need not wait for the next byte.
public final class BatchReader {
    private let source: any ByteSource
    private let window: Window
    private var scanner = LineScanner(unit: .byte)
    private var document: Document
    private var buffer: [UInt8]
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    private var isFinished = false
    private var line = 1
    private var offset = 0
    private var isInsideLongLine = false
    private let hash = StreamHash()

    /// How the encoding of a document is chosen.
    public enum EncodingChoice: Sendable {
        case named(TextEncoding)
        case auto
    }

    /// Bytes asked for at a time.
    private static let block = 1 << 18

    /// - Throws: what the source throws, where `encoding` asks for a look at the first bytes.
    public init(_ source: any ByteSource, ordinal: Int, window: Window, encoding: EncodingChoice) throws(WinnowError) {
        self.source = source
        self.window = window
        document = Document(ordinal: ordinal, name: source.name)
        buffer = [UInt8](repeating: 0, count: Self.block)
        switch encoding {
        case .named(let encoding): use(encoding)
        case .auto:
            while end < TextEncoding.sampleSize, !isAtEnd { try fill() }
            use(
                buffer.withUnsafeBufferPointer {
                    TextEncoding.detect(UnsafeBufferPointer(rebasing: $0[..<min(end, TextEncoding.sampleSize)]))
                })
        }
    }

    private func use(_ encoding: TextEncoding) {
        document.encoding = encoding.name
        scanner = LineScanner(unit: encoding.unit)
    }

    public var currentDocument: Document { document }
    /// Lines and bytes given out so far, and their hash.
    public var linesRead: Int { line - 1 }
    public var bytesRead: Int { offset }
    public var inputHash: String { hash.hex }

    /// Fills the batch with the next window; false when the input has ended.
    public func next(into batch: inout LineBatch) throws(WinnowError) -> Bool {
        guard !isFinished else { return false }
        batch.reset(document: document, firstLine: line, offset: offset)
        // What was given out is moved away only when the buffer is used up: rarely, and never much.
        if start > Self.block { compact() }
        let first = start
        var position = start
        var searched = start
        while true {
            let hit = buffer.withUnsafeBufferPointer { all in
                scanner.next(in: UnsafeBufferPointer(rebasing: all[..<end]), from: searched, atEnd: isAtEnd)
            }
            if let hit, hit.contentEnd - position <= window.bytes {
                guard batch.lines.isEmpty || hit.next - first <= window.bytes else { break }
                append(&batch, position - first, hit.contentEnd - position, hit.end, hit.next - hit.contentEnd)
                position = hit.next
                searched = position
                if batch.lines.count == window.lines { break }
            } else if end - position > window.bytes {
                // Too long a line: give out what came before it, then a piece of it.
                guard batch.lines.isEmpty else { break }
                let cut = buffer.withUnsafeBufferPointer { scanner.cut(in: $0, from: position, limit: position + window.bytes) }
                isInsideLongLine = true
                append(&batch, position - first, cut - position, .none, 0)
                position = cut
                break
            } else if isAtEnd {
                if position < end {
                    guard batch.lines.isEmpty || end - first <= window.bytes else { break }
                    append(&batch, position - first, end - position, .none, 0)
                    position = end
                    isInsideLongLine = false
                }
                batch.isLast = true
                isFinished = true
                break
            } else {
                searched = max(position, end - 4)
                try fill()
            }
        }
        batch.raw.append(contentsOf: buffer[first..<position])
        buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[first..<position])) }
        start = position
        offset += position - first
        // The pieces of a long line are one line.
        line += batch.lines.count - (isInsideLongLine ? 1 : 0)
        return true
    }

    private func append(_ batch: inout LineBatch, _ start: Int, _ length: Int, _ end: LineEnd, _ endLength: Int) {
        var flags: LineFlags = []
        if isInsideLongLine {
            flags.insert(.piece)
            if end != .none { isInsideLongLine = false }
        }
        batch.lines.append(
            Line(start: start, length: length, end: end, endLength: endLength, flags: flags, index: batch.lines.count))
        batch.verdicts.append(nil)
    }

    /// Reads one block more behind what is there.
    private func fill() throws(WinnowError) {
        if buffer.count - end < Self.block { buffer.append(contentsOf: repeatElement(0, count: max(Self.block, buffer.count))) }
        var count = 0
        var failure: WinnowError?
        let free = end..<end + Self.block
        buffer.withUnsafeMutableBytes { all in
            do throws(WinnowError) { count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: all[free])) } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        end += count
        if count == 0 { isAtEnd = true }
    }

    /// Moves what is not given out yet to the beginning of the buffer; called between windows.
    private func compact() {
        guard start > 0 else { return }
        buffer.withUnsafeMutableBytes { all in
            let rest = UnsafeRawBufferPointer(rebasing: all[start..<end])
            all.copyMemory(from: rest)
        }
        end -= start
        start = 0
    }
}
