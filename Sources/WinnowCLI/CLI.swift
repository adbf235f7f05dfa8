import WinnowConfig
import WinnowCore
import WinnowIO
import WinnowReport
import WinnowRun
import WinnowStages
import WinnowText

/// The command line: reads arguments, runs a command, prints what goes wrong, tells the exit code.
public enum CLI {
    public static func run(_ words: [String]) -> ExitCode {
        ignoreBrokenPipes()
        do throws(WinnowError) {
            if words.contains("--help") || words.contains("-h") || words.first == "help" {
                let command = words.lazy.compactMap(Command.init).first
                try printOut(Help.text(for: command))
                return .success
            }
            if words.contains("--version") || words.contains("-V") {
                try printOut("winnow \(Help.version) (Unicode \(ICU.unicodeVersion), ICU \(ICU.version))\n")
                return .success
            }
            let arguments = try Arguments(words)
            switch arguments.command {
            case .clean: return try clean(arguments)
            case .batch: return try BatchCommand(arguments).run()
            case .check: return try CheckCommand(arguments).run()
            case .sweep: return try SweepCommand(arguments).run()
            case .diff: return try DiffCommand(arguments).run()
            case .explain: return try explain(arguments)
            case .label: return try LabelCommand(arguments).run()
            case .why: return try WhyCommand(arguments).run()
            case .restore: return try RestoreCommand(arguments).run()
            case .index: return try IndexCommand(arguments).run()
            case .rules: return try RulesCommand(arguments).run()
            case .stages: return try stages(arguments)
            case .`init`: return try initialize(arguments)
            }
        } catch {
            // Whoever reads our output has seen enough: a normal end for a filter.
            if error.code == .closedPipe { return .success }
            report(error)
            return .failure
        }
    }

    // MARK: Commands

    private static func clean(_ arguments: Arguments) throws(WinnowError) -> ExitCode {
        let settings = try Settings(arguments)
        try settings.checkOnePass()
        let format = arguments.last("stats")
        guard format == nil || ["", "text", "json"].contains(format) else {
            throw WinnowError(.usage, "--stats=\(format ?? ""): expected text or json")
        }
        if let notice = settings.notice { warn(notice, arguments) }
        let inputs = try checkInputs(arguments)
        let ledgerFile = try arguments.last("ledger").map { (path) throws(WinnowError) in try OutputFile(path) }
        let outputFile = try arguments.last("output").map { (path) throws(WinnowError) in try OutputFile(path) }
        let sink = outputFile?.sink ?? FileSink(.standardOutput, name: "standard output")
        let ledger = try ledgerFile.map { (file) throws(WinnowError) in
            try LedgerWriter(file.sink, pipeline: settings.pipeline, winnow: Help.version, configuration: settings.fingerprint)
        }
        let index = try settings.index.map { (path) throws(WinnowError) in
            try IndexFile(path, form: settings.pipeline.sharedForm, writing: settings.updatesIndex)
        }
        let run = try CleanRun(
            settings.pipeline, window: settings.window, encoding: settings.encoding, separator: settings.separator,
            threads: try arguments.threads(), output: BatchWriter(sink, hashing: ledger != nil), ledger: ledger,
            memory: CorpusMemory(
                spill: SpillFolder(Settings.spillFolder), index: index, isUpdated: settings.updatesIndex))
        var allRead = false
        do throws(WinnowError) { allRead = try feed(inputs.names, to: run) } catch {
            run.cancel()
            throw error
        }
        try run.finish()
        try outputFile?.commit()
        try ledgerFile?.commit()
        // Last: what the index has, the output has.
        try run.keepMemory()
        warn(run.statistics, settings.pipeline.harmGuard.onExceed, arguments)
        if let format {
            let report = format == "json" ? StatisticsReport.json(run.statistics) : StatisticsReport.text(run.statistics)
            FileDescriptor.standardError.print(report)
        }
        return inputs.failed || !allRead ? .failure : .success
    }

    private static func explain(_ arguments: Arguments) throws(WinnowError) -> ExitCode {
        let settings = try Settings(arguments)
        try settings.checkOnePass()
        let colored = try arguments.isColored()
        if let notice = settings.notice { warn(notice, arguments) }
        let inputs = try checkInputs(arguments)
        let names = DocumentNames()
        var failure: WinnowError?
        let report = ExplainReport(settings.pipeline, colored: colored, nameOfDocument: names.name)
        var pipeline = settings.pipeline
        pipeline.findsNearMisses = arguments.has("near")
        let run = try CleanRun(
            pipeline, window: settings.window, encoding: settings.encoding, separator: settings.separator, output: nil,
            ledger: nil, names: names
        ) { work in
            guard failure == nil else { return }
            do throws(WinnowError) { try printOut(report.lines(work.batch, near: work.nearMisses)) } catch { failure = error }
        }
        let allRead = try feed(inputs.names, to: run) { (name) throws(WinnowError) in
            if let failure { throw failure }
            if inputs.names.count > 1 { try printOut("==> \(name) <==\n") }
        }
        try run.finish()
        if let failure { throw failure }
        warn(run.statistics, settings.pipeline.harmGuard.onExceed, arguments)
        return inputs.failed || !allRead ? .failure : .success
    }

