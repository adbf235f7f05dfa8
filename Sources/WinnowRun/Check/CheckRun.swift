import WinnowCore
import WinnowIO
import WinnowText

/// What a check does, and how.
public struct CheckSettings {
    public var pipeline: Pipeline
    public var window: Window
    public var encoding: BatchReader.EncodingChoice
    public var separator: Separator
    public var options: CheckOptions
    /// The groups of `options`, with their globs.
    public var groups: [(glob: Glob, limits: [LimitSubject: Limit])] = []
    /// Whether the pipeline runs all steps of `normalize`, with form NFC: then it has looked at every line.
    public var normalizesAll = false
    public var format: Format?
    public var textField = FieldPath.text
    public var threads = 1
    public var baseline: Baseline?
    public var updatesBaseline = false
    public var since: ChangedLines?
    /// Where lines go for which memory has no room, in corpus scope.
    public var spillFolder: Path?
    public var winnow: String

    public init(
        _ pipeline: Pipeline, window: Window, encoding: BatchReader.EncodingChoice, separator: Separator, options: CheckOptions,
        winnow: String
    ) {
        self.pipeline = pipeline
        self.window = window
        self.encoding = encoding
        self.separator = separator
        self.options = options
        self.winnow = winnow
    }
}

/// Checks many files: one run over all, in order, on all cores. Nothing is written.
public final class CheckRun {
    private let settings: CheckSettings
    private let collector: CheckCollector
    private let run: CleanRun
    private let report: (WinnowError) -> Void
    private let progress: (Progress) -> Bool

    /// - Parameters:
    ///   - report: called for files and records that cannot be read; on any thread, one at a time.
    ///   - progress: how far it is; false to stop.
    ///   - onFinding: called for each finding that counts, where somebody wants them all, in the order of the input; on any thread, one at a time.
    ///   - onClaimed: called for each line that rules claim, where the pipeline tells claims; like `onFinding`.
    public init(
        _ settings: CheckSettings, report: @escaping (WinnowError) -> Void,
        progress: @escaping (Progress) -> Bool = { _ in true },
        onFinding: ((Finding) throws(WinnowError) -> Void)? = nil, onClaimed: ((ClaimedLine) -> Void)? = nil
    ) throws(WinnowError) {
        self.settings = settings
        // Both come from different threads, and often end on one terminal.
        let monitor = Monitor()
        let report: (WinnowError) -> Void = { problem in monitor.withLock { report(problem) } }
        self.report = report
        self.progress = { state in monitor.withLock { progress(state) } }
        let names = DocumentNames()
        collector = CheckCollector(
            settings, names, isCorpus: try settings.pipeline.makeShared().isUsed, onDamage: report, onFinding: onFinding,
            onClaimed: onClaimed)
        run = try CleanRun(
            settings.pipeline, window: settings.window, encoding: settings.encoding, separator: settings.separator,
            threads: settings.threads, output: nil, ledger: nil, writesLedger: false, records: RecordEncoder(), names: names,
            memory: CorpusMemory(spill: settings.spillFolder.map { SpillFolder($0) }), observe: nil, observer: collector)
    }

    /// The new text of the baseline, after `run`.
    public var updatedBaseline: [UInt8] { collector.updatedBaseline }

    private static let stopped = WinnowError(.limit, "the run shall stop")

    /// - Returns: nil when it was stopped.
    public func run(_ files: FileList) throws(WinnowError) -> CheckResult? {
        var failed = 0
        var wasRecords = false
        var done = Progress(filesTotal: files.count, bytesTotal: files.size)
        for file in files {
            do throws(WinnowError) {
                let source = WatchedSource(try FileSource(opening: file.path)) { [progress] (count) throws(WinnowError) in
                    done.bytes += count
                    if !progress(done) { throw Self.stopped }
                }
                try check(try Input(source, format: settings.format), "\(file.path)", &wasRecords)
            } catch {
                if error == Self.stopped {
                    run.cancel()
                    return nil
                }
                guard !run.isStopped else { throw error }
                failed += 1
                report(error)
            }
            done.files += 1
        }
        do throws(WinnowError) { try run.finish() } catch {
            run.cancel()
            throw error
        }
        var result = try collector.finish(failed: failed)
        // Where a stream has several documents, a line's number is none of its file.
        if case .none = settings.separator { TwinTexts.fill(&result.copies) }
        return result
    }

    private func check(_ input: Input, _ name: String, _ wasRecords: inout Bool) throws(WinnowError) {
        let isText = input.format == .text
        // A chunk carries either.
        if isText == wasRecords { try run.dispatch() }
        wasRecords = !isText
        guard isText else {
            let before = run.nextDocument
            let reader = try input.format.reader(input.source, field: settings.textField)
            try run.cleanRecords(reader, file: name)
            if run.nextDocument == before {
                try run.drain()
                try collector.addEmpty(file: name)
            }
            return
        }
        let encoding = try self.encoding(input, name)
        try run.clean(input.source, name: name, encoding: encoding)
    }

    /// Text that is in another encoding throughout is read in it, so that what else is wrong can be told.
    private func encoding(_ input: Input, _ name: String) throws(WinnowError) -> BatchReader.EncodingChoice? {
        guard case .named(let expected) = settings.encoding, expected == .utf8 else { return nil }
        let sample = input.source.peek(TextEncoding.sampleSize)
        let found = sample.withUnsafeBufferPointer { TextEncoding.isForeign($0) }
        guard let found else { return nil }
        try run.drain()
        collector.addForeign(file: name, found.name, expected.name)
        return .named(found)
    }
}
