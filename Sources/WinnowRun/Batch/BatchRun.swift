import WinnowCore
import WinnowIO
import WinnowText

/// Cleans many files.
///
/// Small files are cleaned side by side, a worker a core; each large one by all cores. Where documents are compared with each
/// other (corpus scope) or all output is one stream, files are cleaned one after the other, in order, each by all cores. The
/// same bytes come out for any number of threads, and after any kill.
public final class BatchRun {
    /// What the run tells its caller, on the caller's thread.
    public struct Events {
        /// An error that the run survives, or the one that it ends with.
        public var report: (WinnowError) -> Void
        public var progress: (Progress) -> Void
        /// A signal that came; the run ends soon.
        public var signal: @Sendable () -> Int32?

        public init(
            report: @escaping (WinnowError) -> Void, progress: @escaping (Progress) -> Void = { _ in },
            signal: @escaping @Sendable () -> Int32? = { nil }
        ) {
            self.report = report
            self.progress = progress
            self.signal = signal
        }
    }

    /// Files beyond this size are cleaned by all cores: packed ones are some times larger when they are unpacked.
    private static let large: Int64 = 4 << 20
    private static let largePacked: Int64 = 1 << 20

    private let settings: BatchSettings
    private let events: Events
    /// Whether documents of all files are compared with each other.
    private let isCorpus: Bool
    /// Whether the output of a file depends on what other files there are.
    private let dependsOnList: Bool
    public private(set) var progress = Progress()
    private var summary: BatchSummary
    /// What decides the bytes of the outputs, in short.
    private var configuration: String
    private var manifest: Manifest?
    /// Whether it had no rows when the run began: none of the files is looked up then.
    private var isFirst = false
    /// Of runs with other parts.
    private var others: [Manifest] = []
    private var owner = AtomicFile.noOwner
    private var index: BatchIndex?
    /// Messages of files that are done before others in front of them, by their turn.
    private var untold: [Int: [WinnowError]] = [:]
    private var nextToTell = 0
    /// What ended the run, or could not be noted.
    private var fatal: WinnowError?

    public init(_ settings: BatchSettings, _ events: Events) {
        self.settings = settings
        self.events = events
        isCorpus = settings.pipeline.comparesDocuments
        dependsOnList = isCorpus || settings.pipeline.needsSurvey
        summary = BatchSummary(settings.pipeline)
        configuration = settings.outputFingerprint
    }

    // MARK: Plan

    /// The files that are this run's, checked: each has an output of its own.
    /// - Throws: `usage`.
    private func own(_ files: FileList) throws(WinnowError) -> FileList {
        if settings.shard != nil, isCorpus {
            throw WinnowError(
                .usage, "--shard: documents of all files are compared with each other (near-duplicates.scope: corpus)",
                hint: "parts can be cleaned by themselves with --set near-duplicates.scope=document")
        }
        if settings.output != nil { try files.checkOutputs { [settings] in settings.outputName(for: $0).path } }
        return settings.shard.map { files.shard($0) } ?? files
    }

    /// Calls with each file, its output, and its status, which is nil where it is done and would be cleaned again; writes nothing.
    /// - Throws: `usage`; `input` for a damaged manifest.
    public func plan(
        _ files: FileList, _ body: (InputFile, Path, Manifest.Status?) throws(WinnowError) -> Void
    ) throws(WinnowError) {
        let all = files
        let files = try own(files)
        if let output = settings.output,
            (try? FileStatus(Manifest.path(in: output, shard: settings.shard), followingLinks: true)) != nil
        {
            manifest = try Manifest(output, shard: settings.shard)
        }
        if let path = settings.index, fileExists("\(path)") {
            index = try BatchIndex(settings, at: path, writing: false)
        }
        if dependsOnList { configuration = corpusConfiguration(all) }
        findOthers()
        let redoesAll = settings.isForced || isCorpus && !isAllDone(files)
        for file in files {
            let status = try self.status(of: file, isPlan: true)
            try body(file, settings.outputName(for: file.relative).path, redoesAll && isDone(status) ? nil : status)
        }
    }

    private func findOthers() {
        guard let output = settings.output, !settings.isForced else { return }
        others = Manifest.others(in: output, than: settings.shard, knowing: configuration)
    }

    private func isDone(_ status: Manifest.Status) -> Bool { if case .done = status { true } else { false } }

