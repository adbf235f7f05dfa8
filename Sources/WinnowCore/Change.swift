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
    /// Why: which rule of which stage, and what it saw. For a line whose characters were altered and nothing else, the first
    /// step that did it, without evidence.
    public var verdict: Verdict
    /// All steps that altered the line's characters.
    public var steps: Steps
}

extension Pipeline {
    /// Calls `body` for each line of a decided batch that did not pass as it was, in input order.
    public func forEachChange(in batch: borrowing LineBatch, _ body: (Change) -> Void) {
        for index in batch.lines.indices {
            let line = batch.lines[index]
            if line.source == Int32(truncatingIfNeeded: index) {
                if line.steps != [] { body(rewriting(line, index)) }
                continue
            }
            guard let verdict = batch.verdicts[index] else { continue }
            if line.source >= 0 {
                body(Change(index: index, action: .rewrite, verdict: verdict, steps: line.steps))
                continue
            }
            let action: Change.Action = line.movedTo >= 0 ? .move(to: batch.number(Int(line.movedTo))) : .drop
            body(Change(index: index, action: action, verdict: verdict, steps: line.steps))
        }
    }

    private func rewriting(_ line: Line, _ index: Int) -> Change {
        let first = steps[line.steps.rawValue.trailingZeroBitCount]
        return Change(
            index: index, action: .rewrite, verdict: Verdict(stage: first.stage, rule: first.rule, evidence: .none),
            steps: line.steps)
    }

    public func stageName(_ verdict: Verdict) -> String { names[Int(verdict.stage)] }
    public func ruleName(_ verdict: Verdict) -> String { ruleNames[Int(verdict.stage)][Int(verdict.rule)] }

    /// Names of steps as "stage/step".
    public func stepNames(_ bits: Steps) -> [String] {
        steps.indices.filter { bits.contains(Steps(step: $0)) }.map {
            "\(names[Int(steps[$0].stage)])/\(ruleNames[Int(steps[$0].stage)][Int(steps[$0].rule)])"
        }
    }

    /// The pattern that a verdict's evidence names, in words; nil where it names none.
    public func pattern(_ verdict: Verdict) -> String? {
        switch verdict.evidence {
        case .pattern(let index), .block(_, let index): stages[Int(verdict.stage)].pattern(index)
        case .none, .twin, .run, .documents, .score: nil
        }
    }
}

extension Pipeline {
    /// The reasons of the score of a line, in words, the weightiest first; none where they were not asked for.
    public func reasons(_ verdict: Verdict, ofLine index: Int, in batch: ReasonTexts) -> [String] {
        guard case .score(_, let first, let count) = verdict.evidence else { return [] }
        let line = batch.lines[index]
        let text = (line.isRewritten ? batch.arena : batch.raw)[Int(line.textStart)..<Int(line.textStart + line.textLength)]
        return batch.reasons[Int(first)..<Int(first + count)].map { reason in
            let start = text.startIndex + Int(reason.start)
            let part = String(decoding: text[start..<start + Int(reason.length)], as: UTF8.self)
            return "\(stages[Int(verdict.stage)].words(reason, about: part)) (\(Evidence.text(ofScore: reason.weight)))"
        }
    }
}

/// What of a batch the words of reasons are made of, without copies: for closures, which cannot hold a borrowed batch.
public struct ReasonTexts {
    fileprivate let lines: [Line]
    fileprivate let raw: [UInt8]
    fileprivate let arena: [UInt8]
    fileprivate let reasons: [Reason]

    public init(_ batch: borrowing LineBatch) {
        (lines, raw, arena, reasons) = (batch.lines, batch.raw, batch.arena, batch.reasons)
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

    public var measureName: String {
        switch measure {
        case .equal: "equal"
        case .jaccard: "jaccard"
        case .containment: "containment"
        }
    }
}
