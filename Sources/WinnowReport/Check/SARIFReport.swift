import WinnowCore

/// SARIF 2.1.0 (OASIS), for code scanning. Uploads to GitHub may have 25,000 results in 10 MB when packed: the worst come first,
/// and what is beyond is counted in a notification.
struct SARIFReport: CheckReport {
    static let mostResults = 25_000

    init(_ style: CheckReports.Style) {}

    func finish(_ result: CheckResult, to out: inout [UInt8]) {
        let all = result.ranked()
        let kinds = FindingKind.allCases
        var seen = Occurrences()
        var json = JSONWriter()
        json.object { json in
            json.string("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
            json.string("version", "2.1.0")
            json.array("runs") { json in
                json.object { json in
                    json.object("tool") {
                        $0.object("driver") { json in
                            json.string("name", "winnow")
                            json.string("version", result.winnow)
                            json.array("rules") { json in for kind in kinds { append(rule: kind, &json) } }
                        }
                    }
                    json.string("columnKind", "unicodeCodePoints")
                    json.array("invocations") { json in
                        json.object { json in
                            json.flag("executionSuccessful", result.failed == 0 && result.damaged == 0)
                            append(notes(result, listed: min(all.count, Self.mostResults)), &json)
                        }
                    }
                    json.array("results") { json in
                        for (level, finding) in all.prefix(Self.mostResults) {
                            append(finding, level, seen.next(finding.fingerprint), &json)
                        }
                    }
                }
            }
        }
        json.lineEnd()
        out += json.bytes
    }

    private func notes(_ result: CheckResult, listed: Int) -> [String] {
        let hidden = result.counts.total - listed
        return result.violations.filter { $0.file == nil }.map { "\($0.level.rawValue): \($0.text)" }
            + (hidden > 0 ? ["\(CheckWords.count(hidden, "finding")) more: only \(CheckWords.grouped(listed)) are listed"] : [])
    }

    private func append(_ notes: [String], _ json: inout JSONWriter) {
        json.array("toolExecutionNotifications") { json in
            for note in notes { json.object { $0.object("message") { $0.string("text", note) } } }
        }
    }

    private func append(rule kind: FindingKind, _ json: inout JSONWriter) {
        json.object { json in
            json.string("id", kind.rawValue)
            json.object("shortDescription") { $0.string("text", kind.title) }
        }
    }

    private func append(_ finding: Finding, _ level: LimitLevel, _ occurrence: Int, _ json: inout JSONWriter) {
        json.object { json in
            json.string("ruleId", finding.kind.rawValue)
            json.number("ruleIndex", finding.kind.index)
            json.string("level", level.rawValue)
            json.object("message") {
                $0.string("text", Self.plain(CheckWords.message(finding)) + (finding.twin == nil ? "" : " ([twin](1))"))
            }
            json.array("locations") { json in
                json.object { location(finding.place, finding.column, finding.length, &$0) }
            }
            if let twin = finding.twin {
                json.array("relatedLocations") { json in
                    json.object { json in
                        json.number("id", 1)
                        location(twin.place, 0, 0, &json)
                        json.object("message") { $0.string("text", "the line that it repeats, \(twin.place.text)") }
                    }
                }
            }
            json.object("partialFingerprints") {
                $0.string("primaryLocationLineHash", "\(finding.fingerprintText):\(occurrence)")
            }
        }
    }

    private func location(_ place: CorpusPlace, _ column: Int, _ length: Int, _ json: inout JSONWriter) {
        json.object("physicalLocation") { json in
            json.object("artifactLocation") { $0.string("uri", Self.uri(place.file)) }
            json.object("region") {
                $0.number("startLine", CheckWords.line(place))
                // A column of a record's text is none of its file.
                if column > 0, place.record == 0 {
                    $0.number("startColumn", column)
                    if length > 0 { $0.number("endColumn", column + length) }
                }
            }
        }
    }

    /// Text of the corpus is no link (SARIF 2.1.0, section 3.11.6).
    private static func plain(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            if scalar == "\\" || scalar == "[" || scalar == "]" { out += "\\" }
            out.unicodeScalars.append(scalar)
        }
        return out
    }

    /// A path as a relative or file URI (RFC 3986).
    static func uri(_ path: String) -> String {
        var out = path.hasPrefix("/") ? "file://" : ""
        for byte in path.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E:
                out.unicodeScalars.append(Unicode.Scalar(byte))
            default: out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return out
    }
}
