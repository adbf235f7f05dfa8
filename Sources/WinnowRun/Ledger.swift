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
    /// Gives the hash of the input's bytes as they are packed, when all were read.
    var fileHash: (() -> String)?

    /// The one file that a ledger of a batch is about.
    public struct File {
        /// The input's, below the output folder.
        public var path: Path
        public var packed: Compression
        /// nil for plain text.
        public var records: Format?
        /// Of the text of JSON records.
        public var field: String

        public init(path: Path, packed: Compression, records: Format? = nil, field: String = "") {
            self.path = path
            self.packed = packed
            self.records = records
            self.field = field
        }
    }

    public init(
        _ sink: any ByteSink, pipeline: Pipeline, winnow: String, configuration: String, file: File? = nil
    ) throws(WinnowError) {
        self.sink = sink
        var text =
            "{\"winnow\":\(JSONText.string(winnow)),\"ledger\":\(Self.version),\"key\":\(Folder.version),"
            + "\"unicode\":\(JSONText.string(ICU.unicodeVersion)),\"icu\":\(JSONText.string(ICU.version)),"
            + "\"configuration\":\(JSONText.string(configuration))"
        if let file {
            var name: [UInt8] = []
            RecordLedger.append("file", file.path.bytes[...], to: &name)
            text += String(decoding: name, as: UTF8.self) + ",\"packed\":\"\(file.packed.rawValue)\""
            if let records = file.records { text += ",\"records\":\"\(records.rawValue)\"" }
            if file.records == .jsonl { text += ",\"field\":\(JSONText.string(file.field))" }
        }
        try write(text + "}\n")
    }

    /// Ends an input.
    func end(name: String, encoding: String, lines: Int, bytes: Int, hash: String) throws(WinnowError) {
        try write(
            "{\"end\":\(JSONText.string(name)),\"encoding\":\(JSONText.string(encoding)),\"lines\":\(lines),"
                + "\"bytes\":\(bytes),\"hash\":\"\(hash)\"}\n")
    }

    /// Ends the ledger.
    func finish(outputBytes: Int, outputHash: String) throws(WinnowError) {
        let file = fileHash.map { ",\"file_hash\":\"\($0())\"" } ?? ""
        try write("{\"output_bytes\":\(outputBytes),\"output_hash\":\"\(outputHash)\"\(file)}\n")
    }

    func write(_ text: String) throws(WinnowError) { try write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) throws(WinnowError) { if !bytes.isEmpty { try sink.write(bytes) } }
}

/// Writes the changes of decided batches as ledger records.
final class LedgerEncoder {
    private let pipeline: Pipeline
    /// `"stage":"…","rule":"…","evidence":{` by stage and rule.
    private let origins: [[[UInt8]]]
    /// `"…",…` for each step of the line stages.
    private let steps: [[UInt8]]

    init(_ pipeline: Pipeline) {
        self.pipeline = pipeline
        origins = pipeline.names.indices.map { stage in
            pipeline.ruleNames[stage].map { rule in
                Array(
                    "\"stage\":\(JSONText.string(pipeline.names[stage])),\"rule\":\(JSONText.string(rule)),\"evidence\":{".utf8)
            }
        }
        steps = pipeline.steps.indices.map { Array(JSONText.string(pipeline.stepNames(Steps(step: $0))[0]).utf8) }
    }

    // The fixed parts of a record.
    private static let doc = Array("{\"doc\":".utf8)
    private static let line = Array(",\"line\":".utf8)
    private static let offset = Array(",\"offset\":".utf8)
    private static let drop = Array(",\"action\":\"drop\",".utf8)
    private static let rewrite = Array(",\"action\":\"rewrite\",".utf8)
    private static let move = Array(",\"action\":\"move\",\"to\":".utf8)
    private static let copy = Array(",\"action\":\"copy\",".utf8)
    private static let outputBytes = Array("\"output_bytes\":".utf8)
    private static let original = Array("\"original\":".utf8)
    private static let originalBase64 = Array("\"original_base64\":".utf8)
    private static let endOfEvidence = Array("},".utf8)
    private static let end = Array("}\n".utf8)
    private static let pattern = Array("\"pattern\":".utf8)
    private static let block = Array("\"block\":".utf8)
    private static let twin = Array("\"twin\":{\"doc\":".utf8)
    private static let similarity = Array("},\"similarity\":".utf8)
    private static let measure = Array(",\"measure\":\"".utf8)
    private static let documents = Array("\"documents\":".utf8)
    private static let of = Array(",\"of\":".utf8)
    private static let score = Array("\"score\":".utf8)
    private static let reasons = Array(",\"reasons\":[".utf8)
    private static let lines = Array("\"lines\":".utf8)
    private static let steps = Array("\"steps\":[".utf8)

