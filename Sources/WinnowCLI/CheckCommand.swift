import WinnowCore
import WinnowIO
import WinnowReport
import WinnowRun

/// `winnow check`: what is wrong with a corpus, against limits.
struct CheckCommand {
    private let arguments: Arguments
    private let settings: CheckSettings
    private let walk: FileWalk.Options
    private let format: String
    private let reports: [(name: String, path: String)]
    private let isColored: Bool
    private let isQuiet: Bool
    /// What `--fix` cleans with; nil without.
    private let fixing: BatchSettings?

    static let defaultLedgers = ".winnow-fix"

    /// - Throws: `usage`.
    init(_ arguments: Arguments) throws(WinnowError) {
        self.arguments = arguments
        isQuiet = arguments.has("quiet")
        format = try arguments.choice("format", CheckReports.names) ?? "text"
        var reports: [(name: String, path: String)] = []
        for text in arguments.all("report") { reports.append(try Self.report(text)) }
        self.reports = reports
        isColored = try arguments.isColored()
        let pipeline = try Settings(arguments)
        if let notice = pipeline.notice, !isQuiet { FileDescriptor.standardError.print("winnow: warning: \(notice)\n") }
        try pipeline.checkOnePass()
        settings = try Self.settings(arguments, pipeline)
        var walk = try arguments.walk()
        if arguments.has("fix") {
            // Files of one name have ledgers of their own.
            walk.keepsPaths = true
            var fixing = BatchSettings(
                pipeline.pipeline, window: pipeline.window, encoding: pipeline.encoding, separator: pipeline.separator,
                fingerprint: pipeline.fingerprint, winnow: Help.version)
            fixing.threads = settings.threads
            fixing.format = settings.format
            fixing.textField = settings.textField
            self.fixing = fixing
        } else if arguments.has("ledgers") {
            throw WinnowError(.usage, "--ledgers goes with --fix", hint: Command.check.usage)
        } else {
            fixing = nil
        }
        self.walk = walk
    }

    private static func report(_ text: String) throws(WinnowError) -> (name: String, path: String) {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2, !sides[1].isEmpty else {
            throw WinnowError(.usage, "--report \(text): expected FORMAT=FILE, such as sarif=check.sarif")
        }
        guard CheckReports.names.contains(sides[0]) else {
            throw WinnowError(
                .usage, "--report: unknown format '\(sides[0])'",
                hint: nameHint(for: sides[0], among: CheckReports.names, all: "formats"))
        }
        return (sides[0], sides[1])
    }

    static func settings(_ arguments: Arguments, _ pipeline: Settings) throws(WinnowError) -> CheckSettings {
        var options = pipeline.check
        if arguments.has("within-files") { options.acrossFiles = false }
        // With a baseline, what is new and would be an error at some share is one at once.
        if arguments.has("baseline") {
            for (subject, limit) in options.corpus {
                if case .kind = subject, limit.error != nil { options.corpus[subject]?.error = Bound(most: 0, isCount: true) }
            }
        }
        for (flag, text) in ["max", "min"].flatMap({ flag in arguments.all(flag).map { (flag, $0) } }) {
            let (subject, bound) = try limit(flag, text)
            options.corpus[subject, default: Limit()].error = bound
        }
        var settings = CheckSettings(
            pipeline.pipeline, window: pipeline.window, encoding: pipeline.encoding, separator: pipeline.separator,
            options: options, winnow: Help.version)
        for group in options.groups {
            do throws(WinnowError) { settings.groups.append((try Glob(group.glob), group.limits)) } catch {
                throw error.located(at: group.location)
            }
        }
        settings.spillFolder = Settings.spillFolder
        settings.normalizesAll = pipeline.normalizesAll
        settings.threads = try arguments.threads()
        settings.format = try arguments.choice("input-format", ["auto", "text", "jsonl", "warc", "wet"]).flatMap {
            Format(rawValue: $0 == "wet" ? "warc" : $0)
        }
        if let field = arguments.last("text-field") { settings.textField = try FieldPath(field) }
        settings.updatesBaseline = arguments.has("update-baseline")
        if let path = arguments.last("baseline") {
            settings.baseline =
                settings.updatesBaseline && !fileExists(path)
                ? Baseline(path: path) : try Baseline(path: path, bytes: try readWhole(path))
        } else if settings.updatesBaseline {
            throw WinnowError(.usage, "--update-baseline needs a file: --baseline FILE")
        }
        if let revision = arguments.last("since") {
            guard !settings.updatesBaseline else {
                throw WinnowError(.usage, "--since and --update-baseline exclude each other: a baseline has all findings")
            }
            settings.since = try ChangedLines(since: revision)
        }
        return settings
    }

