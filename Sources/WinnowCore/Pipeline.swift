/// The chain of stages, checked and ready: bytes of a batch in, verdicts out.
public struct Pipeline: Sendable {
    /// All stages in the order of pipeline.yml; a verdict names a stage by its index here.
    public let stages: [any Stage]
    public let harmGuard: HarmGuard
    /// Bytes that the state of each stage may take that grows with the input (corpus scope).
    public let memory: Int
    /// Whether someone will read why lines went (explain, a ledger): stages then note more than they need to decide.
    public var isExplained = false
    /// Whether someone will read which lines nearly went (`explain --near`).
    public var findsNearMisses = false
    /// Names of the stages and of their rules, in order.
    public let names: [String]
    public let ruleNames: [[String]]
    /// The steps of the line stages, in the order of their bits in `Steps`.
    public let steps: [(stage: UInt8, rule: UInt16)]
    /// Fills in the keys that document stages compare; part of no stage, since several use them.
    let keys: @Sendable () throws(WinnowError) -> any LineWorker

    /// - Throws: `usage` when a stage that works on single lines stands after one that looks at the document.
    public init(
        stages: [any Stage], harmGuard: HarmGuard, memory: Int = .max,
        keys: @escaping @Sendable () throws(WinnowError) -> any LineWorker
    ) throws(WinnowError) {
        var seenDocumentStage: String?
        for stage in stages {
            let name = type(of: stage).descriptor.name
            if stage is any DocumentStage {
                seenDocumentStage = name
            } else if let before = seenDocumentStage {
                throw WinnowError(
                    .usage, "stage '\(name)' works on single lines and must stand before '\(before)'",
                    hint: "move it up in `stages:`")
            }
        }
        names = stages.map { type(of: $0).descriptor.name }
        ruleNames = stages.map { type(of: $0).descriptor.ruleNames }
        steps = stages.indices.filter { stages[$0] is any LineStage }.flatMap { [ruleNames] stage in
            ruleNames[stage].indices.map { (UInt8(truncatingIfNeeded: stage), UInt16(truncatingIfNeeded: $0)) }
        }
        guard stages.count <= 100, steps.count <= 32 else {
            throw WinnowError(.usage, "too many stages: at most 100, with at most 32 steps on lines")
        }
        self.stages = stages
        self.harmGuard = harmGuard.granting(stages.compactMap(\.mayTake).max())
        self.memory = memory
        self.keys = keys
    }

    public func makeWorker() throws(WinnowError) -> PipelineWorker { try PipelineWorker(self) }

    /// - Parameter resources: their memory is that of the pipeline, where it is less.
    public func makeShared(_ resources: SharedResources = SharedResources()) throws(WinnowError) -> SharedState {
        var resources = resources
        resources.memory = min(resources.memory, memory)
        return try SharedState(self, resources)
    }

    private var surveyStages: [any SurveyStage] {
        stages.compactMap { $0 as? any SurveyStage }.filter { $0.isActive }
    }

    /// Whether all documents must be seen before the first is judged.
    public var needsSurvey: Bool { !surveyStages.isEmpty }

    /// What runs over all documents first; its output does not matter.
    public func survey() throws(WinnowError) -> Pipeline {
        let counting = surveyStages.map { $0.makeSurvey(memory: memory) }
        return try Pipeline(
            stages: stages.filter { $0 is any LineStage } + counting, harmGuard: HarmGuard(share: 1), memory: memory, keys: keys
        )
    }

    /// The same pipeline, in which the stages of a name tell the claims of their rules (`BatchWork.claims`).
    public func tellingClaims(of name: String) throws(WinnowError) -> Pipeline {
        let stages = zip(stages, names).map { stage, own -> any Stage in
            own == name ? (stage as? any ClaimStage)?.tellingClaims ?? stage : stage
        }
        var pipeline = try Pipeline(stages: stages, harmGuard: harmGuard, memory: memory, keys: keys)
        pipeline.isExplained = isExplained
        return pipeline
    }

    /// All documents were seen.
    public func endSurvey() throws(WinnowError) { for stage in surveyStages { try stage.endSurvey() } }

    /// Whether documents are compared with each other, and judged in input order.
    public var comparesDocuments: Bool { comparing != nil }

    /// The form of what stages keep for later runs; nil when none compares documents.
    public var sharedForm: String? { comparing?.sharedForm }

    private var comparing: (any DocumentStage)? {
        stages.lazy.compactMap { $0 as? any DocumentStage }.first { $0.comparesDocuments }
    }
}

/// State of the stages that all documents of a run share, one entry a stage.
public final class SharedState {
    let states: [AnyObject?]
    /// Whether any stage shares state: then documents must be judged in input order.
    public var isUsed: Bool { states.contains { $0 != nil } }
    /// What later runs can go on from.
    public var kept: (any KeptState)? { states.lazy.compactMap { $0 as? any KeptState }.first }

    init(_ pipeline: Pipeline, _ resources: SharedResources) throws(WinnowError) {
        var states: [AnyObject?] = []
        for stage in pipeline.stages {
            let stage = stage as? any DocumentStage
            states.append(stage?.comparesDocuments == true ? try stage?.makeShared(resources) : nil)
        }
        self.states = states
    }
}

/// A batch with what the stages noted about it. Handed from thread to thread whole, never shared.
public final class BatchWork {
    public var batch = LineBatch()
    var notes: [(any BatchNotes)?] = []
    public internal(set) var guardFired = false
    /// In the order of lines; only where the pipeline finds them.
    public internal(set) var nearMisses: [NearMiss] = []
    /// Lines that stages forgot when this batch came.
    public internal(set) var forgotten = 0

