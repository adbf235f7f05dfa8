/// What a run did, in numbers.
public struct Statistics: Sendable {
    /// Lines that one rule of one stage changed.
    public struct Count: Equatable, Sendable {
        public var stage: String
        public var rule: String
        public var dropped = 0
        public var rewritten = 0
        public var moved = 0
        /// Bytes of the dropped lines, line ends included.
        public var bytes = 0
    }

    public var documents = 0
    public var linesIn = 0
    public var linesOut = 0
    public var bytesIn = 0
    public var bytesOut = 0
    /// Windows that the guard against harm passed through, and the first place.
    public var guarded = 0
    public var firstGuarded: WinnowError.Location?
    /// Kept lines of endless documents that later lines were not compared with, since memory is bounded.
    public var forgotten = 0
    /// Lines with bytes that were not text in their encoding, and the first place.
    public var invalidLines = 0
    public var firstInvalid: WinnowError.Location?

    private struct Figures: Sendable {
        var dropped = 0
        var rewritten = 0
        var moved = 0
        var bytes = 0
    }

    /// All rules of all stages, in the order of the pipeline; the names apart, which copies share.
    private var counts: [Figures]
    private let rules: [(stage: String, rule: String)]
    /// Where each stage's rules begin in `counts`, and where each step of the line stages stands.
    private let firstRule: [Int]
    private let steps: [Int]
    private let invalidStep: Steps

    public init(_ pipeline: Pipeline) {
        var rules: [(stage: String, rule: String)] = []
        var firstRule: [Int] = []
        for (stage, names) in zip(pipeline.names, pipeline.ruleNames) {
            firstRule.append(rules.count)
            rules += names.map { (stage, $0) }
        }
        let steps = pipeline.steps.map { firstRule[Int($0.stage)] + Int($0.rule) }
        counts = Array(repeating: Figures(), count: rules.count)
        self.rules = rules
        self.firstRule = firstRule
        self.steps = steps
        let invalid = steps.firstIndex { rules[$0] == ("decode", "invalid") }
        invalidStep = invalid.map { Steps(step: $0) } ?? []
    }

    /// The counts that are not zero, in the order of the pipeline.
    public var sorted: [Count] {
        counts.indices.compactMap { place in
            let count = counts[place]
            guard count.dropped + count.rewritten + count.moved > 0 else { return nil }
            return Count(
                stage: rules[place].stage, rule: rules[place].rule, dropped: count.dropped, rewritten: count.rewritten,
                moved: count.moved, bytes: count.bytes)
        }
    }

    /// Counts a decided batch.
    public mutating func add(_ work: BatchWork, _ pipeline: Pipeline) {
        forgotten += work.forgotten
        add(work.batch, work.guardFired, pipeline)
    }

    private mutating func add(_ batch: borrowing LineBatch, _ guardFired: Bool, _ pipeline: Pipeline) {
        linesIn += batch.lines.count
        bytesIn += batch.raw.count
        if batch.isLast { documents += 1 }
        if guardFired {
            guarded += 1
            if firstGuarded == nil { firstGuarded = .init(file: batch.document.name, line: batch.firstLine) }
        }
        pipeline.forEachChange(in: batch) { change in
            let line = batch.lines[change.index]
            let rule = firstRule[Int(change.verdict.stage)] + Int(change.verdict.rule)
            switch change.action {
            case .move: counts[rule].moved += 1
            case .rewrite where line.source == Int32(truncatingIfNeeded: change.index): break
            case .drop, .rewrite:
                counts[rule].dropped += 1
                counts[rule].bytes += Int(line.length) + Int(line.endLength)
            }
            // Character steps count on every line that they altered, whatever became of the line.
            var bits = change.steps.rawValue
            while bits != 0 {
                counts[steps[bits.trailingZeroBitCount]].rewritten += 1
                bits &= bits - 1
            }
            if !change.steps.isDisjoint(with: invalidStep) {
                invalidLines += 1
                if firstInvalid == nil { firstInvalid = .init(file: batch.document.name, line: batch.number(change.index)) }
            }
        }
    }

    /// Adds the figures of a part that comes behind this one.
    public mutating func add(_ other: Statistics) {
        documents += other.documents
        linesIn += other.linesIn
        bytesIn += other.bytesIn
        guarded += other.guarded
        firstGuarded = firstGuarded ?? other.firstGuarded
        forgotten += other.forgotten
        invalidLines += other.invalidLines
        firstInvalid = firstInvalid ?? other.firstInvalid
        for i in counts.indices {
            counts[i].dropped += other.counts[i].dropped
            counts[i].rewritten += other.counts[i].rewritten
            counts[i].moved += other.counts[i].moved
            counts[i].bytes += other.counts[i].bytes
        }
    }

    /// Sets all figures to zero.
    public mutating func removeAll() {
        documents = 0
        linesIn = 0
        bytesIn = 0
        guarded = 0
        firstGuarded = nil
        forgotten = 0
        invalidLines = 0
        firstInvalid = nil
        for i in counts.indices { counts[i] = Figures() }
    }
}
