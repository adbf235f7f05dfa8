import WinnowCore

/// All findings, one JSON object a line, as they are found; at the end a line that begins with `{"result":`.
struct JSONLinesReport: CheckReport {
    static let wantsAll = true

    init(_ style: CheckReports.Style) {}

    func add(_ finding: Finding, to out: inout [UInt8]) {
        var json = JSONWriter()
        json.object { $0.members(finding) }
        json.lineEnd()
        out += json.bytes
    }

    func finish(_ result: CheckResult, to out: inout [UInt8]) {
        var json = JSONWriter()
        json.object {
            $0.object("result") {
                $0.flag("passes", result.passes)
                $0.number("findings", result.counts.total)
                $0.number("errors", result.errors)
                $0.number("warnings", result.warnings)
                $0.number("files", result.files)
                $0.number("failed", result.failed)
                $0.number("damaged_records", result.damaged)
            }
        }
        json.lineEnd()
        out += json.bytes
    }
}
