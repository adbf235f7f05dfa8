import WinnowCore
import WinnowIO

/// Reads small plain texts ahead of an ordered cleaner and does the pure half of their work. One a thread.
///
/// Files that are anything else, or cannot be read as they should, are left to the cleaner, which begins anew and tells of them.
final class FilePreparer {
    /// A file that was read, with nothing decided yet.
    final class Prepared: @unchecked Sendable {
        // Handed from thread to thread whole, never shared.
        let chunk: Chunk
        fileprivate(set) var input = Manifest.Input(path: Path(""), size: 0, modified: 0)
        /// XXH3-128 of the file.
        fileprivate(set) var hash = ""
        fileprivate(set) var packed = Compression.none
        /// How many the file has.
        fileprivate(set) var documents = 0

        fileprivate init(_ pipeline: Pipeline) { chunk = Chunk(pipeline) }
    }

    private let settings: BatchSettings
    private let worker: ChunkWorker
    private let writesLedger: Bool
    private var reader: BatchReader?

    init(_ settings: BatchSettings, _ run: CleanRun) throws(WinnowError) {
        self.settings = settings
        worker = try ChunkWorker(run.pipeline, shared: run.shared, judges: false, encoder: run.encoder, observer: nil)
        writesLedger = run.writesLedger
    }

    /// - Parameter spare: memory that may be taken.
    /// - Returns: nil for what is left to the cleaner.
    func prepare(_ file: InputFile, reusing spare: Prepared?) -> Prepared? {
        guard file.size <= Int64(Chunk.bytes) else { return nil }
        let prepared = spare ?? Prepared(settings.pipeline)
        prepared.chunk.reset()
        let isGood = (try? read(file, into: prepared)) == true
        guard isGood else {
            prepared.chunk.reset()
            return nil
        }
        return prepared
    }

    private func read(_ file: InputFile, into prepared: Prepared) throws(WinnowError) -> Bool {
        let descriptor = try FileCleaner.open(file)
        let name = "\(file.relative)"
        let opened = FileSource(descriptor, name: "\(file.path)")
        let before = try FileStatus(descriptor, name: name)
        guard before.isFile, before.size <= Int64(Chunk.bytes) else { return false }
        let source = MeasuredSource(opened, size: before.size) { _ in }
        let input = try Input(source, format: settings.format, size: Int(before.size))
        guard input.format == .text else { return false }
        let reader: BatchReader
        if let known = self.reader {
            reader = known
            try reader.begin(input.source, ordinal: 0, encoding: settings.encoding, name: name)
        } else {
            reader = try BatchReader(
                input.source, ordinal: 0, window: settings.window, encoding: settings.encoding, separator: settings.separator,
                hashing: writesLedger, name: name)
            self.reader = reader
        }
        let chunk = prepared.chunk
        while true {
            let work = chunk.takeSpare()
            guard try reader.next(into: &work.work.batch) else {
                chunk.giveBack(work)
                break
            }
            chunk.append(work)
            // Packed files may be of any size.
            if chunk.isFull, input.source.compression != .none { return false }
        }
        chunk.append(
            Chunk.EndOfInput(
                name: name, encoding: reader.currentDocument.encoding, lines: reader.linesRead, bytes: reader.bytesRead,
                hash: reader.inputHash))
        let after = try FileStatus(descriptor, name: name)
        guard after.size == before.size, after.modified == before.modified, source.bytes == before.size else { return false }
        worker.process(chunk)
        prepared.input = .init(path: file.relative, size: before.size, modified: before.modified)
        prepared.hash = source.hex
        prepared.packed = input.source.compression
        prepared.documents = reader.currentDocument.ordinal
        // What stops at a line is told by the cleaner.
        return chunk.failure == nil
    }
}

/// Threads that prepare files ahead of the one who takes them in order.
final class PrepareCrew: @unchecked Sendable {
    // All state below is guarded by `monitor`.
    private let monitor = Monitor()
    private var todo: [(turn: Int, file: InputFile)] = []
    private var submitted = 0
    private var taken = 0
    private var done: [Int: FilePreparer.Prepared?] = [:]
    private var spares: [FilePreparer.Prepared] = []
    private var idle = 0
    private var waits = false
    private var isClosed = false
    private var threads: [RunThread] = []
    /// Files that may be under way.
    let most: Int

    /// Starts a thread for each preparer.
    init(_ count: Int, _ make: () throws(WinnowError) -> FilePreparer) throws(WinnowError) {
        most = 32 * count
        do throws(WinnowError) {
            for _ in 0..<count { threads.append(try RunThread(with: try make()) { [self] in work($0) }) }
        } catch {
            close()
            throw error
        }
    }

    func submit(_ file: InputFile) {
        monitor.withLock {
            todo.append((submitted, file))
            submitted += 1
            if idle > 0, todo.count >= most / 4 { monitor.wake() }
        }
    }

    /// The next file in the order in which they were submitted; nil where it is left to the cleaner.
    func take() -> FilePreparer.Prepared? {
        monitor.withLock {
            if idle > 0, !todo.isEmpty, done[taken] == nil { monitor.wake() }
            while done[taken] == nil {
                waits = true
                monitor.wait()
            }
            waits = false
            taken += 1
            return done.removeValue(forKey: taken - 1) ?? nil
        }
    }

    /// Its memory is used again.
    func giveBack(_ prepared: FilePreparer.Prepared) { monitor.withLock { spares.append(prepared) } }

    /// Waits for the threads to end; what they have not begun is left.
    func close() {
        monitor.withLock {
            isClosed = true
            monitor.wake()
        }
        for thread in threads { thread.join() }
        threads = []
    }

    private func work(_ preparer: FilePreparer) {
        while true {
            let next: (turn: Int, file: InputFile, spare: FilePreparer.Prepared?)? = monitor.withLock {
                while todo.isEmpty, !isClosed {
                    idle += 1
                    monitor.wait()
                    idle -= 1
                }
                guard !isClosed else { return nil }
                let (turn, file) = todo.removeFirst()
                return (turn, file, spares.popLast())
            }
            guard let next else { return }
            let prepared = preparer.prepare(next.file, reusing: next.spare)
            monitor.withLock {
                done.updateValue(prepared, forKey: next.turn)
                if prepared == nil, let spare = next.spare { spares.append(spare) }
                if waits, next.turn == taken { monitor.wake() }
            }
        }
    }
}
