import WinnowCore

extension Configuration {
    /// The default configuration as a commented file: what `winnow init` writes, and what pipeline.yml in the repository is.
    public static func defaultText(for stages: [StageDescriptor]) -> String {
        var out = """
            # winnow's pipeline. These are the defaults: without a file, winnow does just this.
            # `winnow stages` explains every option; a wrong key or value is an error that shows its place.
            version: 1

            # What parts the documents of a stream: none (a stream is one document), form-feed (a line that holds one),
            # blank-lines:N, or a regular expression that matches a line. Separating lines are passed on as they are.
            separator: none

            # Stages in order. A stage that is not listed does not run.
            stages:

            """
        for stage in stages {
            out += "  # \(stage.help)\n  - \(stage.name):\n"
            for option in stage.options {
                out += "      # \(option.help)"
                if let detail = detail(option) { out += " (\(detail))" }
                out += "\n      \(option.name): \(yaml(option.defaultValue))\n"
            }
            out += "\n"
        }
        let harmGuard = HarmGuard()
        let window = Window()
        out += """
            # Lines that no stage may take: regular expressions, matched anywhere in the line.
            protect: []

            # A window of a document that would lose more than this share of its text is passed through, with a warning.
            guard:
              share: \(harmGuard.share)
              # pass (through, normalized only), drop (all the same) or stop (the run)
              on-exceed: \(harmGuard.onExceed.rawValue)

            # How far winnow looks ahead before a line is decided; longer documents are judged window by window.
            limits:
              look-ahead-lines: \(window.lines)
              look-ahead-bytes: \(window.bytes)
              # What may be remembered of a corpus (scope: corpus), in all: a share of the machine's memory, or a size such as 4GiB.
              # Past it, winnow stops.
              memory: \(MemoryLimit.standard)

            """
        return out + CheckOptions.defaultText
    }

    private static func detail(_ option: OptionDescriptor) -> String? {
        switch option.kind {
        case .choice(let names): names.joined(separator: ", ")
        case .integer(let range): "\(range.lowerBound) to \(range.upperBound)\(option.unit.map { " \($0)" } ?? "")"
        case .number(let range): "\(range.lowerBound) to \(range.upperBound)\(option.unit.map { ", \($0)" } ?? "")"
        case .flag, .text, .words, .packs, .file: nil
        }
    }

    private static func yaml(_ value: OptionValue) -> String {
        switch value {
        case .flag(let flag): flag ? "true" : "false"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .word(let word): word
        case .words(let words): "[\(words.joined(separator: ", "))]"
        case .packs: "[]"
        case .file(let file): file.name.isEmpty ? "\"\"" : file.name
        }
    }
}
