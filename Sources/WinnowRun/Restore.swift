import WinnowCore
import WinnowIO
import WinnowText

/// Gives back the input from the cleaned output and the ledger, and checks the hashes of both. Both are read as streams; a
/// record whose text was changed is in memory as a whole.
public final class Restore {
    private let output: LineStream
    private let ledger: LedgerReader
    private let sink: (any ByteSink)?
    private var hash = StreamHash()
    private var pending: [UInt8] = []
    private var lines: LineRestore
    /// A record whose lines are being restored.
    private var record: RecordRestore?
    /// What else wants to know.
    private let observer: (any RestoreObserver)?
    /// XXH3-128 of the last input's bytes, as the ledger has it; after `run`.
    public private(set) var inputHash = ""
    /// XXH3-128 of the input's bytes as they were packed, where the ledger has it; after `run`.
    public private(set) var fileHash: String?

    public convenience init(output: any ByteSource, ledger: LedgerReader, into sink: any ByteSink) {
        self.init(output: output, ledger: ledger, into: sink, observer: nil)
    }

    init(output: any ByteSource, ledger: LedgerReader, into sink: (any ByteSink)?, observer: (any RestoreObserver)?) {
        self.observer = observer
        self.output = LineStream(output)
        self.ledger = ledger
        self.sink = sink
        lines = LineRestore(self.output, ledger)
    }

    /// - Throws: `input` when the ledger is damaged or does not belong to the output.
    public func run() throws(WinnowError) {
        while try ledger.next() {
            if let number = ledger.entry.integer("record") {
                try apply(record: number)
            } else if ledger.entry.integer("line") != nil {
                if record != nil {
                    try record?.apply(observer)
                } else {
                    try lines.apply { (fate) throws(WinnowError) in
                        observer?.line(fate, record: 0, ledger)
                        try emit(fate.original)
                    }
                }
            } else if ledger.entry.string("end") != nil {
                try end()
            } else if let wanted = ledger.entry.string("output_hash") {
                guard try output.some(1) == nil, output.hash.hex == wanted else { throw mismatch() }
                fileHash = ledger.entry.string("file_hash")
                try flush()
                return
            } else {
                throw ledger.fail("an entry is of no known kind")
            }
        }
        throw ledger.cut()
    }

    /// Ends an input.
    private func end() throws(WinnowError) {
        guard let wanted = ledger.entry.string("hash") else { throw ledger.fail("an end record is incomplete") }
        if ledger.entry.integer("records") != nil {
            try finishRecord()
            try copy(try ledger.needed(number: "copied"))
        } else {
            let count = try ledger.needed(number: "lines")
            try lines.finish(lines: count) { (fate) throws(WinnowError) in
                observer?.line(fate, record: 0, ledger)
                try emit(fate.original)
            }
        }
        guard hash.hex == wanted else { throw mismatch() }
        inputHash = wanted
        observer?.end(ledger)
        hash = StreamHash()
    }

    private func apply(record number: Int) throws(WinnowError) {
        try finishRecord()
        try copy(try ledger.needed(number: "copied"))
        observer?.record(number, ledger)
        if ledger.entry.string("action") == "leave-out" {
            try emit(try ledger.needed("original")[...])
            return
        }
        var written: [UInt8] = []
        if let count = ledger.entry.integer("output_bytes") {
            guard count >= 0, let bytes = try output.take(bytes: count) else { throw mismatch() }
            written = Array(bytes)
        }
        record = try RecordRestore(ledger, number, written, name: output.source.name)
    }

    private func finishRecord() throws(WinnowError) {
        guard let bytes = try record?.finish(observer) else { return }
        record = nil
        try emit(bytes[...])
    }

    private func copy(_ count: Int) throws(WinnowError) {
        var count = count
        while count > 0 {
            guard let bytes = try output.some(min(count, 1 << 16)) else { throw mismatch() }
            count -= bytes.count
            try emit(bytes)
        }
    }

    private func emit(_ bytes: ArraySlice<UInt8>) throws(WinnowError) {
        bytes.withUnsafeBytes { hash.update($0) }
        guard sink != nil else { return }
        pending.append(contentsOf: bytes)
        if pending.count > 1 << 16 { try flush() }
    }

