import WinnowConfig
import WinnowCore
import WinnowIO
import WinnowRun
import WinnowStages
import WinnowText

/// What the command line and pipeline.yml together mean: defaults, then the file, then what was typed.
struct Settings {
    var pipeline: Pipeline
    var window: Window
    var encoding: BatchReader.EncodingChoice
    var separator: Separator
    /// What earlier runs kept; `--index` compares documents, whatever the scope is otherwise.
    var index: Path?
    var updatesIndex: Bool
    private let configuration: Configuration
    /// Something to tell the user about the choice of a file.
    var notice: String?

    /// - Throws: `usage` with the place of what is wrong.
    init(_ arguments: Arguments) throws(WinnowError) {
        let known = StageRegistry.descriptors
        var configuration = Configuration(defaultsOf: known)
        guard !arguments.has("config") || !arguments.has("no-config") else {
            throw WinnowError(.usage, "--config and --no-config exclude each other")
        }
        let variable = arguments.has("no-config") ? nil : environment("WINNOW_CONFIG")
        if let path = arguments.last("config") ?? variable {
            configuration = try Self.read(path, known)
        } else if !arguments.has("no-config"), fileExists(Self.defaultPath) {
            let bytes = try readWhole(Self.defaultPath)
            if Self.isOurs(bytes) {
                configuration = try Self.read(Self.defaultPath, known)
            } else {
                notice = "\(Self.defaultPath) here has no `version:` and is not taken for winnow's; --no-config silences this"
            }
        }
        try Self.choose(arguments, known, &configuration)
        try Self.set(arguments, known, &configuration)
        index = arguments.last("index").map { Path($0) }
        updatesIndex = !arguments.has("no-index-update")
        if index != nil || arguments.command == .index { try Self.compareDocuments(&configuration) }
        if arguments.has("line-buffered") { configuration.window = Window(lines: 1, bytes: configuration.window.bytes) }
        if arguments.command.looksOnly {
            // What is wrong is told, and never ends a check.
            configuration.harmGuard.onExceed = .pass
            for index in configuration.stages.indices where configuration.stages[index].name == Decode.descriptor.name {
                configuration.stages[index].options["invalid"] = .word("replace")
            }
        }
        let entries = configuration.stages.map { ($0.name, $0.options) }
        encoding = try PipelineBuilder.encoding(of: entries)
        window = configuration.window
        if let typed = arguments.last("memory") {
            guard let limit = MemoryLimit(typed) else {
                throw WinnowError(.usage, "--memory \(typed): expected \(MemoryLimit.form)")
            }
            configuration.memory = limit
        }
        let cache = environment("WINNOW_NO_CACHE") == nil ? CacheFolder.ofUser("patterns") : nil
        if let typed = arguments.last("separator") {
            separator = try Separator(typed, cache: cache)
            configuration.separator = typed
        } else {
            do throws(WinnowError) { separator = try Separator(configuration.separator, cache: cache) } catch {
                throw error.located(at: configuration.places["separator"])
            }
        }
        pipeline = try PipelineBuilder.pipeline(
            stages: entries, protect: configuration.protect,
            harmGuard: arguments.has("line-buffered") ? HarmGuard(share: 1) : configuration.harmGuard,
            memory: configuration.memory.bytes(of: memoryOfMachine()),
            places: configuration.places, cache: cache)
        self.configuration = configuration
    }

    var check: CheckOptions { configuration.check }

    /// Whether all steps of `normalize` run, with form NFC.
    var normalizesAll: Bool {
        configuration.stages.contains {
            $0.name == Normalize.descriptor.name && $0.options == .init(defaultsOf: Normalize.descriptor.options)
        }
    }

    static let defaultPath = "pipeline.yml"

    private static func read(_ path: String, _ known: [StageDescriptor]) throws(WinnowError) -> Configuration {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        return try Configuration(file: path, bytes: try readWhole(path), known: known) { (name) throws(WinnowError) in
            try readWhole(name.hasPrefix("/") ? name : folder + name)
        }
    }

    /// Other tools have a pipeline.yml too; winnow's begins a line with `version:`.
    private static func isOurs(_ bytes: [UInt8]) -> Bool {
        bytes.split(separator: 0x0A).contains { $0.starts(with: "version:".utf8) }
    }

    /// - Throws: `usage` where a stage wants all documents first, which a pipe cannot give.
    func checkOnePass() throws(WinnowError) {
        guard pipeline.needsSurvey else { return }
        throw WinnowError(
            .usage, "stage 'furniture' counts the lines of all documents before it judges the first",
            hint: "use `winnow batch IN… -o OUT`, or --skip furniture", at: nil)
    }