    /// Whether a file must be done.
    /// - Parameter isPlan: whether nothing is read or noted: a file of another time counts as changed.
    private func status(of file: InputFile, isPlan: Bool) throws(WinnowError) -> Manifest.Status {
        // One that is gone is told when it is opened.
        let isKnown = isFirst ? false : try manifest?.record(of: file.relative) != nil
        guard isKnown || !others.isEmpty, let status = try? FileStatus(file.path, followingLinks: true) else {
            return .new
        }
        let input = Manifest.Input(path: file.relative, size: status.size, modified: status.modified)
        var hash: (() throws(WinnowError) -> String)?
        if !isPlan {
            hash = { () throws(WinnowError) in
                guard let source = try? FileSource(opening: file.path), let hash = try? source.hashAll() else { return "" }
                return hash
            }
        }
        let known = try manifest?.status(of: input, configuration: configuration, hash: hash) ?? .new
        if isDone(known) { return known }
        for other in others {
            // Another run may have written the output since: it is read.
            guard case .done(let record) = try other.status(of: input, configuration: configuration),
                let folder = settings.output, let output = record.output,
                let source = try? FileSource(opening: folder.appending(output.path)), (try? source.hashAll()) == output.hash
            else { continue }
            if !isPlan { try manifest?.record(record) }
            return .done(record)
        }
        return known
    }

    /// In corpus scope every file's output depends on all files before it: what is done is only so for this very list.
    private func corpusConfiguration(_ files: FileList) -> String {
        let hash = StreamHash()
        for file in files {
            let status = try? FileStatus(file.path, followingLinks: true)
            let line = file.relative.bytes + Array("\0\(status?.size ?? -1) \(status?.modified ?? 0)\n".utf8)
            line.withUnsafeBytes { hash.update($0) }
        }
        if let index { Array(index.configuration.utf8).withUnsafeBytes { hash.update($0) } }
        return BatchSettings.hash(configuration + hash.hex)
    }

    private func isAllDone(_ files: FileList) -> Bool {
        index?.isLacking != true && files.allSatisfy { file in (try? status(of: file, isPlan: true)).map(isDone) ?? false }
    }

    // MARK: Run

    /// Cleans the files.
    /// - Parameter stream: where all output goes, when there is no output folder.
    /// - Throws: what keeps it from beginning. Later errors are reported, and counted in the summary.
    public func run(_ files: FileList, into stream: (any ByteSink)? = nil) throws(WinnowError) -> BatchSummary {
        let begun = monotonicSeconds()
        let all = files
        let files = try own(files)
        summary.files = files.count
        progress = Progress(filesTotal: files.count, bytesTotal: files.size)
        var lock: RunLock?
        if let output = settings.output {
            let held = try RunLock(output, shard: settings.shard)
            lock = held
            owner = held.owner
            AtomicFile.removeLeftovers(in: output, owner: owner)
            let manifest = try Manifest(output, shard: settings.shard)
            isFirst = try manifest.isEmpty()
            self.manifest = manifest
        }
        defer { lock?.release() }
        let one = try stream.map { (sink) throws(WinnowError) in
            try OutputStream(sink, settings.compression ?? .none, level: settings.level)
        }
        if let path = settings.index {
            index = try BatchIndex(settings, at: path, writing: true)
        }
        if dependsOnList { configuration = corpusConfiguration(all) }
        findOthers()
        if try !survey(all, files) { return ended(since: begun) }
        // One for what is cleaned by all cores.
        let cleaner = try FileCleaner(
            settings, threads: settings.threads, owner: owner, stream: one, memory: memory()
        ) { [unowned self] in note(bytes: $0) }
        do throws(WinnowError) {
            if cleaner.isOrdered || one != nil {
                try runInOrder(files, cleaner)
            } else {
                try runSideBySide(files, cleaner)
            }
            if fatal == nil { try one?.finish() }
        } catch { end(error) }
        do throws(WinnowError) { try manifest?.flush() } catch { end(error) }
        let summary = ended(since: begun)
        if let fatal, fatal.code == .closedPipe { throw fatal }
        return summary
    }

    private func ended(since begun: Double) -> BatchSummary {
        summary.seconds = monotonicSeconds() - begun
        summary.signal = events.signal()
        return summary
    }

    /// Reads all files before the first is cleaned, where a stage wants that and there is something to clean.
    /// - Returns: false when a signal ended it.
    private func survey(_ all: FileList, _ files: FileList) throws(WinnowError) -> Bool {
        guard settings.pipeline.needsSurvey, settings.isForced || !isAllDone(files) else { return true }
        return try BatchSurvey(settings, signal: events.signal) { [self] in isLarge($0) }.run(all)
    }

    private var shallStop: Bool { fatal != nil || summary.isStopped || events.signal() != nil }

    private func runInOrder(_ files: FileList, _ cleaner: FileCleaner) throws(WinnowError) {
        var redoesAll = settings.isForced
        if cleaner.isOrdered {
            others = []
            redoesAll = redoesAll || !isAllDone(files)
            if redoesAll { try index?.begin() }
        }
        if settings.threads > 1, files.count > 1, redoesAll || manifest == nil {
            try runAhead(files, cleaner)
        } else {
            for file in files {
                if shallStop { return }
                if !redoesAll, try skip(file) { continue }
                handle(cleaner.clean(file), countsBytes: false)
            }
        }
        // What is done already has been added.
        if redoesAll, !shallStop { try cleaner.keepMemory() }
    }

