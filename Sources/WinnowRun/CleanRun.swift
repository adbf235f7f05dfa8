import WinnowCore
import WinnowIO
import WinnowText

/// A run over inputs, one after the other: windows are read, prepared and judged on all cores, and written in input order.
///
/// The same bytes come out for any number of threads: a document that lies within a chunk is judged by one worker, a longer
/// one, and everything when stages share state (corpus scope), at the ordered end.
public final class CleanRun {
    private let pipeline: Pipeline
    private let window: Window
    private let encoding: BatchReader.EncodingChoice
    private let separator: Separator
    private let threads: Int
    private let ledger: LedgerWriter?
    private let writer: BatchWriter?
    private let shared: SharedState
    private let encoder: BatchEncoder
    /// The ordered end: judges what no worker could.
    private let orderedRun: DocumentRun
    private let worker: ChunkWorker
    private var observe: ((BatchWork) -> Void)?
    private var chunk: Chunk?
    private var crew: Crew?
    private var hasDispatched = false
    private var nextDocument = 0
    private var failure: WinnowError?
    private let names: DocumentNames
    /// What is written at a time; its memory is used again.
    private var output: [UInt8] = []
    /// Complete only after `finish`.
    public private(set) var statistics: Statistics

    /// - Parameters:
    ///   - threads: how many workers may run at a time.
    ///   - output: where the cleaned text goes; nil when only `observe` is wanted.
    ///   - names: filled with the names of the documents.
    ///   - observe: sees each window in input order, after it was decided.
    public init(
        _ pipeline: Pipeline, window: Window, encoding: BatchReader.EncodingChoice, separator: Separator = .none,
        threads: Int = 1, output: BatchWriter?, ledger: LedgerWriter?, names: DocumentNames = DocumentNames(),
        observe: ((BatchWork) -> Void)? = nil
    ) throws(WinnowError) {
        self.pipeline = pipeline
        self.window = window
        self.encoding = encoding
        self.separator = separator
        self.threads = observe == nil ? max(1, threads) : 1
        self.ledger = ledger
        self.names = names
        self.observe = observe
        writer = output
        shared = pipeline.makeShared()
        encoder = BatchEncoder(pipeline, writesLedger: ledger != nil, names: names)
        orderedRun = DocumentRun(pipeline, shared: shared)
        worker = try ChunkWorker(pipeline, shared: shared, judges: !shared.isUsed, encoder: encoder)
        statistics = Statistics(pipeline)
        chunk = Chunk(pipeline)
    }

    /// Cleans one input.
    public func clean(_ source: any ByteSource) throws(WinnowError) {
        let reader = try BatchReader(
            source, ordinal: nextDocument, window: window, encoding: encoding, separator: separator, hashing: ledger != nil)
        names.append(first: nextDocument, name: source.name)
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
                name: source.name, encoding: reader.currentDocument.encoding, lines: reader.linesRead, bytes: reader.bytesRead,
                hash: reader.inputHash))
        nextDocument = reader.currentDocument.ordinal
        if chunk.isFull || crew == nil { try dispatch() }
    }

    /// Waits for everything that is under way, and ends the ledger.
    public func finish() throws(WinnowError) {
        if let chunk, !chunk.isEmpty { try dispatch() }
        crew?.finish()
        if let failure { throw failure }
        statistics.linesOut = writer?.linesWritten ?? 0
        statistics.bytesOut = writer?.bytesWritten ?? 0
        try ledger?.finish(outputBytes: writer?.bytesWritten ?? 0, outputHash: writer?.outputHash ?? "")
    }

    /// Ends the threads after something went wrong on the reader's side.
    public func cancel() { crew?.finish() }

    private func stopped() -> WinnowError { failure ?? WinnowError(.bug, "the run was stopped without a reason") }

    /// Hands the chunk on. The first one is processed right here: most inputs are smaller than a chunk, and threads cost more
    /// than they give there.
    private func dispatch() throws(WinnowError) {
        guard let current = chunk, !current.isEmpty else { return }
        if threads == 1 || !hasDispatched {
            hasDispatched = true
            worker.process(current)
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
        var workers = [worker]
        while workers.count < threads {
            workers.append(try ChunkWorker(pipeline, shared: shared, judges: !shared.isUsed, encoder: encoder))
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
                // The ledger first: a line that is gone from the output must never be missing from both.
                if !work.ledger.isEmpty { try ledger?.write(work.ledger) }
                output.append(contentsOf: work.output)
                lines += work.lines
            }
            try write(&output, lines)
            try writeEnds(&ends, behind: index)
            return true
        } catch {
            failure = error
            return false
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
