import WinnowCore
import WinnowIO
import WinnowText

/// Cuts a stream of bytes into batches: windows of whole lines of one document.
///
/// Where a window ends depends on the bytes alone, never on how they arrive: at a separator, or before the line that would be
/// one line or one byte too many. A line longer than the window's bytes is passed on in pieces of that size, which no stage
/// but the character steps of normalization touches. A window that is full is never the last of its document: at the end an
/// empty one follows, so that a full window need not wait for the next byte.
public final class BatchReader {
    private var source: any ByteSource
    private let window: Window
    private var separators: SeparatorFinder
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
    private var beginsDocument = true
    /// Whether blank lines go on separating: the document before them has ended.
    private var isInSeparator = false
    private var hash: StreamHash?

    /// How the encoding of a document is chosen.
    public enum EncodingChoice: Sendable {
        case named(TextEncoding)
        case auto
    }

    /// Bytes asked for at a time.
    private static let block = 1 << 18

    /// - Parameters:
    ///   - ordinal: of the first document; those behind separators count on.
    ///   - hashing: whether `inputHash` is wanted.
    ///   - name: of the document; nil for the source's.
    /// - Throws: what the source throws, where `encoding` asks for a look at the first bytes.
    public init(
        _ source: any ByteSource, ordinal: Int, window: Window, encoding: EncodingChoice, separator: Separator = .none,
        hashing: Bool = true, name: String? = nil, host: String? = nil
    ) throws(WinnowError) {
        self.source = source
        self.window = window
        separators = try SeparatorFinder(separator)
        document = Document(ordinal: ordinal, name: name ?? source.name, host: host)
        buffer = [UInt8](repeating: 0, count: 2 * Self.block)
        hash = hashing ? StreamHash() : nil
        try choose(encoding)
    }

    /// Goes on with another source, as a new reader would: the memory is used again.
    func begin(
        _ source: any ByteSource, ordinal: Int, encoding: EncodingChoice, name: String? = nil, host: String? = nil
    ) throws(WinnowError) {
        self.source = source
        separators.reset()
        document = Document(ordinal: ordinal, name: name ?? source.name, host: host)
        (start, end, line, offset) = (0, 0, 1, 0)
        (isAtEnd, isFinished, isInsideLongLine, isInSeparator) = (false, false, false, false)
        beginsDocument = true
        if hash != nil { hash = StreamHash() }
        try choose(encoding)
    }

    private func choose(_ encoding: EncodingChoice) throws(WinnowError) {
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
    public var inputHash: String { hash?.hex ?? "" }

    /// Fills the batch with the next window; false when the input has ended.
    /// - Parameter beforeWaiting: called when bytes are wanted that have not come yet: what is ready should go out now.
    public func next(
        into batch: inout LineBatch, beforeWaiting: () throws(WinnowError) -> Void = {}
    ) throws(WinnowError) -> Bool {
        guard !isFinished else { return false }
        batch.reset(document: document, firstLine: line, offset: offset)
        // What was given out is moved away only when the buffer is used up: rarely, and never much.
        if start > Self.block { compact() }
        let first = start
        var position = start
        var searched = start
        var endsDocument = false
        scan: while true {
            let hit = buffer.withUnsafeBufferPointer { all in
                scanner.next(in: UnsafeBufferPointer(rebasing: all[..<end]), from: searched, atEnd: isAtEnd)
            }
            if let hit, hit.contentEnd - position <= window.bytes {
                guard batch.lines.isEmpty || hit.next - first <= window.bytes else {
                    giveBackBlanks(&batch, &position)
                    break
                }
                if !separators.isNone, !isInsideLongLine {
                    let role = buffer.withUnsafeBufferPointer {
                        separators.role(of: UnsafeBufferPointer(rebasing: $0[position..<hit.contentEnd]))
                    }
                    switch role {
                    case .text:
                        // The text behind a run of separating blank lines begins a document.
                        if isInSeparator, separators.blanks == 0 {
                            isInSeparator = false
                            if !batch.lines.isEmpty {
                                endsDocument = true
                                break scan
                            }
                        }
                    case .separatorRun(let before):
                        for k in batch.lines.indices.suffix(before) { batch.lines[k].flags.insert(.separator) }
                        isInSeparator = true
                    case .separator: break
                    }
                    append(&batch, position - first, hit.contentEnd - position, hit.end, hit.next - hit.contentEnd, hit.flags)
                    position = hit.next
                    searched = position
                    if case .text = role {
                    } else {
                        batch.lines[batch.lines.count - 1].flags.insert(.separator)
                        if !isInSeparator {
                            endsDocument = true
                            break
                        }
                    }
                } else {
                    append(&batch, position - first, hit.contentEnd - position, hit.end, hit.next - hit.contentEnd, hit.flags)
                    position = hit.next
                    searched = position
                }
                if batch.lines.count == window.lines {
                    if isInSeparator { endsDocument = true } else { giveBackBlanks(&batch, &position) }
                    break
                }
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
                endsDocument = true
                isFinished = true
                break
            } else {
                // A CR at the end may be half of a line end. The search goes on at the beginning of a code unit.
                let width = scanner.unit.width
                // A line of bytes is looked at whole once more: the window is small.
                searched = width == 1 ? position : position + max(0, end - 4 - position) / width * width
                if !source.hasBytes { try beforeWaiting() }
                try fill()
            }
        }
        batch.isFirst = beginsDocument
        batch.isLast = endsDocument
        beginsDocument = endsDocument
        batch.raw.append(contentsOf: buffer[first..<position])
        if let hash { buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[first..<position])) } }
        start = position
        offset += position - first
        // The pieces of a long line are one line.
        line += batch.lines.count - (isInsideLongLine ? 1 : 0)
        if endsDocument { document.ordinal += 1 }
        return true
    }

    /// A full window does not end within blank lines that may become a separator: they are read again with the next.
    private func giveBackBlanks(_ batch: inout LineBatch, _ position: inout Int) {
        let count = separators.undecided
        guard count > 0, count < batch.lines.count else { return }
        for line in batch.lines.suffix(count) { position -= Int(line.length) + Int(line.endLength) }
        batch.lines.removeLast(count)
        batch.verdicts.removeLast(count)
        separators.giveBack(count)
    }

    private func append(
        _ batch: inout LineBatch, _ start: Int, _ length: Int, _ end: LineEnd, _ endLength: Int,
        _ found: LineFlags = []
    ) {
        var flags = found
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
        if buffer.count - end < Self.block {
            buffer.append(contentsOf: [UInt8](repeating: 0, count: max(Self.block, buffer.count)))
        }
        var count = 0
        var failure: WinnowError?
        let free = end..<end + Self.block
        buffer.withUnsafeMutableBytes { all in
            do throws(WinnowError) {
                count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: all[free]))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        end += count
        if count == 0 { isAtEnd = true }
    }

    /// Moves what is not given out yet to the beginning of the buffer; called between windows.
    private func compact() {
        buffer.withUnsafeMutableBytes { all in
            let rest = UnsafeRawBufferPointer(rebasing: all[start..<end])
            all.copyMemory(from: rest)
        }
        end -= start
        start = 0
    }
}
