import WinnowCore
import WinnowIO
import WinnowText

/// Consecutive batches that travel together: from the reader to a worker to the ordered end.
final class Chunk {
    /// Size at which a chunk is handed on: large enough that handing on costs nothing, small enough to keep all cores busy.
    static let bytes = 1 << 17
    static let batches = 512

    /// Position in the input order.
    var sequence = 0
    private(set) var works: [Work] = []
    private var spare: [Work] = []
    private var size = 0
    /// What the workers counted, of the batches that they judged.
    var statistics: Statistics
    /// Inputs that end within this chunk, each behind a number of its batches.
    private(set) var ends: [(batches: Int, input: EndOfInput)] = []
    /// Records whose texts the batches are, in order; none where the input is plain text.
    private(set) var records: [RecordWork] = []
    private var spareRecords: [RecordWork] = []
    /// What went wrong at the batch of this index; those before it are good.
    var failure: (index: Int, error: WinnowError)?

    init(_ pipeline: Pipeline) { statistics = Statistics(pipeline) }

    /// A batch on its way, and what it became.
    final class Work {
        let work = BatchWork()
        /// Decided and encoded; otherwise the ordered end has to do it.
        var isJudged = false
        var output: [UInt8] = []
        var lines = 0
        var ledger: [UInt8] = []
        /// What an observer's worker noted.
        var observed: AnyObject?
    }

    struct EndOfInput {
        var name: String
        var encoding: String
        var lines: Int
        var bytes: Int
        var hash: String
    }

    var isEmpty: Bool { works.isEmpty && ends.isEmpty && records.isEmpty }
    var isFull: Bool { size >= Self.bytes || works.count + ends.count + records.count >= Self.batches }

    func takeSpare() -> Work { spare.popLast() ?? Work() }
    func giveBack(_ work: Work) { spare.append(work) }

    func append(_ work: Work) {
        // What a line takes in tables counts too: a million blank lines are a megabyte of bytes and a hundred of tables.
        size += work.work.batch.raw.count + 64 * work.work.batch.lines.count
        works.append(work)
    }

    func takeSpareRecord() -> RecordWork { spareRecords.popLast() ?? RecordWork() }
    func giveBack(_ record: RecordWork) { spareRecords.append(record) }

    /// Appends a record, whose batches are there already.
    func append(_ record: RecordWork) {
        size += record.record.bytes.count
        records.append(record)
    }

    func append(_ end: EndOfInput) { ends.append((works.count, end)) }

    func reset() {
        for work in works { work.isJudged = false }
        spare.append(contentsOf: works.reversed())
        works.removeAll(keepingCapacity: true)
        for record in records { record.isEncoded = false }
        spareRecords.append(contentsOf: records.reversed())
        records.removeAll(keepingCapacity: true)
        size = 0
        statistics.removeAll()
        ends.removeAll(keepingCapacity: true)
        failure = nil
    }
}

/// Does the pure work of chunks, and all of it for documents that lie within one. One a thread.
final class ChunkWorker {
    private let pipeline: Pipeline
    private let worker: PipelineWorker
    private let run: DocumentRun
    private let judges: Bool
    private let encoder: BatchEncoder
    private let observer: (any WindowWorker)?

    /// - Parameter judges: whether documents may be judged out of order; false when stages share state.
    init(
        _ pipeline: Pipeline, shared: SharedState, judges: Bool, encoder: BatchEncoder, observer: (any WindowObserver)?
    ) throws(WinnowError) {
        self.pipeline = pipeline
        worker = try pipeline.makeWorker()
        run = DocumentRun(pipeline, shared: shared)
        self.judges = judges
        self.encoder = encoder
        self.observer = try observer?.makeWorker()
    }

    func process(_ chunk: Chunk) {
        var index = 0
        do throws(WinnowError) {
            while index < chunk.works.count {
                try worker.prepare(chunk.works[index].work)
                observer?.inspect(chunk.works[index])
                index += 1
            }
            guard judges else { return }
            index = 0
            while index < chunk.works.count {
                let end = endOfDocument(from: index, chunk)
                if chunk.works[index].work.batch.isFirst, chunk.works[end - 1].work.batch.isLast {
                    while index < end {
                        try run.judge(chunk.works[index].work)
                        encoder.encode(chunk.works[index], into: &chunk.statistics)
                        index += 1
                    }
                }
                index = end
            }
            // Where a record's batches are not all judged, the ordered end encodes it.
            for record in chunk.records { encoder.encode(record, chunk.works) }
        } catch {
            chunk.failure = (index, error)
        }
    }

    private func endOfDocument(from start: Int, _ chunk: Chunk) -> Int {
        let document = chunk.works[start].work.batch.document.ordinal
        var end = start + 1
        while end < chunk.works.count, chunk.works[end].work.batch.document.ordinal == document { end += 1 }
        return end
    }
}

/// Turns decided batches into what is written.
final class BatchEncoder: @unchecked Sendable {
    // Immutable after `init`; names guard themselves, and the index that names others does not change.
    private let pipeline: Pipeline
    private let ledger: LedgerEncoder?
    private let nameOfDocument: (Int) -> String
    private let records: RecordEncoder
    private let writesText: Bool

    /// - Parameter writesText: whether anybody wants the cleaned text.
    init(
        _ pipeline: Pipeline, writesLedger: Bool, nameOfDocument: @escaping (Int) -> String,
        records: RecordEncoder = RecordEncoder(), writesText: Bool = true
    ) {
        self.pipeline = pipeline
        self.writesText = writesText
        self.records = records
        self.nameOfDocument = nameOfDocument
        ledger = writesLedger ? LedgerEncoder(pipeline) : nil
    }

    func encode(_ work: Chunk.Work, into statistics: inout Statistics) {
        work.output.removeAll(keepingCapacity: true)
        work.ledger.removeAll(keepingCapacity: true)
        if writesText { work.lines = BatchText.append(work.work.batch, to: &work.output) }
        ledger?.append(work.work.batch, nameOfDocument: nameOfDocument, to: &work.ledger)
        statistics.add(work.work, pipeline)
        work.isJudged = true
    }

    /// Encodes a record around its cleaned text, if its batches are decided.
    func encode(_ record: RecordWork, _ works: [Chunk.Work]) {
        let own = works[record.works]
        guard writesText, !record.isEncoded, own.allSatisfy(\.isJudged) else { return }
        record.encode(own, records, writesLedger: ledger != nil)
    }
}
