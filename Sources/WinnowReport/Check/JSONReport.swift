import WinnowCore

/// One JSON object: docs/check-result.schema.json.
struct JSONReport: CheckReport {
    static let version = 1

    init(_ style: CheckReports.Style) {}

    func finish(_ result: CheckResult, to out: inout [UInt8]) {
        var json = JSONWriter()
        json.object { json in
            json.number("version", Self.version)
            json.string("winnow", result.winnow)
            json.flag("passes", result.passes)
            json.number("files", result.files)
            json.number("failed", result.failed)
            json.number("damaged_records", result.damaged)
            json.number("documents", result.documents)
            json.number("lines", result.lines)
            json.number("bytes", result.bytes)
            json.number("errors", result.errors)
            json.number("warnings", result.warnings)
            if let since = result.since { json.string("since", since) }
            if let baseline = result.baseline { append(baseline, &json) }
            json.array("violations") { for violation in result.violations { append(violation, &$0) } }
            json.array("kinds") { json in
                for (kind, count) in result.counts.found {
                    json.object {
                        $0.string("kind", kind.rawValue)
                        $0.number("count", count)
                        $0.number("files", result.filesWith[kind])
                    }
                }
            }
            append(measures: result, &json)
            json.array("limits") { json in
                for (subject, limit) in result.limits {
                    json.object {
                        $0.string("name", subject.name)
                        if let error = limit.error { append("error", error, &$0) }
                        if let warn = limit.warn { append("warn", warn, &$0) }
                    }
                }
            }
            json.array("worst_files") { for file in result.worst { append(file, result, &$0) } }
            json.array("copies") { for entry in result.copies { append(entry, &$0) } }
            json.array("furniture") { for entry in result.furniture { append(entry, &$0) } }
            json.array("findings") { json in
                for (level, finding) in result.ranked() {
                    json.object {
                        $0.string("level", level.rawValue)
                        $0.members(finding)
                    }
                }
            }
        }
        json.lineEnd()
        out += json.bytes
    }

    private func append(_ baseline: CheckResult.BaselineResult, _ json: inout JSONWriter) {
        json.object("baseline") { json in
            json.string("file", baseline.file)
            json.number("known", baseline.known)
            json.number("fixed", baseline.fixed)
            json.number("missing", baseline.missing)
            json.array("fixed_first") { json in
                for entry in baseline.fixedFirst {
                    json.object {
                        $0.string("kind", entry.kind)
                        $0.string("file", entry.file)
                        $0.number("count", entry.count)
                    }
                }
            }
        }
    }

    private func append(_ violation: Violation, _ json: inout JSONWriter) {
        json.object {
            $0.string("name", violation.subject.name)
            if let file = violation.file { $0.string("file", file) }
            $0.string("level", violation.level.rawValue)
            $0.figure("value", violation.value)
            append("limit", violation.bound, &$0)
        }
    }

    private func append(_ name: String, _ bound: Bound, _ json: inout JSONWriter) {
        json.object(name) {
            if let least = bound.least { $0.figure("least", least) }
            if let most = bound.most { $0.figure("most", most) }
            if bound.isCount { $0.flag("count", true) }
        }
    }

    private func append(measures result: CheckResult, _ json: inout JSONWriter) {
        json.array("measures") { json in
            for (index, measure) in Measure.all.enumerated() {
                json.object { json in
                    json.string("name", measure.name)
                    json.string("source", measure.source)
                    json.number("numerator", result.sums[measure.numerator])
                    json.number("denominator", result.sums[measure.denominator])
                    if let value = measure.value(result.sums) { json.figure("value", value) } else { json.null("value") }
                    json.object("documents") {
                        $0.figure("top", result.distributions[index].top)
                        $0.array("bins") { for count in result.distributions[index].counts { $0.value(count) } }
                    }
                }
            }
        }
        json.number("distinct_lines", result.distinctLines)
        json.array("stages") { json in
            for (index, stage) in result.stages.enumerated() {
                json.object {
                    $0.string("stage", stage)
                    $0.number("removed_lines", result.sums.removedLines[index])
                    $0.number("removed_characters", result.sums.removedCharacters[index])
                }
            }
        }
    }

    private func append(_ file: CheckedFile, _ result: CheckResult, _ json: inout JSONWriter) {
        json.object { json in
            json.string("file", file.name)
            json.number("documents", file.documents)
            json.number("lines", file.lines)
            json.number("known", file.known)
            json.object("kinds") { for (kind, count) in file.counts.found { $0.number(kind.rawValue, count) } }
            json.object("measures") {
                for measure in Measure.all { if let value = measure.value(file.sums) { $0.figure(measure.name, value) } }
            }
        }
    }

    private func append(_ entry: Recurrence, _ json: inout JSONWriter) {
        json.object { json in
            json.string("kind", entry.kind.rawValue)
            json.number("count", entry.count)
            json.string("text", entry.text)
            json.place("place", entry.place)
            json.array("others") { json in for place in entry.others { json.object { $0.members(place) } } }
        }
    }
}
