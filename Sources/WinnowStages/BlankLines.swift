import WinnowCore

/// Blank lines, after everything else: at most one in a row, none at the beginning or the end of a document.
public struct BlankLines: DocumentStage {
    public static let isGuarded = false

    private enum Rule: UInt16, CaseIterable {
        case run
        case edge
    }

    public static let descriptor = StageDescriptor(
        name: "blank-lines",
        help: "Makes runs of blank lines one, and removes them at the beginning and the end of a document.",
        scope: .document, lookAhead: "the window", memory: "nothing",
        options: [
            OptionDescriptor(
                "max", .integer(0...1000), default: .integer(1), unit: "lines", help: "blank lines in a row that stay"),
            OptionDescriptor("edges", .flag, default: .flag(true), help: "remove them at the beginning and the end, too"),
        ],
        ruleNames: Rule.allCases.map { "\($0)" })

    let limit: Int
    let trimsEdges: Bool

    public init(_ options: OptionValues) throws(WinnowError) {
        limit = options.integer("max")
        trimsEdges = options.flag("edges")
    }

    public func makeAnalyzer() -> any BatchAnalyzer { NoAnalysis() }

    public func makeJudge(stage: UInt8, shared: AnyObject?) -> any DocumentJudge {
        Judge(limit: limit, trimsEdges: trimsEdges, stage: stage)
    }

    private final class Judge: DocumentJudge {
        let limit: Int
        let trimsEdges: Bool
        let stage: UInt8
        /// Blank lines written since the last line with text; nil before the first.
        var written: Int?

        init(limit: Int, trimsEdges: Bool, stage: UInt8) {
            self.limit = limit
            self.trimsEdges = trimsEdges
            self.stage = stage
        }

        func begin(_ document: Document) { written = nil }

        func decide(_ batch: inout LineBatch, _ notes: any BatchNotes) -> Int {
            var changes = 0
            var blanks = written
            for place in batch.lines.indices where batch.isKept(place) {
                let source = Int(batch.lines[place].source)
                guard batch.lines[source].flags.contains(.blank) else {
                    blanks = 0
                    continue
                }
                let isSurplus = (blanks ?? 0) >= limit || blanks == nil && trimsEdges
                let rule = blanks == nil ? Rule.edge : .run
                if isSurplus, batch.drop(place, Verdict(stage: stage, rule: rule.rawValue, evidence: .none)) {
                    changes += 1
                } else {
                    blanks = (blanks ?? 0) + 1
                }
            }
            guard batch.isLast, trimsEdges else { return changes }
            for place in batch.lines.indices.reversed() where batch.isKept(place) {
                let flags = batch.lines[Int(batch.lines[place].source)].flags
                if flags.contains(.separator) { continue }
                guard flags.contains(.blank),
                    batch.drop(place, Verdict(stage: stage, rule: Rule.edge.rawValue, evidence: .none))
                else { break }
                changes += 1
            }
            return changes
        }

        func commit(_ batch: borrowing LineBatch, _ notes: any BatchNotes) {
            for place in batch.lines.indices where batch.isKept(place) {
                let source = Int(batch.lines[place].source)
                if batch.lines[source].flags.contains(.blank) {
                    written = written.map { $0 + 1 }
                } else {
                    written = 0
                }
            }
        }
    }
}
