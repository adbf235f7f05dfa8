import WinnowReport

/// A subcommand: its name, what it takes, and what it does in one line.
enum Command: String, CaseIterable {
    case clean
    case batch
    case check
    case sweep
    case diff
    case explain
    case label
    case why
    case restore
    case index
    case rules
    case stages
    case `init`

    var usage: String {
        switch self {
        case .clean: "winnow [clean] [OPTION…] [FILE…]"
        case .batch: "winnow batch [OPTION…] FILE|FOLDER… -o OUT"
        case .check: "winnow check [OPTION…] FILE|FOLDER…"
        case .sweep: "winnow sweep [OPTION…] FILE|FOLDER… --stage near-duplicates --threshold 0.5..0.95, or --stage boilerplate"
        case .diff: "winnow diff [OPTION…] A B"
        case .explain: "winnow explain [OPTION…] [FILE…]"
        case .label: "winnow label [OPTION…] [FILE…]"
        case .why: "winnow why [--out OUT] FILE[#RECORD]:LINE, or winnow why --ledger LEDGER FILE:LINE"
        case .restore: "winnow restore --ledger LEDGER [FILE], or winnow restore OUT -o BACK"
        case .index: "winnow index build IN… -o INDEX | merge INDEX… -o INDEX | stat INDEX… | check INDEX…"
        case .rules: "winnow rules test PACK…"
        case .stages: "winnow stages [STAGE…]"
        case .`init`: "winnow init [FILE]"
        }
    }

    var help: String {
        switch self {
        case .clean: "clean text: standard input or files to standard output (the default)"
        case .batch: "clean files and folders, JSONL and WARC too, into a folder; goes on where it was ended"
        case .check: "say what is wrong with files and folders, compare with limits, and fail beyond them; changes nothing"
        case .sweep: "say what other thresholds of a stage, or each of its rules, would remove; changes nothing"
        case .diff: "compare two files or folders in measures and findings"
        case .explain: "print a text with a margin that says what happens to each line, and why"
        case .label:
            "print each line with a label, c content or b debris, to be corrected and learned from (Training/README.md)"
        case .why: "tell what happened to a line of an output or an input, and show its twin"
        case .restore: "give back the input from the cleaned text and its ledger, or all inputs of a batch"
        case .index: "make, merge, describe or check indexes: what earlier runs kept, for --index"
        case .rules: "run rule packs over their own examples"
        case .stages: "list the stages with their options, defaults, look-ahead and memory"
        case .`init`: "write a commented pipeline.yml"
        }
    }
}

extension Command {
    /// Whether it runs the pipeline to tell what it finds, and writes no text.
    var looksOnly: Bool { self == .check || self == .sweep || self == .diff }
}

/// One option of the command line. Parsing, checking and help all come from `Flag.all`.
struct Flag: Sendable {
    var long: String
    var short: Character?
    /// Name of the value; nil for a switch.
    var value: String?
    /// Whether the value may be left out (`--stats`, `--stats=json`).
    var valueIsOptional = false
    var help: String
    /// Commands that take it; all when empty.
    var commands: [Command] = []

    private static let looking: [Command] = [.check, .sweep, .diff]
    private static let cleaning: [Command] = [.clean, .batch, .explain, .label, .index] + looking
    private static let walking: [Command] = [.batch, .index] + looking