    /// `--max NAME=VALUE`, `--min NAME=VALUE`.
    private static func limit(_ flag: String, _ text: String) throws(WinnowError) -> (LimitSubject, Bound) {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2 else {
            throw WinnowError(.usage, "--\(flag) \(text): expected NAME=VALUE, such as near-duplicate=0.02")
        }
        guard let subject = LimitSubject(sides[0]) else {
            throw WinnowError(
                .usage, "--\(flag): unknown kind of finding or measure '\(sides[0])'",
                hint: nearestName(to: sides[0], among: LimitSubject.names).map { "did you mean '\($0)'?" }
                    ?? "docs/check.md and docs/measures.md list them")
        }
        let words = flag == "max" ? sides[1] : sides[1] + ".."
        guard !sides[1].contains(".."), let bound = Bound(words, of: subject) else {
            throw WinnowError(.usage, "--\(flag) \(text): '\(sides[1])' is not a number (0.02, 2%, 3)")
        }
        return (subject, bound)
    }

    // MARK: Running

    func run() throws(WinnowError) -> ExitCode {
        try Signals.catchAll()
        let lists = arguments.all("files-from")
        guard !arguments.operands.isEmpty || !lists.isEmpty else {
            throw WinnowError(.usage, "check needs files or folders to read", hint: Command.check.usage)
        }
        let style = arguments.has("no-progress") || isQuiet && !arguments.has("progress") ? "none" : arguments.last("progress")
        let printer = ProgressPrinter(try .of(style, isTerminal: FileDescriptor.standardError.isTerminal))
        let unread = Counter()
        var walk = FileWalk(walk) { error in
            unread.value += 1
            printer.message("winnow: \(error.text)\n")
        }
        for operand in arguments.operands { walk.add(Path(CurrentFolder.relative(operand))) }
        for list in lists { try walk.add(listIn: list) }
        let files = try walk.files()
        if files.isEmpty, unread.value > 0 { throw WinnowError(.input, "no input could be read") }
        var writers = [
            ReportWriter(
                CheckReports.make(format, .init(isColored: isColored)), FileSink(.standardOutput, name: "standard output"))
        ]
        var outputs: [OutputFile] = []
        for (name, path) in reports {
            let output = try OutputFile(path)
            outputs.append(output)
            writers.append(ReportWriter(CheckReports.make(name, .init(isColored: false)), output.sink))
        }
        var last = Progress()
        let streams = writers.filter(\.wantsAll)
        let fix = try fixing.map { (fixing) throws(WinnowError) in
            try CheckFix(
                fixing, into: Path(arguments.last("ledgers") ?? Self.defaultLedgers),
                .init(report: { printer.message("winnow: \($0.text)\n") }, signal: { Signals.caught }))
        }
        let fixable = FixableFiles()
        var onFinding: ((Finding) throws(WinnowError) -> Void)?
        if !streams.isEmpty || fix != nil {
            onFinding = { (finding) throws(WinnowError) in
                if fix != nil { fixable.add(finding) }
                for stream in streams { try stream.add(finding) }
            }
        }
        let check = try CheckRun(
            settings,
            report: {
                if let file = $0.location?.file { fixable.isDamaged.insert(file) }
                printer.message("winnow: \($0.text)\n")
            },
            progress: {
                last = $0
                printer.update($0, at: monotonicSeconds())
                return Signals.caught == nil
            }, onFinding: onFinding)
        let found: CheckResult?
        do throws(WinnowError) { found = try check.run(files) } catch {
            printer.finish(last, at: monotonicSeconds())
            throw error
        }
        printer.finish(last, at: monotonicSeconds())
        guard var result = found else { return Signals.caught == 2 ? .interrupted : .terminated }
        result.failed += unread.value
        if settings.updatesBaseline, let baseline = settings.baseline {
            try AtomicFile.write(check.updatedBaseline, to: baseline.path)
            if !isQuiet { FileDescriptor.standardError.print("winnow: wrote \(baseline.path)\n") }
        }
        for writer in writers { try writer.finish(result) }
        for output in outputs { try output.commit() }
        var isLeft = false
        if let fix {
            let summary = try fix.run(files.part { fixable.hasFindings.contains("\($0.path)") }) {
                fixable.reason("\($0.path)")
            }
            tell(summary)
            if let signal = summary.signal { return signal == 2 ? .interrupted : .terminated }
            isLeft = summary.left > 0
        }
        // What could not be read was not checked.
        if result.failed > 0 || result.damaged > 0 { return .failure }
        return result.passes && !isLeft ? .success : .found
    }

