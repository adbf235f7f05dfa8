import WinnowCore
import WinnowIO
import WinnowReport
import WinnowRun
import WinnowStages

/// The thresholds of a sweep: `--threshold FROM..TO`, `--step NUMBER`.
struct ThresholdRange {
    /// Ascending, in thousandths.
    let thresholds: [Double]

    /// - Returns: nil where the sweep is one of rules.
    /// - Throws: `usage`.
    init?(_ arguments: Arguments) throws(WinnowError) {
        guard arguments.last("stage") == NearDuplicates.descriptor.name else {
            for flag in ["threshold", "step"] where arguments.has(flag) {
                throw WinnowError(.usage, "--\(flag) goes with --stage \(NearDuplicates.descriptor.name)")
            }
            return nil
        }
        let text = arguments.last("threshold") ?? "0.5..0.95"
        guard let bound = Bound(text, of: .measure(0)), let from = bound.least ?? bound.most, let to = bound.most,
            (0.3...1).contains(from), to <= 1
        else { throw WinnowError(.usage, "--threshold \(text): expected numbers from 0.3 to 1, such as 0.5..0.95") }
        let word = arguments.last("step") ?? "0.05"
        guard let step = Double(word), (0.001...1).contains(step) else {
            throw WinnowError(.usage, "--step \(word): expected a number from 0.001 to 1")
        }
        func thousandths(_ value: Double) -> Int { Int((value * 1000).rounded()) }
        thresholds = stride(from: thousandths(from), through: thousandths(to), by: thousandths(step)).map { Double($0) / 1000 }
    }
}

/// `winnow sweep`: what other thresholds, or each rule, would remove.
struct SweepCommand {
    private let arguments: Arguments
    private let range: ThresholdRange?
    private let stage: String
    private let isJSON: Bool
    private let looker: Looker

    /// - Throws: `usage`.
    init(_ arguments: Arguments) throws(WinnowError) {
        self.arguments = arguments
        let stages = [NearDuplicates.descriptor.name, Boilerplate.descriptor.name]
        guard let stage = try arguments.choice("stage", stages) else {
            throw WinnowError(
                .usage, "sweep needs a stage: --stage \(stages.joined(separator: " or "))", hint: Command.sweep.usage)
        }
        guard !arguments.operands.isEmpty || arguments.has("files-from") else {
            throw WinnowError(.usage, "sweep needs files or folders to read", hint: Command.sweep.usage)
        }
        self.stage = stage
        range = try ThresholdRange(arguments)
        isJSON = try arguments.choice("format", ["text", "json"]) == "json"
        looker = try Looker(arguments)
        guard looker.stages.contains(stage) else {
            throw WinnowError(.usage, "stage '\(stage)' does not run", hint: "it is left out by --skip or the configuration")
        }
    }

    func run() throws(WinnowError) -> ExitCode {
        guard let range else {
            var sweep = RuleSweep(stage: stage)
            let result = try looker.look(at: arguments.operands, onClaimed: { sweep.add($0) })
            return try finish(result) { isJSON ? sweep.json($0) : Array(sweep.text($0).utf8) }
        }
        var sweep = ThresholdSweep(range.thresholds)
        let result = try looker.look(at: arguments.operands, onFinding: { sweep.add($0) })
        return try finish(result) { isJSON ? sweep.json($0) : Array(sweep.text($0).utf8) }
    }

    private func finish(_ result: CheckResult?, _ report: (CheckResult) -> [UInt8]) throws(WinnowError) -> ExitCode {
        guard let result else { return Signals.caught == 2 ? .interrupted : .terminated }
        try CLI.printOut(String(decoding: report(result), as: UTF8.self))
        return result.failed > 0 || result.damaged > 0 ? .failure : .success
    }
}

/// `winnow diff`: two corpora in measures and findings.
struct DiffCommand {
    private let arguments: Arguments
    private let isJSON: Bool
    private let looker: Looker

    /// - Throws: `usage`.
    init(_ arguments: Arguments) throws(WinnowError) {
        self.arguments = arguments
        guard arguments.operands.count == 2, !arguments.has("files-from") else {
            throw WinnowError(.usage, "diff takes two files or folders", hint: Command.diff.usage)
        }
        isJSON = try arguments.choice("format", ["text", "json"]) == "json"
        looker = try Looker(arguments)
    }

    func run() throws(WinnowError) -> ExitCode {
        let names = (a: arguments.operands[0], b: arguments.operands[1])
        guard let a = try looker.look(at: [names.a]), let b = try looker.look(at: [names.b]) else {
            return Signals.caught == 2 ? .interrupted : .terminated
        }
        let difference = CheckDifference(a, b)
        try CLI.printOut(isJSON ? String(decoding: difference.json(names), as: UTF8.self) : difference.text(names))
        return a.failed + a.damaged + b.failed + b.damaged > 0 ? .failure : .success
    }
}

/// A check without limits and reports.
private struct Looker {
    private let arguments: Arguments
    private let settings: CheckSettings
    private let walk: FileWalk.Options

    var stages: [String] { settings.pipeline.names }

    init(_ arguments: Arguments) throws(WinnowError) {
        self.arguments = arguments
        let pipeline = try Settings(arguments)
        if let notice = pipeline.notice, !arguments.has("quiet") {
            FileDescriptor.standardError.print("winnow: warning: \(notice)\n")
        }
        try pipeline.checkOnePass()
        var settings = try CheckCommand.settings(arguments, pipeline)
        settings.options.corpus = [:]
        settings.options.file = [:]
        settings.groups = []
        if arguments.command == .sweep {
            settings.options.acrossFiles = false
            settings.pipeline = try settings.pipeline.tellingClaims(of: arguments.last("stage") ?? "")
        }
        self.settings = settings
        walk = try arguments.walk()
        try Signals.catchAll()
    }

    /// - Returns: nil when a signal ended it.
    func look(
        at operands: [String], onFinding: ((Finding) -> Void)? = nil, onClaimed: ((ClaimedLine) -> Void)? = nil
    ) throws(WinnowError) -> CheckResult? {
        let wish =
            arguments.has("no-progress") || arguments.has("quiet") && !arguments.has("progress")
            ? "none" : arguments.last("progress")
        let printer = ProgressPrinter(try .of(wish, isTerminal: FileDescriptor.standardError.isTerminal))
        var unread = 0
        var files = FileWalk(walk) { printer.message("winnow: \($0.text)\n") }
        for operand in operands {
            if !fileExists(operand) { unread += 1 }
            files.add(Path(CurrentFolder.relative(operand)))
        }
        for list in arguments.all("files-from") { try files.add(listIn: list) }
        let list = try files.files()
        if list.isEmpty, unread > 0 { throw WinnowError(.input, "no input could be read") }
        var last = Progress()
        var all: ((Finding) throws(WinnowError) -> Void)?
        if let onFinding { all = { (finding) throws(WinnowError) in onFinding(finding) } }
        let check = try CheckRun(
            settings, report: { printer.message("winnow: \($0.text)\n") },
            progress: {
                last = $0
                printer.update($0, at: monotonicSeconds())
                return Signals.caught == nil
            }, onFinding: all, onClaimed: onClaimed)
        defer { printer.finish(last, at: monotonicSeconds()) }
        var result = try check.run(list)
        result?.failed += unread
        return result
    }
}
