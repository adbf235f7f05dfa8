import WinnowCore
import WinnowIO
import WinnowText

/// The record of every line that did not pass as it was: enough to give back the input byte for byte.
///
/// JSON Lines, in input order (docs/ledger.md): a header, then for each document its changes and an end record with counts
/// and the hash of its bytes, then a record that ends the ledger with the hash of the output.
public final class LedgerWriter {
    public static let version = 1

    private let sink: any ByteSink
    private let pipeline: Pipeline
    private var names: [String] = []
    private var buffer: [UInt8] = []

    public init(_ sink: any ByteSink, pipeline: Pipeline, winnow: String, configuration: String) throws(WinnowError) {
        self.sink = sink
        self.pipeline = pipeline
        line(
            "{\"winnow\":\(JSONText.string(winnow)),\"ledger\":\(Self.version),\"key\":\(Folder.version),"
                + "\"unicode\":\(JSONText.string(ICU.unicodeVersion)),\"icu\":\(JSONText.string(ICU.version)),"
                + "\"configuration\":\(JSONText.string(configuration))}")
        try flush()
    }

    private func line(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        buffer.append(0x0A)
    }

    public func begin(_ document: Document) { names.append(document.name) }

    /// Records the changes of a decided batch.
    public func write(_ batch: borrowing LineBatch) throws(WinnowError) {
        let document = JSONText.string(batch.document.name)
        // A closure may not capture a borrowed batch; these are copies of references.
        let raw = batch.raw
        let lines = batch.lines
        let firstLine = batch.firstLine
        let offset = batch.offset
        let counted = lines.indices.filter { Self.needsByteCount(lines[$0]) && lines[$0].source >= 0 }
        var nextCounted = 0
        func copies(before index: Int) {
            while nextCounted < counted.count, counted[nextCounted] < index {
                let place = counted[nextCounted]
                nextCounted += 1
                line(
                    "{\"doc\":\(document),\"line\":\(firstLine + place),\"offset\":\(offset + Int(lines[place].start)),"
                        + "\"action\":\"copy\",\"output_bytes\":\(Self.outputBytes(place, lines))}")
            }
        }
        pipeline.forEachChange(in: batch) { change in
            copies(before: change.index)
            let entry = lines[change.index]
            let start = Int(entry.start)
            let bytes = raw[start..<start + Int(entry.length) + Int(entry.endLength)]
            var text = "{\"doc\":\(document),\"line\":\(firstLine + change.index),\"offset\":\(offset + start),"
            text += "\"action\":\"\(change.actionName)\","
            if case .move(let place) = change.action { text += "\"to\":\(place)," }
            text += "\"stage\":\(JSONText.string(change.stage)),\"rule\":\(JSONText.string(change.rule)),"
            text += "\"evidence\":\(evidence(change)),"
            if change.action == .rewrite, Self.needsByteCount(entry) {
                text += "\"output_bytes\":\(Self.outputBytes(change.index, lines)),"
                if nextCounted < counted.count, counted[nextCounted] == change.index { nextCounted += 1 }
            }
            buffer.append(contentsOf: text.utf8)
            let isText = bytes.withUnsafeBufferPointer { !Kernels.classify($0).flags.contains(.invalid) }
            if isText {
                buffer.append(contentsOf: "\"original\":".utf8)
                JSONText.append(bytes, to: &buffer)
            } else {
                buffer.append(contentsOf: "\"original_base64\":".utf8)
                JSONText.appendBase64(bytes, to: &buffer)
            }
            buffer.append(contentsOf: "}\n".utf8)
        }
        copies(before: lines.count)
        try flush()
    }

    /// Whether the output does not show where the line ends: a piece of a long line, or a CR that was kept, which an LF may
    /// follow.
    private static func needsByteCount(_ line: Line) -> Bool { line.flags.contains(.piece) || line.end == .cr }

    /// Bytes that a place takes in the output.
    private static func outputBytes(_ place: Int, _ lines: [Line]) -> Int {
        guard lines[place].source >= 0 else { return 0 }
        let end =
            switch lines[place].end {
            case .none: 0;
            case .lf, .cr: 1;
            case .crlf: 2
            }
        return Int(lines[Int(lines[place].source)].textLength) + end
    }

    /// The evidence of a change as a JSON object.
    private func evidence(_ change: Change) -> String {
        var fields: [String] = []
        switch change.evidence {
        case .none: break
        case .pattern: fields.append("\"pattern\":\(JSONText.string(change.pattern))")
        case .block(let head, _):
            fields.append("\"block\":\(head)")
            fields.append("\"pattern\":\(JSONText.string(change.pattern))")
        case .twin(let twin):
            let index = Int(twin.document)
            let name = names.indices.contains(index) ? names[index] : "?"
            fields.append("\"twin\":{\"doc\":\(JSONText.string(name)),\"line\":\(twin.line)}")
            fields.append("\"similarity\":\(twin.similarity)")
            fields.append("\"measure\":\"\(twin.measureName)\"")
        case .run(let lines): fields.append("\"lines\":\(lines)")
        }
        if !change.steps.isEmpty { fields.append("\"steps\":[\(change.steps.map(JSONText.string).joined(separator: ","))]") }
        return "{\(fields.joined(separator: ","))}"
    }

    /// Ends a document.
    public func end(_ document: Document, lines: Int, bytes: Int, hash: String) throws(WinnowError) {
        line(
            "{\"end\":\(JSONText.string(document.name)),\"encoding\":\(JSONText.string(document.encoding)),\"lines\":\(lines),"
                + "\"bytes\":\(bytes),\"hash\":\"\(hash)\"}")
        try flush()
    }

    /// Ends the ledger.
    public func finish(outputBytes: Int, outputHash: String) throws(WinnowError) {
        line("{\"output_bytes\":\(outputBytes),\"output_hash\":\"\(outputHash)\"}")
        try flush()
    }

    private func flush() throws(WinnowError) {
        var failure: WinnowError?
        buffer.withUnsafeBytes { bytes in
            do throws(WinnowError) { if !bytes.isEmpty { try sink.write(bytes) } } catch { failure = error }
        }
        buffer.removeAll(keepingCapacity: true)
        if let failure { throw failure }
    }
}
