import WinnowCore
import WinnowIO

/// Reads all files once, for stages that must have seen all documents before they judge the first (`SurveyStage`).
struct BatchSurvey {
    private let settings: BatchSettings
    private let signal: @Sendable () -> Int32?
    private let isLarge: (InputFile) -> Bool

    init(_ settings: BatchSettings, signal: @escaping @Sendable () -> Int32?, isLarge: @escaping (InputFile) -> Bool) {
        self.settings = settings
        self.signal = signal
        self.isLarge = isLarge
    }

    /// - Returns: false when a signal ended it.
    /// - Throws: `limit` when memory is not enough.
    func run(_ files: FileList) throws(WinnowError) -> Bool {
        var bad: Set<Path> = []
        while true {
            let failed = try read(files, without: bad)
            if signal() != nil { return false }
            // How much of a file was counted before it failed may depend on threads: it is left out altogether. It is told of
            // when it is cleaned.
            guard !failed.isEmpty else { break }
            bad.formUnion(failed)
        }
        try settings.pipeline.endSurvey()
        return true
    }

    /// - Returns: files that could not be read to their end.
    private func read(_ files: FileList, without bad: Set<Path>) throws(WinnowError) -> Set<Path> {
        var counting = settings
        counting.pipeline = try settings.pipeline.survey()
        counting.output = nil
        counting.writesLedgers = false
        counting.quarantines = false
        counting.compression = Compression.none
        counting.level = nil
        let signal = signal
        func cleaner(threads: Int) throws(WinnowError) -> FileCleaner {
            let nowhere = try OutputStream(NoSink(), .none, level: nil)
            return try FileCleaner(counting, threads: threads, owner: AtomicFile.noOwner, stream: nowhere) { _ in
                signal() == nil
            }
        }
        var workers: [FileCleaner] = []
        for _ in 0..<max(1, min(settings.threads, files.count)) { workers.append(try cleaner(threads: 1)) }
        let crew = try FileCrew(workers)
        defer { crew.close() }
        var failed: Set<Path> = []
        func note(_ results: [FileResult]) {
            for result in results where result.error != nil { failed.insert(result.file.relative) }
        }
        var large: [InputFile] = []
        for file in files where !bad.contains(file.relative) {
            if signal() != nil { break }
            if isLarge(file) { large.append(file) } else { note(crew.submit(file)) }
        }
        while true {
            if signal() != nil { crew.recall() }
            let results = crew.wait()
            if results.isEmpty { break }
            note(results)
        }
        guard !large.isEmpty else { return failed }
        let all = try cleaner(threads: settings.threads)
        for file in large where signal() == nil { note([all.clean(file)]) }
        return failed
    }
}

/// For texts that nobody wants.
public final class NoSink: ByteSink {
    public init() {}
    public func write(_ bytes: UnsafeRawBufferPointer) {}
}
