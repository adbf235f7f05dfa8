import WinnowCore
import WinnowIO
import WinnowReport
import WinnowRun

/// The figures of a batch, for people and for programs.
enum BatchReport {
    static func files(_ count: Int) -> String { "\(count) \(count == 1 ? "file" : "files")" }

    /// Why a file would be cleaned, in one word.
    static func name(of status: Manifest.Status?) -> String {
        switch status {
        case nil: "again"
        case .done: "done"
        case .new: "new"
        case .changed: "changed"
        case .configured: "configured"
        case .outputLost: "lost"
        case .failedBefore: "failed"
        }
    }

    static func text(_ summary: BatchSummary, unread: Int) -> String {
        var parts = ["\(files(summary.files)): \(summary.cleaned) cleaned"]
        if summary.skipped > 0 { parts.append("\(summary.skipped) done before") }
        if summary.failed > 0 { parts.append("\(summary.failed) failed") }
        if summary.left > 0 { parts.append("\(summary.left) left") }
        var out = parts.joined(separator: ", ") + "\n"
        if unread > 0 { out += "\(unread) \(unread == 1 ? "name" : "names") could not be read\n" }
        if summary.damaged > 0 {
            out += "\(summary.damaged) damaged \(summary.damaged == 1 ? "record was" : "records were") left out\n"
        }
        guard summary.cleaned > 0 else { return out }
        out += StatisticsReport.text(summary.statistics)
        return out + "\(fixed(summary.seconds, 2)) s, \(fixed(summary.rate / 1e6, 1)) MB/s\n"
    }

    /// One JSON object and a line end.
    static func json(_ summary: BatchSummary, unread: Int) -> String {
        "{\"files\":\(summary.files),\"cleaned\":\(summary.cleaned),\"skipped\":\(summary.skipped),"
            + "\"failed\":\(summary.failed),\"left\":\(summary.left),\"unread\":\(unread),\"damaged_records\":\(summary.damaged),"
            + "\"file_bytes_in\":\(summary.packedIn),\"file_bytes_out\":\(summary.packedOut),"
            + "\"seconds\":\(fixed(summary.seconds, 3)),\"bytes_per_second\":\(Int(summary.rate)),"
            + "\"text\":\(StatisticsReport.json(summary.statistics).dropLast())}\n"
    }

    /// With so many digits behind the point.
    private static func fixed(_ value: Double, _ digits: Int) -> String {
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let all = Int((value * Double(scale)).rounded())
        let rest = String(all % scale)
        return "\(all / scale)." + String(repeating: "0", count: digits - rest.count) + rest
    }
}
