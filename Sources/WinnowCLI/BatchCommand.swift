import WinnowCore
import WinnowIO
import WinnowReport
import WinnowRun

/// `winnow batch`: many files, into a folder or one stream.
struct BatchCommand {
    private let arguments: Arguments
    private let settings: BatchSettings
    private let walk: FileWalk.Options
    private let statistics: String
    private let printer: ProgressPrinter
    private let isQuiet: Bool
    /// Whether only an index is wanted, and no outputs.
    private let buildsIndex: Bool

    /// - Parameter index: one to make of the files, without outputs.
    /// - Throws: `usage`.
    init(_ arguments: Arguments, building index: Path? = nil) throws(WinnowError) {
        self.arguments = arguments
        buildsIndex = index != nil
        let pipeline = try Settings(arguments)
        isQuiet = arguments.has("quiet")
        statistics = try arguments.choice("stats", ["text", "json"]) ?? "text"
        if let notice = pipeline.notice, !isQuiet { FileDescriptor.standardError.print("winnow: warning: \(notice)\n") }
        settings = try Self.settings(arguments, pipeline, building: index)
        walk = try Self.walk(arguments, settings)
        let wish = arguments.has("no-progress") || isQuiet && !arguments.has("progress") ? "none" : arguments.last("progress")
        printer = ProgressPrinter(try .of(wish, isTerminal: FileDescriptor.standardError.isTerminal))
    }

    private static func settings(
        _ arguments: Arguments, _ pipeline: Settings, building index: Path?
    ) throws(WinnowError) -> BatchSettings {
        guard let output = arguments.last("output") else {
            throw WinnowError(.usage, "batch needs a folder for its outputs: -o OUT", hint: Command.batch.usage)
        }
        var settings = BatchSettings(
            pipeline.pipeline, window: pipeline.window, encoding: pipeline.encoding, separator: pipeline.separator,
            fingerprint: pipeline.fingerprint, winnow: Help.version)
        settings.output = output == "-" || index != nil ? nil : Path(output)
        settings.threads = try arguments.threads()
        settings.format = try arguments.choice("format", ["auto", "text", "jsonl", "warc", "wet"]).flatMap {
            Format(rawValue: $0 == "wet" ? "warc" : $0)
        }
        if let field = arguments.last("text-field") { settings.textField = try FieldPath(field) }
        settings.compression = try arguments.choice("compress", ["none", "gzip", "zstd"]).flatMap { Compression(rawValue: $0) }
        if let text = arguments.last("level") {
            guard let level = Int(text), (1...19).contains(level) else {
                throw WinnowError(.usage, "--level \(text): expected 1 to 9 for gzip, 1 to 19 for zstd")
            }
            guard level <= 9 || settings.compression == .zstd else {
                throw WinnowError(.usage, "--level \(text): gzip has levels from 1 to 9", hint: "add --compress zstd")
            }
            settings.level = level
        }
        settings.dropsEmpty = arguments.has("drop-empty")
        settings.isForced = arguments.has("force")
        settings.stopsOnError = try arguments.choice("on-error", ["continue", "stop"]) == "stop"
        settings.quarantines = arguments.has("quarantine")
        settings.writesLedgers = arguments.has("ledger")
        settings.index = index ?? pipeline.index
        settings.updatesIndex = pipeline.updatesIndex
        settings.spillFolder = Settings.spillFolder
        settings.isDurable = !arguments.has("no-sync")
        if let shard = arguments.last("shard") { settings.shard = try Shard(shard) }
        if settings.output == nil {
            for flag in ["force", "quarantine", "ledger", "dry-run"] where arguments.has(flag) {
                throw WinnowError(.usage, "--\(flag) needs a folder of outputs, and -o - is none", hint: "name one: -o OUT")
            }
            guard settings.level == nil || settings.compression != nil else {
                throw WinnowError(.usage, "--level needs --compress where all goes to one stream")
            }
        }
        return settings
    }

    private static func walk(_ arguments: Arguments, _ settings: BatchSettings) throws(WinnowError) -> FileWalk.Options {
        var options = try arguments.walk()
        options.keepsPaths = arguments.has("keep-paths")
        options.output = settings.output
        return options
    }

    // MARK: Running

