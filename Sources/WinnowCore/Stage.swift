/// How far a stage looks.
public enum Scope: String, Sendable {
    /// Each line by itself; lines may be worked on anywhere, in any order.
    case line
    /// Lines of a document, in order, within the look-ahead window.
    case document
    /// Lines of all documents, in input order.
    case corpus
}

/// What a stage says of itself. Help, the checking of pipeline.yml, `winnow stages` and the docs come from here.
public struct StageDescriptor: Sendable {
    public var name: String
    public var help: String
    public var scope: Scope
    public var lookAhead: String
    public var memory: String
    public var options: [OptionDescriptor]
    /// Names of the stage's rules; a verdict names one by its index.
    public var ruleNames: [String]
    /// What a user should know of its errors and limits, in figures.
    public var facts: [String]
    /// Papers, annexes and specification sections.
    public var sources: [String]

    public init(
        name: String, help: String, scope: Scope, lookAhead: String, memory: String, options: [OptionDescriptor],
        ruleNames: [String], facts: [String] = [], sources: [String] = []
    ) {
        self.name = name
        self.help = help
        self.scope = scope
        self.lookAhead = lookAhead
        self.memory = memory
        self.options = options
        self.ruleNames = ruleNames
        self.facts = facts
        self.sources = sources
    }
}

/// A step of the pipeline: turns a batch into verdicts and rewritten lines. It never sees files, formats or threads.
public protocol Stage: Sendable, SendableMetatype {
    static var descriptor: StageDescriptor { get }

    /// - Throws: `WinnowError` of code `usage` when options that are right by themselves do not go together.
    init(_ options: OptionValues) throws(WinnowError)

    /// The text of a pattern that evidence names by index.
    func pattern(_ index: UInt32) -> String

    /// A reason of a score in words, given the part of the line that it is about.
    func words(_ reason: Reason, about text: String) -> String

    /// The share of a text that the stage may well take: the guard against harm grants that much, unless its share was set.
    var mayTake: Double? { get }
}

extension Stage {
    public func pattern(_ index: UInt32) -> String { "" }
    public func words(_ reason: Reason, about text: String) -> String { "" }
    public var mayTake: Double? { nil }
}

/// A stage that works on each line by itself.
public protocol LineStage: Stage {
    /// A worker with its own scratch memory; workers of one stage give the same results.
    /// - Parameter firstStep: the bit of `Steps` that stands for the first of the stage's `ruleNames`.
    func makeWorker(firstStep: Int) throws(WinnowError) -> any LineWorker
}

public protocol LineWorker: AnyObject {
    /// Rewrites lines of the batch.
    /// - Throws: `WinnowError` of code `input` when the options forbid what the line holds.
    func process(_ batch: inout LineBatch) throws(WinnowError)
}

/// What a document stage worked out about the lines of one batch: the pure half of its work, reusable memory.
public protocol BatchNotes: AnyObject {}

/// Works out notes about batches, each by itself.
public protocol BatchAnalyzer: AnyObject {
    /// - Parameter reusing: notes of an earlier batch whose memory may be taken over.
    func analyze(_ batch: borrowing LineBatch, reusing: (any BatchNotes)?) -> any BatchNotes
}

/// For stages that note nothing.
public final class NoAnalysis: BatchAnalyzer, BatchNotes {
    public init() {}
    public func analyze(_ batch: borrowing LineBatch, reusing: (any BatchNotes)?) -> any BatchNotes { self }
}

/// A stage that decides line by line with a view of the document around it.
///
/// Its work has a pure half (the analyzer: keys, phrases, shingles; on any core, in any order) and an ordered half
/// (the judge: look up, decide, remember; in input order).
public protocol DocumentStage: Stage {
    /// Whether what this stage removes counts for the guard against harm.
    static var isGuarded: Bool { get }

    /// The pure half, with scratch memory of its own: one a thread; all give the same notes.
    func makeAnalyzer() throws(WinnowError) -> any BatchAnalyzer

    /// A judge of documents, one after the other; `shared` is what `makeShared` made once for the run.
    /// - Parameter stage: the stage's position, which its verdicts carry.
    func makeJudge(stage: UInt8, shared: AnyObject?) -> any DocumentJudge

    /// Whether documents are compared with each other (corpus scope): then they are judged in input order.
    var comparesDocuments: Bool { get }

    /// State that all documents of a run share, used in input order only; asked for where documents are compared.
    /// - Throws: `input` when what earlier runs kept cannot be read.
    func makeShared(_ resources: SharedResources) throws(WinnowError) -> AnyObject?

    /// What must be the same for state to be used by a later run: versions and parameters, in words.
    var sharedForm: String { get }
}

extension DocumentStage {
    public static var isGuarded: Bool { true }
    public var comparesDocuments: Bool { false }
    public func makeShared(_ resources: SharedResources) throws(WinnowError) -> AnyObject? { nil }
    public var sharedForm: String { "" }
}

/// A stage that has to have seen all documents before it judges the first: they are read twice.
public protocol SurveyStage: DocumentStage {
    /// Whether its options ask for anything.
    var isActive: Bool { get }
    /// The stage that runs over all documents first, in any order, on any thread.
    /// - Parameter memory: bytes that it may take.
    func makeSurvey(memory: Int) -> any DocumentStage
    /// All documents were seen.
    /// - Throws: `limit` when memory was not enough.
    func endSurvey() throws(WinnowError)
}

/// Decides over the windows of a document, in order, then over the next document.
///
/// For each document `begin`; for each window `decide` runs in rounds, all stages in turn, until no stage changes anything; then `commit` once.
/// Rounds make a second run of winnow change nothing, by construction. They end because a place, once empty, stays so.
public protocol DocumentJudge: AnyObject {
    /// Forgets the last document.
    func begin(_ document: Document)
    /// - Returns: how many places changed.
    func decide(_ batch: inout LineBatch, _ notes: any BatchNotes) -> Int
    /// The window is final: remember what later windows need.
    /// - Throws: `limit` when there is no memory left for it.
    func commit(_ batch: borrowing LineBatch, _ notes: any BatchNotes) throws(WinnowError)
    /// The lines of a decided window that stand and that a rule nearly took; asked for only where somebody will read them, before
    /// `commit`.
    func nearMisses(_ batch: inout LineBatch, _ notes: any BatchNotes) -> [NearMiss]
    /// Lines that were forgotten since the run began, since memory is bounded: later lines were not compared with them.
    var forgotten: Int { get }
}

extension DocumentJudge {
    public func nearMisses(_ batch: inout LineBatch, _ notes: any BatchNotes) -> [NearMiss] { [] }
    public var forgotten: Int { 0 }
}
