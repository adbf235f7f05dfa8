import WinnowCore

/// What was typed, checked against the flag table.
struct Arguments {
    var command = Command.clean
    var operands: [String] = []
    /// Values by flag, in the order given; a switch has one empty value a use.
    private var values: [String: [String]] = [:]

    func has(_ flag: String) -> Bool { values[flag] != nil }
    func last(_ flag: String) -> String? { values[flag]?.last }
    func all(_ flag: String) -> [String] { values[flag] ?? [] }

    /// - Throws: `usage` naming the wrong argument.
    init(_ words: [String]) throws(WinnowError) {
        var words = words[...]
        if let first = words.first, let command = Command(rawValue: first) {
            self.command = command
            words = words.dropFirst()
        }
        var flagsEnded = false
        while let word = words.popFirst() {
            if flagsEnded || word == "-" || !word.hasPrefix("-") {
                operands.append(word)
            } else if word == "--" {
                flagsEnded = true
            } else if word.hasPrefix("--") {
                try long(String(word.dropFirst(2)), &words)
            } else {
                try short(word.dropFirst(), &words)
            }
        }
    }

    private mutating func long(_ word: String, _ rest: inout ArraySlice<String>) throws(WinnowError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let flag = Flag.first(for: command, where: { $0.long == parts[0] }) else {
            throw WinnowError(
                .usage, "unknown option --\(parts[0])",
                hint: nearestName(to: parts[0], among: Flag.all.map(\.long)).map { "did you mean --\($0)?" }
                    ?? "see winnow --help")
        }
        if flag.value == nil {
            guard parts.count == 1 else { throw WinnowError(.usage, "--\(flag.long) takes no value") }
            try set(flag, "")
        } else if parts.count == 2 {
            try set(flag, parts[1])
        } else if flag.valueIsOptional {
            try set(flag, "")
        } else {
            guard let value = rest.popFirst() else { throw missing(flag) }
            try set(flag, value)
        }
    }

    private mutating func short(_ letters: Substring, _ rest: inout ArraySlice<String>) throws(WinnowError) {
        var letters = letters
        while let letter = letters.popFirst() {
            guard let flag = Flag.first(for: command, where: { $0.short == letter }) else {
                throw WinnowError(.usage, "unknown option -\(letter)", hint: "see winnow --help")
            }
            guard flag.value != nil else {
                try set(flag, "")
                continue
            }
            // The value is the rest of the word, or the next word.
            guard let value = letters.isEmpty ? rest.popFirst() : String(letters) else { throw missing(flag) }
            try set(flag, value)
            return
        }
    }

    private mutating func set(_ flag: Flag, _ value: String) throws(WinnowError) {
        guard flag.isTaken(by: command) else {
            throw WinnowError(.usage, "winnow \(command.rawValue) takes no option --\(flag.long)", hint: command.usage)
        }
        values[flag.long, default: []].append(value)
    }

    private func missing(_ flag: Flag) -> WinnowError {
        WinnowError(.usage, "--\(flag.long) needs a value: \(flag.value ?? "")")
    }
}
