import TestSupport
import Testing
import WinnowCore
import WinnowIO
import WinnowRun
import WinnowStages

@Suite("Lines that nearly went") struct NearMissTests {
    /// What nearly happened to the lines of a document, by their number, and which lines stand.
    private func misses(
        _ text: [UInt8], _ setup: Setup = .defaults
    ) throws -> (misses: [(line: Int, rule: String, lacked: String)], standing: Set<Int>) {
        var pipeline = try PipelineBuilder.pipeline(stages: setup.entries, protect: setup.protect, harmGuard: setup.harmGuard)
        pipeline.findsNearMisses = true
        var found: [(Int, String, String)] = []
        var standing: Set<Int> = []
        let run = try CleanRun(
            pipeline, window: setup.window, encoding: try PipelineBuilder.encoding(of: setup.entries), output: nil, ledger: nil
        ) { work in
            for miss in work.nearMisses {
                found.append((work.batch.number(miss.line), pipeline.ruleName(miss.verdict), miss.lacked))
            }
            for line in work.batch.lines where line.source >= 0 { standing.insert(work.batch.number(Int(line.source))) }
        }
        try run.clean(MemorySource(text, name: "-"))
        try run.finish()
        return (found, standing)
    }

    private static let prose = [
        "In the morning the fog lay so thick over the river that the ferry did not leave before ten, and the children walked.",
        "The ferryman said later that he had waited only twice in thirty years, and that both times the sun had come out.",
        "A third boat, which belongs to the brewery, has been lying on the bank since the flood, with grass between its planks.",
        "Nobody has ever asked what is to become of it, though the mayor passes it each day on his way to the town hall.",
    ]

    private func check(_ line: String, rule: String, lacked: String, _ setup: Setup = .defaults) throws {
        let text = Self.prose[0] + "\n" + Self.prose[1] + "\n" + line + "\n" + Self.prose[2] + "\n" + Self.prose[3] + "\n"
        let found = try misses(Array(text.utf8), setup).misses.filter { $0.line == 3 }
        #expect(found.contains { $0.rule == rule && $0.lacked.contains(lacked) }, "\(line): \(found)")
    }

    @Test func phrases() throws {
        var rules = Setup()
        rules.options["boilerplate.classifier"] = .flag(false)
        try check("Image source was what the old camera manual called it", rule: "credit", lacked: "no separator", rules)
        try check(
            "Subscribe to the newsletter, the page says, and then it says nothing more for a while", rule: "newsletter",
            lacked: "goes on like prose", rules)
        rules.protect = ["^Photo: "]
        try check("Photo: Reuters", rule: "credit", lacked: "protected", rules)
    }

    @Test func similarLines() throws {
        let line = Self.prose[1].replacing("thirty", with: "40")
        try check(line, rule: "similar", lacked: "number differs")
        try check(
            Self.prose[1].replacing("only twice", with: "once or twice"),
            rule: "similar", lacked: "similarity of 0.9 or more", Setup(options: ["near-duplicates.threshold": .number(0.9)]))
    }

    @Test func scores() throws {
        let text = Self.prose.joined(separator: "\n") + "\n" + (1...12).map { "Menu \($0)\n" }.joined()
        let found = try misses(Array(text.utf8)).misses
        #expect(!found.isEmpty)
        for miss in found where miss.rule == "classifier" {
            #expect(miss.lacked.hasPrefix("lines go under -") || miss.lacked.hasPrefix("fewer than 3"))
        }
    }

    /// Whoever looks at near misses sees the same decisions, and only of lines that stand.
    @Test(arguments: textFixtures) func onlyOfLinesThatStand(_ path: String) throws {
        let bytes = try fixture(path)
        let (misses, standing) = try misses(bytes)
        for miss in misses { #expect(standing.contains(miss.line), "\(path):\(miss.line)") }
        #expect(misses.map(\.line) == misses.map(\.line).sorted())
        var kept = 0
        let pipeline = try PipelineBuilder.pipeline(stages: Setup.defaults.entries, protect: [], harmGuard: HarmGuard())
        let run = try CleanRun(
            pipeline, window: Window(), encoding: .named(.utf8), output: nil, ledger: nil,
            observe: { work in kept += work.batch.lines.count { $0.source >= 0 } })
        try run.clean(MemorySource(bytes, name: "-"))
        try run.finish()
        #expect(kept == standing.count)
    }
}
