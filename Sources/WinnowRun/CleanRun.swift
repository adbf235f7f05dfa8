import WinnowCore
import WinnowIO
import WinnowText

/// Cleans documents one after the other: read a window, prepare it, judge it, write it.
public final class CleanRun {
    private let pipeline: Pipeline
    private let window: Window
    private let encoding: BatchReader.EncodingChoice
    private let writer: BatchWriter?
    private let ledger: LedgerWriter?
    private let worker: PipelineWorker
    private let shared: SharedState
    private let work = BatchWork()
    public private(set) var statistics: Statistics

    /// - Parameters:
    ///   - output: where the cleaned text goes; nil when only `observe` is wanted.
    public init(
        _ pipeline: Pipeline, window: Window, encoding: BatchReader.EncodingChoice, output: BatchWriter?, ledger: LedgerWriter?
    ) throws(WinnowError) {
        self.pipeline = pipeline
        self.window = window
        self.encoding = encoding
        self.ledger = ledger
        writer = output
        worker = try pipeline.makeWorker()
        shared = pipeline.makeShared()
        statistics = Statistics(pipeline)
    }

    /// Cleans one document.
    /// - Parameter observe: sees each window after it was decided.
    public func clean(_ source: any ByteSource, observe: (BatchWork) -> Void = { _ in }) throws(WinnowError) {
        let reader = try BatchReader(source, ordinal: statistics.documents, window: window, encoding: encoding)
        let document = reader.currentDocument
        let run = DocumentRun(pipeline, document: document, shared: shared)
        statistics.documents += 1
        ledger?.begin(document)
        while try reader.next(into: &work.batch) {
            try worker.prepare(work)
            try run.judge(work)
            // The ledger first: a line that is gone from the output must never be missing from both.
            try ledger?.write(work.batch)
            try writer?.write(work.batch)
            statistics.add(work, pipeline)
            observe(work)
        }
        statistics.linesOut = writer?.linesWritten ?? 0
        statistics.bytesOut = writer?.bytesWritten ?? 0
        try ledger?.end(document, lines: reader.linesRead, bytes: reader.bytesRead, hash: reader.inputHash)
    }

    /// Ends the ledger; to be called after the last document.
    public func finish() throws(WinnowError) {
        try ledger?.finish(outputBytes: writer?.bytesWritten ?? 0, outputHash: writer?.outputHash ?? "")
    }
}