    func run() throws(WinnowError) -> ExitCode {
        try Signals.catchAll()
        let lists = arguments.all("files-from")
        guard !arguments.operands.isEmpty || !lists.isEmpty else {
            throw WinnowError(
                .usage, "\(arguments.command.rawValue) needs files or folders to read", hint: arguments.command.usage)
        }
        var unread = 0
        let files = try self.files(lists, &unread)
        if files.isEmpty, unread > 0 { throw WinnowError(.input, "no input could be read") }
        let printer = printer
        let batch = BatchRun(
            settings,
            .init(
                report: { printer.message("winnow: \($0.text)\n") },
                progress: { printer.update($0, at: monotonicSeconds()) }, signal: { Signals.caught }))
        if arguments.has("dry-run") {
            try plan(batch, files)
            return unread > 0 ? .found : .success
        }
        let stream: (any ByteSink)? =
            buildsIndex ? NoSink() : settings.output == nil ? FileSink(.standardOutput, name: "standard output") : nil
        var last = Progress()
        let summary: BatchSummary
        do throws(WinnowError) { summary = try batch.run(files, into: stream) } catch {
            printer.finish(last, at: monotonicSeconds())
            throw error
        }
        last = batch.progress
        printer.finish(last, at: monotonicSeconds())
        return finish(summary, unread: unread)
    }

    private func files(_ lists: [String], _ unread: inout Int) throws(WinnowError) -> FileList {
        // The closure outlives no call, but the walk keeps it.
        let count = Counter()
        var walk = FileWalk(walk) { error in
            count.value += 1
            FileDescriptor.standardError.print("winnow: \(error.text)\n")
        }
        for operand in arguments.operands { walk.add(Path(operand)) }
        for list in lists { try walk.add(listIn: list) }
        let files = try walk.files()
        unread = count.value
        return files
    }

    private final class Counter {
        var value = 0
    }

    private func plan(_ batch: BatchRun, _ files: FileList) throws(WinnowError) {
        var counts = (work: 0, done: 0)
        try batch.plan(files) { (file, output, status) throws(WinnowError) in
            if case .done = status {
                counts.done += 1
                return
            }
            counts.work += 1
            try CLI.printOut("\(BatchReport.name(of: status))\t\(file.path)\t\(settings.output?.appending(output) ?? output)\n")
        }
        if !isQuiet {
            FileDescriptor.standardError.print(
                "winnow: dry run: \(BatchReport.files(counts.work)) to clean, \(counts.done) done already\n")
        }
    }

    private func finish(_ summary: BatchSummary, unread: Int) -> ExitCode {
        if statistics == "json" {
            FileDescriptor.standardError.print(BatchReport.json(summary, unread: unread))
        } else if !isQuiet || arguments.has("stats") {
            FileDescriptor.standardError.print(BatchReport.text(summary, unread: unread))
        }
        if let signal = summary.signal {
            let name = signal == 2 ? "SIGINT" : "SIGTERM"
            FileDescriptor.standardError.print(
                "winnow: ended by \(name): \(BatchReport.files(summary.left)) left\n"
                    + (settings.output == nil ? "" : "  the same command goes on where this run ended\n"))
            return signal == 2 ? .interrupted : .terminated
        }
        if summary.isStopped { return .failure }
        return summary.failed > 0 || summary.damaged > 0 || unread > 0 ? .found : .success
    }
}

extension Arguments {
    /// The value of an option that is one of some words; nil when it is not given or empty.
    /// - Throws: `usage` with the nearest word.
    func choice(_ flag: String, _ words: [String]) throws(WinnowError) -> String? {
        guard let word = last(flag), !word.isEmpty else { return nil }
        guard words.contains(word) else {
            let all = "\(words.dropLast().joined(separator: ", ")) or \(words.last ?? "")"
            throw WinnowError(
                .usage, "--\(flag) \(word): expected \(all)",
                hint: nearestName(to: word, among: words).map { "did you mean '\($0)'?" })
        }
        return word
    }

    /// Whether standard output is coloured: as `--color` says, else on a terminal (<https://no-color.org>).
    func isColored() throws(WinnowError) -> Bool {
        let when = last("color") ?? "auto"
        guard ["auto", "always", "never"].contains(when) else {
            throw WinnowError(.usage, "--color \(when): expected auto, always or never")
        }
        return when == "always" || when == "auto" && FileDescriptor.standardOutput.isTerminal && environment("NO_COLOR") == nil
    }

    /// The number of cores to use: what `--threads` says, else what this process may run on.
    func threads() throws(WinnowError) -> Int {
        guard let text = last("threads") else { return availableCores() }
        guard let count = Int(text), (1...1024).contains(count) else {
            throw WinnowError(.usage, "--threads \(text): expected a whole number from 1 to 1024")
        }
        return count
    }
}
