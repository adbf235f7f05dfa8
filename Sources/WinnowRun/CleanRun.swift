import WinnowCore
import WinnowIO
import WinnowText

/// A run over inputs, one after the other: windows are read, prepared and judged on all cores, and written in input order.
///
/// The same bytes come out for any number of threads: a document that lies within a chunk is judged by one worker, a longer
/// one, and everything when stages share state (corpus scope), at the ordered end.
public final class CleanRun {
    let pipeline: Pipeline
    let window: Window
    let encoding: BatchReader.EncodingChoice
    let separator: Separator
    private let threads: Int
    let writesLedger: Bool
    private var ledger: LedgerWriter?
    private var writer: BatchWriter?
    /// Where records go that came as records, and what is told of those that cannot be cleaned.
    private var recordWriter: RecordWriter?
    private var recordLedger: RecordLedger?
    private var reportRecord: ((RecordWork, WinnowError) throws(WinnowError) -> Void)?
    let shared: SharedState
    private let memory: CorpusMemory
    let encoder: BatchEncoder
    /// The ordered end: judges what no worker could.
    private let orderedRun: DocumentRun
    private var workers: [ChunkWorker]
    private var reader: BatchReader?
    var recordReader: BatchReader?
    private var observe: ((BatchWork) -> Void)?
    let observer: (any WindowObserver)?
    private(set) var chunk: Chunk?
    private var crew: Crew?
    private var hasDispatched = false
    var nextDocument = 0
    private var failure: WinnowError?
    let names: DocumentNames
    /// What is written at a time; its memory is used again.
    private var output: [UInt8] = []
    /// Before anything was counted: copied for each input, for making one takes longer than cleaning a few lines.
    let none: Statistics
    /// Complete only after `finish`.
    public private(set) var statistics: Statistics

    /// - Parameters:
    ///   - threads: how many workers may run at a time.
    ///   - output: where the cleaned text goes; nil when only `observe` is wanted.
    ///   - writesLedger: whether `restart` will be given ledgers.
    ///   - records: how records are written (`cleanRecords`).
    ///   - names: filled with the names of the documents.
    ///   - memory: of documents before these, and for them (corpus scope).
    ///   - observe: sees each window in input order, after it was decided.
    public convenience init(
        _ pipeline: Pipeline, window: Window, encoding: BatchReader.EncodingChoice, separator: Separator = .none,
        threads: Int = 1, output: BatchWriter?, ledger: LedgerWriter?, writesLedger: Bool = false,
        records: RecordEncoder = RecordEncoder(), names: DocumentNames = DocumentNames(), memory: CorpusMemory = CorpusMemory(),
        observe: ((BatchWork) -> Void)? = nil
    ) throws(WinnowError) {
        try self.init(
            pipeline, window: window, encoding: encoding, separator: separator, threads: observe == nil ? threads : 1,
            output: output, ledger: ledger, writesLedger: writesLedger, records: records, names: names, memory: memory,
            observe: observe, observer: nil)
    }

    /// - Parameter observer: looks at windows instead of anybody writing them.
    init(
        _ pipeline: Pipeline, window: Window, encoding: BatchReader.EncodingChoice, separator: Separator, threads: Int,
        output: BatchWriter?, ledger: LedgerWriter?, writesLedger: Bool, records: RecordEncoder, names: DocumentNames,
        memory: CorpusMemory, observe: ((BatchWork) -> Void)?, observer: (any WindowObserver)?
    ) throws(WinnowError) {
        var pipeline = pipeline
        pipeline.isExplained = writesLedger || ledger != nil || observe != nil
        self.pipeline = pipeline
        self.window = window
        self.encoding = encoding
        self.separator = separator
        self.threads = max(1, threads)
        self.observer = observer
        self.ledger = ledger
        self.writesLedger = writesLedger || ledger != nil
        self.names = names
        self.observe = observe
        writer = output
        self.memory = memory
        shared = try pipeline.makeShared(memory.resources())
        nextDocument = shared.kept?.knownDocuments ?? 0
        let known = shared.kept
        encoder = BatchEncoder(
            pipeline, writesLedger: self.writesLedger, nameOfDocument: { known?.knownName($0) ?? names.name($0) },
            records: records, writesText: observer == nil)
        orderedRun = DocumentRun(pipeline, shared: shared)
        workers = [
            try ChunkWorker(pipeline, shared: shared, judges: !shared.isUsed, encoder: encoder, observer: observer)
        ]
        none = Statistics(pipeline)
        statistics = none
        chunk = Chunk(pipeline)
    }

