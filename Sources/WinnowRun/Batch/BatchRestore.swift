import WinnowCore
import WinnowIO

/// Gives back the inputs of a batch from its outputs and their ledgers.
public enum BatchRestore {
    /// Restores the input of one output, given by its path below the output folder. It stands in `back` under its own name and is packed as it was; what was packed as xz
    /// or bzip2, as zstd.
    /// - Returns: whether all bytes are the input's. Those of a packed file may be others, since many packings unpack to the
    ///   same.
    /// - Throws: `input` where there is no ledger, or it does not belong to the output.
    public static func restore(_ name: Path, of folder: Path, to back: Path) throws(WinnowError) -> Bool {
        let output = folder.appending(name)
        let path = BatchSettings.ledger(of: name, in: folder)
        guard (try? FileStatus(path, followingLinks: true)) != nil else {
            throw WinnowError(
                .input, "has no ledger and cannot be restored", hint: "winnow batch --ledger writes ledgers",
                at: .init(file: "\(output)"))
        }
        let ledger = try LedgerReader(try DecompressingSource(try FileSource(opening: path)))
        let input = ledger.header.file
        var place = input?.path ?? name
        var kind = input?.packed ?? .none
        if !kind.isWritable {
            kind = .zstd
            let end = Compression(ofName: place).fileExtension.utf8.count
            place = Path(place.bytes.dropLast(end) + Array(kind.fileExtension.utf8))
        }
        place = back.appending(place)
        try makeFolder(place.folder, isDurable: false)
        let atomic = try AtomicFile(place)
        let sink = MeasuredSink(atomic)
        let packer = try CompressingSink(sink, kind)
        let text = try DecompressingSource(
            try FileSource(opening: output), compression: Compression(ofName: name))
        let isSame: Bool
        if input?.records == .warc, kind != .none {
            let members = WARCMembers(packer)
            isSame = try run(text, ledger, into: members, sink) { () throws(WinnowError) in try members.finish() }
        } else {
            isSame = try run(text, ledger, into: packer, sink) { () throws(WinnowError) in try packer.finish() }
        }
        try atomic.commit()
        return isSame
    }

    private static func run(
        _ text: any ByteSource, _ ledger: LedgerReader, into target: any ByteSink, _ sink: MeasuredSink,
        _ finish: () throws(WinnowError) -> Void
    ) throws(WinnowError) -> Bool {
        let restore = Restore(output: text, ledger: ledger, into: target)
        try restore.run()
        try finish()
        return restore.fileHash == nil || restore.fileHash == sink.hex
    }
}
