import WinnowCore
import WinnowIO
import WinnowText

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Cleans files, one after the other. One a thread, or one for all threads.
final class FileCleaner {
    private let settings: BatchSettings
    private let places: OutputPlaces
    private let run: CleanRun
    private let stream: OutputStream?
    private let onRead: (Int64) -> Bool
    /// Whether a file may have more threads than this one.
    private let isThreaded: Bool

    /// - Parameters:
    ///   - owner: of temporary files (`RunLock`).
    ///   - stream: where all output goes, when there is no output folder.
    ///   - onRead: called on the thread of `clean` with bytes that were read; false to stop.
    init(
        _ settings: BatchSettings, threads: Int, owner: String, stream: OutputStream? = nil,
        memory: CorpusMemory = CorpusMemory(),
        onRead: @escaping (Int64) -> Bool
    ) throws(WinnowError) {
        self.settings = settings
        places = OutputPlaces(settings, owner: owner)
        self.stream = stream
        self.onRead = onRead
        isThreaded = threads > 1
        run = try CleanRun(
            settings.pipeline, window: settings.window, encoding: settings.encoding, separator: settings.separator,
            threads: threads, output: nil, ledger: nil, writesLedger: settings.writesLedgers,
            records: RecordEncoder(dropsEmpty: settings.dropsEmpty), memory: memory)
    }

    /// Whether files must be cleaned in order.
    var isOrdered: Bool { run.isOrdered }

    /// Adds what all files left to the index of the run.
    func keepMemory() throws(WinnowError) { try run.keepMemory() }

    /// A reader ahead of this cleaner, on a thread of its own.
    func makePreparer() throws(WinnowError) -> FilePreparer { try FilePreparer(settings, run) }

    /// - Parameter prepared: what `FilePreparer` made of the file, where it could.
    func clean(_ file: InputFile, _ prepared: FilePreparer.Prepared? = nil) -> FileResult {
        var result = FileResult(file, run.none)
        do throws(WinnowError) {
            if let prepared {
                guard onRead(prepared.input.size) else { throw Self.stopped }
                try clean(file, prepared, &result)
            } else {
                try check(file)
                try clean(file, &result)
            }
        } catch {
            run.restart(output: nil)
            // A wish to stop shows itself as an error of reading.
            if !result.isAbandoned { result.error = error }
            if error == Self.stopped {
                result.isAbandoned = true
                result.error = nil
            } else if settings.quarantines, !result.isFatal {
                quarantine(file)
            }
        }
        return result
    }

    private static let stopped = WinnowError(.limit, "the run shall stop")

    static func open(_ file: InputFile) throws(WinnowError) -> FileDescriptor {
        // A pipe that took the file's place would be waited for.
        try FileDescriptor.open(file.path, flags: O_RDONLY | O_NONBLOCK)
    }

    private func source(_ input: FileSource, size: Int64) -> MeasuredSource {
        let onRead = onRead
        return MeasuredSource(input, size: size) { (count) throws(WinnowError) in
            if !onRead(count) { throw Self.stopped }
        }
    }

    // MARK: Corpus scope

    /// Where documents are compared with each other, a file that breaks off would leave lines behind that later files are
    /// compared with and that stand in no output. So packed files and records are read once before.
    private func check(_ file: InputFile) throws(WinnowError) {
        guard run.isOrdered else { return }
        let descriptor = try Self.open(file)
        let source = FileSource(descriptor, name: "\(file.path)")
        let input = try Input(source, format: settings.format)
        guard input.source.compression != .none || input.format != .text else { return }
        let reader = try input.format.reader(input.source, field: settings.textField)
        var record = Record()
        while try reader.next(into: &record) { if !onRead(0) { throw Self.stopped } }
    }

    // MARK: One file

    private func clean(_ file: InputFile, _ result: inout FileResult) throws(WinnowError) {
        let descriptor = try Self.open(file)
        // It closes the descriptor.
        let opened = FileSource(descriptor, name: "\(file.path)")
        let before = try FileStatus(descriptor, name: opened.name)
        let source = source(opened, size: before.size)
        guard before.isFile else { throw WinnowError(.input, "is no file any more", at: .init(file: source.name)) }
        result.input = .init(path: file.relative, size: before.size, modified: before.modified)
        let input = try Input(source, format: settings.format, size: Int(before.size))
        let files = try writing(&result) { () throws(WinnowError) in try OutputFiles(file, places, stream) }
        do throws(WinnowError) {
            if input.format == .text {
                try cleanText(input, file, files, source)
            } else {
                try cleanRecords(input, file, files, source, &result)
            }
            let after = try FileStatus(descriptor, name: source.name)
            guard after.size == before.size, after.modified == before.modified, source.bytes == before.size else {
                throw WinnowError(
                    .input, "changed while it was read", hint: "run again when nobody writes to it",
                    at: .init(file: source.name))
            }
        } catch {
            files.abandon()
            // What other files share may hold lines of this one.
            if files.hasFailed || run.isOrdered, error != Self.stopped { result.isFatal = true }
            throw error
        }
        try finish(&result, files, hash: source.hex)
    }