    /// Whether documents must come in order, since stages compare them with each other (corpus scope).
    public var isOrdered: Bool { shared.isUsed }

    /// Begins anew with another output, after `finish` or after something failed: what is dear to make is used again, and what
    /// stages share between documents stays.
    public func restart(output: BatchWriter?, ledger: LedgerWriter? = nil) {
        crew?.finish()
        crew = nil
        writer = output
        self.ledger = ledger
        recordWriter = nil
        recordLedger = nil
        reportRecord = nil
        failure = nil
        hasDispatched = false
        // Within one input, evidence names no other.
        if !needsNames { names.removeAll() }
        statistics = none
        if chunk == nil { chunk = Chunk(pipeline) }
        chunk?.reset()
    }

    /// The same for records.
    /// - Parameter report: called in order for records that cannot be cleaned, on any thread, one at a time.
    func restart(
        records: RecordWriter, ledger: RecordLedger?,
        report: @escaping (RecordWork, WinnowError) throws(WinnowError) -> Void
    ) {
        restart(output: nil)
        recordWriter = records
        recordLedger = ledger
        reportRecord = report
    }

    /// Cleans one input.
    /// - Parameters:
    ///   - name: of its documents; nil for the source's.
    ///   - encoding: nil for that of the run.
    public func clean(
        _ source: any ByteSource, name: String? = nil, encoding: BatchReader.EncodingChoice? = nil
    ) throws(WinnowError) {
        let encoding = encoding ?? self.encoding
        let reader: BatchReader
        if let known = self.reader {
            reader = known
            try reader.begin(source, ordinal: nextDocument, encoding: encoding, name: name)
        } else {
            reader = try BatchReader(
                source, ordinal: nextDocument, window: window, encoding: encoding, separator: separator, hashing: writesLedger,
                name: name)
            self.reader = reader
        }
        names.append(first: nextDocument, name: name ?? source.name)
        var isWhole = false
        // No two documents have one number, even where one could not be read to its end.
        defer { nextDocument = reader.currentDocument.ordinal + (isWhole ? 0 : 1) }
        while true {
            guard let current = chunk else { throw stopped() }
            let work = current.takeSpare()
            // What is ready goes out before the next bytes are waited for.
            let isMore = try reader.next(into: &work.work.batch) { () throws(WinnowError) in try dispatch() }
            guard let chunk else { throw stopped() }
            guard isMore else {
                chunk.giveBack(work)
                break
            }
            chunk.append(work)
            if chunk.isFull { try dispatch() }
        }
        guard let chunk else { throw stopped() }
        chunk.append(
            Chunk.EndOfInput(
                name: name ?? source.name, encoding: reader.currentDocument.encoding, lines: reader.linesRead,
                bytes: reader.bytesRead,
                hash: reader.inputHash))
        isWhole = true
        if chunk.isFull || crew == nil { try dispatch() }
    }

    /// Whether names are needed of documents that are done.
    var needsNames: Bool { observer != nil || isOrdered && (writesLedger || memory.isKept) }

    /// Adds what this run kept to its index, after `finish`.
    /// - Throws: `system`; the index is as it was then.
    public func keepMemory() throws(WinnowError) {
        guard let kept = shared.kept else { return }
        let documents = nextDocument - kept.knownDocuments
        let names = names.runs
        try memory.keep(kept, form: pipeline.sharedForm ?? "", names: names, documents: documents)
    }

    /// Cleans one input that `FilePreparer` has read, right here.
    func clean(_ prepared: Chunk, documents: Int, name: String) throws(WinnowError) {
        for work in prepared.works { work.work.batch.document.ordinal += nextDocument }
        names.append(first: nextDocument, name: name)
        nextDocument += documents
        guard deliver(prepared) else { throw stopped() }
    }

    /// Waits for everything that is under way, and ends the ledger.
    public func finish() throws(WinnowError) {
        if let chunk, !chunk.isEmpty { try dispatch() }
        crew?.finish()
        if let failure { throw failure }
        if recordWriter == nil {
            statistics.linesOut = writer?.linesWritten ?? 0
            statistics.bytesOut = writer?.bytesWritten ?? 0
        }
        try recordLedger?.finish()
        try ledger?.finish(outputBytes: writer?.bytesWritten ?? 0, outputHash: writer?.outputHash ?? "")
    }

    /// Ends the threads after something went wrong on the reader's side.
    public func cancel() { crew?.finish() }