    public init() {}
}

/// A line that a rule of a stage takes by itself: as if no other rule had taken a line.
public struct RuleClaim: Equatable, Sendable {
    /// Index of the stage in the pipeline, and of the rule in the stage.
    public var stage: UInt8
    public var rule: UInt16
    /// Index of the line in its batch.
    public var line: Int

    public init(stage: UInt8, rule: UInt16, line: Int) {
        self.stage = stage
        self.rule = rule
        self.line = line
    }
}

/// Notes of a stage that tells the claims of its rules.
public protocol ClaimNotes: BatchNotes {
    /// After the first decision, in the order of lines; those of a line together.
    var claims: [RuleClaim] { get }
}

/// A stage that can tell the claims of its rules, which takes time.
public protocol ClaimStage: DocumentStage {
    /// The same stage, whose notes are `ClaimNotes`.
    var tellingClaims: Self { get }
}

extension BatchWork {
    /// The claims of all stages that tell them.
    public var claims: [RuleClaim] { notes.flatMap { ($0 as? any ClaimNotes)?.claims ?? [] } }
}

/// The pure half of the pipeline: line stages, keys and analyses. One a thread.
public final class PipelineWorker {
    private let lineWorkers: [any LineWorker]
    private let keys: any LineWorker
    private let analyzers: [any BatchAnalyzer]

    init(_ pipeline: Pipeline) throws(WinnowError) {
        var workers: [any LineWorker] = []
        var firstStep = 0
        for case let stage as any LineStage in pipeline.stages {
            workers.append(try stage.makeWorker(firstStep: firstStep))
            firstStep += type(of: stage).descriptor.ruleNames.count
        }
        lineWorkers = workers
        var analyzers: [any BatchAnalyzer] = []
        for case let stage as any DocumentStage in pipeline.stages { analyzers.append(try stage.makeAnalyzer()) }
        self.analyzers = analyzers
        keys = try pipeline.keys()
    }

    /// Does all work on the batch that depends on its lines alone.
    public func prepare(_ work: BatchWork) throws(WinnowError) {
        for worker in lineWorkers { try worker.process(&work.batch) }
        guard !analyzers.isEmpty else { return }
        try keys.process(&work.batch)
        for (index, analyzer) in analyzers.enumerated() {
            if index == work.notes.count { work.notes.append(nil) }
            work.notes[index] = analyzer.analyze(work.batch, reusing: work.notes[index])
        }
    }
}

/// The ordered half of the pipeline: judges documents one after the other, whose windows must come in order.
public final class DocumentRun {
    private let judges: [(judge: any DocumentJudge, isGuarded: Bool)]
    private let harmGuard: HarmGuard
    private let isExplained: Bool
    private let findsNearMisses: Bool
    private var document: Int?

    public init(_ pipeline: Pipeline, shared: SharedState) {
        harmGuard = pipeline.harmGuard
        isExplained = pipeline.isExplained
        findsNearMisses = pipeline.findsNearMisses
        judges = pipeline.stages.enumerated().compactMap { index, stage in
            guard let stage = stage as? any DocumentStage else { return nil }
            let judge = stage.makeJudge(stage: UInt8(truncatingIfNeeded: index), shared: shared.states[index])
            return (judge, type(of: stage).isGuarded)
        }
    }

    /// Decides over one prepared window.
    ///
    /// - Throws: `limit` when the guard fires and its configuration says stop.
    /// - Complexity: one pass a round; the number of rounds is bounded by the number of lines, and is 2 as a rule.
    public func judge(_ work: BatchWork) throws(WinnowError) {
        work.guardFired = false
        work.forgotten = 0
        work.batch.isExplained = isExplained
        guard !judges.isEmpty else { return }
        if document != work.batch.document.ordinal {
            document = work.batch.document.ordinal
            for entry in judges { entry.judge.begin(work.batch.document) }
        }
        decide(work, guardedToo: true)
        if harmGuard.isExceeded(by: work.batch) {
            work.guardFired = true
            switch harmGuard.onExceed {
            case .pass:
                work.batch.restoreAll()
                decide(work, guardedToo: false)
            case .drop:
                break
            case .stop:
                throw WinnowError(
                    .limit,
                    "the stages would remove more than \(Int((harmGuard.share * 100).rounded())) % of the text",
                    hint: "look at it with `winnow explain`; `guard: {on-exceed: pass}` passes such documents through",
                    at: .init(file: work.batch.document.name, line: work.batch.firstLine))
            }
        }
        if findsNearMisses { findNearMisses(work) }
        for (index, entry) in judges.enumerated() {
            guard let notes = work.notes[index] else { continue }
            let before = entry.judge.forgotten
            try entry.judge.commit(work.batch, notes)
            work.forgotten += entry.judge.forgotten - before
        }
    }

    private func findNearMisses(_ work: BatchWork) {
        work.nearMisses.removeAll()
        // Where the guard let a document pass, any line may have been near.
        guard !work.guardFired else { return }
        for (index, entry) in judges.enumerated() {
            if let notes = work.notes[index] { work.nearMisses += entry.judge.nearMisses(&work.batch, notes) }
        }
        work.nearMisses.sort { ($0.line, $0.verdict.stage) < ($1.line, $1.verdict.stage) }
    }

    private func decide(_ work: BatchWork, guardedToo: Bool) {
        var changes: Int
        repeat {
            changes = 0
            for (index, entry) in judges.enumerated() where guardedToo || !entry.isGuarded {
                if let notes = work.notes[index] { changes += entry.judge.decide(&work.batch, notes) }
            }
        } while changes > 0
    }
}
