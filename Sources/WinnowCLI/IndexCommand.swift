import WinnowCore
import WinnowIO
import WinnowRun
import WinnowStages

/// `winnow index`: makes, merges, describes and checks indexes.
struct IndexCommand {
    private enum Action: String, CaseIterable {
        case build, merge, stat, check
    }

    private let action: Action
    private let arguments: Arguments

    /// - Throws: `usage`.
    init(_ arguments: Arguments) throws(WinnowError) {
        let words = Action.allCases.map(\.rawValue)
        guard let word = arguments.operands.first, let action = Action(rawValue: word) else {
            let word = arguments.operands.first ?? ""
            throw WinnowError(
                .usage, "index: expected \(words.dropLast().joined(separator: ", ")) or \(words.last ?? "")",
                hint: nearestName(to: word, among: words).map { "did you mean '\($0)'?" } ?? Command.index.usage)
        }
        self.action = action
        self.arguments = arguments.withoutFirstOperand
    }

    func run() throws(WinnowError) -> ExitCode {
        switch action {
        case .build: return try BatchCommand(arguments, building: try output()).run()
        case .merge: return try merge()
        case .stat: return try describe(checking: false)
        case .check: return try describe(checking: true)
        }
    }

    /// The index to make, which must not be there.
    private func output() throws(WinnowError) -> Path {
        guard let name = arguments.last("output") else {
            throw WinnowError(
                .usage, "index \(action.rawValue) needs a name for its result: -o INDEX", hint: Command.index.usage)
        }
        guard !fileExists(name) else {
            throw WinnowError(
                .usage, "is there already and was not changed",
                hint: "name another; `winnow batch --index \(name)` adds to it", at: .init(file: name))
        }
        return Path(name)
    }

    private func indexes() throws(WinnowError) -> [Path] {
        guard !arguments.operands.isEmpty else {
            throw WinnowError(.usage, "index \(action.rawValue) needs indexes", hint: Command.index.usage)
        }
        return arguments.operands.map { Path($0) }
    }

    // MARK: Merge

    private func merge() throws(WinnowError) -> ExitCode {
        let output = try output()
        var form: String?
        var segments: [(id: SegmentID, memory: any StoredSegment)] = []
        for path in try indexes() {
            let index = try IndexFile(path, form: form, writing: false)
            if form == nil, !index.segments.isEmpty { form = index.form }
            for segment in index.segments { segments.append((segment.id, try index.map(segment))) }
        }
        var lines = 0
        // Under another name until it is whole.
        let part = Path(output.bytes + Array(".part".utf8))
        do throws(WinnowError) {
            let merged = try IndexFile(part, form: nil, writing: true)
            if let form {
                _ = try merged.append(form: form) { (output) throws(WinnowError) in
                    lines = try IndexMerge.write(segments, to: output)
                }
            }
            try renameFile(part, to: output)
        } catch {
            removeFile(part)
            throw error
        }
        if !arguments.has("quiet") {
            FileDescriptor.standardError.print("winnow: \(output): \(lines) lines of \(arguments.operands.count) indexes\n")
        }
        return .success
    }

    // MARK: Describe

    private func describe(checking: Bool) throws(WinnowError) -> ExitCode {
        let format = try arguments.choice("stats", ["text", "json"])
        var areGood = true
        for path in try indexes() {
            do throws(WinnowError) {
                // Opening it checks every byte.
                let index = try IndexFile(path, form: nil, writing: false)
                if checking {
                    try CLI.printOut("\(path): good: \(index.segments.count) segments, \(index.bytes) bytes\n")
                } else {
                    try CLI.printOut(try Self.report(index, asJSON: format == "json"))
                }
            } catch {
                guard checking, error.code == .input else { throw error }
                CLI.report(error)
                areGood = false
            }
        }
        return areGood ? .success : .found
    }

    private static func report(_ index: IndexFile, asJSON: Bool) throws(WinnowError) -> String {
        var total = 0
        var rows: [(IndexFile.Segment, IndexSummary)] = []
        for segment in index.segments {
            let summary = try IndexSummary(index.map(segment))
            rows.append((segment, summary))
            total += summary.lines
        }
        let used = index.segments.reduce(0) { $0 + $1.bytes }
        if asJSON {
            let segments = rows.map { segment, summary in
                "{\"id\":\"\(segment.id)\",\"bytes\":\(segment.bytes),\"lines\":\(summary.lines),\"kept\":\(summary.kept),"
                    + "\"documents\":\(summary.documents),\"runs\":\(max(1, summary.sources.count))}"
            }
            return "{\"index\":\(JSONText.string("\(index.path)")),\"version\":\(IndexFile.version),"
                + "\"form\":\(JSONText.string(index.form)),\"bytes\":\(index.bytes),\"used_bytes\":\(used),\"lines\":\(total),"
                + "\"segments\":[\(segments.joined(separator: ","))]}\n"
        }
        var out = "\(index.path): version \(IndexFile.version), \(total) lines, \(index.bytes) bytes"
        out += total > 0 ? " (\(used / total) a line)\n" : "\n"
        if !index.form.isEmpty { out += "  \(index.form)\n" }
        for (segment, summary) in rows {
            out += "  \(segment.id)  \(summary.lines) lines, \(summary.kept) of them kept, of \(summary.documents) documents"
            out += summary.sources.isEmpty ? "\n" : ", merged of \(summary.sources.count) runs\n"
        }
        return out
    }
}

extension Arguments {
    fileprivate var withoutFirstOperand: Arguments {
        var arguments = self
        arguments.operands.removeFirst()
        return arguments
    }
}
