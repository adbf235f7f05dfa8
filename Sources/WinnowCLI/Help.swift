/// The text of `--help`, from the tables of commands and flags.
enum Help {
    static let version = "0.1.0"

    static func text(for command: Command?) -> String {
        var out = ""
        if let command {
            out += "\(command.usage)\n\n\(command.help)\n\nOptions:\n"
        } else {
            out += """
                winnow cleans scraped text: it normalizes Unicode, removes page furniture and near-duplicate lines, and says
                why of every line.

                  winnow < scraped.txt > clean.txt

                Commands:

                """
            for command in Command.allCases { out += row(command.rawValue, command.help, width: 10) }
            out += "\nOptions:\n"
        }
        for flag in Flag.all where command == nil || flag.commands.isEmpty || command.map(flag.commands.contains) == true {
            var name = flag.short.map { "-\($0), " } ?? "    "
            name += "--\(flag.long)"
            if let value = flag.value { name += flag.valueIsOptional ? "[=\(value)]" : " \(value)" }
            out += row(name, flag.help, width: 30)
        }
        if command == nil {
            out += """

                Exit codes: 0 done, 1 a check found something, or some files of a batch failed, 2 wrong usage or input that could not be read.
                Everything else is in pipeline.yml: `winnow init` writes one, `winnow stages` explains it.

                """
        }
        return out
    }

    private static func row(_ name: String, _ help: String, width: Int) -> String {
        name.count < width
            ? "  \(name)\(String(repeating: " ", count: width - name.count))\(help)\n"
            : "  \(name)\n  \(String(repeating: " ", count: width))\(help)\n"
    }
}
