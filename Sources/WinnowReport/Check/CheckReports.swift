import WinnowCore

/// A report of a check in one format. A new format is a file with one of these, and a line in `CheckReports`.
public protocol CheckReport: SendableMetatype {
    /// Whether `add` wants all findings; otherwise it is not called.
    static var wantsAll: Bool { get }
    init(_ style: CheckReports.Style)
    /// A finding that counts, in the order of the input: for formats that write all of them. Nothing may be kept.
    mutating func add(_ finding: Finding, to out: inout [UInt8])
    /// Writes the report, or the end of it.
    mutating func finish(_ result: CheckResult, to out: inout [UInt8])
}

extension CheckReport {
    public static var wantsAll: Bool { false }
    public mutating func add(_ finding: Finding, to out: inout [UInt8]) {}
}

/// The formats that there are.
public enum CheckReports {
    public struct Style: Sendable {
        public var isColored: Bool
        public init(isColored: Bool) { self.isColored = isColored }
    }

    private static let all: [(name: String, type: any (CheckReport & SendableMetatype).Type)] = [
        ("text", TextReport.self),
        ("json", JSONReport.self),
        ("jsonl", JSONLinesReport.self),
        ("sarif", SARIFReport.self),
        ("junit", JUnitReport.self),
        ("github", GitHubReport.self),
        ("gitlab", GitLabReport.self),
        ("markdown", MarkdownReport.self),
        ("html", HTMLReport.self),
    ]

    public static let names = all.map(\.name)

    /// - Parameter name: one of `names`; else `text`.
    public static func make(_ name: String, _ style: Style) -> any CheckReport {
        (all.first { $0.name == name }?.type ?? TextReport.self).init(style)
    }
}

/// Words that several formats use.
enum CheckWords {
    static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(grouped(number)) \(number == 1 ? one : many ?? one + "s")"
    }

    /// `12,345`.
    static func grouped(_ number: Int) -> String {
        var digits = Array(String(number.magnitude))
        for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
        return (number < 0 ? "-" : "") + String(digits)
    }

    /// What was read, in one line.
    static func read(_ result: CheckResult) -> String {
        "\(count(result.files, "file")), \(count(result.documents, "document")), \(count(result.lines, "line"))"
    }

    /// How it ended, in one line.
    static func verdict(_ result: CheckResult) -> String {
        if result.failed > 0 || result.damaged > 0 {
            return "not all could be read: \(count(result.failed, "file")), \(count(result.damaged, "record"))"
        }
        if result.errors > 0 { return "failed: \(count(result.errors, "limit")) exceeded" }
        return result.warnings > 0 ? "passed, with \(count(result.warnings, "warning"))" : "passed"
    }

    /// What a baseline made of it; nil without one.
    static func baseline(_ result: CheckResult) -> String? {
        result.baseline.map {
            "baseline: \(grouped($0.known)) known, \(grouped(result.counts.total)) new, \(grouped($0.fixed)) fixed, \(grouped($0.missing)) of files not checked"
        }
    }

    /// What a finding is, in one line: for tools that show nothing else.
    static func message(_ finding: Finding) -> String {
        let line = finding.place.line > 0 ? ", line \(finding.place.line)" : ""
        let record = finding.place.record > 0 ? " (record \(finding.place.record)\(line))" : ""
        let text = finding.text.isEmpty ? "" : ": \(visible(finding.text))"
        return "\(finding.kind.title)\(record), \(finding.message)\(text)"
    }

    /// The line of its file at which a tool shows a finding.
    static func line(_ place: CorpusPlace) -> Int { max(1, place.fileLine) }

    /// Characters that cannot be seen, or that would disturb a terminal or a page, by their code points; tabs as they are.
    static func visible(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar != "\t", .format, .lineSeparator, .paragraphSeparator, .surrogate:
                out += Style.code(scalar)
            case .spaceSeparator where scalar != " " && scalar != "\u{3000}": out += Style.code(scalar)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    static func code(_ scalar: Unicode.Scalar) -> String { Style.code(scalar) }
}
