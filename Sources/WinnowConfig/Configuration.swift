import WinnowCore

/// What pipeline.yml says, checked against what the stages say of themselves.
public struct Configuration: Equatable, Sendable {
    public struct StageEntry: Equatable, Sendable {
        public var name: String
        public var options: OptionValues
    }

    public var stages: [StageEntry]
    /// What parts the documents of a stream; see the text of the default configuration.
    public var separator = "none"
    public var protect: [String] = []
    public var harmGuard = HarmGuard()
    /// Where `separator`, `stages` and `protect` stand.
    public private(set) var places = Places()
    public var window = Window()
    /// What the state of a stage may take that grows with the input.
    public var memory = MemoryLimit.standard

    /// What `winnow check` takes for an error or a warning.
    public var check = CheckOptions()

    /// The stages with their defaults, in the given order.
    public init(defaultsOf stages: [StageDescriptor]) {
        self.stages = stages.map {
            StageEntry(name: $0.name, options: OptionValues(defaultsOf: $0.options))
        }
    }

    /// Reads a configuration.
    ///
    /// - Parameters:
    ///   - known: descriptors of all stages that exist.
    ///   - readFile: reads a file that the configuration names (a rule pack), relative to the configuration's folder.
    /// - Throws: `usage` with file, line, column, and the nearest known name.
    public init(
        file name: String, bytes: [UInt8], known: [StageDescriptor],
        readFile: (String) throws(WinnowError) -> [UInt8]
    ) throws(WinnowError) {
        let file = try YAMLFile(name: name, bytes: bytes)
        let top = YAMLNode.Mark(line: 1, column: 1)
        guard let root = file.root, case .mapping(let entries, _) = root else {
            throw file.error("not a winnow configuration", at: top, hint: "begin with `version: 1`; `winnow init` writes one")
        }
        self.init(defaultsOf: known)
        var hasVersion = false
        for entry in entries {
            switch entry.key {
            case "version":
                hasVersion = true
                guard try file.text(entry.value) == "1" else {
                    throw file.error(
                        "version \(try file.text(entry.value)) is not known", at: entry.value.mark,
                        hint: "this winnow reads version 1")
                }
            case "stages":
                places["stages"] = file.location(entry.keyMark)
                stages = try Self.stages(entry.value, file, known, readFile)
            case "separator":
                separator = try file.text(entry.value)
                places["separator"] = file.location(entry.value.mark)
            case "protect":
                protect = try file.texts(entry.value).map(\.0)
                places["protect"] = file.location(entry.value.mark)
            case "guard":
                harmGuard = try Self.harmGuard(entry.value, file)
            case "limits":
                (window, memory) = try Self.limits(entry.value, file)
            case "check":
                check = try file.check(entry.value)
            default:
                throw file.unknown(
                    entry.key, at: entry.keyMark,
                    known: ["version", "separator", "stages", "protect", "guard", "limits", "check"])
            }
        }
        guard hasVersion else { throw file.error("`version: 1` is missing", at: top) }
    }

    private static func stages(
        _ node: YAMLNode, _ file: YAMLFile, _ known: [StageDescriptor], _ readFile: (String) throws(WinnowError) -> [UInt8]
    ) throws(WinnowError) -> [StageEntry] {
        guard case .sequence(let items, _) = node else {
            throw file.error("`stages:` is a list, one stage an item", at: node.mark)
        }
        var stages: [StageEntry] = []
        for item in items {
            let name: String
            let mark: YAMLNode.Mark
            let options: YAMLNode?
            switch item {
            case .scalar(let text, _, let at): (name, mark, options) = (text, at, nil)
            case .mapping(let entries, let at):
                guard entries.count == 1, let only = entries.first else {
                    throw file.error("one stage an item", at: at, hint: "write `- name:` with its options indented below")
                }
                (name, mark, options) = (only.key, only.keyMark, only.value)
            case .sequence(_, let at): throw file.error("expected a stage, not a list", at: at)
            }
            guard let descriptor = known.first(where: { $0.name == name }) else {
                throw file.error(
                    "unknown stage '\(name)'", at: mark, hint: nameHint(for: name, among: known.map(\.name), all: "stages"))
            }
            guard !stages.contains(where: { $0.name == name }) else {
                throw file.error("stage '\(name)' is listed twice", at: mark)
            }
            var values = OptionValues(defaultsOf: descriptor.options)
            for entry in try options.map({ (node) throws(WinnowError) in try file.entries(node) }) ?? [] {
                guard let option = descriptor.options.first(where: { $0.name == entry.key }) else {
                    throw file.unknown(entry.key, at: entry.keyMark, known: descriptor.options.map(\.name))
                }
                values.set(
                    option.name, to: try file.value(entry.value, for: option, readFile), at: file.location(entry.value.mark))
            }
            stages.append(StageEntry(name: name, options: values))
        }
        return stages
    }

