import WinnowCore
import WinnowIO
import WinnowText

/// The record of every line that did not pass as it was: enough to give back the input byte for byte.
///
/// JSON Lines, in input order (docs/ledger.md): a header, then for each input its changes and an end record with counts and the
/// hash of its bytes, then a record that ends the ledger with the hash of the output.
public final class LedgerWriter {
    public static let version = 1

    private let sink: any ByteSink

    public init(_ sink: any ByteSink, pipeline: Pipeline, winnow: String, configuration: String) throws(WinnowError) {
        self.sink = sink
        try write(
            "{\"winnow\":\(JSONText.string(winnow)),\"ledger\":\(Self.version),\"key\":\(Folder.version),"
                + "\"unicode\":\(JSONText.string(ICU.unicodeVersion)),\"icu\":\(JSONText.string(ICU.version)),"
                + "\"configuration\":\(JSONText.string(configuration))}\n")
    }

    /// Ends an input.
    func end(name: String, encoding: String, lines: Int, bytes: Int, hash: String) throws(WinnowError) {
        try write(
            "{\"end\":\(JSONText.string(name)),\"encoding\":\(JSONText.string(encoding)),\"lines\":\(lines),"
                + "\"bytes\":\(bytes),\"hash\":\"\(hash)\"}\n")
    }

    /// Ends the ledger.
    func finish(outputBytes: Int, outputHash: String) throws(WinnowError) {
        try write("{\"output_bytes\":\(outputBytes),\"output_hash\":\"\(outputHash)\"}\n")
    }

    private func write(_ text: String) throws(WinnowError) { try write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) throws(WinnowError) {
        var failure: WinnowError?
        bytes.withUnsafeBytes { bytes in
            do throws(WinnowError) { if !bytes.isEmpty { try sink.write(bytes) } } catch { failure = error }
        }
        if let failure { throw failure }
    }
}

/// Writes the changes of decided batches as ledger records. One a thread.
final class LedgerEncoder {
    private let pipeline: Pipeline
    /// `"stage":"…","rule":"…",` by stage and rule.
    private let origins: [[[UInt8]]]

    init(_ pipeline: Pipeline) {
        self.pipeline = pipeline
        origins = pipeline.names.indices.map { stage in
            pipeline.ruleNames[stage].map { rule in
                Array("\"stage\":\(JSONText.string(pipeline.names[stage])),\"rule\":\(JSONText.string(rule)),".utf8)
            }
        }
    }

    /// Appends the records of a batch to `out`.
    /// - Parameter nameOfDocument: the name of a document by its ordinal, for twins.
    func append(_ batch: borrowing LineBatch, nameOfDocument: (Int) -> String, to out: inout [UInt8]) {
        var document: [UInt8] = []
        JSONText.append(batch.document.name.utf8, to: &document)
        // A closure may not capture a borrowed batch; these are copies of references.
        let raw = batch.raw
        let lines = batch.lines
        let firstLine = batch.firstLine
        let offset = batch.offset
        let counted = lines.indices.filter { Self.needsByteCount(lines[$0]) && lines[$0].source >= 0 }
        var nextCounted = 0
        func begin(_ index: Int, _ action: String) {
            out.append(contentsOf: "{\"doc\":".utf8)
            out.append(contentsOf: document)
            out.append(contentsOf: ",\"line\":".utf8)
            JSONText.append(firstLine + index, to: &out)
            out.append(contentsOf: ",\"offset\":".utf8)
            JSONText.append(offset + Int(lines[index].start), to: &out)
            out.append(contentsOf: ",\"action\":\"".utf8)
            out.append(contentsOf: action.utf8)
            out.append(contentsOf: "\",".utf8)
        }
        func outputBytes(_ place: Int) {
            let line = lines[place]
            let end =
                switch line.end {
                case .none: 0
                case .lf, .cr: 1
                case .crlf: 2
                }
            let text = line.source >= 0 ? Int(lines[Int(line.source)].textLength) + end : 0
            out.append(contentsOf: "\"output_bytes\":".utf8)
            JSONText.append(text, to: &out)
        }
        func copies(before index: Int) {
            while nextCounted < counted.count, counted[nextCounted] < index {
                begin(counted[nextCounted], "copy")
                outputBytes(counted[nextCounted])
                out.append(contentsOf: "}\n".utf8)
                nextCounted += 1
            }
        }
        pipeline.forEachChange(in: batch) { change in
            copies(before: change.index)
            let entry = lines[change.index]
            switch change.action {
            case .drop: begin(change.index, "drop")
            case .rewrite: begin(change.index, "rewrite")
            case .move(let place):
                begin(change.index, "move")
                out.append(contentsOf: "\"to\":".utf8)
                JSONText.append(place, to: &out)
                out.append(UInt8(ascii: ","))
            }
            out.append(contentsOf: origins[Int(change.verdict.stage)][Int(change.verdict.rule)])
            appendEvidence(change, nameOfDocument, &out)
            if change.action == .rewrite, Self.needsByteCount(entry) {
                outputBytes(change.index)
                out.append(UInt8(ascii: ","))
                if nextCounted < counted.count, counted[nextCounted] == change.index { nextCounted += 1 }
            }
            let start = Int(entry.start)
            raw.withUnsafeBufferPointer { raw in
                let bytes = UnsafeBufferPointer(rebasing: raw[start..<start + Int(entry.length) + Int(entry.endLength)])
                if Kernels.classify(bytes).flags.contains(.invalid) {
                    out.append(contentsOf: "\"original_base64\":".utf8)
                    JSONText.appendBase64(bytes, to: &out)
                } else {
                    out.append(contentsOf: "\"original\":".utf8)
                    JSONText.append(bytes, to: &out)
                }
            }
            out.append(contentsOf: "}\n".utf8)
        }
        copies(before: lines.count)
    }

    /// Whether the output does not show where the line ends: a piece of a long line, a last line without an end, or a CR that
    /// was kept, which an LF may follow.
    private static func needsByteCount(_ line: Line) -> Bool {
        line.flags.contains(.piece) || line.end == .cr || line.end == .none
    }

    /// Appends the evidence of a change as an object, with a comma behind it.
    private func appendEvidence(_ change: Change, _ nameOfDocument: (Int) -> String, _ out: inout [UInt8]) {
        out.append(contentsOf: "\"evidence\":{".utf8)
        let start = out.count
        func comma() { if out.count > start { out.append(UInt8(ascii: ",")) } }
        switch change.verdict.evidence {
        case .none: break
        case .pattern:
            out.append(contentsOf: "\"pattern\":".utf8)
            JSONText.append((pipeline.pattern(change.verdict) ?? "").utf8, to: &out)
        case .block(let head, _):
            out.append(contentsOf: "\"block\":\(head),\"pattern\":".utf8)
            JSONText.append((pipeline.pattern(change.verdict) ?? "").utf8, to: &out)
        case .twin(let twin):
            out.append(contentsOf: "\"twin\":{\"doc\":".utf8)
            JSONText.append(nameOfDocument(Int(twin.document)).utf8, to: &out)
            out.append(contentsOf: ",\"line\":\(twin.line)},\"similarity\":\(twin.similarity),".utf8)
            out.append(contentsOf: "\"measure\":\"\(twin.measureName)\"".utf8)
        case .run(let lines): out.append(contentsOf: "\"lines\":\(lines)".utf8)
        }
        if change.steps != [] {
            comma()
            let names = pipeline.stepNames(change.steps).map(JSONText.string).joined(separator: ",")
            out.append(contentsOf: "\"steps\":[\(names)]".utf8)
        }
        out.append(contentsOf: "},".utf8)
    }
}
