import WinnowCore
import WinnowIO
import WinnowReport
import WinnowRun

/// `winnow why`: what happened to a line.
struct WhyCommand {
    private let arguments: Arguments
    private let file: String
    /// 0 where none is named.
    private let record: Int
    private let line: Int
    private let isJSON: Bool
    private let isColored: Bool

    /// - Throws: `usage`.
    init(_ arguments: Arguments) throws(WinnowError) {
        self.arguments = arguments
        isJSON = try arguments.choice("format", ["text", "json"]) == "json"
        isColored = try arguments.isColored()
        guard arguments.operands.count == 1, let operand = arguments.operands.first else {
            throw WinnowError(.usage, "why takes one line: FILE:LINE or FILE#RECORD:LINE", hint: Command.why.usage)
        }
        guard let colon = operand.lastIndex(of: ":"), let line = Int(operand[operand.index(after: colon)...]), line > 0,
            colon > operand.startIndex
        else {
            throw WinnowError(
                .usage, "'\(operand)' names no line", hint: "FILE:LINE, or FILE#RECORD:LINE; lines count from 1")
        }
        self.line = line
        let name = String(operand[..<colon])
        // A file may have such a name.
        if !fileExists(name), let mark = name.lastIndex(of: "#"), mark > name.startIndex,
            let record = Int(name[name.index(after: mark)...]), record > 0
        {
            file = String(name[..<mark])
            self.record = record
        } else {
            file = name
            record = 0
        }
    }

    func run() throws(WinnowError) -> ExitCode {
        let account: LineAccount
        if let ledger = arguments.last("ledger") { account = try one(ledger) } else { account = try batch() }
        try CLI.printOut(isJSON ? WhyReport.json(account) : WhyReport.text(account, colored: isColored))
        return .success
    }

    private func batch() throws(WinnowError) -> LineAccount {
        let folder: Path
        if let named = arguments.last("out") {
            folder = Path(named)
            guard (try? FileStatus(OutputFolder.own(folder), followingLinks: true)) != nil else {
                throw WinnowError(.input, "is no folder of outputs", hint: "winnow batch writes them", at: .init(file: named))
            }
        } else {
            guard fileExists(file) else { throw WinnowError(.input, "is not there", hint: advice, at: .init(file: file)) }
            guard let found = BatchAccounts.folder(of: Path(file)) else {
                throw WinnowError(.input, "stands in no folder of outputs", hint: advice, at: .init(file: file))
            }
            folder = found.folder
        }
        return try BatchAccounts(folder).account(of: Path(file), record: record, line: line)
    }

    private var advice: String { "of an input, name the folder of outputs: --out OUT; of a single text, --ledger LEDGER" }

    // MARK: A run that was no batch

    private func one(_ path: String) throws(WinnowError) -> LineAccount {
        guard record == 0 else { throw WinnowError(.usage, "--ledger: plain text has no records; name FILE:LINE") }
        let run = RunAccounts(output: arguments.last("out")) { () throws(WinnowError) in
            try LedgerReader(try DecompressingSource(try FileSource(path)))
        }
        return try run.account(of: file, line: line)
    }
}