    private static func stages(_ arguments: Arguments) throws(WinnowError) -> ExitCode {
        let known = StageRegistry.descriptors
        let wanted = arguments.operands
        for name in wanted where !known.contains(where: { $0.name == name }) {
            throw WinnowError(
                .usage, "unknown stage '\(name)'", hint: nameHint(for: name, among: known.map(\.name), all: "stages"))
        }
        let shown = wanted.isEmpty ? known : known.filter { wanted.contains($0.name) }
        try printOut(StagesReport.text(shown, detailed: !wanted.isEmpty))
        return .success
    }

    private static func initialize(_ arguments: Arguments) throws(WinnowError) -> ExitCode {
        guard arguments.operands.count <= 1 else {
            throw WinnowError(.usage, "init takes one file", hint: Command.`init`.usage)
        }
        let path = arguments.operands.first ?? Settings.defaultPath
        let text = Configuration.defaultText(for: StageRegistry.descriptors)
        if path == "-" {
            try printOut(text)
            return .success
        }
        guard !fileExists(path) else {
            throw WinnowError(
                .usage, "is there already and was not changed", hint: "name another: winnow init FILE", at: .init(file: path))
        }
        try AtomicFile.write(Array(text.utf8), to: path)
        if !arguments.has("quiet") { FileDescriptor.standardError.print("winnow: wrote \(path)\n") }
        return .success
    }

    // MARK: Input

    /// The inputs that can be read. They are checked before anything is written, so that a wrong name is told at once;
    /// what cannot be read is told and left out.
    private static func checkInputs(_ arguments: Arguments) throws(WinnowError) -> (names: [String], failed: Bool) {
        let names = arguments.operands.isEmpty ? ["-"] : arguments.operands
        var good: [String] = []
        for name in names {
            do throws(WinnowError) {
                try checkReadable(name)
                good.append(name)
            } catch {
                var shown = error
                if let near = nearestName(to: name, among: Command.allCases.map(\.rawValue)), !fileExists(name) {
                    shown.hint = "did you mean the command '\(near)'?"
                }
                guard names.count > 1 else { throw shown }
                report(shown)
            }
        }
        guard !good.isEmpty else { throw WinnowError(.input, "no input could be read") }
        return (good, good.count < names.count)
    }

    /// Feeds each input to the run; one that cannot be read any more is told and left out.
    /// - Returns: whether all could be read.
    private static func feed(
        _ names: [String], to run: CleanRun, _ before: (String) throws(WinnowError) -> Void = { _ in }
    ) throws(WinnowError) -> Bool {
        var allRead = true
        for name in names {
            var source: FileSource?
            do throws(WinnowError) { source = try FileSource(name, watching: .standardOutput) } catch {
                report(error)
                allRead = false
            }
            guard let source else { continue }
            try before(name)
            try run.clean(source)
        }
        return allRead
    }

    // MARK: Messages

    static func printOut(_ text: String) throws(WinnowError) {
        let bytes = Array(text.utf8)
        var failure: WinnowError?
        bytes.withUnsafeBytes { buffer in
            do throws(WinnowError) { try FileDescriptor.standardOutput.write(buffer, name: "standard output") } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    static func report(_ error: WinnowError) { FileDescriptor.standardError.print("winnow: \(error.text)\n") }

    private static func warn(_ text: String, _ arguments: Arguments) {
        if !arguments.has("quiet") { FileDescriptor.standardError.print("winnow: warning: \(text)\n") }
    }

    private static func warn(_ statistics: Statistics, _ action: HarmGuard.Action, _ arguments: Arguments) {
        if let place = statistics.firstInvalid {
            let count = statistics.invalidLines
            warn(
                "\(place.file):\(place.line): bytes that are no text in this encoding became U+FFFD, in "
                    + "\(count) \(count == 1 ? "line" : "lines"); --encoding names another", arguments)
        }
        // Where it was asked to drop all the same, it is counted and no news.
        if let place = statistics.firstGuarded, action == .pass {
            let more = statistics.guarded > 1 ? " (and \(statistics.guarded - 1) more)" : ""
            warn(
                "\(place.file):\(place.line): too much of the text would go; passed through, normalized only\(more)", arguments)
        }
    }
}
