import WinnowCore

/// JUnit XML: a test a limit on all files, and one a limit that a file is beyond. Times are nought, so that the same corpus gives
/// the same bytes.
struct JUnitReport: CheckReport {
    private static let mostDetails = 20

    init(_ style: CheckReports.Style) {}

    func finish(_ result: CheckResult, to out: inout [UInt8]) {
        let ofCorpus = result.violations.filter { $0.file == nil }
        let ofFiles = result.violations.filter { $0.file != nil }
        let failures = result.violations.count { $0.level == .error }
        let errors = result.failed + result.damaged > 0 ? 1 : 0
        let tests = result.limits.count + ofFiles.count + errors
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites>"]
        lines.append(
            "  <testsuite name=\"winnow check\" id=\"0\" package=\"winnow\" timestamp=\"1970-01-01T00:00:00\" hostname=\"localhost\" "
                + "tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\" time=\"0\">")
        lines.append("    <properties>")
        for (name, value) in [("files", result.files), ("documents", result.documents), ("lines", result.lines)] {
            lines.append("      <property name=\"\(name)\" value=\"\(value)\"/>")
        }
        lines.append("    </properties>")
        let findings = result.ranked().map(\.finding)
        for (subject, _) in result.limits {
            test("all files", subject.name, ofCorpus.first { $0.subject == subject }, findings, &lines)
        }
        for violation in ofFiles {
            let file = violation.file ?? ""
            test(file, violation.subject.name, violation, findings.filter { $0.place.file == file }, &lines)
        }
        if errors > 0 {
            lines.append("    <testcase classname=\"input\" name=\"read\" time=\"0\">")
            lines.append("      <error type=\"input\" message=\"\(escaped(CheckWords.verdict(result)))\"/>")
            lines.append("    </testcase>")
        }
        lines += ["    <system-out/>", "    <system-err/>", "  </testsuite>", "</testsuites>", ""]
        out += lines.joined(separator: "\n").utf8
    }

    private func test(
        _ group: String, _ name: String, _ violation: Violation?, _ findings: [Finding], _ lines: inout [String]
    ) {
        let head = "    <testcase classname=\"\(escaped(group))\" name=\"\(escaped(name))\" time=\"0\""
        guard let violation, violation.level == .error else {
            lines.append(head + "/>")
            return
        }
        lines.append(head + ">")
        lines.append("      <failure type=\"\(escaped(name))\" message=\"\(escaped(violation.text))\">")
        if case .kind(let kind) = violation.subject {
            for finding in findings.lazy.filter({ $0.kind == kind }).prefix(Self.mostDetails) {
                lines.append(escaped("\(finding.place.text): \(CheckWords.message(finding))"))
            }
        }
        lines.append("      </failure>")
        lines.append("    </testcase>")
    }

    /// Characters that XML 1.0 has no way to write become U+FFFD.
    private func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "\t": out += "&#9;"
            case "\n": out += "&#10;"
            case "\r": out += "&#13;"
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: out += "\u{FFFD}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