    /// Whether it cannot go on.
    var isStopped: Bool { chunk == nil }

    /// Waits until everything so far is delivered.
    func drain() throws(WinnowError) {
        try dispatch()
        crew?.drain()
        if let failure { throw failure }
    }

    func stopped() -> WinnowError { failure ?? WinnowError(.bug, "the run was stopped without a reason") }

    /// Hands the chunk on. The first one is processed right here: most inputs are smaller than a chunk, and threads cost more
    /// than they give there.
    func dispatch() throws(WinnowError) {
        guard let current = chunk, !current.isEmpty else { return }
        if threads == 1 || !hasDispatched {
            hasDispatched = true
            workers[0].process(current)
            guard deliver(current) else {
                chunk = nil
                throw stopped()
            }
            current.reset()
            return
        }
        if crew == nil { try hire(current) }
        crew?.submit(current)
        chunk = crew?.take()
        if chunk == nil { throw stopped() }
    }

    private func hire(_ current: Chunk) throws(WinnowError) {
        while workers.count < threads {
            workers.append(
                try ChunkWorker(pipeline, shared: shared, judges: !shared.isUsed, encoder: encoder, observer: observer))
        }
        let crew = Crew(chunks: (0..<2 * threads + 1).map { _ in Chunk(pipeline) }) { [unowned self] in deliver($0) }
        try crew.start(workers)
        self.crew = crew
    }

    /// The ordered end. Called in input order, one chunk at a time.
    private func deliver(_ chunk: Chunk) -> Bool {
        do throws(WinnowError) {
            statistics.add(chunk.statistics)
            var output = output
            self.output = []
            defer { self.output = output }
            output.removeAll(keepingCapacity: true)
            var lines = 0
            var index = 0
            var ends = chunk.ends[...]
            for work in chunk.works {
                guard chunk.records.isEmpty else { break }
                try writeEnds(&ends, behind: index)
                if let failure = chunk.failure, index == failure.index {
                    try write(&output, lines)
                    throw failure.error
                }
                index += 1
                if !work.isJudged {
                    try orderedRun.judge(work.work)
                    encoder.encode(work, into: &statistics)
                }
                observe?(work.work)
                try observer?.deliver(work, record: nil)
                // The ledger first: a line that is gone from the output must never be missing from both.
                if !work.ledger.isEmpty { try ledger?.write(work.ledger) }
                output.append(contentsOf: work.output)
                lines += work.lines
            }
            try write(&output, lines)
            for record in chunk.records { try deliver(record, chunk) }
            try writeEnds(&ends, behind: chunk.works.count)
            return true
        } catch {
            failure = error
            return false
        }
    }

    private func deliver(_ record: RecordWork, _ chunk: Chunk) throws(WinnowError) {
        if let failure = chunk.failure, record.works.contains(failure.index) { throw failure.error }
        for work in chunk.works[record.works] where !work.isJudged {
            try orderedRun.judge(work.work)
            encoder.encode(work, into: &statistics)
        }
        if let observer {
            if let problem = record.problem, record.record.part.isFirst { observer.deliver(damaged: problem) }
            for work in chunk.works[record.works] { try observer.deliver(work, record: record) }
            return
        }
        encoder.encode(record, chunk.works)
        if record.isEndAdded { statistics.bytesIn -= 1 }
        if let problem = record.problem { try reportRecord?(record, problem) }
        // The ledger first, as above.
        try recordLedger?.write(record, chunk.works[record.works])
        guard !record.isLeftOut else { return }
        try recordWriter?.write(record.output, of: record.record)
        for work in chunk.works[record.works] {
            statistics.linesOut += work.lines
            statistics.bytesOut += work.output.count
        }
        if record.isEndAdded, !record.works.isEmpty, chunk.works[record.works.upperBound - 1].output.last == 0x0A {
            statistics.bytesOut -= 1
        }
    }

    /// Notes the inputs that end behind so many batches of a chunk.
    private func writeEnds(
        _ ends: inout ArraySlice<(batches: Int, input: Chunk.EndOfInput)>, behind batches: Int
    ) throws(WinnowError) {
        while let end = ends.first, end.batches <= batches {
            let input = end.input
            try ledger?.end(
                name: input.name, encoding: input.encoding, lines: input.lines, bytes: input.bytes, hash: input.hash)
            ends.removeFirst()
        }
    }

    private func write(_ output: inout [UInt8], _ lines: Int) throws(WinnowError) {
        try writer?.write(output, lines: lines)
        output.removeAll(keepingCapacity: true)
    }
}
