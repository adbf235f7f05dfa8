import WinnowCore

/// What each threshold of near-duplicates would remove, from one run with the lowest.
///
/// Exact and contained copies go at every threshold. Of the others, a line counts where it is as similar as that to the line that
/// the lowest threshold keeps. A run with a higher threshold keeps some lines more, of which others may then be copies: it
/// removes at least what is counted here.
public struct ThresholdSweep {
    public struct Pair: Sendable {
        public var finding: Finding
        public var twin: Finding.Twin

        var similarity: Double { Double(twin.similarity.shared) / Double(max(1, twin.similarity.total)) }
    }

    public let thresholds: [Double]
    /// Lines that go at every threshold: exact copies, and those that are the beginning or the end of another.
    public private(set) var always = 0
    /// Lines whose similarity is at least a threshold and less than the next.
    public private(set) var counts: [Int]
    /// Of each, those that are nearest to the threshold.
    public private(set) var nearest: [[Pair]]
    public static let mostPairs = 3

    /// - Parameter thresholds: ascending, not empty.
    public init(_ thresholds: [Double]) {
        self.thresholds = thresholds
        counts = [Int](repeating: 0, count: thresholds.count)
        nearest = [[Pair]](repeating: [], count: thresholds.count)
    }

    /// Takes what the stage would drop; other findings are passed over.
    public mutating func add(_ finding: Finding) {
        guard finding.action == "drop", let twin = finding.twin else { return }
        guard twin.similarity.measure == .jaccard else {
            always += 1
            return
        }
        let pair = Pair(finding: finding, twin: twin)
        // In thousandths, as the stage compares.
        guard let place = thresholds.lastIndex(where: { Self.reaches(twin.similarity, $0) }) else { return }
        counts[place] += 1
        // Earlier ones stay before later ones that are as near.
        let position = nearest[place].firstIndex { $0.similarity > pair.similarity } ?? nearest[place].endIndex
        guard position < Self.mostPairs else { return }
        nearest[place].insert(pair, at: position)
        if nearest[place].count > Self.mostPairs { nearest[place].removeLast() }
    }

    private static func reaches(_ twin: Twin, _ threshold: Double) -> Bool {
        Int(twin.shared) * 1000 >= Int((threshold * 1000).rounded()) * Int(twin.total)
    }

    /// Lines that a threshold removes, by its position: all of them for the lowest, with which it ran, and at least so many for the
    /// others.
    public func removed(at place: Int) -> Int { always + counts[place...].reduce(0, +) }

    public func text(_ result: CheckResult) -> String {
        var text = "\(CheckWords.read(result))\n\n  threshold     lines removed   of all   of them for this step\n"
        for (place, threshold) in thresholds.enumerated() {
            let removed = removed(at: place)
            let share = result.lines > 0 ? figure(Double(removed) / Double(result.lines)) : "0"
            let count = (place > 0 ? "≥ " : "") + CheckWords.grouped(removed)
            text += "  \(right(figure(threshold), 9))\(right(count, 18))\(right(share, 9))"
            text += "\(right(CheckWords.grouped(counts[place]), 24))\n"
        }
        text +=
            "\n\(CheckWords.grouped(always)) of them at every threshold: exact copies, and beginnings and ends of other lines.\n"
        if thresholds.count > 1 {
            text +=
                "A run with a threshold above \(figure(thresholds[0])) removes at least so many: of the lines that it keeps more, others may be copies.\n"
        }
        for (place, threshold) in thresholds.enumerated() where !nearest[place].isEmpty {
            text += "\nJust at \(figure(threshold)) and above:\n"
            for pair in nearest[place] {
                text += "  \(figure(pair.similarity))  \(pair.finding.place.text)  \(CheckWords.visible(pair.finding.text))\n"
                text += "          \(pair.twin.place.text)  \(pair.twin.text.map(CheckWords.visible) ?? "(out of sight)")\n"
            }
        }
        return text
    }

    public func json(_ result: CheckResult) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.number("version", 1)
            json.string("winnow", result.winnow)
            json.string("stage", "near-duplicates")
            json.number("lines", result.lines)
            json.number("always", always)
            json.array("thresholds") { json in
                for (place, threshold) in thresholds.enumerated() {
                    json.object { json in
                        json.figure("threshold", threshold)
                        json.number("removed", removed(at: place))
                        json.flag("is_exact", place == 0)
                        json.number("of_this_step", counts[place])
                        json.array("nearest") { json in
                            for pair in nearest[place] {
                                json.object { json in
                                    json.members(pair.finding)
                                    if let text = pair.twin.text { json.string("twin_text", text) }
                                }
                            }
                        }
                    }
                }
            }
        }
        json.lineEnd()
        return json.bytes
    }
}

/// What each rule of a stage removes by itself, and in how many documents. A line that several rules would remove counts for each.
public struct RuleSweep {
    private struct Row {
        var lines = 0
        /// Lines that no other rule removes.
        var only = 0
        var documents = 0
        /// The document that was counted last.
        var last = -1
        var examples: [ClaimedLine] = []
    }

    private static let mostExamples = 3
    public let stage: String
    private var rows: [String: Row] = [:]
    /// Lines that any rule removes.
    private var lines = 0

    public init(stage: String) { self.stage = stage }

