/// What became of one line of the input that did not pass as it was.
public struct Change: Sendable {
    public enum Action: Equatable, Sendable {
        /// The line is gone.
        case drop
        /// Another text stands in the line's place: its own, rewritten, or a better copy's.
        case rewrite
        /// The line's text stands in the place of the line with this number.
        case move(to: Int)
    }

    /// Index of the line in its batch.
    public var index: Int
    public var action: Action
    public var stage: String
    public var rule: String
    public var evidence: Evidence
    /// Pattern that the evidence names, in words; empty where it names none.
    public var pattern: String
    /// Names of all steps that altered the line's characters, as "stage/step".
    public var steps: [String]

    /// What the action is called in the ledger.
    public var actionName: String {
        switch action {
        case .drop: "drop"
        case .rewrite: "rewrite"
        case .move: "move"
        }
    }
}

extension Pipeline {
    /// Calls `body` for each line of a decided batch that did not pass as it was, in input order.
    public func forEachChange(in batch: borrowing LineBatch, _ body: (Change) -> Void) {
        // Where texts stand that left their own place; nearly always empty.
        var moved: [Int: Int] = [:]
        for place in batch.lines.indices {
            let source = Int(batch.lines[place].source)
            if source >= 0, source != place { moved[source] = place }
        }
        for index in batch.lines.indices {
            let line = batch.lines[index]
            if line.source == Int32(truncatingIfNeeded: index) {
                if line.steps != [] { body(rewriting(line, index)) }
                continue
            }
            guard let verdict = batch.verdicts[index] else { continue }
            let action: Change.Action =
                line.source >= 0 ? .rewrite : moved[index].map { .move(to: batch.number($0)) } ?? .drop
            let stage = stages[Int(verdict.stage)]
            let descriptor = type(of: stage).descriptor
            let pattern =
                switch verdict.evidence {
                case .pattern(let index), .block(_, let index): stage.pattern(index)
                case .none, .twin, .run: ""
                }
            body(
                Change(
                    index: index, action: action, stage: descriptor.name, rule: descriptor.ruleNames[Int(verdict.rule)],
                    evidence: verdict.evidence, pattern: pattern, steps: stepNames(line.steps)))
        }
    }

    private func rewriting(_ line: Line, _ index: Int) -> Change {
        let bits = steps.indices.filter { line.steps.contains(Steps(step: $0)) }
        let main = bits.first.map { steps[$0] } ?? (stage: "", rule: "")
        return Change(
            index: index, action: .rewrite, stage: main.stage, rule: main.rule, evidence: .none, pattern: "",
            steps: stepNames(line.steps))
    }

    private func stepNames(_ bits: Steps) -> [String] {
        steps.indices.filter { bits.contains(Steps(step: $0)) }.map { "\(steps[$0].stage)/\(steps[$0].rule)" }
    }
}

extension Twin {
    /// The similarity with four decimals, by integer arithmetic so that every machine prints the same.
    public var similarity: String {
        guard total > 0 else { return "0.0000" }
        let value = (UInt64(shared) * 10_000 + UInt64(total) / 2) / UInt64(total)
        let digits = String(value % 10_000)
        return "\(value / 10_000)." + String(repeating: "0", count: 4 - digits.count) + digits
    }

    public var measureName: String { "\(measure)" }
}
