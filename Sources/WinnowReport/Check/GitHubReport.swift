import WinnowCore

/// Annotations of a GitHub Actions step (workflow commands). A step shows ten errors, ten warnings and ten notices, and drops the
/// rest: so many are written, and one notice sums up all.
struct GitHubReport: CheckReport {
    private static let most = 10

    init(_ style: CheckReports.Style) {}

    func finish(_ result: CheckResult, to out: inout [UInt8]) {
        var lines: [LimitLevel: [String]] = [:]
        let all = result.ranked()
        // A limit on a measure has no line of its own.
        for violation in result.violations {
            guard case .measure = violation.subject else { continue }
            let place = violation.file.map { "file=\(property($0))," } ?? ""
            lines[violation.level, default: []].append(
                "\(place)title=\(property(violation.subject.name))::\(data("\(violation.file ?? "all files"): \(violation.text)"))"
            )
        }
        for (level, finding) in all where lines[level]?.count ?? 0 < Self.most {
            lines[level, default: []].append(annotation(finding))
        }
        var shown = 0
        for (level, name) in [(LimitLevel.error, "error"), (.warning, "warning")] {
            for line in (lines[level] ?? []).prefix(Self.most) {
                out += "::\(name) \(line)\n".utf8
                shown += 1
            }
        }
        var summary = "winnow check \(CheckWords.verdict(result)). \(CheckWords.read(result))."
        let kinds = result.counts.found.map { "\($0.kind.rawValue) \(CheckWords.grouped($0.count))" }
        if !kinds.isEmpty { summary += " Findings: \(kinds.joined(separator: ", "))." }
        if let baseline = CheckWords.baseline(result) { summary += " \(baseline)." }
        if result.counts.total > shown { summary += " \(CheckWords.grouped(shown)) are annotated." }
        out += "::notice title=winnow check::\(data(summary))\n".utf8
    }

    private func annotation(_ finding: Finding) -> String {
        var place = "file=\(property(finding.place.file)),line=\(CheckWords.line(finding.place))"
        if finding.column > 0, finding.place.record == 0 {
            place += ",col=\(finding.column)"
            if finding.length > 1 { place += ",endColumn=\(finding.column + finding.length - 1)" }
        }
        return "\(place),title=\(property(finding.kind.rawValue))::\(data(CheckWords.message(finding)))"
    }

    private func data(_ text: String) -> String { escaped(text, also: []) }
    private func property(_ text: String) -> String { escaped(text, also: [":", ","]) }

    private func escaped(_ text: String, also: Set<Unicode.Scalar>) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            if scalar == "%" || scalar == "\r" || scalar == "\n" || also.contains(scalar) {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                out += "%" + (digits.count < 2 ? "0" : "") + digits
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