    private static func harmGuard(_ node: YAMLNode, _ file: YAMLFile) throws(WinnowError) -> HarmGuard {
        var result = HarmGuard()
        for entry in try file.entries(node) {
            switch entry.key {
            case "share": result.share = try file.number(entry.value, in: 0...1)
            case "on-exceed":
                let names = HarmGuard.Action.allCases.map(\.rawValue)
                let text = try file.text(entry.value)
                guard let action = HarmGuard.Action(rawValue: text) else {
                    throw file.error(
                        "'\(text)' is not one of \(names.joined(separator: ", "))", at: entry.value.mark,
                        hint: nearestName(to: text, among: names).map { "did you mean '\($0)'?" })
                }
                result.onExceed = action
            default: throw file.unknown(entry.key, at: entry.keyMark, known: ["share", "on-exceed"])
            }
        }
        return result
    }

    private static func limits(_ node: YAMLNode, _ file: YAMLFile) throws(WinnowError) -> (Window, MemoryLimit) {
        var window = Window()
        var memory = MemoryLimit.standard
        for entry in try file.entries(node) {
            switch entry.key {
            case "look-ahead-lines": window.lines = try file.integer(entry.value, in: 1...1_000_000)
            case "look-ahead-bytes": window.bytes = try file.integer(entry.value, in: 1024...1 << 30)
            case "memory":
                let text = try file.text(entry.value)
                guard let limit = MemoryLimit(text) else {
                    throw file.error("'\(text)' is not \(MemoryLimit.form)", at: entry.value.mark)
                }
                memory = limit
            default:
                throw file.unknown(entry.key, at: entry.keyMark, known: ["look-ahead-lines", "look-ahead-bytes", "memory"])
            }
        }
        return (window, memory)
    }
}

extension YAMLFile {
    func integer(_ node: YAMLNode, in range: ClosedRange<Int>) throws(WinnowError) -> Int {
        let word = try text(node)
        guard let value = Int(word), range.contains(value) else {
            throw error("'\(word)' is not \(OptionKind.integer(range).description)", at: node.mark)
        }
        return value
    }

    func number(_ node: YAMLNode, in range: ClosedRange<Double>) throws(WinnowError) -> Double {
        let word = try text(node)
        guard let value = Double(word), range.contains(value) else {
            throw error("'\(word)' is not \(OptionKind.number(range).description)", at: node.mark)
        }
        return value
    }

    /// The value of an option, checked against its descriptor.
    func value(
        _ node: YAMLNode, for option: OptionDescriptor, _ readFile: (String) throws(WinnowError) -> [UInt8]
    ) throws(WinnowError) -> OptionValue {
        switch option.kind {
        case .words, .packs:
            // A single word may stand for a list of one.
            let words: [(String, YAMLNode.Mark)]
            if case .scalar(let word, _, let mark) = node, !word.isEmpty {
                words = [(word, mark)]
            } else {
                words = try texts(node)
            }
            guard option.kind == .packs else { return .words(words.map(\.0)) }
            var packs: [RulePack] = []
            for (path, mark) in words {
                let bytes: [UInt8]
                do throws(WinnowError) { bytes = try readFile(path) } catch {
                    throw self.error(error.message, at: mark, hint: error.hint)
                }
                packs.append(try RulePack(file: path, bytes: bytes))
            }
            return .packs(packs)
        case .flag, .integer, .number, .choice, .text, .file:
            let word = try text(node)
            do throws(WinnowError) { return try OptionValue(word, for: option, readFile) } catch {
                throw self.error(error.message, at: node.mark, hint: error.hint)
            }
        }
    }
}

extension OptionValue {
    /// Reads a single value from a word, as pipeline.yml and `--set` give it.
    /// - Throws: `usage` saying what the option takes; `input` when a file cannot be read.
    public init(
        _ word: String, for option: OptionDescriptor, _ readFile: (String) throws(WinnowError) -> [UInt8]
    ) throws(WinnowError) {
        func wrong(_ hint: String? = nil) -> WinnowError {
            WinnowError(.usage, "\(option.name): '\(word)' is not \(option.kind.description)", hint: hint)
        }
        switch option.kind {
        case .flag:
            switch word {
            case "true", "yes", "on": self = .flag(true)
            case "false", "no", "off": self = .flag(false)
            default: throw wrong()
            }
        case .integer(let range):
            guard let value = Int(word), range.contains(value) else { throw wrong() }
            self = .integer(value)
        case .number(let range):
            guard let value = Double(word), range.contains(value) else { throw wrong() }
            self = .number(value)
        case .choice(let names):
            guard names.contains(word) else {
                throw wrong(nearestName(to: word, among: names).map { "did you mean '\($0)'?" })
            }
            self = .word(word)
        case .text:
            self = .word(word)
        case .words:
            self = .words(word.isEmpty ? [] : word.split(separator: ",").map(String.init))
        case .packs:
            throw wrong("name packs in pipeline.yml")
        case .file:
            self = .file(word.isEmpty ? FileContents() : FileContents(name: word, bytes: try readFile(word)))
        }
    }
}