    private func flush() throws(WinnowError) {
        var failure: WinnowError?
        pending.withUnsafeBytes { bytes in
            do throws(WinnowError) { if !bytes.isEmpty { try sink?.write(bytes) } } catch { failure = error }
        }
        pending.removeAll(keepingCapacity: true)
        if let failure { throw failure }
    }

    private func mismatch() -> WinnowError { ledger.mismatch(output.source.name) }
}

/// Sees what a restore comes by, in the order of the input. The ledger is at the entry that says so.
protocol RestoreObserver: AnyObject {
    /// - Parameter record: 0 for plain text.
    func line(_ fate: LineFate, record: Int, _ ledger: LedgerReader)
    /// A record that does not stand in the output as it came, or a part of one; its lines follow.
    func record(_ number: Int, _ ledger: LedgerReader)
    /// An input ends.
    func end(_ ledger: LedgerReader)
}

/// A record again, from what was written for it, its entry in the ledger, and those of its lines.
struct RecordRestore {
    private let number: Int
    private let before: [UInt8]
    private let after: [UInt8]
    private let literal: [UInt8]?
    /// nil where the text is no JSON.
    private let spelling: JSONSpelling?
    private let hasAddedEnd: Bool
    private var lines: LineRestore
    private var text: [UInt8] = []

    /// - Parameters:
    ///   - ledger: at the record's entry.
    ///   - written: empty for a record that was dropped.
    ///   - name: of the output, for errors.
    init(_ ledger: LedgerReader, _ number: Int, _ written: [UInt8], name: String) throws(WinnowError) {
        self.number = number
        let isJSON = ledger.header.file?.records == .jsonl
        var cleaned: [UInt8]
        if ledger.entry.string("action") == "drop" {
            before = try ledger.needed("before")
            after = try ledger.needed("after")
            cleaned = try ledger.needed("cleaned")
        } else {
            let start = try ledger.needed(number: "/text/0")
            let count = try ledger.needed(number: "/text/1")
            guard start <= written.count, count <= written.count - start else { throw ledger.fail("a text beyond its record") }
            before = try Self.header(ledger, written[..<start])
            after = Array(written[(start + count)...])
            cleaned = Array(written[start..<start + count])
            if isJSON {
                guard let text = JSONLiteral.text(of: cleaned[...]) else { throw ledger.mismatch(name) }
                cleaned = text
            }
        }
        let end = ledger.entry.string("line_end")
        hasAddedEnd = end != nil
        if end == RecordLedger.End.hidden.rawValue { cleaned.append(0x0A) }
        literal = ledger.bytes("literal")
        guard let known = JSONSpelling(text: ledger.entry.string("spelling") ?? "") else {
            throw ledger.fail("a spelling is not known", hint: "use the winnow that wrote it")
        }
        spelling = isJSON ? known : nil
        lines = LineRestore(LineStream(cleaned, name: name), ledger)
    }

    /// What stood before the text.
    private static func header(_ ledger: LedgerReader, _ written: ArraySlice<UInt8>) throws(WinnowError) -> [UInt8] {
        if let header = ledger.bytes("header") { return header }
        var out: [UInt8] = []
        var next = 0
        var index = 0
        while let at = ledger.entry.integer("/edits/\(index)/0") {
            guard let count = ledger.entry.integer("/edits/\(index)/1"), let original = ledger.entry.bytes("/edits/\(index)/2"),
                at >= next, count >= 0, at + count <= written.count
            else { throw ledger.fail("an edit is incomplete or out of order") }
            out.append(contentsOf: written[next..<at])
            out.append(contentsOf: original)
            next = at + count
            index += 1
        }
        return out + written[next...]
    }

    /// Takes the ledger's current entry, one of its lines.
    mutating func apply(_ observer: (any RestoreObserver)?) throws(WinnowError) {
        let ledger = lines.ledger
        try lines.apply {
            observer?.line($0, record: number, ledger)
            text.append(contentsOf: $0.original)
        }
    }

    /// The record's bytes.
    mutating func finish(_ observer: (any RestoreObserver)?) throws(WinnowError) -> [UInt8] {
        let ledger = lines.ledger
        try lines.finish {
            observer?.line($0, record: number, ledger)
            text.append(contentsOf: $0.original)
        }
        if hasAddedEnd, text.last == 0x0A { text.removeLast() }
        var out = before
        if let literal {
            out += literal
        } else if let spelling {
            JSONLiteral.append(text[...], spelling, to: &out)
        } else {
            out += text
        }
        return out + after
    }
}
