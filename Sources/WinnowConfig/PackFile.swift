import WinnowCore

extension RulePack {
    /// Reads a rule pack file.
    ///
    /// - Parameter isBuiltIn: whether the pack is winnow's own, which hold no regular expressions.
    /// - Throws: `usage` with the place of what is wrong.
    public init(file name: String, bytes: [UInt8], isBuiltIn: Bool = false) throws(WinnowError) {
        let file = try YAMLFile(name: name, bytes: bytes)
        guard case .mapping(let entries, _)? = file.root else {
            throw WinnowError(.usage, "not a rule pack", hint: "a pack begins with `pack: 1`", at: .init(file: name, line: 1))
        }
        var language: String?
        var version: String?
        var phrases: [Phrase] = []
        var examples: [Example] = []
        for entry in entries {
            switch entry.key {
            case "pack":
                version = try file.text(entry.value)
                guard version == "1" else { throw file.error("only version 1 of rule packs is known", at: entry.value.mark) }
            case "language": language = try file.text(entry.value)
            case "rules": phrases = try Self.rules(entry.value, file, isBuiltIn: isBuiltIn)
            case "examples": examples = try Self.examples(entry.value, file)
            default: throw file.unknown(entry.key, at: entry.keyMark, known: ["pack", "language", "rules", "examples"])
            }
        }
        guard version != nil else { throw file.error("`pack: 1` is missing", at: .init(line: 1, column: 1)) }
        guard let language else { throw file.error("`language:` is missing", at: .init(line: 1, column: 1)) }
        self.init(language: language, phrases: phrases, examples: examples)
    }

    private static func rules(_ node: YAMLNode, _ file: YAMLFile, isBuiltIn: Bool) throws(WinnowError) -> [Phrase] {
        var phrases: [Phrase] = []
        for kind in try file.entries(node) {
            for anchorEntry in try file.entries(kind.value) {
                let known = Anchor.allCases.filter { !isBuiltIn || $0 != .pattern }.map(\.rawValue)
                guard let anchor = Anchor(rawValue: anchorEntry.key), known.contains(anchorEntry.key) else {
                    throw file.unknown(anchorEntry.key, at: anchorEntry.keyMark, known: known)
                }
                for (text, mark) in try file.texts(anchorEntry.value) {
                    phrases.append(Phrase(kind: kind.key, anchor: anchor, text: text, location: file.location(mark)))
                }
            }
        }
        return phrases
    }

    private static func examples(_ node: YAMLNode, _ file: YAMLFile) throws(WinnowError) -> [Example] {
        var examples: [Example] = []
        for entry in try file.entries(node) {
            switch entry.key {
            case "remove":
                for kind in try file.entries(entry.value) {
                    for (text, _) in try file.texts(kind.value) { examples.append(Example(kind: kind.key, text: text)) }
                }
            case "keep":
                for (text, _) in try file.texts(entry.value) { examples.append(Example(kind: nil, text: text)) }
            default: throw file.unknown(entry.key, at: entry.keyMark, known: ["remove", "keep"])
            }
        }
        return examples
    }
}

extension YAMLFile {
    func entries(_ node: YAMLNode) throws(WinnowError) -> [(key: String, keyMark: YAMLNode.Mark, value: YAMLNode)] {
        switch node {
        case .mapping(let entries, _): return entries
        case .scalar("", isPlain: true, _): return []
        default: throw error("expected a mapping, not \(node.kind)", at: node.mark)
        }
    }

    func text(_ node: YAMLNode) throws(WinnowError) -> String {
        guard case .scalar(let text, _, _) = node else { throw error("expected a value, not \(node.kind)", at: node.mark) }
        return text
    }

    func texts(_ node: YAMLNode) throws(WinnowError) -> [(String, YAMLNode.Mark)] {
        switch node {
        case .sequence(let items, _):
            var out: [(String, YAMLNode.Mark)] = []
            for item in items { out.append((try text(item), item.mark)) }
            return out
        case .scalar("", isPlain: true, _): return []
        default: throw error("expected a list, not \(node.kind)", at: node.mark)
        }
    }

    func unknown(_ key: String, at mark: YAMLNode.Mark, known: [String]) -> WinnowError {
        error("unknown key '\(key)'", at: mark, hint: nameHint(for: key, among: known, all: "known here"))
    }
}
