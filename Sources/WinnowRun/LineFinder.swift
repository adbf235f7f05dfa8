import WinnowCore
import WinnowIO

/// Finds one line in an output and its ledger.
///
/// Both are read to their ends, and their hashes checked: what was changed since is not believed.
public struct LineFinder {
    /// Which line is asked for.
    public enum Wanted: Equatable, Sendable {
        /// Of the input; `document` where a ledger has several.
        case input(record: Int, line: Int, document: String? = nil)
        case output(record: Int, line: Int)
    }

    /// Opens the output, unpacked; called twice for a record that was not changed.
    private let output: () throws(WinnowError) -> any ByteSource
    private let ledger: () throws(WinnowError) -> LedgerReader
    private let outputName: String
    private let inputName: String?

    /// - Parameters:
    ///   - outputName: as it is shown.
    ///   - inputName: as it is shown; nil for the ledger's.
    public init(
        outputName: String, inputName: String?, output: @escaping () throws(WinnowError) -> any ByteSource,
        ledger: @escaping () throws(WinnowError) -> LedgerReader
    ) {
        self.outputName = outputName
        self.inputName = inputName
        self.output = output
        self.ledger = ledger
    }

    public struct Found {
        /// nil where there is no such line.
        public var account: LineAccount?
        /// XXH3-128 of the input's file.
        public var inputHash: String
    }

    /// - Throws: `input` where the ledger does not belong to the output, or is damaged.
    public func find(_ wanted: Wanted) throws(WinnowError) -> Found {
        let reader = try ledger()
        let search = Search(wanted, outputName: outputName, inputName: inputName)
        let restore = Restore(output: try output(), ledger: reader, into: nil, observer: search)
        try restore.run()
        var account = search.found
        if account == nil, let file = reader.header.file, file.records != nil { account = try unchanged(search, file) }
        return Found(account: account, inputHash: restore.fileHash ?? restore.inputHash)
    }

    /// A line of a record that stands in the output as it came.
    private func unchanged(_ search: Search, _ file: LedgerWriter.File) throws(WinnowError) -> LineAccount? {
        let (input, output) = search.numbers
        guard !search.isListed, input > 0, let format = file.records else { return nil }
        let reader = try format.reader(try self.output(), field: try FieldPath(file.field.isEmpty ? "text" : file.field))
        var record = Record()
        while try reader.next(into: &record) {
            guard record.kind == .text, record.number == output else { continue }
            let lines = LineStream(Array(record.text), name: outputName)
            while lines.line <= search.line {
                let number = lines.line
                guard let text = try lines.next() else { return nil }
                guard number == search.line else { continue }
                let bytes = Search.withoutEnd(text)
                return LineAccount(
                    fate: .kept,
                    input: .init(
                        place: .init(file: inputName ?? "\(file.path)", record: input, line: number), bytes: bytes),
                    output: .init(place: .init(file: outputName, record: output, line: number), bytes: bytes))
            }
        }
        return nil
    }

    /// Finds a line of an input without the output, which only the input's own lines are asked of: what stands in the place of
    /// a line that was rewritten is not known.
    /// - Parameters:
    ///   - document: the input's name in the ledger.
    ///   - name: as it is shown.
    /// - Returns: nil where there is no such line.
    /// - Throws: `input` where the input was changed since.
    public static func find(
        line wanted: Int, of input: any ByteSource, document: String, shown name: String, in ledger: LedgerReader
    ) throws(WinnowError) -> LineAccount? {
        let text = LineStream(input)
        var lines = LineRestore(text, ledger, readsInput: true)
        var found: LineAccount?
        func take(_ fate: LineFate) {
            guard fate.number == wanted, found == nil else { return }
            found = LineAccount(
                fate: .kept,
                input: .init(place: .init(file: name, line: wanted), bytes: Search.withoutEnd(fate.original)))
            if fate.hasEntry {
                found?.fate = Search.fate(ledger.entry)
                found?.reason = Search.reason(ledger.entry)
            }
        }
        while try ledger.next() {
            if let end = ledger.entry.string("end") {
                guard end == document else { continue }
                try lines.finish(lines: try ledger.needed(number: "lines"), take)
                guard try text.some(1) == nil, text.hash.hex == ledger.entry.string("hash") else {
                    throw ledger.mismatch(name, "input")
                }
                return found
            }
            if ledger.entry.string("doc") == document { try lines.apply(take) }
        }
        throw ledger.cut()
    }

    private final class Search: RestoreObserver {
        private let wanted: Wanted
        private let outputName: String
        private let inputName: String?
        private(set) var found: LineAccount?
        /// Found, but of which document is not known yet.
        private var candidate: LineAccount?
        /// Records before the wanted one that do not stand in the output, up to here.
        private var leftOut = 0
        private var lastRecord = 0
        private var action = ""
        /// Whether the wanted record has an entry.
        private(set) var isListed = false