    private func clean(
        _ file: InputFile, _ prepared: FilePreparer.Prepared, _ result: inout FileResult
    ) throws(WinnowError) {
        result.input = prepared.input
        let files = try writing(&result) { () throws(WinnowError) in try OutputFiles(file, places, stream) }
        do throws(WinnowError) {
            let ledger = try ledger(file, files, packed: prepared.packed) { prepared.hash }
            run.restart(output: BatchWriter(files.packer, hashing: ledger != nil), ledger: ledger)
            try run.clean(prepared.chunk, documents: prepared.documents, name: "\(file.relative)")
            try run.finish()
            try files.finish()
        } catch {
            files.abandon()
            if files.hasFailed || run.isOrdered { result.isFatal = true }
            throw error
        }
        try finish(&result, files, hash: prepared.hash)
    }

    private func finish(_ result: inout FileResult, _ files: OutputFiles, hash: String) throws(WinnowError) {
        result.statistics = run.statistics
        result.inputHash = hash
        try writing(&result) { () throws(WinnowError) in try files.commit() }
        if settings.output != nil {
            result.output = .init(path: files.path, size: files.sink.bytes, hash: files.sink.hex)
        }
    }

    /// Marks what goes wrong with outputs.
    private func writing<Value>(
        _ result: inout FileResult, _ body: () throws(WinnowError) -> Value
    ) throws(WinnowError) -> Value {
        do throws(WinnowError) { return try body() } catch {
            result.isFatal = true
            throw error
        }
    }

    /// A ledger for the file, where one is wanted.
    private func ledger(
        _ file: InputFile, _ files: OutputFiles, packed: Compression, records: Format? = nil, hash: @escaping () -> String
    ) throws(WinnowError) -> LedgerWriter? {
        guard let sink = try files.beginLedger(isThreaded: isThreaded) else { return nil }
        let ledger = try LedgerWriter(
            sink, pipeline: settings.pipeline, winnow: settings.winnow, configuration: settings.fingerprint,
            file: .init(
                path: file.relative, packed: packed, records: records, field: "\(settings.textField)"))
        if packed != .none { ledger.fileHash = hash }
        return ledger
    }

    private func cleanText(
        _ input: Input, _ file: InputFile, _ files: OutputFiles, _ source: MeasuredSource
    ) throws(WinnowError) {
        let ledger = try ledger(file, files, packed: input.source.compression) { source.hex }
        let sink = files.gather(isThreaded: isThreaded)
        run.restart(output: BatchWriter(sink, hashing: ledger != nil), ledger: ledger)
        do throws(WinnowError) { try run.clean(input.source, name: "\(file.relative)") } catch {
            run.cancel()
            throw error
        }
        try run.finish()
        try files.finish()
    }

    private func cleanRecords(
        _ input: Input, _ file: InputFile, _ files: OutputFiles, _ source: MeasuredSource, _ result: inout FileResult
    ) throws(WinnowError) {
        let reader = try input.format.reader(input.source, field: settings.textField)
        // A record of a packed WARC file is a member by itself.
        let writer = RecordWriter(input.format == .warc ? files.packer : files.gather(isThreaded: isThreaded))
        let notes = Notes(result)
        let ledger = try ledger(file, files, packed: input.source.compression, records: input.format) { source.hex }
            .map { RecordLedger($0, name: "\(file.relative)") }
        run.restart(records: writer, ledger: ledger) { (work, problem) throws(WinnowError) in
            if work.record.part.isFirst { notes.result.note(problem) }
            if case .damaged = work.record.kind { try files.quarantine(work.record.bytes) }
        }
        defer {
            result.damaged = notes.result.damaged
            result.problems = notes.result.problems
        }
        do throws(WinnowError) { try run.cleanRecords(reader, file: "\(file.relative)") } catch {
            run.cancel()
            throw error
        }
        try run.finish()
        try files.finish()
    }

    /// What is told on other threads.
    private final class Notes {
        var result: FileResult
        init(_ result: FileResult) { self.result = result }
    }

    // MARK: Quarantine

    /// Copies a file aside that could not be cleaned; does nothing where it cannot be read.
    private func quarantine(_ file: InputFile) {
        _ = Result { () throws(WinnowError) in
            guard let path = places.quarantine(file) else { return }
            let source = FileSource(try Self.open(file), name: "\(file.path)")
            let copy = try places.create(path)
            try source.readAll { (bytes) throws(WinnowError) in try copy.write(bytes) }
            try copy.commit()
        }
    }
}
