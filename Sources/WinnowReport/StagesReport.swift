import WinnowCore

/// What stages there are, with their options: the text of `winnow stages`.
public enum StagesReport {
    public static func text(_ stages: [StageDescriptor], detailed: Bool) -> String {
        stages.map { section($0, detailed: detailed) }.joined(separator: "\n")
    }

    private static func section(_ stage: StageDescriptor, detailed: Bool) -> String {
        var out = "\(stage.name)\n  \(stage.help)\n"
        out += "  scope \(stage.scope.rawValue); look-ahead: \(stage.lookAhead); memory: \(stage.memory)\n"
        for option in stage.options {
            out += "    \(option.name): \(value(option.defaultValue))"
            out += "    # \(option.help); \(option.kind.description)\n"
        }
        if detailed {
            out += "  rules: \(stage.ruleNames.joined(separator: ", "))\n"
            for fact in stage.facts { out += "  \(fact)\n" }
            for source in stage.sources { out += "  source: \(source)\n" }
        }
        return out
    }

    private static func value(_ value: OptionValue) -> String {
        switch value {
        case .flag(let flag): "\(flag)"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .word(let word): word
        case .words(let words): "[\(words.joined(separator: ", "))]"
        case .packs(let packs): "[\(packs.map(\.language).joined(separator: ", "))]"
        case .file(let file): file.name.isEmpty ? "\"\"" : file.name
        }
    }
}
