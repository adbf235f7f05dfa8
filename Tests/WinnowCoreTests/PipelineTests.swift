import Testing

@testable import WinnowCore

// Stages small enough to see through.

private func describe(_ name: String, _ scope: Scope, rules: [String]) -> StageDescriptor {
    StageDescriptor(name: name, help: "", scope: scope, lookAhead: "", memory: "", options: [], ruleNames: rules)
}

private final class Shouter: LineWorker {
    let steps: Steps
    init(_ steps: Steps) { self.steps = steps }
    func process(_ batch: inout LineBatch) {
        for index in batch.lines.indices {
            let text = batch.string(index)
            if text != text.uppercased() { batch.rewrite(index, with: text.uppercased().utf8, steps: steps) }
        }
    }
}

private struct Shout: LineStage {
    static let descriptor = describe("shout", .line, rules: ["quiet", "loud"])
    init() {}
    init(_ options: OptionValues) {}
    func makeWorker(firstStep: Int) -> any LineWorker { Shouter(Steps(step: firstStep + 1)) }
}

private struct ManySteps: LineStage {
    static let descriptor = describe("many", .line, rules: (0..<31).map { "step-\($0)" })
    init() {}
    init(_ options: OptionValues) {}
    func makeWorker(firstStep: Int) -> any LineWorker { Shouter(Steps(step: firstStep)) }
}

private final class Dropper: DocumentJudge {
    let word: String
    let stage: UInt8
    var commits = 0
    init(_ word: String, _ stage: UInt8) { (self.word, self.stage) = (word, stage) }

    func begin(_ document: Document) {}
    /// One line a round, so that several rounds are needed.
    func decide(_ batch: inout LineBatch, _ notes: any BatchNotes) -> Int {
        for place in batch.lines.indices where batch.isKept(place) && batch.string(place) == word {
            if batch.drop(place, Verdict(stage: stage, rule: 0, evidence: .pattern(7))) { return 1 }
        }
        return 0
    }
    func commit(_ batch: borrowing LineBatch, _ notes: any BatchNotes) { commits += 1 }
}

private struct DropGone: DocumentStage {
    static let descriptor = describe("drop-gone", .document, rules: ["gone"])
    init() {}
    init(_ options: OptionValues) {}
    func pattern(_ index: UInt32) -> String { "pattern \(index)" }
    func makeAnalyzer() -> any BatchAnalyzer { NoAnalysis() }
    func makeJudge(stage: UInt8, shared: AnyObject?) -> any DocumentJudge { Dropper("GONE", stage) }
}

private struct DropBlank: DocumentStage {
    static let descriptor = describe("drop-blank", .document, rules: ["blank"])
    static let isGuarded = false
    init() {}
    init(_ options: OptionValues) {}
    func makeAnalyzer() -> any BatchAnalyzer { NoAnalysis() }
    func makeJudge(stage: UInt8, shared: AnyObject?) -> any DocumentJudge { Dropper("", stage) }
}

private final class LengthKeys: LineWorker {
    func process(_ batch: inout LineBatch) {
        for index in batch.lines.indices { batch.lines[index].keyLength = batch.lines[index].textLength }
    }
}

private func pipeline(_ stages: [any Stage], _ harmGuard: HarmGuard = HarmGuard()) throws(WinnowError) -> Pipeline {
    try Pipeline(stages: stages, harmGuard: harmGuard) { LengthKeys() }
}

private func run(_ pipeline: Pipeline, _ texts: [String], firstLine: Int = 1) throws -> BatchWork {
    let work = BatchWork()
    work.batch = makeBatch(texts)
    work.batch.firstLine = firstLine
    work.batch.document.name = "doc.txt"
    try pipeline.makeWorker().prepare(work)
    try DocumentRun(pipeline, shared: pipeline.makeShared()).judge(work)
    return work
}

