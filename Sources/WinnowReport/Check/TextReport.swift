import WinnowCore

/// A screen for people: what is beyond its limit, what was found, the worst files.
struct TextReport: CheckReport {
    private static let mostFiles = 8
    private static let mostViolations = 12
    private static let width = 100
    private let style: Style

    init(_ style: CheckReports.Style) { self.style = Style(isColored: style.isColored) }

    func finish(_ result: CheckResult, to out: inout [UInt8]) {
        var text = CheckWords.read(result)
        if let since = result.since { text += ", changed since \(since)" }
        text += "\n"
        if let baseline = CheckWords.baseline(result) { text += baseline + "\n" }
        append(kinds: result, &text)
        append(files: result, &text)
        append(violations: result, &text)
        let verdict = CheckWords.verdict(result)
        text += result.passes && result.failed + result.damaged == 0 ? verdict + "\n" : style.dropped(verdict) + "\n"
        out += text.utf8
    }

    private func append(kinds result: CheckResult, _ text: inout String) {
        let found = result.counts.found
        guard !found.isEmpty else { return }
        text += "\n"
        let width = found.map { CheckWords.grouped($0.count).count }.max() ?? 1
        for (kind, count) in found {
            let files = result.filesWith[kind]
            text += "\(padded(CheckWords.grouped(count), width + 2)) \(kind.rawValue)"
            text += style.faint(files > 0 ? " in \(CheckWords.count(files, "file"))" : "") + "\n"
        }
    }

    private func append(files result: CheckResult, _ text: inout String) {
        let files = result.worst.filter { $0.counts.total > 0 }
        guard !files.isEmpty else { return }
        text += "\n"
        for file in files.prefix(Self.mostFiles) {
            text += "  \(file.name) \(style.faint(CheckWords.count(file.counts.total, "finding")))\n"
            for finding in file.first {
                let place = finding.place
                let line = place.line > 0 ? "\(place.line)\(finding.column > 0 ? ":\(finding.column)" : "")" : "-"
                let record = place.record > 0 ? "#\(place.record):" : ""
                var row = "    \(record)\(line) \(finding.kind.rawValue) \(finding.message)"
                if !finding.text.isEmpty { row += ": \(CheckWords.visible(finding.text))" }
                text += cut(row) + "\n"
            }
        }
        let more = files.count - Self.mostFiles
        if more > 0 { text += "  and \(CheckWords.count(more, "file")) more\n" }
    }

    private func append(violations result: CheckResult, _ text: inout String) {
        guard !result.violations.isEmpty else { return }
        text += "\n"
        let sorted =
            result.violations.filter { $0.level == .error } + result.violations.filter { $0.level != .error }
        for violation in sorted.prefix(Self.mostViolations) {
            let name = violation.level.rawValue
            let shown = violation.level == .error ? style.dropped(name) : style.rewritten(name)
            let place = violation.file.map { "\($0): " } ?? ""
            text += "  \(shown)\(String(repeating: " ", count: 8 - name.count))\(place)\(violation.text)\n"
        }
        let more = result.errors + result.warnings - min(result.violations.count, Self.mostViolations)
        if more > 0 { text += "  and \(CheckWords.grouped(more)) more\n" }
    }

    private func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private func cut(_ text: String) -> String {
        text.count <= Self.width ? text : text.prefix(Self.width - 1) + "…"
    }
}
