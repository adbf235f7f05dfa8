import WinnowCore

/// The figures of a run, for people and for programs.
public enum StatisticsReport {
    /// A short summary.
    public static func text(_ statistics: Statistics) -> String {
        let documents = statistics.documents
        var out = "\(documents) \(documents == 1 ? "document" : "documents"), "
        out += "lines \(statistics.linesIn) -> \(statistics.linesOut), bytes \(statistics.bytesIn) -> \(statistics.bytesOut)\n"
        let rows = statistics.sorted
        let stages = rows.map(\.stage).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
        let width = stages.map(\.count).max() ?? 0
        for stage in stages {
            let counts = rows.filter { $0.stage == stage }.map { "\($0.rule) \($0.dropped + $0.rewritten + $0.moved)" }
            out += "  \(stage)\(String(repeating: " ", count: width - stage.count))  \(counts.joined(separator: ", "))\n"
        }
        let guarded = statistics.guarded
        if guarded > 0 { out += "  guard: \(guarded) \(guarded == 1 ? "window" : "windows") over the limit\n" }
        let forgotten = statistics.forgotten
        if forgotten > 0 {
            out += "  window: \(forgotten) kept lines were forgotten: later lines were not compared with them\n"
        }
        return out
    }

    /// One JSON object.
    public static func json(_ statistics: Statistics) -> String {
        let rules = statistics.sorted.map { row in
            "{\"stage\":\(JSONText.string(row.stage)),\"rule\":\(JSONText.string(row.rule)),\"dropped\":\(row.dropped),"
                + "\"rewritten\":\(row.rewritten),\"moved\":\(row.moved),\"bytes_dropped\":\(row.bytes)}"
        }
        return "{\"documents\":\(statistics.documents),\"lines_in\":\(statistics.linesIn),"
            + "\"lines_out\":\(statistics.linesOut),\"bytes_in\":\(statistics.bytesIn),\"bytes_out\":\(statistics.bytesOut),"
            + "\"guarded\":\(statistics.guarded),\"invalid_lines\":\(statistics.invalidLines),\"forgotten\":\(statistics.forgotten),"
            + "\"rules\":[\(rules.joined(separator: ","))]}\n"
    }
}
