import WinnowCore

/// What a run did, in numbers.
public struct Statistics: Sendable {
    /// Lines that one rule of one stage changed.
    public struct Count: Sendable {
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
    /// Sorted by stage (in pipeline order) and rule when read through `sorted`.
    private var counts: [String: Count] = [:]
    private let order: [String]
    /// Windows that the guard against harm passed through, and the first place.
    public var guarded = 0
    public var firstGuarded: WinnowError.Location?
    /// Lines with bytes that were not text in their encoding, and the first place.
    public var invalidLines = 0
    public var firstInvalid: WinnowError.Location?

    public init(_ pipeline: Pipeline) {
        order = pipeline.stages.flatMap { stage in
            let descriptor = type(of: stage).descriptor
            return descriptor.ruleNames.map { "\(descriptor.name)/\($0)" }
        }
    }

    /// The counts that are not zero, in the order of the pipeline.
    public var sorted: [Count] { order.compactMap { counts[$0] } }

    public var linesDropped: Int { counts.values.reduce(0) { $0 + $1.dropped } }

    mutating func add(_ work: BatchWork, _ pipeline: Pipeline) {
        linesIn += work.batch.lines.count
        bytesIn += work.batch.raw.count
        if work.guardFired {
            guarded += 1
            if firstGuarded == nil { firstGuarded = .init(file: work.batch.document.name, line: work.batch.firstLine) }
        }
        var seen: [Change] = []
        pipeline.forEachChange(in: work.batch) { seen.append($0) }
        for change in seen {
            let line = work.batch.lines[change.index]
            switch change.action {
            case .drop, .move:
                count(change.stage, change.rule) {
                    if case .move = change.action {
                        $0.moved += 1
                    } else {
                        $0.dropped += 1
                        $0.bytes += Int(line.length) + Int(line.endLength)
                    }
                }
            case .rewrite:
                if line.source != Int32(truncatingIfNeeded: change.index) {
                    count(change.stage, change.rule) {
                        $0.dropped += 1
                        $0.bytes += Int(line.length) + Int(line.endLength)
                    }
                }
            }
            // Character steps count on every line that they altered, whatever became of the line.
            for step in change.steps {
                let names = step.split(separator: "/", maxSplits: 1).map(String.init)
                count(names[0], names[1]) { $0.rewritten += 1 }
                if step == "decode/invalid" {
                    invalidLines += 1
                    if firstInvalid == nil {
                        firstInvalid = .init(file: work.batch.document.name, line: work.batch.number(change.index))
                    }
                }
            }
        }
    }

    private mutating func count(_ stage: String, _ rule: String, _ body: (inout Count) -> Void) {
        body(&counts["\(stage)/\(rule)", default: Count(stage: stage, rule: rule)])
    }
}
