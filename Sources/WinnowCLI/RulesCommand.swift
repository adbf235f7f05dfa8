import WinnowConfig
import WinnowCore
import WinnowIO
import WinnowRun
import WinnowStages

/// `winnow rules test`: whether the examples of rule packs go and stay as the packs say.
struct RulesCommand {
    private let packs: [String]

    /// - Throws: `usage`.
    init(_ arguments: Arguments) throws(WinnowError) {
        guard arguments.operands.first == "test", arguments.operands.count > 1 else {
            throw WinnowError(.usage, "rules: expected `test` and packs", hint: Command.rules.usage)
        }
        packs = Array(arguments.operands.dropFirst())
    }

    func run() throws(WinnowError) -> ExitCode {
        var areRight = true
        for path in packs {
            let pack = try RulePack(file: path, bytes: try readWhole(path))
            guard !pack.examples.isEmpty else {
                throw WinnowError(
                    .usage, "has no examples", hint: "write some: docs/rule-packs.md", at: .init(file: path))
            }
            let wrong = try test(pack)
            for message in wrong { try CLI.printOut("\(path): \(message)\n") }
            let stays = pack.examples.count { $0.kind == nil }
            try CLI.printOut(
                "\(path): \(pack.phrases.count) phrases; \(pack.examples.count - stays) examples that go, \(stays) that stay: "
                    + (wrong.isEmpty ? "all right\n" : "\(wrong.count) wrong\n"))
            if !wrong.isEmpty { areRight = false }
        }
        return areRight ? .success : .found
    }

    /// Paragraphs between which each example stands, so that it is not judged as the only line of a document.
    private static let before =
        "In the morning the fog lay so thick over the river that the ferry did not leave before ten, and the children had to "
        + "walk the long way across the old bridge to school."
    private static let after =
        "The ferryman said later that he had waited only twice in thirty years, and that both times the sun had come out in "
        + "the afternoon as if nothing had happened."

    /// - Returns: what is wrong, an example each.
    private func test(_ pack: RulePack) throws(WinnowError) -> [String] {
        var options = OptionValues(defaultsOf: Boilerplate.descriptor.options)
        options["packs"] = .packs([pack])
        // Rules alone: what the classifier thinks is no matter of the pack.
        options["classifier"] = .flag(false)
        let stages = [
            (Normalize.descriptor.name, OptionValues(defaultsOf: Normalize.descriptor.options)),
            (Boilerplate.descriptor.name, options),
        ]
        let pipeline = try PipelineBuilder.pipeline(stages: stages, protect: [], harmGuard: HarmGuard(share: 1))
        var reason: String?
        let run = try CleanRun(
            pipeline, window: Window(), encoding: .named(.utf8), output: nil, ledger: nil,
            observe: { work in
                // The example is the third line.
                guard !work.batch.isKept(2), let verdict = work.batch.verdicts[2] else { return }
                reason = "\(pipeline.ruleName(verdict)), \"\(pipeline.pattern(verdict) ?? "")\""
            })
        var wrong: [String] = []
        for example in pack.examples {
            reason = nil
            let text = "\(Self.before)\n\n\(example.text)\n\n\(Self.after)\n"
            try run.clean(MemorySource(Array(text.utf8), name: "example"))
            switch (example.kind, reason) {
            case (let kind?, nil): wrong.append("stays, and should go as \(kind): \(example.text)")
            case (nil, let reason?): wrong.append("goes (\(reason)), and should stay: \(example.text)")
            default: break
            }
        }
        try run.finish()
        return wrong
    }
}