    static let all: [Flag] = [
        Flag(
            long: "config", short: "c", value: "FILE",
            help: "read the pipeline from FILE (default: ./pipeline.yml if it is winnow's)", commands: cleaning),
        Flag(long: "no-config", help: "use the built-in pipeline; read no file", commands: cleaning),
        Flag(long: "stage", value: "NAME", help: "run only this stage (may be repeated)", commands: cleaning),
        Flag(long: "skip", value: "NAME", help: "leave out this stage (may be repeated)", commands: cleaning),
        Flag(
            long: "set", value: "STAGE.OPTION=VALUE", help: "set an option of a stage (may be repeated)",
            commands: cleaning),
        Flag(
            long: "profile", value: "NAME",
            help: "article (the default): extracted or pasted text; page: whole pages as text", commands: cleaning),
        Flag(
            long: "encoding", short: "e", value: "NAME", help: "encoding of the input: utf-8, auto, windows-1252, …",
            commands: cleaning),
        Flag(
            long: "output", short: "o", value: "FILE",
            help: "write to FILE, which appears whole or not at all",
            commands: [.clean, .restore]),
        Flag(
            long: "ledger", short: "l", value: "FILE", help: "clean: record every change in FILE; restore: the record to use",
            commands: [.clean, .restore]),
        Flag(
            long: "separator", value: "WHAT",
            help: "what parts documents: none, form-feed, blank-lines:N, or a regular expression", commands: cleaning),
        Flag(
            long: "threads", short: "j", value: "N", help: "how many cores to use (default: all)",
            commands: [.clean, .batch, .index] + looking),
        Flag(
            long: "memory", value: "SIZE", help: "what may be remembered of a corpus: 50% (the default), 4GiB, …",
            commands: cleaning),
        Flag(
            long: "index", value: "FILE",
            help: "compare with the lines that FILE has of earlier runs, and add this run's (scope: corpus)",
            commands: [.clean, .batch]),
        Flag(long: "no-index-update", help: "compare with the index, but do not add to it", commands: [.clean, .batch]),
        Flag(
            long: "line-buffered", help: "decide and write each line at once; no look-ahead, no guard, no best copy",
            commands: [.clean]),
        Flag(
            long: "stats", value: "FORMAT", valueIsOptional: true, help: "a summary on standard error: text or json",
            commands: [.clean, .batch, .index]),
        Flag(
            long: "output", short: "o", value: "OUT", help: "batch: the folder of outputs, or '-' for one stream",
            commands: [.batch]),
        Flag(
            long: "ledger", short: "l", help: "batch: record every change in OUT/.winnow/ledger, a file for each output",
            commands: [.batch]),
        Flag(long: "output", short: "o", value: "INDEX", help: "index: the file to make", commands: [.index]),
        Flag(long: "include", value: "GLOB", help: "only files that match (may be repeated)", commands: walking),
        Flag(long: "exclude", value: "GLOB", help: "no files that match (may be repeated)", commands: walking),
        Flag(
            long: "files-from", value: "LIST", help: "also what LIST names, by NUL or line ends ('-': standard input)",
            commands: walking),
        Flag(long: "hidden", help: "also hidden files and folders", commands: walking),
        Flag(long: "follow", short: "L", help: "follow symbolic links", commands: walking),
        Flag(
            long: "keep-paths", help: "keep whole paths below OUT: a/b.txt becomes OUT/a/b.txt",
            commands: [.batch, .index]),
        Flag(
            long: "format", value: "NAME", help: "auto (the default), text, jsonl, warc or wet", commands: [.batch, .index]),
        Flag(
            long: "text-field", value: "PATH", help: "where the text of JSON records stands (default: text), as content.body",
            commands: walking),
        Flag(
            long: "compress", value: "KIND", help: "pack outputs: none, gzip or zstd (default: as the input)",
            commands: [.batch]),
        Flag(long: "level", value: "N", help: "of compression: gzip 1 to 9, zstd 1 to 19", commands: [.batch]),
        Flag(long: "drop-empty", help: "leave out records that are empty after cleaning", commands: [.batch]),
        Flag(long: "force", help: "also clean what is done", commands: [.batch]),
        Flag(long: "dry-run", short: "n", help: "print what would be cleaned, and why; write nothing", commands: [.batch]),
        Flag(long: "shard", value: "I/N", help: "only part I of N: for several machines", commands: [.batch]),
        Flag(
            long: "on-error", value: "WHAT", help: "continue (the default) or stop at the first error", commands: [.batch]),
        Flag(
            long: "quarantine", help: "copy what cannot be cleaned to OUT/.winnow/quarantine", commands: [.batch]),
        Flag(
            long: "no-sync", help: "do not wait for the disk: faster, safe from kills but not from loss of power",
            commands: [.batch]),
        Flag(long: "progress", value: "WHAT", help: "json: a line of JSON a second on standard error", commands: walking),
        Flag(long: "no-progress", help: "no progress on a terminal", commands: walking),
        Flag(
            long: "out", value: "OUT", help: "the folder of outputs; with --ledger, the cleaned text", commands: [.why]),
        Flag(
            long: "ledger", short: "l", value: "FILE", help: "the ledger of a run that was no batch", commands: [.why]),
        Flag(
            long: "format", value: "NAME", help: "text (the default) or json, for programs", commands: [.why, .sweep, .diff]),
        Flag(
            long: "threshold", value: "FROM..TO", help: "sweep: the thresholds of near-duplicates (default: 0.5..0.95)",
            commands: [.sweep]),
        Flag(long: "step", value: "NUMBER", help: "sweep: how far they are apart (default: 0.05)", commands: [.sweep]),
        Flag(
            long: "format", value: "NAME",
            help: "check: what to print: \(CheckReports.names.joined(separator: ", ")) (default: text)", commands: [.check]),
        Flag(long: "report", value: "FORMAT=FILE", help: "also write a report (may be repeated)", commands: [.check]),
        Flag(
            long: "input-format", value: "NAME", help: "auto (the default), text, jsonl, warc or wet", commands: looking),
        Flag(
            long: "max", value: "NAME=VALUE",
            help: "fail beyond so much of a finding or measure: mojibake=0, near-duplicate=0.02",
            commands: [.check]),
        Flag(long: "min", value: "NAME=VALUE", help: "fail below so much of a measure", commands: [.check]),
        Flag(long: "baseline", value: "FILE", help: "findings that FILE knows do not count", commands: [.check]),
        Flag(long: "update-baseline", help: "write what is found to the baseline", commands: [.check]),
        Flag(
            long: "since", value: "REV", help: "only lines that differ from a git revision, and what repeats them",
            commands: [.check]),
        Flag(
            long: "fix", help: "write what cleaning makes of files with findings over them, where its ledgers give all back",
            commands: [.check]),
        Flag(
            long: "ledgers", value: "FOLDER", help: "where --fix keeps the way back (default: \(CheckCommand.defaultLedgers))",
            commands: [.check]),
        Flag(long: "within-files", help: "compare no lines across files", commands: [.check, .diff]),
        Flag(
            long: "near", help: "also tell of lines that stay which rule nearly took them, and what they lacked",
            commands: [.explain]),
        Flag(long: "color", value: "WHEN", help: "auto, always or never", commands: [.check, .explain, .why]),
        Flag(long: "quiet", short: "q", help: "no warnings"),
        Flag(long: "help", short: "h", help: "this text"),
        Flag(long: "version", short: "V", help: "version of winnow and of its Unicode data"),
    ]

    /// The option as a command has it; that of another command where it has none.
    static func first(for command: Command, where isWanted: (Flag) -> Bool) -> Flag? {
        let found = all.filter(isWanted)
        return found.first { $0.isTaken(by: command) } ?? found.first
    }

    func isTaken(by command: Command) -> Bool { commands.isEmpty || commands.contains(command) }
}
