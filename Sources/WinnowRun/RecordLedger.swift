import WinnowCore
import WinnowIO
import WinnowText

/// The ledger of a file of records (docs/ledger.md): for each record that was not written as it came, an entry that says how,
/// then the changes of its text's lines. What stands between such records is counted only.
final class RecordLedger {
    private let ledger: LedgerWriter
    private let name: String
    private let inputHash = StreamHash()
    private let outputHash = StreamHash()
    private var inputBytes = 0
    private var outputBytes = 0
    private var records = 0
    /// Bytes of the output, since the last entry, that are the input's.
    private var copied = 0

    /// - Parameter name: of the file.
    init(_ ledger: LedgerWriter, name: String) {
        self.ledger = ledger
        self.name = name
    }

    /// What stands in the place of the line end that a text lacked, and its document had.
    enum End: String {
        /// The cleaned text has none either.
        case hidden
        /// The cleaned text does not end with the line that had it.
        case added
    }

    /// A record that is known to be written, or left out. In order.
    func write(_ work: RecordWork, _ lines: ArraySlice<Chunk.Work>) throws(WinnowError) {
        let record = work.record
        record.bytes.withUnsafeBytes { inputHash.update($0) }
        inputBytes += record.bytes.count
        records = max(records, record.number)
        if !work.isLeftOut {
            work.output.withUnsafeBytes { outputHash.update($0) }
            outputBytes += work.output.count
        }
        guard !work.entry.isEmpty else {
            copied += work.output.count
            return
        }
        try ledger.write("{\"record\":\(record.number),\"copied\":\(copied)")
        try ledger.write(work.entry)
        for line in lines { try ledger.write(line.ledger) }
        copied = 0
    }

    /// Ends the file.
    func finish() throws(WinnowError) {
        try ledger.write(
            "{\"end\":\(JSONText.string(name)),\"records\":\(records),\"copied\":\(copied),\"bytes\":\(inputBytes),"
                + "\"hash\":\"\(inputHash.hex)\"}\n")
        try ledger.finish(outputBytes: outputBytes, outputHash: outputHash.hex)
    }

    // MARK: Entries, but for their beginning

    /// - Parameters:
    ///   - output: what is written for the record; nil where it is dropped.
    ///   - cleaned: its text as it is written, or would be.
    static func append(
        _ record: Record, _ output: [UInt8]?, _ layout: RecordLayout, cleaned: ArraySlice<UInt8>, end: End?,
        to out: inout [UInt8]
    ) {
        let place = record.place
        appendPlace(record, to: &out)
        if let output {
            out.append(contentsOf: ",\"action\":\"rewrite\",\"output_bytes\":".utf8)
            JSONText.append(output.count, to: &out)
            out.append(contentsOf: ",\"text\":[".utf8)
            JSONText.append(layout.text.lowerBound, to: &out)
            out.append(UInt8(ascii: ","))
            JSONText.append(layout.text.count, to: &out)
            out.append(UInt8(ascii: "]"))
            appendEdits(record, layout, to: &out)
        } else {
            out.append(contentsOf: ",\"action\":\"drop\"".utf8)
            append("before", record.bytes[..<place.lowerBound], to: &out)
            append("after", record.bytes[place.upperBound...], to: &out)
            append("cleaned", cleaned, to: &out)
        }
        if let end { out.append(contentsOf: ",\"line_end\":\"\(end.rawValue)\"".utf8) }
        if record.isLiteral {
            let literal = record.bytes[place]
            if let spelling = JSONSpelling(of: literal, text: record.text) {
                if spelling != [] { out.append(contentsOf: ",\"spelling\":\"\(spelling.text)\"".utf8) }
            } else {
                append("literal", literal, to: &out)
            }
        }
        out.append(contentsOf: "}\n".utf8)
    }

    /// A damaged record, or a part of one.
    static func appendLeftOut(_ record: Record, _ error: WinnowError, to out: inout [UInt8]) {
        appendPlace(record, to: &out)
        out.append(contentsOf: ",\"action\":\"leave-out\"".utf8)
        if record.part.isFirst { append("reason", Array(error.message.utf8)[...], to: &out) }
        append("original", record.bytes[...], to: &out)
        out.append(contentsOf: "}\n".utf8)
    }

    private static func appendPlace(_ record: Record, to out: inout [UInt8]) {
        if record.line > 0 {
            out.append(contentsOf: ",\"file_line\":".utf8)
            JSONText.append(record.line, to: &out)
        }
        out.append(contentsOf: ",\"file_offset\":".utf8)
        JSONText.append(record.offset, to: &out)
    }

    /// What stood outside of the text: where in the output, how many bytes are there now, and which were.
    private static func appendEdits(_ record: Record, _ layout: RecordLayout, to out: inout [UInt8]) {
        guard !layout.edits.isEmpty else { return }
        let originals = layout.edits.map { record.bytes[$0.original] }
        guard originals.allSatisfy(isText) else { return append("header", record.bytes[..<record.place.lowerBound], to: &out) }
        out.append(contentsOf: ",\"edits\":[".utf8)
        for (index, edit) in layout.edits.enumerated() {
            out.append(contentsOf: "\(index > 0 ? "," : "")[\(edit.written.lowerBound),\(edit.written.count),".utf8)
            JSONText.append(originals[index], to: &out)
            out.append(UInt8(ascii: "]"))
        }
        out.append(UInt8(ascii: "]"))
    }

    private static func isText(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer { !Kernels.classify($0).flags.contains(.invalid) }
    }

    /// A member with bytes as text, or in base64 under a name that says so.
    static func append(_ name: String, _ bytes: ArraySlice<UInt8>, to out: inout [UInt8]) {
        if isText(bytes) {
            out.append(contentsOf: ",\"\(name)\":".utf8)
            JSONText.append(bytes, to: &out)
        } else {
            out.append(contentsOf: ",\"\(name)_base64\":".utf8)
            JSONText.appendBase64(bytes, to: &out)
        }
    }
}
