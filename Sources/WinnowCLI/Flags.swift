/// A subcommand: its name, what it takes, and what it does in one line.
enum Command: String, CaseIterable {
    case clean
    case explain
    case restore
    case stages
    case `init`

    var usage: String {
        switch self {
        case .clean: "winnow [clean] [OPTION…] [FILE…]"
        case .explain: "winnow explain [OPTION…] [FILE…]"
        case .restore: "winnow restore --ledger LEDGER [FILE]"
        case .stages: "winnow stages [STAGE…]"
        case .`init`: "winnow init [FILE]"
        }
    }

    var help: String {
        switch self {
        case .clean: "clean text: standard input or files to standard output (the default)"
        case .explain: "print a text with a margin that says what happens to each line, and why"
        case .restore: "give back the input from the cleaned text and its ledger"
        case .stages: "list the stages with their options, defaults, look-ahead and memory"
        case .`init`: "write a commented pipeline.yml"
        }
    }
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

    static let all: [Flag] = [
        Flag(
            long: "config", short: "c", value: "FILE",
            help: "read the pipeline from FILE (default: ./pipeline.yml if it is winnow's)", commands: [.clean, .explain]),
        Flag(long: "no-config", help: "use the built-in pipeline; read no file", commands: [.clean, .explain]),
        Flag(long: "stage", value: "NAME", help: "run only this stage (may be repeated)", commands: [.clean, .explain]),
        Flag(long: "skip", value: "NAME", help: "leave out this stage (may be repeated)", commands: [.clean, .explain]),
        Flag(
            long: "set", value: "STAGE.OPTION=VALUE", help: "set an option of a stage (may be repeated)",
            commands: [.clean, .explain]),
        Flag(
            long: "encoding", short: "e", value: "NAME", help: "encoding of the input: utf-8, auto, windows-1252, …",
            commands: [.clean, .explain]),
        Flag(
            long: "output", short: "o", value: "FILE", help: "write to FILE, which appears whole or not at all",
            commands: [.clean, .restore]),
        Flag(
            long: "ledger", short: "l", value: "FILE", help: "clean: record every change in FILE; restore: the record to use",
            commands: [.clean, .restore]),
        Flag(
            long: "separator", value: "WHAT",
            help: "what parts documents: none, form-feed, blank-lines:N, or a regular expression", commands: [.clean, .explain]),
        Flag(long: "threads", short: "j", value: "N", help: "how many cores to use (default: all)", commands: [.clean]),
        Flag(
            long: "memory", value: "SIZE", help: "what may be remembered of a corpus: 50% (the default), 4GiB, …",
            commands: [.clean, .explain]),
        Flag(
            long: "line-buffered", help: "decide and write each line at once; no look-ahead, no guard, no best copy",
            commands: [.clean]),
        Flag(
            long: "stats", value: "FORMAT", valueIsOptional: true, help: "a summary on standard error: text or json",
            commands: [.clean]),
        Flag(long: "color", value: "WHEN", help: "auto, always or never", commands: [.explain]),
        Flag(long: "quiet", short: "q", help: "no warnings"),
        Flag(long: "help", short: "h", help: "this text"),
        Flag(long: "version", short: "V", help: "version of winnow and of its Unicode data"),
    ]
}
