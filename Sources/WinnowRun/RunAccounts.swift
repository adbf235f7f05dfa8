import WinnowCore
import WinnowIO

/// What the ledger of a run over plain texts tells of lines.
public struct RunAccounts {
    private let output: String?
    private let ledger: () throws(WinnowError) -> LedgerReader

    /// - Parameters:
    ///   - output: the cleaned text; without it, lines of inputs are looked up in the inputs themselves.
    ///   - ledger: opens the ledger, several times.
    public init(output: String?, ledger: @escaping () throws(WinnowError) -> LedgerReader) {
        self.output = output
        self.ledger = ledger
    }

    /// A line, its twin and their texts.
    /// - Parameter file: an input, as the ledger names it, or the output.
    /// - Throws: `input` where there is no such line, or something was changed since.
    public func account(of file: String, line: Int) throws(WinnowError) -> LineAccount {
        let isInput = try documents().contains(file) && file != output
        var account: LineAccount?
        if isInput {
            account = try input(file, line)
        } else {
            guard fileExists(file) || output != nil else {
                throw WinnowError(.input, "is not there, and the ledger has no input of that name", at: .init(file: file))
            }
            guard output == nil || output == file else {
                throw WinnowError(
                    .input, "is no input of that ledger", hint: "inputs are named as they were when they were cleaned",
                    at: .init(file: file))
            }
            account = try finder(file).find(.output(record: 0, line: line)).account
        }
        guard var account else { throw WinnowError(.input, "has no line \(line)", at: .init(file: file)) }
        do throws(WinnowError) {
            if let twin = account.reason?.twin {
                let found =
                    try isInput
                    ? input(twin.file, twin.line)
                    : finder(file).find(.input(record: 0, line: twin.line, document: twin.file)).account
                account.twin = found?.input
                account.twinOutput = found?.output?.place
            }
            if case .moved(let to) = account.fate {
                account.twinOutput = try isInput ? input(file, to)?.output?.place : nil
            }
        } catch { account.problem = error.text }
        return account
    }

    private func input(_ name: String, _ line: Int) throws(WinnowError) -> LineAccount? {
        if let output { return try finder(output).find(.input(record: 0, line: line, document: name)).account }
        guard name != "-" else {
            throw WinnowError(.input, "standard input cannot be read again", hint: "name the cleaned text: --out FILE")
        }
        return try LineFinder.find(line: line, of: try FileSource(name), document: name, shown: name, in: try ledger())
    }

    private func finder(_ output: String) -> LineFinder {
        LineFinder(outputName: output, inputName: nil) { () throws(WinnowError) in
            try FileSource(output)
        } ledger: {
            () throws(WinnowError) in
            try ledger()
        }
    }

    /// The inputs that the ledger knows.
    private func documents() throws(WinnowError) -> Set<String> {
        let reader = try ledger()
        guard reader.header.file == nil else {
            throw WinnowError(
                .input, "is a ledger of a batch", hint: "name the folder of outputs: --out OUT", at: .init(file: reader.name))
        }
        var names: Set<String> = []
        while try reader.next() { if let name = reader.entry.string("end") { names.insert(name) } }
        return names
    }
}
