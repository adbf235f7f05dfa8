import WinnowCore

/// GitLab's code quality report: a JSON array (<https://docs.gitlab.com/ci/testing/code_quality/>).
struct GitLabReport: CheckReport {
    init(_ style: CheckReports.Style) {}

    func finish(_ result: CheckResult, to out: inout [UInt8]) {
        var json = JSONWriter()
        var seen = Occurrences()
        json.array { json in
            for (level, finding) in result.ranked() {
                json.object { json in
                    json.string("description", CheckWords.message(finding))
                    json.string("check_name", finding.kind.rawValue)
                    // GitLab shows one of those that share a fingerprint.
                    json.string("fingerprint", "\(finding.fingerprintText)-\(seen.next(finding.fingerprint))")
                    json.string("severity", level == .error ? "major" : level == .warning ? "minor" : "info")
                    json.object("location") {
                        $0.string("path", finding.place.file)
                        $0.object("lines") { $0.number("begin", CheckWords.line(finding.place)) }
                    }
                }
            }
        }
        json.lineEnd()
        out += json.bytes
    }
}

/// Counts what has the same fingerprint.
struct Occurrences {
    private var counts: [UInt64: Int] = [:]

    /// 1 for the first.
    mutating func next(_ fingerprint: UInt64) -> Int {
        counts[fingerprint, default: 0] += 1
        return counts[fingerprint] ?? 1
    }
}
