import WinnowCore

/// A comment on a pull request: what is beyond its limit, what was found, the worst files. Below the 65,536 characters that GitHub
/// takes.
struct MarkdownReport: CheckReport {
    private static let mostFiles = 15
    private static let mostRows = 40

    init(_ style: CheckReports.Style) {}

    func finish(_ result: CheckResult, to out: inout [UInt8]) {
        var text = "## winnow check: \(CheckWords.verdict(result))\n\n\(CheckWords.read(result))"
        if let since = result.since { text += ", changed since \(code(since))" }
        text += ".\n"
        if let baseline = CheckWords.baseline(result) { text += "\n\(baseline)\n" }
        if !result.violations.isEmpty {
            text += "\n| | limit on | where | value | limit |\n| --- | --- | --- | ---: | --- |\n"
            for violation in result.violations.prefix(Self.mostRows) {
                let value = violation.bound.isCount ? CheckWords.grouped(Int(violation.value)) : figure(violation.value)
                text +=
                    "| \(violation.level.rawValue) | \(violation.subject.name) | \(violation.file.map { code($0, inTable: true) } ?? "all files") "
                text += "| \(value) | \(violation.bound.description) |\n"
            }
            let more = result.errors + result.warnings - min(result.violations.count, Self.mostRows)
            if more > 0 { text += "\n\(CheckWords.grouped(more)) more.\n" }
        }
        if result.counts.total > 0 {
            text += "\n| finding | count | files |\n| --- | ---: | ---: |\n"
            for (kind, count) in result.counts.found {
                text += "| \(kind.rawValue) | \(CheckWords.grouped(count)) | \(CheckWords.grouped(result.filesWith[kind])) |\n"
            }
        }
        for file in result.worst.prefix(Self.mostFiles) where !file.first.isEmpty {
            text += "\n<details><summary>\(html(file.name)): \(CheckWords.count(file.counts.total, "finding"))</summary>\n\n"
            for finding in file.first {
                let record = finding.place.record > 0 ? "record \(finding.place.record)" : ""
                let line = finding.place.line > 0 ? "line \(finding.place.line)" : ""
                let place = [record, line].filter { !$0.isEmpty }.joined(separator: ", ")
                text += "- \(place.isEmpty ? "" : place + ": ")\(finding.kind.rawValue), \(code(finding.message))"
                if !finding.text.isEmpty { text += ": \(code(String(finding.text.prefix(120))))" }
                text += "\n"
            }
            text += "\n</details>\n"
        }
        out += text.utf8
    }

    /// As code, whatever it holds. A table knows no bar in its cells but an escaped one.
    private func code(_ text: String, inTable: Bool = false) -> String {
        let seen = CheckWords.visible(text)
        let shown =
            inTable ? seen.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") : seen
        var longest = 0
        var run = 0
        for character in shown {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        let needsSpace = shown.hasPrefix("`") || shown.hasSuffix("`") || shown.isEmpty
        return needsSpace ? "\(fence) \(shown) \(fence)" : fence + shown + fence
    }

    private func html(_ text: String) -> String {
        CheckWords.visible(text).map { $0 == "&" ? "&amp;" : $0 == "<" ? "&lt;" : $0 == ">" ? "&gt;" : String($0) }.joined()
    }
}
