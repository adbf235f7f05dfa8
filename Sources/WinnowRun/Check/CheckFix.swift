import WinnowCore
import WinnowIO

/// Writes what `clean` would write over the files themselves, where its ledger gives every byte back.
///
/// A batch cleans the files into a folder with ledgers. Each file is then restored from there; only where that gives the bytes that
/// stand in its place is it replaced, at once. Outputs and ledgers stay: the folder restores all, as that of any batch.
public struct CheckFix {
    public struct Summary: Sendable {
        public var fixed = 0
        /// Files that cleaning does not change.
        public var unchanged = 0
        /// Files that could not be cleaned, or would not come back as they are.
        public var left = 0
        public var signal: Int32?
    }

    private let settings: BatchSettings
    private let folder: Path
    private let events: BatchRun.Events

    /// - Parameters:
    ///   - settings: those of the batch; its output is `folder`.
    ///   - folder: for outputs and ledgers; must not be there yet.
    /// - Throws: `usage`.
    public init(_ settings: BatchSettings, into folder: Path, _ events: BatchRun.Events) throws(WinnowError) {
        guard (try? FileStatus(folder, followingLinks: false)) == nil else {
            throw WinnowError(
                .usage, "is there already, perhaps with the way back from an earlier run, and was not changed",
                hint: "name another folder (--ledgers FOLDER), or remove it", at: .init(file: "\(folder)"))
        }
        guard !settings.pipeline.comparesDocuments else {
            throw WinnowError(
                .usage, "--fix cleans each file by itself, and near-duplicates has `scope: corpus`",
                hint: "clean into a folder (winnow batch), or --set near-duplicates.scope=document")
        }
        var settings = settings
        settings.output = folder
        settings.writesLedgers = true
        // An output is packed as its input and has its name.
        settings.compression = nil
        settings.dropsEmpty = false
        self.settings = settings
        self.folder = folder
        self.events = events
    }

    /// - Parameter leaves: why a file is to be left as it is; nil where it is not.
    public func run(_ files: FileList, leaves: (InputFile) -> String?) throws(WinnowError) -> Summary {
        var summary = Summary()
        let wanted = files.part { file in
            guard let reason = leaves(file) ?? own(file) else { return true }
            leave(file, reason, &summary)
            return false
        }
        guard !wanted.isEmpty else { return summary }
        let batch = BatchRun(settings, events)
        let cleaned = try batch.run(wanted)
        summary.signal = cleaned.signal
        // What is half done leaves everything as it was.
        guard cleaned.signal == nil, !cleaned.isStopped else { return summary }
        for file in wanted {
            if let signal = events.signal() {
                summary.signal = signal
                break
            }
            do throws(WinnowError) { try fix(file, &summary) } catch {
                events.report(error)
                summary.left += 1
            }
        }
        return summary
    }

    private func own(_ file: InputFile) -> String? {
        if let status = try? FileStatus(file.path, followingLinks: false), status.isLink {
            return "it is a symbolic link; name the file that it stands for"
        }
        let name = settings.outputName(for: file.relative.name).path
        return name == file.relative.name ? nil : "it is packed in a way that winnow reads and does not write"
    }

    private func leave(_ file: InputFile, _ reason: String, _ summary: inout Summary) {
        summary.left += 1
        events.report(WinnowError(.input, "was left as it is: \(reason)", at: .init(file: "\(file.path)")))
    }

    private func fix(_ file: InputFile, _ summary: inout Summary) throws(WinnowError) {
        let output = folder.appending(file.relative)
        // It failed, and that was told.
        guard (try? FileStatus(output, followingLinks: false)) != nil else {
            summary.left += 1
            return
        }
        if try Self.areEqual(output, file.path) {
            forget(file)
            summary.unchanged += 1
            return
        }
        let back = OutputFolder.own(folder).appending("back")
        let restored = back.appending(file.relative)
        defer {
            removeFile(restored)
            removeEmptyFolders(restored.folder, upTo: back)
        }
        guard try BatchRestore.restore(file.relative, of: folder, to: back), try Self.areEqual(restored, file.path) else {
            forget(file)
            leave(file, "its ledger would not give back its bytes (packed by another program, or changed meanwhile)", &summary)
            return
        }
        let target = try AtomicFile(file.path)
        do throws(WinnowError) { try Self.copy(try FileSource(opening: output), to: target) } catch {
            target.abandon()
            throw error
        }
        try target.commit()
        summary.fixed += 1
    }

    private func forget(_ file: InputFile) {
        removeFile(folder.appending(file.relative))
        removeFile(BatchSettings.ledger(of: file.relative, in: folder))
    }

    private static func areEqual(_ a: Path, _ b: Path) throws(WinnowError) -> Bool {
        let first = try FileStatus(a, followingLinks: true)
        let second = try FileStatus(b, followingLinks: true)
        guard first.size == second.size else { return false }
        return try FileSource(opening: a).hashAll() == FileSource(opening: b).hashAll()
    }

    private static func copy(_ source: FileSource, to target: AtomicFile) throws(WinnowError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try source.read(into: buffer)
            guard count > 0 else { return }
            try target.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}
