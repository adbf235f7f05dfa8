import WinnowCore

/// The whole file is one document: one record, in parts of 1 MiB, cut anywhere.
///
/// A file that is cleaned by itself needs no records: its source can be read directly.
public final class PlainTextReader: RecordReader {
    private let buffer: InputBuffer
    private var isFinished = false

    public init(_ source: any ByteSource) throws(WinnowError) { buffer = try InputBuffer(source) }

    public func next(into record: inout Record) throws(WinnowError) -> Bool {
        guard !isFinished else { return false }
        // One byte more than a part: whether it is the last must be known.
        isFinished = try !buffer.fill(to: RecordLimits.part + 1)
        let count = min(buffer.count, RecordLimits.part)
        if buffer.offset == 0, count == 0 { return false }
        record.begin(
            .text, number: 1, line: 0, offset: buffer.offset,
            part: .init(isFirst: buffer.offset == 0, isLast: isFinished))
        record.isWARC = false
        record.bytes.append(contentsOf: buffer.bytes[..<count])
        buffer.consume(count)
        return true
    }
}