    private final class Counter {
        var value = 0
    }

    private func tell(_ summary: CheckFix.Summary) {
        guard !isQuiet else { return }
        var text = "winnow: \(BatchReport.files(summary.fixed)) fixed"
        if summary.unchanged > 0 { text += ", \(summary.unchanged) with nothing that cleaning changes" }
        if summary.left > 0 { text += ", \(summary.left) left as they are" }
        text += "\n"
        if summary.fixed > 0 {
            text += "  winnow restore \(arguments.last("ledgers") ?? Self.defaultLedgers) -o BACK gives back what they were\n"
        }
        FileDescriptor.standardError.print(text)
    }
}

/// What a check learns of files for `--fix`.
private final class FixableFiles {
    var hasFindings: Set<String> = []
    var isDamaged: Set<String> = []
    private var isForeign: Set<String> = []

    func add(_ finding: Finding) {
        hasFindings.insert(finding.place.file)
        if finding.kind == .foreignEncoding { isForeign.insert(finding.place.file) }
    }

    func reason(_ file: String) -> String? {
        if isDamaged.contains(file) { return "not all of it could be read" }
        return isForeign.contains(file) ? "it is in another encoding; --encoding names it" : nil
    }
}

/// A report on its way to a file.
private final class ReportWriter {
    private var report: any CheckReport
    private let sink: FileSink
    private var bytes: [UInt8] = []

    var wantsAll: Bool { type(of: report).wantsAll }

    init(_ report: any CheckReport, _ sink: FileSink) {
        self.report = report
        self.sink = sink
    }

    func add(_ finding: Finding) throws(WinnowError) {
        report.add(finding, to: &bytes)
        if bytes.count > 1 << 16 { try flush() }
    }

    func finish(_ result: CheckResult) throws(WinnowError) {
        report.finish(result, to: &bytes)
        try flush()
    }

    private func flush() throws(WinnowError) {
        var failure: WinnowError?
        bytes.withUnsafeBytes { bytes in
            do throws(WinnowError) { if !bytes.isEmpty { try sink.write(bytes) } } catch { failure = error }
        }
        if let failure { throw failure }
        bytes.removeAll(keepingCapacity: true)
    }
}

extension Arguments {
    /// What files to take.
    func walk() throws(WinnowError) -> FileWalk.Options {
        var options = FileWalk.Options()
        options.includesHidden = has("hidden")
        options.followsLinks = has("follow")
        for pattern in all("include") { options.filter.include.append(try Glob(pattern)) }
        for pattern in all("exclude") { options.filter.exclude.append(try Glob(pattern)) }
        return options
    }
}