    /// Where lines go for which memory has no room: `TMPDIR`, or where large files may be.
    static var spillFolder: Path { Path(environment("TMPDIR") ?? "/var/tmp") }

    private static func compareDocuments(_ configuration: inout Configuration) throws(WinnowError) {
        let name = NearDuplicates.descriptor.name
        guard let place = configuration.stages.firstIndex(where: { $0.name == name }) else {
            throw WinnowError(
                .usage, "--index: stage '\(name)' does not run", hint: "it is left out by --stage, --skip or the configuration")
        }
        configuration.stages[place].options["scope"] = .word("corpus")
    }

    /// `--stage` and `--skip`.
    private static func choose(
        _ arguments: Arguments, _ known: [StageDescriptor], _ configuration: inout Configuration
    ) throws(WinnowError) {
        let names = known.map(\.name)
        for name in arguments.all("stage") + arguments.all("skip") where !names.contains(name) {
            throw WinnowError(.usage, "unknown stage '\(name)'", hint: nameHint(for: name, among: names, all: "stages"))
        }
        // A sweep has all stages run; the option names the one that is looked at.
        let only = arguments.command == .sweep ? [] : arguments.all("stage")
        if !only.isEmpty {
            // A stage that the file leaves out can still be asked for.
            for descriptor in known
            where only.contains(descriptor.name) && !configuration.stages.contains(where: { $0.name == descriptor.name }) {
                configuration.stages.append(Configuration(defaultsOf: [descriptor]).stages[0])
            }
            configuration.stages.removeAll { !only.contains($0.name) && $0.name != Decode.descriptor.name }
        }
        configuration.stages.removeAll { arguments.all("skip").contains($0.name) }
    }

    /// `--set STAGE.OPTION=VALUE`, `--encoding` and `--profile`.
    private static func set(
        _ arguments: Arguments, _ known: [StageDescriptor], _ configuration: inout Configuration
    ) throws(WinnowError) {
        var assignments = arguments.all("set")
        if let encoding = arguments.last("encoding") { assignments.append("\(Decode.descriptor.name).encoding=\(encoding)") }
        if arguments.command == .sweep, let range = try ThresholdRange(arguments) {
            assignments.append("\(NearDuplicates.descriptor.name).threshold=\(figure(range.thresholds[0]))")
        }
        if let profile = arguments.last("profile") {
            assignments.insert("\(Boilerplate.descriptor.name).profile=\(profile)", at: 0)
        }
        for assignment in assignments {
            let sides = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let path = sides[0].split(separator: ".", maxSplits: 1).map(String.init)
            guard sides.count == 2, path.count == 2 else {
                throw WinnowError(.usage, "--set \(assignment): expected STAGE.OPTION=VALUE")
            }
            guard let descriptor = known.first(where: { $0.name == path[0] }) else {
                throw WinnowError(
                    .usage, "--set: unknown stage '\(path[0])'",
                    hint: nameHint(for: path[0], among: known.map(\.name), all: "stages"))
            }
            guard let option = descriptor.options.first(where: { $0.name == path[1] }) else {
                throw WinnowError(
                    .usage, "--set: stage '\(path[0])' has no option '\(path[1])'",
                    hint: nameHint(for: path[1], among: descriptor.options.map(\.name), all: "options"))
            }
            let value = try OptionValue(sides[1], for: option, readWhole)
            if let index = configuration.stages.firstIndex(where: { $0.name == path[0] }) {
                configuration.stages[index].options[option.name] = value
            } else if path[0] == Decode.descriptor.name {
                configuration.stages.insert(Configuration(defaultsOf: [descriptor]).stages[0], at: 0)
                configuration.stages[0].options[option.name] = value
            } else {
                throw WinnowError(
                    .usage, "--set: stage '\(path[0])' does not run",
                    hint: "it is left out by --stage, --skip or the configuration")
            }
        }
    }

    /// Hash of everything that decides the result, for the ledger.
    var fingerprint: String {
        var text = "winnow \(Help.version) key \(Folder.version) unicode \(ICU.unicodeVersion)\n"
        for entry in configuration.stages {
            text += "\(entry.name)\n"
            for option in StageRegistry.descriptors.first(where: { $0.name == entry.name })?.options ?? [] {
                text += " \(option.name) \(entry.options[option.name].map { "\($0)" } ?? "")\n"
            }
        }
        text += "protect \(configuration.protect)\nguard \(configuration.harmGuard)\nwindow \(configuration.window)\n"
        text += "separator \(configuration.separator)\n"
        let hash = StreamHash()
        Array(text.utf8).withUnsafeBytes { hash.update($0) }
        return hash.hex
    }
}
