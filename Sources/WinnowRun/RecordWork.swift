import WinnowCore
import WinnowIO
import WinnowText

/// A record on its way, and what it became. Its text is one document.
final class RecordWork {
    var record = Record()
    /// The batches of its text, in the chunk that they travel in; none where there is no text.
    var works = 0..<0
    /// Why its text is not cleaned.
    var problem: WinnowError?
    var isEncoded = false
    /// Whether the text came without a line end behind its last line, and was given one to be cleaned: text files want one,
    /// strings do not.
    var isEndAdded = false
    /// What is written for it.
    private(set) var output: [UInt8] = []
    /// What the ledger has of it, but for what only the ordered end knows; empty where it is written as it came.
    private(set) var entry: [UInt8] = []
    private var outcome = RecordOutcome.same
    private var layout = RecordLayout()
    private var text: [UInt8] = []

    /// Whether nothing is written for it: it is damaged, or empty and not wanted.
    var isLeftOut: Bool {
        if case .damaged = record.kind { return true }
        return outcome == .dropped
    }

    func encode(_ works: ArraySlice<Chunk.Work>, _ encoder: RecordEncoder, writesLedger: Bool) {
        output.removeAll(keepingCapacity: true)
        entry.removeAll(keepingCapacity: true)
        isEncoded = true
        var cleaned: ArraySlice<UInt8>?
        if works.count == 1, let only = works.first {
            cleaned = only.output[...]
        } else if !works.isEmpty {
            text.removeAll(keepingCapacity: true)
            for work in works { text.append(contentsOf: work.output) }
            cleaned = text[...]
        }
        let hidesEnd = isEndAdded && cleaned?.last == 0x0A
        if hidesEnd { cleaned = cleaned?.dropLast() }
        outcome = encoder.append(record, text: cleaned, to: &output, layout: &layout)
        guard writesLedger else { return }
        if case .damaged(let error) = record.kind {
            RecordLedger.appendLeftOut(record, error, to: &entry)
        } else if outcome != .same {
            RecordLedger.append(
                record, outcome == .changed ? output : nil, layout, cleaned: cleaned ?? [],
                end: hidesEnd ? .hidden : isEndAdded ? .added : nil, to: &entry)
        }
    }
}

extension CleanRun {
    /// Cleans the texts of records, each a document named "FILE#RECORD", after `restart(records:ledger:report:)`.
    ///
    /// A record and its batches travel in one chunk: memory is bounded by the longest record.
    func cleanRecords(_ records: any RecordReader, file: String) throws(WinnowError) {
        let source = SliceSource()
        while true {
            guard let current = chunk else { throw stopped() }
            let work = current.takeSpareRecord()
            work.problem = nil
            work.isEndAdded = false
            guard try records.next(into: &work.record) else {
                current.giveBack(work)
                break
            }
            let start = current.works.count
            switch work.record.kind {
            case .damaged(let error): work.problem = error
            case .text: try read(work, source, file: file, into: current)
            case .other, .between: break
            }
            work.works = start..<current.works.count
            current.append(work)
            if current.isFull { try dispatch() }
        }
    }

    /// Cuts a record's text into batches.
    private func read(_ work: RecordWork, _ source: SliceSource, file: String, into chunk: Chunk) throws(WinnowError) {
        let encoding: BatchReader.EncodingChoice
        do throws(WinnowError) { encoding = try self.encoding(of: work.record) } catch {
            // It stays as it is.
            work.problem = WinnowError(
                .input, "record \(work.record.number) at byte \(work.record.offset): \(error.message)", at: .init(file: file))
            return
        }
        let last = work.record.text.last
        work.isEndAdded = last != nil && last != 0x0A && last != 0x0D && encoding.isByByte
        source.begin(work.record.text, addingEnd: work.isEndAdded)
        defer { source.begin([], addingEnd: false) }
        let name = DocumentNames.name(file, record: work.record.number)
        let reader: BatchReader
        if let known = recordReader {
            reader = known
            try reader.begin(source, ordinal: nextDocument, encoding: encoding, name: name, host: work.record.host)
        } else {
            reader = try BatchReader(
                source, ordinal: nextDocument, window: window, encoding: encoding, hashing: false, name: name,
                host: work.record.host)
            recordReader = reader
        }
        // Only evidence of other documents asks for names.
        if needsNames { names.append(nextDocument, file: file, record: work.record.number) }
        nextDocument += 1
        while true {
            let next = chunk.takeSpare()
            guard try reader.next(into: &next.work.batch) else {
                chunk.giveBack(next)
                return
            }
            chunk.append(next)
        }
    }

    /// JSON is UTF-8; other records say what they are, or leave it to the configuration.
    private func encoding(of record: Record) throws(WinnowError) -> BatchReader.EncodingChoice {
        guard record.isWARC else { return .named(.utf8) }
        guard let charset = record.charset else { return encoding }
        if charset.lowercased() == "utf-8" { return .named(.utf8) }
        return .named(try TextEncoding(named: charset))
    }
}

/// Bytes of a record, given out without a copy of their own.
private final class SliceSource: ByteSource {
    let name = "record"
    let hasBytes = true
    private var rest: ArraySlice<UInt8> = []
    private var lacksEnd = false

    /// - Parameter addingEnd: whether a line end comes behind the bytes.
    func begin(_ bytes: ArraySlice<UInt8>, addingEnd: Bool) {
        rest = bytes
        lacksEnd = addingEnd
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        if rest.isEmpty, lacksEnd, !buffer.isEmpty {
            lacksEnd = false
            buffer[0] = 0x0A
            return 1
        }
        let count = min(buffer.count, rest.count)
        buffer.copyBytes(from: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
    }
}

extension BatchReader.EncodingChoice {
    /// Whether a line end is one byte. What is to be found out may be anything.
    fileprivate var isByByte: Bool {
        if case .named(let encoding) = self, case .byte = encoding.unit { true } else { false }
    }
}
