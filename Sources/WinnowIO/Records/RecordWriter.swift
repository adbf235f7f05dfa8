import WinnowCore

/// Writes the records of a file, in order. A packed WARC file gets a gzip member or zstd frame for each record, other files
/// one for all.
public final class RecordWriter {
    private let sink: any ByteSink
    private let packer: CompressingSink?
    private let encoder: RecordEncoder
    private var out: [UInt8] = []

    public init(_ sink: any ByteSink, encoder: RecordEncoder = RecordEncoder()) {
        self.sink = sink
        packer = sink as? CompressingSink
        self.encoder = encoder
    }

    /// Writes a record, or a part of one.
    /// - Parameter text: the cleaned text; nil to leave the record as it is.
    @discardableResult
    public func write(_ record: Record, text: ArraySlice<UInt8>? = nil) throws(WinnowError) -> RecordOutcome {
        out.removeAll(keepingCapacity: true)
        let outcome = encoder.append(record, text: text, to: &out)
        if outcome != .dropped { try write(out, of: record) }
        return outcome
    }

    /// Writes the bytes that an encoder made of a record, elsewhere.
    public func write(_ bytes: [UInt8], of record: Record) throws(WinnowError) {
        if record.isWARC, record.part.isWhole { try packer?.beginMember(size: bytes.count) }
        var failure: WinnowError?
        bytes.withUnsafeBytes { bytes in
            do throws(WinnowError) { if !bytes.isEmpty { try sink.write(bytes) } } catch { failure = error }
        }
        if let failure { throw failure }
        if record.isWARC, record.part.isLast { try packer?.endMember() }
    }

    /// Ends the packing; what is below it stays open.
    public func finish() throws(WinnowError) { try packer?.finish() }
}