@Suite struct PipelineTests {
    @Test func lineStagesStandBeforeDocumentStages() throws {
        let error = #expect(throws: WinnowError.self) { try pipeline([DropGone(), Shout()]) }
        #expect(error?.code == .usage)
        #expect(
            error?.text == "stage 'shout' works on single lines and must stand before 'drop-gone'\n  move it up in `stages:`")
        #expect(try pipeline([Shout(), DropGone(), DropBlank()]).names == ["shout", "drop-gone", "drop-blank"])
    }

    @Test func stepsAreLimitedToTheBitsThereAre() throws {
        #expect(throws: Never.self) { try pipeline([ManySteps()]) }
        // 31 + 2 steps do not fit in 32 bits.
        let error = #expect(throws: WinnowError.self) { try pipeline([ManySteps(), Shout()]) }
        #expect(error?.message == "too many stages: at most 100, with at most 32 steps on lines")
    }

    @Test func stagesAreLimited() throws {
        #expect(throws: Never.self) { try pipeline(Array(repeating: DropGone(), count: 100)) }
        #expect(throws: WinnowError.self) { try pipeline(Array(repeating: DropGone(), count: 101)) }
    }

    @Test func anEmptyPipelinePassesAll() throws {
        #expect(output(try run(try pipeline([]), ["a", "GONE", ""]).batch) == ["a", "GONE", ""])
    }

    @Test func roundsGoOnUntilNothingChanges() throws {
        let work = try run(
            try pipeline([DropGone(), DropBlank()], HarmGuard(share: 1)), ["GONE", "a", "", "GONE", "", "GONE"])
        #expect(output(work.batch) == ["a"])
        #expect(!work.guardFired)
    }

    @Test func changesNameStageRuleAndEvidence() throws {
        let chain = try pipeline([Shout(), DropGone(), DropBlank()])
        let work = try run(chain, ["Keep this line", "gone", "", "KEPT AS IT IS"])
        var seen: [String] = []
        chain.forEachChange(in: work.batch) { change in
            seen.append(
                "\(change.index) \(change.action) \(chain.stageName(change.verdict))/\(chain.ruleName(change.verdict)) "
                    + "'\(chain.pattern(change.verdict) ?? "")' \(chain.stepNames(change.steps))")
        }
        #expect(
            seen == [
                "0 rewrite shout/loud '' [\"shout/loud\"]", "1 drop drop-gone/gone 'pattern 7' [\"shout/loud\"]",
                "2 drop drop-blank/blank '' []",
            ])
    }

    @Test func changesNameTheTwoSidesOfAMove() throws {
        let chain = try pipeline([DropGone()])
        var batch = makeBatch(["worse", "x", "better"])
        batch.firstLine = 11
        let verdict = Verdict(stage: 0, rule: 0, evidence: .none)
        #expect(batch.move(2, to: 0, lost: verdict, moved: verdict) == true)
        var actions: [Int: Change.Action] = [:]
        chain.forEachChange(in: batch) { actions[$0.index] = $0.action }
        #expect(actions == [0: .rewrite, 2: .move(to: 11)])
    }

    // The guard: three of four words of text would go.
    private static let harmed = ["gone", "gone", "gone", "stay", ""]

    @Test func guardPassesTheTextWithNormalizationOnly() throws {
        let work = try run(
            try pipeline([Shout(), DropGone(), DropBlank()], HarmGuard(share: 0.5, onExceed: .pass)), Self.harmed)
        #expect(work.guardFired)
        // Stages that the guard does not judge still do their work.
        #expect(output(work.batch) == ["GONE", "GONE", "GONE", "STAY"])
    }

    @Test func guardDropsAllTheSame() throws {
        let work = try run(
            try pipeline([Shout(), DropGone(), DropBlank()], HarmGuard(share: 0.5, onExceed: .drop)), Self.harmed)
        #expect(work.guardFired)
        #expect(output(work.batch) == ["STAY"])
    }

    @Test func guardStopsTheRun() throws {
        let chain = try pipeline([Shout(), DropGone(), DropBlank()], HarmGuard(share: 0.5, onExceed: .stop))
        let error = #expect(throws: WinnowError.self) { try run(chain, Self.harmed, firstLine: 41) }
        #expect(error?.code == .limit)
        #expect(error?.text.hasPrefix("doc.txt:41: the stages would remove more than 50 % of the text\n  ") == true)
    }

    @Test func guardStaysQuietAtItsShare() throws {
        let work = try run(try pipeline([Shout(), DropGone()], HarmGuard(share: 0.75)), Self.harmed)
        #expect(!work.guardFired)
        #expect(output(work.batch) == ["STAY", ""])
    }

    @Test func protectedLinesSurviveTheStages() throws {
        let chain = try pipeline([DropGone()], HarmGuard(share: 1))
        let work = BatchWork()
        work.batch = makeBatch(["GONE", "GONE"])
        work.batch.lines[1].flags.insert(.protected)
        try chain.makeWorker().prepare(work)
        try DocumentRun(chain, shared: chain.makeShared()).judge(work)
        #expect(output(work.batch) == ["GONE"])
        #expect(work.batch.isKept(1))
    }
}