    /// Lines come document by document.
    public mutating func add(_ line: ClaimedLine) {
        lines += 1
        for rule in line.rules {
            var row = rows.removeValue(forKey: rule) ?? Row()
            row.lines += 1
            if line.rules.count == 1 { row.only += 1 }
            if row.last != line.document {
                row.documents += 1
                row.last = line.document
                // From several documents, and not one line again and again.
                if row.examples.count < Self.mostExamples, !row.examples.contains(where: { $0.text == line.text }) {
                    row.examples.append(line)
                }
            }
            rows[rule] = row
        }
    }

    private var sorted: [(rule: String, row: Row)] {
        rows.map { ($0.key, $0.value) }.sorted { ($1.row.lines, $0.rule) < ($0.row.lines, $1.rule) }
    }

    public func text(_ result: CheckResult) -> String {
        var text = "\(CheckWords.read(result))\n\n  rule                    lines   of all   only it   documents\n"
        for (rule, row) in sorted {
            let share = result.lines > 0 ? figure(Double(row.lines) / Double(result.lines)) : "0"
            text += "  \(left(rule, 18))\(right(CheckWords.grouped(row.lines), 11))\(right(share, 9))"
            text += "\(right(CheckWords.grouped(row.only), 10))\(right(CheckWords.grouped(row.documents), 12))\n"
            for line in row.examples {
                text += "      \(line.place.text)  \(CheckWords.visible(line.text))\n"
            }
        }
        text +=
            rows.isEmpty
            ? "  none removes a line\n"
            : "\n\(CheckWords.grouped(lines)) lines in all, each counted for every rule that takes it.\n"
        return text
    }

    public func json(_ result: CheckResult) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.number("version", 1)
            json.string("winnow", result.winnow)
            json.string("stage", stage)
            json.number("lines", result.lines)
            json.number("documents", result.documents)
            json.number("removed_by_any", lines)
            json.array("rules") { json in
                for (rule, row) in sorted {
                    json.object { json in
                        json.string("rule", rule)
                        json.number("lines", row.lines)
                        json.number("only", row.only)
                        json.number("documents", row.documents)
                        json.array("examples") { json in
                            for line in row.examples {
                                json.object { json in
                                    json.members(line.place)
                                    json.string("text", line.text)
                                }
                            }
                        }
                    }
                }
            }
        }
        json.lineEnd()
        return json.bytes
    }
}

private func right(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(1, width - text.count)) + text }
private func left(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

/// Two corpora, or two outputs, in measures and findings.
public struct CheckDifference {
    private struct Row {
        var name: String
        var a: Double?
        var b: Double?
        var isCount: Bool
    }

    private let a: CheckResult
    private let b: CheckResult

    public init(_ a: CheckResult, _ b: CheckResult) { (self.a, self.b) = (a, b) }

    private var counts: [Row] {
        func row(_ name: String, _ value: (CheckResult) -> Int) -> Row {
            Row(name: name, a: Double(value(a)), b: Double(value(b)), isCount: true)
        }
        return [
            row("files") { $0.files }, row("documents") { $0.documents }, row("lines") { $0.lines },
            row("distinct-lines") { $0.distinctLines }, row("bytes") { $0.bytes },
        ]
    }

    private var findings: [Row] {
        FindingKind.allCases.filter { a.counts[$0] + b.counts[$0] > 0 }.map { kind in
            Row(name: kind.rawValue, a: Double(a.counts[kind]), b: Double(b.counts[kind]), isCount: true)
        }
    }

    private var measures: [Row] {
        Measure.all.map { Row(name: $0.name, a: $0.value(a.sums), b: $0.value(b.sums), isCount: false) }
    }

    /// - Parameter names: as they were given.
    public func text(_ names: (a: String, b: String)) -> String {
        var text = "A \(CheckWords.visible(names.a))\nB \(CheckWords.visible(names.b))\n"
        for (title, rows) in [("corpus", counts), ("findings", findings), ("measures", measures)] where !rows.isEmpty {
            text += "\n  \(left(title, 32))\(right("A", 14))\(right("B", 14))\(right("B - A", 14))\n"
            for row in rows {
                func shown(_ value: Double?) -> String {
                    value.map { row.isCount ? CheckWords.grouped(Int($0)) : figure($0) } ?? "-"
                }
                var change = ""
                if let a = row.a, let b = row.b, shown(a) != shown(b) { change = (b > a ? "+" : "") + shown(b - a) }
                let line = "  \(left(row.name, 32))\(right(shown(row.a), 14))\(right(shown(row.b), 14))"
                text += change.isEmpty ? line + "\n" : "\(line)\(right(change, 14))\n"
            }
        }
        return text
    }

    public func json(_ names: (a: String, b: String)) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.number("version", 1)
            json.string("winnow", a.winnow)
            json.string("a", names.a)
            json.string("b", names.b)
            for (title, rows) in [("corpus", counts), ("findings", findings), ("measures", measures)] {
                json.array(title) { json in
                    for row in rows {
                        json.object { json in
                            json.string("name", row.name)
                            for (name, value) in [("a", row.a), ("b", row.b)] {
                                if let value { json.figure(name, value) } else { json.null(name) }
                            }
                        }
                    }
                }
            }
        }
        json.lineEnd()
        return json.bytes
    }
}
