import WinnowCore
import WinnowIO

/// What the ledgers of a batch tell of lines.
public struct BatchAccounts {
    /// The folder of outputs.
    public let folder: Path

    public init(_ folder: Path) { self.folder = folder }

    /// The folder of outputs that a file stands in, and its path below it; nil where there is none.
    public static func folder(of file: Path) -> (folder: Path, name: Path)? {
        guard let whole = try? file.resolved() else { return nil }
        var folder = whole.folder
        while true {
            if (try? FileStatus(OutputFolder.own(folder), followingLinks: true))?.isFolder == true {
                return (folder, whole.below(folder) ?? whole.name)
            }
            guard folder.folder != folder else { return nil }
            folder = folder.folder
        }
    }

    /// A line, its twin and their texts.
    /// - Parameters:
    ///   - file: an output's path, an input's, or an input's name as ledgers have it.
    ///   - record: 0 where the file is plain text.
    /// - Throws: `input` where there is no ledger, no such line, or something was changed since.
    public func account(of file: Path, record: Int, line: Int) throws(WinnowError) -> LineAccount {
        let whole = try? file.resolved()
        var (account, output): (LineAccount, Path)
        if let whole, let own = try? folder.resolved(), let name = whole.below(own) {
            output = name
            account = try found(
                try finder(ofOutput: name, at: file, record: record).find(.output(record: record, line: line)).account,
                "\(file)", record: record, line: line)
        } else {
            (account, output) = try self.account(ofInput: file, whole, record: record, line: line)
        }
        addTwin(to: &account, output)
        return account
    }

    private func found(
        _ account: LineAccount?, _ file: String, record: Int, line: Int
    ) throws(WinnowError) -> LineAccount {
        guard let account else {
            throw WinnowError(
                .input, record > 0 ? "record \(record) has no line \(line)" : "has no line \(line)", at: .init(file: file))
        }
        return account
    }

    /// An input was cleaned under the end of its path: which one, the ledgers tell, and its hash.
    private func account(
        ofInput file: Path, _ whole: Path?, record: Int, line: Int
    ) throws(WinnowError) -> (LineAccount, output: Path) {
        var names = [file.normalized]
        if let whole {
            var rest = whole.bytes[...]
            while let slash = rest.firstIndex(of: UInt8(ascii: "/")) {
                rest = rest[(slash + 1)...]
                names.append(Path(rest))
            }
        }
        var changed: WinnowError?
        for name in names {
            guard let output = output(ofInput: name) else { continue }
            let finder = try finder(ofOutput: output, input: "\(file)", record: record)
            let found = try finder.find(.input(record: record, line: line))
            if whole != nil {
                let hash = try FileSource(opening: file).hashAll()
                guard hash == found.inputHash else {
                    changed = WinnowError(
                        .input, "was changed since it was cleaned", hint: "clean it again: winnow batch",
                        at: .init(file: "\(file)"))
                    continue
                }
            }
            return (try self.found(found.account, "\(file)", record: record, line: line), output)
        }
        if let changed { throw changed }
        throw WinnowError(
            .input,
            whole == nil ? "is not there, and no ledger of \(folder) has that name" : "no ledger of \(folder) is about it",
            hint: "winnow batch --ledger writes ledgers", at: .init(file: "\(file)"))
    }

    /// The output of an input, below the folder, whose ledger says so.
    private func output(ofInput name: Path) -> Path? {
        let end = Compression(ofName: name).fileExtension.utf8.count
        let bare = name.bytes.dropLast(end)
        var candidates = [name]
        for kind in Compression.allCases where kind.isWritable {
            candidates.append(Path(bare + Array(kind.fileExtension.utf8)))
        }
        return candidates.first { output in
            guard !name.bytes.isEmpty, let ledger = try? ledger(of: output) else { return false }
            return ledger.header.file?.path == name
        }
    }

    private func ledger(of output: Path) throws(WinnowError) -> LedgerReader {
        try LedgerReader(
            try DecompressingSource(try FileSource(opening: BatchSettings.ledger(of: output, in: folder))))
    }

    /// - Parameters:
    ///   - path: of the output; nil for its place in the folder.
    ///   - input: how the input is named; nil to name it by the ledger.
    private func finder(
        ofOutput name: Path, at path: Path? = nil, input: String? = nil, record: Int
    ) throws(WinnowError) -> LineFinder {
        let path = path ?? folder.appending(name)
        let shown = "\(path)"
        guard (try? FileStatus(BatchSettings.ledger(of: name, in: folder), followingLinks: true)) != nil else {
            throw WinnowError(
                .input, "has no ledger", hint: "winnow batch --ledger writes ledgers", at: .init(file: shown))
        }
        let hasRecords = try ledger(of: name).header.file?.records != nil
        guard hasRecords == (record > 0) else {
            throw WinnowError(
                .input, hasRecords ? "has records, and lines of records" : "is plain text and has no records",
                hint: hasRecords ? "name one of each: FILE#RECORD:LINE" : "name a line: FILE:LINE",
                at: .init(file: input ?? shown))
        }
        return LineFinder(outputName: shown, inputName: input) { () throws(WinnowError) in
            try DecompressingSource(try FileSource(opening: path), compression: Compression(ofName: name))
        } ledger: { () throws(WinnowError) in
            try ledger(of: name)
        }
    }

    /// Adds the texts that the reason names, and where they stand.
    private func addTwin(to account: inout LineAccount, _ output: Path) {
        do throws(WinnowError) {
            if let twin = account.reason?.twin {
                let (file, record) = Self.parts(twin.file)
                guard let output = self.output(ofInput: Path(file)) else {
                    account.problem = "no ledger is about \(file)"
                    return
                }
                let found = try finder(ofOutput: output, record: record).find(.input(record: record, line: twin.line)).account
                account.twin = found?.input
                account.twinOutput = found?.output?.place
            }
            if case .moved(let line) = account.fate {
                let record = account.input.place.record
                account.twinOutput =
                    try finder(ofOutput: output, record: record).find(.input(record: record, line: line)).account?.output?.place
            }
        } catch { account.problem = error.text }
    }

    /// File and record of a document's name; record 0 where it has none.
    static func parts(_ document: String) -> (file: String, record: Int) {
        guard let mark = document.lastIndex(of: "#"), let record = Int(document[document.index(after: mark)...]), record > 0
        else { return (document, 0) }
        return (String(document[..<mark]), record)
    }
}
