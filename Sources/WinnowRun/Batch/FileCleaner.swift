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
        run = try CleanRun(
            settings.pipeline, window: settings.window, encoding: settings.encoding, separator: settings.separator,
            threads: threads, output: nil, ledger: nil, writesLedger: settings.writesLedgers,
            records: RecordEncoder(dropsEmpty: settings.dropsEmpty), memory: memory)
    }

    /// Whether files must be cleaned in order.
    var isOrdered: Bool { run.isOrdered }

    /// Adds what all files left to the index of the run.
    func keepMemory() throws(WinnowError) { try run.keepMemory() }

    func clean(_ file: InputFile) -> FileResult {
        var result = FileResult(file, run.none)
        do throws(WinnowError) {
            try check(file)
            try clean(file, &result)
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

    private func open(_ file: InputFile) throws(WinnowError) -> FileDescriptor {
        // A pipe that took the file's place would be waited for.
        try FileDescriptor.open(file.path, flags: O_RDONLY | O_NONBLOCK)
    }

    private func source(_ file: InputFile, _ descriptor: FileDescriptor) -> MeasuredSource {
        let onRead = onRead
        return MeasuredSource(FileSource(descriptor, name: "\(file.path)")) { (count) throws(WinnowError) in
            if !onRead(count) { throw Self.stopped }
        }
    }

    // MARK: Corpus scope

    /// Where documents are compared with each other, a file that breaks off would leave lines behind that later files are
    /// compared with and that stand in no output. So packed files and records are read once before.
    private func check(_ file: InputFile) throws(WinnowError) {
        guard run.isOrdered else { return }
        let descriptor = try open(file)
        let source = FileSource(descriptor, name: "\(file.path)")
        let input = try Input(source, format: settings.format)
        guard input.source.compression != .none || input.format != .text else { return }
        let reader = try input.format.reader(input.source, field: settings.textField)
        var record = Record()
        while try reader.next(into: &record) { if !onRead(0) { throw Self.stopped } }
    }

    // MARK: One file

    private func clean(_ file: InputFile, _ result: inout FileResult) throws(WinnowError) {
        let descriptor = try open(file)
        // It closes the descriptor.
        let source = source(file, descriptor)
        let before = try FileStatus(descriptor, name: source.name)
        guard before.isFile else { throw WinnowError(.input, "is no file any more", at: .init(file: source.name)) }
        result.input = .init(path: file.relative, size: before.size, modified: before.modified)
        let input = try Input(source, format: settings.format)
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
        result.statistics = run.statistics
        result.inputHash = source.hex
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
        _ input: Input, _ file: InputFile, _ files: OutputFiles, _ source: MeasuredSource
    ) throws(WinnowError) -> LedgerWriter? {
        guard let sink = try files.beginLedger() else { return nil }
        let isText = input.format == .text
        let ledger = try LedgerWriter(
            sink, pipeline: settings.pipeline, winnow: settings.winnow, configuration: settings.fingerprint,
            file: .init(
                path: file.relative, packed: input.source.compression, records: isText ? nil : input.format,
                field: "\(settings.textField)"))
        if input.source.compression != .none { ledger.fileHash = { source.hex } }
        return ledger
    }

    private func cleanText(
        _ input: Input, _ file: InputFile, _ files: OutputFiles, _ source: MeasuredSource
    ) throws(WinnowError) {
        let ledger = try ledger(input, file, files, source)
        run.restart(output: BatchWriter(files.packer, hashing: ledger != nil), ledger: ledger)
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
        let writer = RecordWriter(files.packer)
        let notes = Notes(result)
        let ledger = try ledger(input, file, files, source).map { RecordLedger($0, name: "\(file.relative)") }
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
            let source = FileSource(try open(file), name: "\(file.path)")
            let copy = try places.create(path)
            try source.readAll { (bytes) throws(WinnowError) in try copy.write(bytes) }
            try copy.commit()
        }
    }
}