        init(_ wanted: Wanted, outputName: String, inputName: String?) {
            self.wanted = wanted
            self.outputName = outputName
            self.inputName = inputName
        }

        var line: Int {
            switch wanted {
            case .input(_, let line, _), .output(_, let line): line
            }
        }

        /// The wanted record's number in input and output, as far as it is known.
        var numbers: (input: Int, output: Int) {
            switch wanted {
            case .input(let record, _, _): (record, record - leftOut)
            case .output(let record, _): (record == 0 ? 0 : record + leftOut, record)
            }
        }

        /// Whether the wanted record is behind us.
        private var isPast = false

        func record(_ number: Int, _ ledger: LedgerReader) {
            let isNew = number != lastRecord
            lastRecord = number
            let action = ledger.entry.string("action") ?? ""
            self.action = action
            guard !isPast, isNew else { return }
            let input = numbers.input
            if number > input {
                isPast = true
                return
            }
            if number < input || action != "rewrite" && wantsOutput {
                if action != "rewrite" { leftOut += 1 }
                return
            }
            isListed = true
            isPast = true
            if action == "leave-out" {
                let place = LineAccount.Place(file: name(ledger), record: number, line: 0)
                found = LineAccount(
                    fate: .leftOutRecord(reason: ledger.entry.string("reason") ?? ""), input: .init(place: place, bytes: []))
            }
        }

        private var wantsOutput: Bool { if case .output = wanted { true } else { false } }

        private func name(_ ledger: LedgerReader) -> String {
            inputName ?? ledger.header.file.map { "\($0.path)" } ?? ""
        }

        func line(_ fate: LineFate, record: Int, _ ledger: LedgerReader) {
            guard found == nil, candidate == nil else { return }
            let (input, output) = numbers
            switch wanted {
            case .input: guard record == input, fate.number == line else { return }
            case .output: guard record == input, action != "drop", fate.output?.number == line else { return }
            }
            var account = LineAccount(
                fate: .kept,
                input: .init(
                    place: .init(file: name(ledger), record: record, line: fate.number), bytes: Self.withoutEnd(fate.original)))
            if record == 0 || action != "drop" {
                account.output = fate.output.map {
                    .init(
                        place: .init(file: outputName, record: record == 0 ? 0 : output, line: $0.number),
                        bytes: Self.withoutEnd($0.text))
                }
            }
            if fate.hasEntry {
                account.reason = Self.reason(ledger.entry)
                account.fate = Self.fate(ledger.entry)
            }
            if account.output == nil, account.fate == .kept || account.fate == .rewritten { account.fate = .droppedRecord }
            if ledger.header.file == nil { candidate = account } else { found = account }
        }

        func end(_ ledger: LedgerReader) {
            guard found == nil, var account = candidate else { return }
            candidate = nil
            let name = ledger.entry.string("end") ?? ""
            if case .input(_, _, let document) = wanted, let document, document != name { return }
            account.input.place.file = inputName ?? name
            found = account
        }

        static func withoutEnd(_ line: ArraySlice<UInt8>) -> [UInt8] {
            var line = line
            if line.last == 0x0A { line = line.dropLast() }
            if line.last == 0x0D { line = line.dropLast() }
            return Array(line)
        }

        static func fate(_ entry: JSONRecord) -> LineAccount.Fate {
            switch entry.string("action") {
            case "move": .moved(to: entry.integer("to") ?? 0)
            case "rewrite": .rewritten
            default: .removed
            }
        }

        static func reason(_ entry: JSONRecord) -> LineAccount.Reason {
            var reason = LineAccount.Reason(stage: entry.string("stage") ?? "", rule: entry.string("rule") ?? "")
            reason.pattern = entry.string("/evidence/pattern")
            reason.block = entry.integer("/evidence/block")
            reason.lines = entry.integer("/evidence/lines")
            if let count = entry.integer("/evidence/documents"), let all = entry.integer("/evidence/of") {
                reason.documents = (count, all)
            }
            reason.measure = entry.string("/evidence/measure")
            if let value = entry.number("/evidence/similarity") {
                let digits = String(Int((value * 10_000).rounded()) % 10_000)
                reason.similarity = "\(Int(value + 0.000_05))." + String(repeating: "0", count: 4 - digits.count) + digits
            }
            if let file = entry.string("/evidence/twin/doc"), let line = entry.integer("/evidence/twin/line") {
                reason.twin = (file, line)
            }
            if let score = entry.number("/evidence/score") {
                reason.score = Evidence.text(ofScore: Int32(min(max(score, -1000), 1000) * 1024))
            }
            while let feature = entry.string("/evidence/reasons/\(reason.features.count)") { reason.features.append(feature) }
            while let step = entry.string("/evidence/steps/\(reason.steps.count)") { reason.steps.append(step) }
            return reason
        }
    }
}