    /// Appends the records of a batch to `out`.
    /// - Parameter nameOfDocument: the name of a document by its ordinal, for twins.
    func append(_ batch: borrowing LineBatch, nameOfDocument: (Int) -> String, to out: inout [UInt8]) {
        // What begins each record of the batch.
        var head = Self.doc
        JSONText.append(Array(batch.document.name.utf8), to: &head)
        head += Self.line
        // A closure may not capture a borrowed batch; these are copies of references.
        let texts = ReasonTexts(batch)
        let raw = batch.raw
        let lines = batch.lines
        let firstLine = batch.firstLine
        let offset = batch.offset
        let document = batch.document
        func begin(_ index: Int, _ action: [UInt8]) {
            out.append(contentsOf: head)
            JSONText.append(firstLine + index, to: &out)
            out.append(contentsOf: Self.offset)
            JSONText.append(offset + Int(lines[index].start), to: &out)
            out.append(contentsOf: action)
        }
        func appendOutputBytes(_ place: Int) {
            let line = lines[place]
            out.append(contentsOf: Self.outputBytes)
            JSONText.append(line.source >= 0 ? Int(lines[Int(line.source)].textLength) + line.end.bytes : 0, to: &out)
        }
        // Places whose ends the output does not show have a record of their own, where no change has one.
        var next = 0
        func copies(before index: Int) {
            while next < index {
                if lines[next].source >= 0, Self.needsByteCount(lines[next]) {
                    begin(next, Self.copy)
                    appendOutputBytes(next)
                    out.append(contentsOf: Self.end)
                }
                next += 1
            }
        }
        pipeline.forEachChange(in: batch) { change in
            copies(before: change.index)
            let entry = lines[change.index]
            switch change.action {
            case .drop: begin(change.index, Self.drop)
            case .rewrite: begin(change.index, Self.rewrite)
            case .move(let place):
                begin(change.index, Self.move)
                JSONText.append(place, to: &out)
                out.append(UInt8(ascii: ","))
            }
            out.append(contentsOf: origins[Int(change.verdict.stage)][Int(change.verdict.rule)])
            appendEvidence(
                change, pipeline.reasons(change.verdict, ofLine: change.index, in: texts), of: document, nameOfDocument, &out)
            out.append(contentsOf: Self.endOfEvidence)
            if change.action == .rewrite {
                if Self.needsByteCount(entry) {
                    appendOutputBytes(change.index)
                    out.append(UInt8(ascii: ","))
                }
                next = change.index + 1
            }
            let start = Int(entry.start)
            raw.withUnsafeBufferPointer { raw in
                let bytes = UnsafeBufferPointer(rebasing: raw[start..<start + Int(entry.length) + Int(entry.endLength)])
                if entry.steps != [] && Kernels.classify(bytes).flags.contains(.invalid) {
                    out.append(contentsOf: Self.originalBase64)
                    JSONText.appendBase64(bytes, to: &out)
                } else {
                    out.append(contentsOf: Self.original)
                    JSONText.append(bytes, to: &out)
                }
            }
            out.append(contentsOf: Self.end)
        }
        copies(before: lines.count)
    }

    /// Whether the output does not show where the line ends: a piece of a long line, a last line without an end, or a CR that
    /// was kept, which an LF may follow.
    private static func needsByteCount(_ line: Line) -> Bool {
        line.end == .cr || line.end == .none || line.flags.contains(.piece)
    }

    /// Appends the members of the evidence of a change.
    private func appendEvidence(
        _ change: Change, _ reasons: [String], of document: Document, _ nameOfDocument: (Int) -> String,
        _ out: inout [UInt8]
    ) {
        let start = out.count
        switch change.verdict.evidence {
        case .none: break
        case .pattern: appendPattern(change, &out)
        case .block(let head, _):
            out.append(contentsOf: Self.block)
            JSONText.append(Int(head), to: &out)
            out.append(UInt8(ascii: ","))
            appendPattern(change, &out)
        case .twin(let twin):
            out.append(contentsOf: Self.twin)
            let name = Int(twin.document) == document.ordinal ? document.name : nameOfDocument(Int(twin.document))
            JSONText.append(Array(name.utf8), to: &out)
            out.append(contentsOf: Self.line)
            JSONText.append(Int(twin.line), to: &out)
            out.append(contentsOf: Self.similarity)
            out.append(contentsOf: twin.similarity.utf8)
            out.append(contentsOf: Self.measure)
            out.append(contentsOf: twin.measureName.utf8)
            out.append(UInt8(ascii: "\""))
        case .run(let lines):
            out.append(contentsOf: Self.lines)
            JSONText.append(Int(lines), to: &out)
        case .documents(let count, let all):
            out.append(contentsOf: Self.documents)
            JSONText.append(Int(count), to: &out)
            out.append(contentsOf: Self.of)
            JSONText.append(Int(all), to: &out)
        case .score(let score, _, _):
            out.append(contentsOf: Self.score)
            out.append(contentsOf: Evidence.text(ofScore: score).utf8)
            out.append(contentsOf: Self.reasons)
            for (index, reason) in reasons.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                JSONText.append(Array(reason.utf8), to: &out)
            }
            out.append(UInt8(ascii: "]"))
        }
        guard change.steps != [] else { return }
        if out.count > start { out.append(UInt8(ascii: ",")) }
        out.append(contentsOf: Self.steps)
        var bits = change.steps.rawValue
        while bits != 0 {
            out.append(contentsOf: steps[bits.trailingZeroBitCount])
            bits &= bits - 1
            if bits != 0 { out.append(UInt8(ascii: ",")) }
        }
        out.append(UInt8(ascii: "]"))
    }

    private func appendPattern(_ change: Change, _ out: inout [UInt8]) {
        out.append(contentsOf: Self.pattern)
        JSONText.append(Array((pipeline.pattern(change.verdict) ?? "").utf8), to: &out)
    }
}
