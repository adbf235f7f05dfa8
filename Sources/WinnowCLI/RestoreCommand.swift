import WinnowCore
import WinnowIO
import WinnowRun

/// `winnow restore`: the input of a run again, or all inputs of a batch.
struct RestoreCommand {
    private let arguments: Arguments

    /// - Throws: `usage`.
    init(_ arguments: Arguments) throws(WinnowError) {
        self.arguments = arguments
        guard arguments.operands.count <= 1 else {
            throw WinnowError(.usage, "restore takes one file or folder", hint: Command.restore.usage)
        }
    }

    func run() throws(WinnowError) -> ExitCode {
        if let operand = arguments.operands.first, operand != "-",
            let status = try? FileStatus(Path(operand), followingLinks: true), status.isFolder
        {
            return try restoreBatch(Path(operand))
        }
        guard let path = arguments.last("ledger") else {
            throw WinnowError(.usage, "restore needs the ledger", hint: Command.restore.usage)
        }
        let output = try FileSource(arguments.operands.first ?? "-")
        let file = try arguments.last("output").map { (path) throws(WinnowError) in try OutputFile(path) }
        let restore = Restore(
            output: output, ledger: try LedgerReader(try DecompressingSource(try FileSource(path))),
            into: file?.sink ?? FileSink(.standardOutput, name: "standard output"))
        try restore.run()
        try file?.commit()
        return .success
    }

    /// Restores what has a ledger below `OUT/.winnow/ledger`.
    private func restoreBatch(_ output: Path) throws(WinnowError) -> ExitCode {
        guard !arguments.has("ledger") else {
            throw WinnowError(.usage, "--ledger: the outputs of a batch have ledgers of their own", hint: Command.restore.usage)
        }
        guard let back = arguments.last("output"), back != "-" else {
            throw WinnowError(.usage, "restore needs a folder for the inputs: -o BACK", hint: Command.restore.usage)
        }
        try Signals.catchAll()
        // Hidden files were cleaned if that was asked for; winnow's own stand where no output does.
        var options = FileWalk.Options()
        options.includesHidden = true
        options.output = Path(back)
        options.filter = GlobFilter(exclude: [try Glob("/.winnow")])
        var counts = (restored: 0, repacked: 0, failed: 0)
        var walk = FileWalk(options) { CLI.report($0) }
        walk.add(output)
        for file in try walk.files() {
            if let signal = Signals.caught { return signal == 2 ? .interrupted : .terminated }
            do throws(WinnowError) {
                if try !BatchRestore.restore(file.relative, of: output, to: Path(back)) { counts.repacked += 1 }
                counts.restored += 1
            } catch {
                CLI.report(error)
                counts.failed += 1
            }
        }
        if !arguments.has("quiet") {
            FileDescriptor.standardError.print(
                "\(BatchReport.files(counts.restored)) restored" + (counts.failed > 0 ? ", \(counts.failed) not" : "") + "\n"
                    + (counts.repacked > 0
                        ? "\(counts.repacked) of them packed anew: other bytes, which unpack to the same\n" : ""))
        }
        return counts.failed > 0 ? .found : .success
    }
}
