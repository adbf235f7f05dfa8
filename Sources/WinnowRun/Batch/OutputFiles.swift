import WinnowCore
import WinnowIO

/// One stream that all outputs go to, one behind the other.
final class OutputStream {
    let sink: MeasuredSink
    let packer: CompressingSink

    init(_ sink: any ByteSink, _ kind: Compression, level: Int?) throws(WinnowError) {
        self.sink = MeasuredSink(sink)
        packer = try CompressingSink(self.sink, kind, level: level)
    }

    func finish() throws(WinnowError) { if packer.compression != .none { try packer.finish() } }
}

/// Where the outputs of a batch stand.
final class OutputPlaces {
    let settings: BatchSettings
    private let owner: String
    /// Files come sorted: the folder of the last one is most often that of the next.
    private var lastFolder: Path?
    /// fsync makes up for what a temporary name costs, and is known to work with one.
    private lazy var isNameless =
        !settings.isDurable
        && settings.output.map { AtomicFile.canBeNameless(in: OutputFolder.own($0), owner: owner) } == true

    init(_ settings: BatchSettings, owner: String) {
        self.settings = settings
        self.owner = owner
    }

    func quarantine(_ file: InputFile) -> Path? {
        settings.output.map { OutputFolder.own($0).appending("quarantine").appending(file.relative) }
    }

    func ledger(_ output: Path) -> Path? {
        settings.output.map { BatchSettings.ledger(of: output, in: $0) }
    }

    /// An output, with the folders above it.
    func create(_ path: Path) throws(WinnowError) -> AtomicFile {
        let folder = path.folder
        if folder != lastFolder {
            try makeFolder(folder, isDurable: settings.isDurable)
            lastFolder = folder
        }
        return try AtomicFile(path, owner: owner, isDurable: settings.isDurable, isNameless: isNameless)
    }
}

/// What is written for one file; all of it appears at the end, or nothing.
final class OutputFiles {
    /// Below the output folder.
    let path: Path
    let sink: MeasuredSink
    /// Where text goes, or members of a packed file.
    let packer: CompressingSink
    /// In front of packers.
    private var gathering: [GatheringSink] = []
    private let places: OutputPlaces
    private let file: InputFile
    private let output: AtomicFile?
    private var ledger: (file: AtomicFile, sink: CompressingSink)?
    private var quarantined: AtomicFile?
    private var hasFailedAside = false

    /// - Parameter stream: takes the output where there is no output folder.
    init(_ file: InputFile, _ places: OutputPlaces, _ stream: OutputStream?) throws(WinnowError) {
        self.file = file
        self.places = places
        let settings = places.settings
        let name = settings.outputName(for: file.relative)
        path = name.path
        if let stream {
            (sink, packer, output) = (stream.sink, stream.packer, nil)
            return
        }
        guard let folder = settings.output else { throw WinnowError(.bug, "no place for outputs") }
        let output = try places.create(folder.appending(name.path))
        self.output = output
        sink = MeasuredSink(output)
        packer = try CompressingSink(
            sink, name.kind, level: CompressingSink.levels(name.kind) == nil ? nil : settings.level)
        // What an earlier run put there may be good by now.
        if settings.quarantines, let old = places.quarantine(file) { removeFile(old) }
    }

    /// Whether an output failed: what is wrong then is no fault of the input.
    var hasFailed: Bool { sink.hasFailed || hasFailedAside }

    /// What text is written to that is packed as a whole; `finish` waits for its end.
    /// - Parameter isThreaded: whether a large output may be packed on a thread of its own.
    func gather(isThreaded: Bool) -> any ByteSink {
        output == nil || packer.compression == .none ? packer : gather(packer, isThreaded: isThreaded)
    }

    private func gather(_ packer: CompressingSink, isThreaded: Bool) -> any ByteSink {
        guard file.size >= Int64(GatheringSink.block) else { return packer }
        let sink = GatheringSink(packer, isThreaded: isThreaded)
        gathering.append(sink)
        return sink
    }

    /// A sink for the ledger, where one is wanted.
    /// - Parameter isThreaded: whether a large one may be packed on a thread of its own.
    func beginLedger(isThreaded: Bool) throws(WinnowError) -> (any ByteSink)? {
        guard places.settings.writesLedgers, let path = places.ledger(path) else { return nil }
        return try aside { () throws(WinnowError) in
            let file = try places.create(path)
            let sink = try CompressingSink(file, .zstd)
            ledger = (file, sink)
            return gather(sink, isThreaded: isThreaded)
        }
    }

    /// Keeps bytes aside that are left out, where that is wanted.
    func quarantine(_ bytes: [UInt8]) throws(WinnowError) {
        guard places.settings.quarantines, let path = places.quarantine(file) else { return }
        try aside { () throws(WinnowError) in
            let file: AtomicFile
            if let quarantined { file = quarantined } else { file = try places.create(path) }
            quarantined = file
            var failure: WinnowError?
            bytes.withUnsafeBytes { bytes in
                do throws(WinnowError) { try file.write(bytes) } catch { failure = error }
            }
            if let failure { throw failure }
        }
    }

    private func aside<Value>(_ body: () throws(WinnowError) -> Value) throws(WinnowError) -> Value {
        do throws(WinnowError) { return try body() } catch {
            hasFailedAside = true
            throw error
        }
    }

    /// Ends the packing.
    func finish() throws(WinnowError) {
        for sink in gathering { try sink.finish() }
        try ledger?.sink.finish()
        if output != nil { try packer.finish() }
    }

    /// The output last: a line that is gone from it must never be missing elsewhere.
    func commit() throws(WinnowError) {
        try ledger?.file.commit()
        try quarantined?.commit()
        try output?.commit()
    }

    func abandon() {
        for sink in gathering { sink.cancel() }
        ledger?.file.abandon()
        quarantined?.abandon()
        output?.abandon()
    }
}
