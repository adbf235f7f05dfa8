import WinnowCore

/// The figures of a run, for people and for programs.
public struct StatisticsReport {
    /// Lines that one rule of one stage changed.
    public struct Row {
        public var stage: String
        public var rule: String
        public var dropped: Int
        public var rewritten: Int
        public var moved: Int
        public var bytes: Int

        public init(stage: String, rule: String, dropped: Int, rewritten: Int, moved: Int, bytes: Int) {
            self.stage = stage
            self.rule = rule
            self.dropped = dropped
            self.rewritten = rewritten
            self.moved = moved
            self.bytes = bytes
        }
    }

    public var documents = 0
    public var linesIn = 0
    public var linesOut = 0
    public var bytesIn = 0
    public var bytesOut = 0
    public var guarded = 0
    public var invalidLines = 0
    public var rows: [Row] = []

    public init() {}

    /// A short summary.
    public var text: String {
        var out = "\(documents) \(documents == 1 ? "document" : "documents"), lines \(linesIn) -> \(linesOut), "
        out += "bytes \(bytesIn) -> \(bytesOut)\n"
        let width = rows.map(\.stage.count).max() ?? 0
        for stage in unique(rows.map(\.stage)) {
            let counts = rows.filter { $0.stage == stage }.map { row in
                "\(row.rule) \(row.dropped + row.rewritten + row.moved)"
            }
            out += "  \(stage)\(String(repeating: " ", count: width - stage.count))  \(counts.joined(separator: ", "))\n"
        }
        if guarded > 0 { out += "  guard: \(guarded) \(guarded == 1 ? "window" : "windows") passed through\n" }
        return out
    }

    /// One JSON object.
    public var json: String {
        let rules = rows.map { row in
            "{\"stage\":\(JSONText.string(row.stage)),\"rule\":\(JSONText.string(row.rule)),\"dropped\":\(row.dropped),"
                + "\"rewritten\":\(row.rewritten),\"moved\":\(row.moved),\"bytes_dropped\":\(row.bytes)}"
        }
        return "{\"documents\":\(documents),\"lines_in\":\(linesIn),\"lines_out\":\(linesOut),\"bytes_in\":\(bytesIn),"
            + "\"bytes_out\":\(bytesOut),\"guarded\":\(guarded),\"invalid_lines\":\(invalidLines),"
            + "\"rules\":[\(rules.joined(separator: ","))]}\n"
    }

    private func unique(_ names: [String]) -> [String] {
        names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