    /// For lines that memory has no room for, and those of earlier runs.
    private func memory() -> CorpusMemory {
        let spill = SpillFolder(settings.output.map { OutputFolder.own($0) } ?? settings.spillFolder)
        return index?.memory(spill: spill) ?? CorpusMemory(spill: spill)
    }

    /// The pure half of small files is done on all cores, ahead of the ordered half.
    private func runAhead(_ files: FileList, _ cleaner: FileCleaner) throws(WinnowError) {
        let crew = try PrepareCrew(settings.threads) { () throws(WinnowError) in try cleaner.makePreparer() }
        defer { crew.close() }
        var next = 0
        for (index, file) in files.enumerated() {
            if shallStop { return }
            while next < files.count, next < index + crew.most {
                crew.submit(files[next])
                next += 1
            }
            let prepared = crew.take()
            handle(cleaner.clean(file, prepared), countsBytes: false)
            if let prepared { crew.giveBack(prepared) }
        }
    }

    private func runSideBySide(_ files: FileList, _ cleaner: FileCleaner) throws(WinnowError) {
        var crew: FileCrew?
        if settings.threads > 1, files.count > 1 {
            let signal = events.signal
            var workers: [FileCleaner] = []
            for _ in 0..<min(settings.threads, files.count) {
                workers.append(try FileCleaner(settings, threads: 1, owner: owner) { _ in signal() == nil })
            }
            crew = try FileCrew(workers)
        }
        defer { crew?.close() }
        var large: [Int] = []
        for (index, file) in files.enumerated() {
            if shallStop { break }
            if !settings.isForced, try skip(file) { continue }
            if isLarge(file) {
                large.append(index)
            } else if let crew {
                for result in crew.submit(file) { handle(result) }
            } else {
                handle(cleaner.clean(file), countsBytes: false)
            }
        }
        while let crew {
            if shallStop { crew.recall() }
            let results = crew.wait()
            if results.isEmpty { break }
            for result in results { handle(result) }
        }
        tellRest()
        for index in large {
            if shallStop { return }
            handle(cleaner.clean(files[index]), countsBytes: false)
        }
    }

    private func isLarge(_ file: InputFile) -> Bool {
        let isPacked = Compression(ofName: file.path) != .none
        return file.size > (isPacked ? Self.largePacked : Self.large)
    }

    /// - Returns: whether an earlier run has done the file.
    private func skip(_ file: InputFile) throws(WinnowError) -> Bool {
        guard isDone(try status(of: file, isPlan: false)) else { return false }
        summary.skipped += 1
        progress.files += 1
        progress.bytesTotal = progress.bytesTotal.map { $0 - file.size }
        events.progress(progress)
        return true
    }

    /// Bytes were read by the cleaner of this thread.
    private func note(bytes: Int64) -> Bool {
        progress.bytes += bytes
        events.progress(progress)
        return events.signal() == nil
    }

    private func handle(_ result: FileResult, countsBytes: Bool = true) {
        summary.add(result)
        tell(result)
        if let error = result.error, result.isFatal { end(error) }
        if settings.stopsOnError, result.error != nil || result.damaged > 0 { summary.isStopped = true }
        guard !result.isAbandoned else { return }
        if let row = result.row(configuration) {
            do throws(WinnowError) { try manifest?.record(row) } catch { end(error) }
        }
        progress.files += 1
        if countsBytes { progress.bytes += result.file.size }
        progress.failed = summary.failed
        progress.textIn = Int64(summary.statistics.bytesIn)
        progress.textOut = Int64(summary.statistics.bytesOut)
        events.progress(progress)
    }

    /// Reports what is wrong with a file, when all files before it are done.
    private func tell(_ result: FileResult) {
        var messages = result.problems
        let more = result.damaged - result.problems.count
        if more > 0 {
            messages.append(
                WinnowError(
                    .input, "\(more) more \(more == 1 ? "record" : "records") could not be read",
                    at: .init(file: "\(result.file.path)")))
        }
        if let error = result.error, !result.isFatal { messages.append(error) }
        guard let turn = result.turn else {
            for message in messages { events.report(message) }
            return
        }
        untold[turn] = messages
        while let next = untold.removeValue(forKey: nextToTell) {
            for message in next { events.report(message) }
            nextToTell += 1
        }
    }

    /// Reports what waits for files that nobody will do.
    private func tellRest() {
        for turn in untold.keys.sorted() { for message in untold[turn] ?? [] { events.report(message) } }
        untold = [:]
    }

    /// The run cannot go on.
    private func end(_ error: WinnowError) {
        guard fatal == nil else { return }
        fatal = error
        summary.isStopped = true
        if error.code != .closedPipe { events.report(error) }
    }
}
