import WinnowCore

/// One page for a browser: what was measured against which limit, and lists to read and filter. It fetches nothing, and stays below
/// 5 MB: each list has so many entries at most, and so many bytes.
struct HTMLReport: CheckReport {
    private static let mostOfKind = 200
    private static let mostFiles = 200
    private static let mostClusters = 100
    private static let mostViolations = 500

    init(_ style: CheckReports.Style) {}

    func finish(_ result: CheckResult, to out: inout [UInt8]) {
        var page = HTMLWriter()
        page.raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"")
        page.raw(HTMLPage.policy)
        page.raw("\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
        page.raw("<meta name=\"referrer\" content=\"no-referrer\"><link rel=\"icon\" href=\"data:,\">")
        page.element("title", "winnow check: \(CheckWords.verdict(result))")
        page.raw("<style>")
        page.raw(HTMLPage.style)
        page.raw("</style></head><body><a class=\"skip\" href=\"#main\">Skip to the findings</a>\n")
        header(result, &page)
        page.raw("<main id=\"main\">\n")
        filters(result, &page)
        violations(result, &page)
        kinds(result, &page)
        files(result, &page)
        clusters(result, &page)
        furniture(result, &page)
        findings(result, &page)
        measures(result, &page)
        stages(result, &page)
        page.raw("</main>\n<footer>")
        page.text("winnow \(result.winnow)")
        page.raw("</footer>\n<script>")
        page.raw(HTMLPage.script)
        page.raw("</script></body></html>\n")
        out += page.bytes
    }

    // MARK: What it is about

    private func header(_ result: CheckResult, _ page: inout HTMLWriter) {
        let isGood = result.passes && result.failed + result.damaged == 0
        page.element("header") { page in
            page.element("h1") { page in
                page.text("winnow check: ")
                let level = !isGood ? "error" : result.warnings > 0 ? "warning" : "ok"
                page.element("span", ["class": level], CheckWords.verdict(result))
            }
            if let since = result.since {
                page.element("p") { page in
                    page.text("Only what changed since ")
                    page.foreign(since)
                }
            }
            if let baseline = CheckWords.baseline(result) { page.element("p", baseline) }
            page.element("ul", ["class": "tiles"]) { page in
                for (count, name) in [
                    (result.files, "files"), (result.documents, "documents"), (result.lines, "lines"),
                    (result.distinctLines, "distinct lines, about"), (result.counts.total, "findings"),
                    (result.errors, "errors"), (result.warnings, "warnings"),
                ] {
                    page.element("li") { page in
                        page.element("b", CheckWords.grouped(count))
                        page.text(name)
                    }
                }
            }
            page.raw(
                "<nav aria-label=\"Sections\"><a href=\"#limits\">Limits</a><a href=\"#kinds\">Kinds</a><a href=\"#files\">Worst files</a><a href=\"#copies\">Copies</a><a href=\"#furniture\">Furniture</a><a href=\"#findings\">Findings</a><a href=\"#measures\">Measures</a><a href=\"#stages\">Stages</a></nav>\n"
            )
        }
    }

    /// Shown by the script, which alone makes them work.
    private func filters(_ result: CheckResult, _ page: inout HTMLWriter) {
        page.raw(
            "<form id=\"filter\" role=\"search\" hidden><input id=\"words\" type=\"search\" placeholder=\"words of a text, file or rule\" aria-label=\"Words to filter by\" autocomplete=\"off\" spellcheck=\"false\"><select id=\"kind\" aria-label=\"Kind of finding\"><option value=\"\">all kinds</option>"
        )
        for (kind, _) in result.counts.found { page.element("option", ["value": kind.rawValue], kind.rawValue) }
        page.raw(
            "</select><select id=\"level\" aria-label=\"Level\"><option value=\"\">all levels</option><option value=\"error\">error</option><option value=\"warning\">warning</option><option value=\"note\">note</option></select><button type=\"reset\">Show all</button><span id=\"said\" class=\"soft\" role=\"status\"></span></form>\n"
        )
    }

    private func section(
        _ id: StaticString, _ title: String, isFiltered: Bool = false, _ page: inout HTMLWriter,
        _ body: (inout HTMLWriter) -> Void
    ) {
        page.raw("<section id=\"")
        page.raw(id)
        if isFiltered { page.raw("\" data-filtered=\"") }
        page.raw("\">")
        page.element("h2", title)
        body(&page)
        if isFiltered { page.raw("<p class=\"none soft\" hidden>Nothing here fits the filter.</p>") }
        page.raw("</section>\n")
    }

    /// A table that scrolls by itself where the page is narrow; reached by keyboard.
    private func table(_ label: String, _ heads: [String], _ page: inout HTMLWriter, _ body: (inout HTMLWriter) -> Void) {
        page.element("div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": label]) { page in
            page.element("table") { page in
                page.element("thead") { page in
                    page.element("tr") { page in
                        for head in heads {
                            let isNumber = head.hasPrefix("#")
                            page.element(
                                "th", ["scope": "col", "class": isNumber ? "n" : ""], isNumber ? String(head.dropFirst()) : head
                            )
                        }
                    }
                }
                page.element("tbody", [:], body)
            }
        }
    }

    private func level(_ level: LimitLevel, _ page: inout HTMLWriter) {
        let sign = level == .error ? "✖" : level == .warning ? "▲" : "·"
        page.element("span", ["class": "level \(level.rawValue)"], "\(sign) \(level.rawValue)")
    }

    private func place(_ place: CorpusPlace, _ page: inout HTMLWriter) {
        page.element("span", ["class": "where"]) { $0.foreign(place.text) }
    }

    private func more(_ shown: Int, of all: Int, _ page: inout HTMLWriter) {
        if shown < all {
            page.element(
                "p", ["class": "soft"], "\(CheckWords.grouped(shown)) of \(CheckWords.grouped(all)) are listed.")
        }
    }

    // MARK: Limits and counts

    private func violations(_ result: CheckResult, _ page: inout HTMLWriter) {
        section("limits", "Limits", isFiltered: true, &page) { page in
            let exceeded = Dictionary(
                result.violations.filter { $0.file == nil }.map { ($0.subject, $0.level) }, uniquingKeysWith: max)
            guard !result.limits.isEmpty else { return page.element("p", "No limits are set on all files together.") }
            table("Limits of all files together", ["", "limit on", "#value", "", "warning beyond", "error beyond"], &page) {
                page in
                // What is exceeded comes first.
                for wanted in [LimitLevel.error, .warning, nil] {
                    for (subject, limit) in result.limits where exceeded[subject] == wanted {
                        row(subject, limit, wanted, result, &page)
                    }
                }
            }
            let ofFiles = result.violations.filter { $0.file != nil }
            guard !ofFiles.isEmpty else { return }
            page.element("h3", "Of single files")
            var shown = 0
            page.element("ol", ["class": "list"]) { page in
                shown = page.list(ofFiles, most: Self.mostViolations, bytes: 200_000) { violation, page in
                    page.element("li", ["data-k": name(violation.subject), "data-l": violation.level.rawValue]) { page in
                        level(violation.level, &page)
                        page.text(" \(violation.text) ")
                        place(CorpusPlace(file: violation.file ?? ""), &page)
                    }
                }
            }
            more(shown, of: result.errors + result.warnings - exceeded.count, &page)
        }
    }

    private func name(_ subject: LimitSubject) -> String {
        if case .kind(let kind) = subject { return kind.rawValue }
        return ""
    }

    private func row(
        _ subject: LimitSubject, _ limit: Limit, _ exceeded: LimitLevel?, _ result: CheckResult, _ page: inout HTMLWriter
    ) {
        func value(_ isCount: Bool) -> Double? {
            subject.value(
                isCount: isCount, counts: result.counts, lines: result.lines, documents: result.documents, sums: result.sums)
        }
        page.element("tr") { page in
            page.element("td") { page in
                if let exceeded { level(exceeded, &page) } else { page.element("span", ["class": "level ok"], "✔ within") }
            }
            page.element("th", ["scope": "row"]) { page in
                page.text(subject.name)
                page.element("small", ["class": "soft"], meaning(subject))
            }
            page.element("td", ["class": "n"]) { page in
                if case .kind(let kind) = subject { page.text("\(CheckWords.grouped(result.counts[kind])): ") }
                page.text(value(false).map(figure) ?? "–")
            }
            page.element("td") { page in
                let shares = Limit(
                    error: limit.error?.isCount == false ? limit.error : nil,
                    warn: limit.warn?.isCount == false ? limit.warn : nil)
                if let value = value(false), shares.error != nil || shares.warn != nil {
                    page.gauge(value, shares, isBeyond: exceeded)
                }
            }
            page.element("td", limit.warn?.description ?? "")
            page.element("td", limit.error?.description ?? "")
        }
    }

    private func meaning(_ subject: LimitSubject) -> String {
        switch subject {
        case .kind(let kind): "\(kind.title); share of \(kind.isOfLine ? "lines" : "documents")"
        case .measure(let index): "\(Measure.all[index].source): \(Measure.all[index].definition)"
        }
    }

    private func kinds(_ result: CheckResult, _ page: inout HTMLWriter) {
        section("kinds", "Kinds of findings", &page) { page in
            guard result.counts.total > 0 else { return page.element("p", "Nothing was found.") }
            table("Kinds of findings", ["kind", "#findings", "#files", "#share", "of lines or documents"], &page) { page in
                func share(_ kind: FindingKind) -> Double {
                    let all = kind.isOfLine ? result.lines : result.documents
                    return all > 0 ? Double(result.counts[kind]) / Double(all) : 0
                }
                let most = result.counts.found.map { share($0.kind) }.max() ?? 0
                for (kind, count) in result.counts.found {
                    page.element("tr") { page in
                        page.element("th", ["scope": "row"]) { page in
                            page.element("a", ["href": "#kind=\(kind.rawValue)"], kind.rawValue)
                            page.element("small", ["class": "soft"], kind.title)
                        }
                        page.element("td", ["class": "n"], CheckWords.grouped(count))
                        page.element("td", ["class": "n"], CheckWords.grouped(result.filesWith[kind]))
                        page.element("td", ["class": "n"], figure(share(kind)))
                        page.element("td") { $0.bar(share(kind), of: most) }
                    }
                }
            }
        }
    }

    // MARK: Lists

    private func files(_ result: CheckResult, _ page: inout HTMLWriter) {
        section("files", "Worst files", isFiltered: true, &page) { page in
            guard !result.worst.isEmpty else { return page.element("p", "No file has a finding.") }
            var shown = 0
            page.element("ol", ["class": "list"]) { page in
                shown = page.list(result.worst, most: Self.mostFiles, bytes: 600_000) { file, page in
                    let kinds = file.counts.found.map(\.kind.rawValue).joined(separator: " ")
                    let worst = file.violations.map(\.level).max() ?? .note
                    page.element("li", ["data-k": kinds, "data-l": worst.rawValue]) { self.file(file, &$0) }
                }
            }
            // More than `mostFiles` may have findings; how many is known by kind alone.
            more(shown, of: result.worst.count, &page)
        }
    }

    private func file(_ file: CheckedFile, _ page: inout HTMLWriter) {
        page.element("details") { page in
            page.element("summary") { page in
                place(CorpusPlace(file: file.name), &page)
                page.text(" \(CheckWords.count(file.counts.total, "finding")) in \(CheckWords.count(file.lines, "line"))")
                for violation in file.violations.prefix(3) {
                    page.text(" ")
                    level(violation.level, &page)
                }
            }
            for violation in file.violations { page.element("p", ["class": violation.level.rawValue], violation.text) }
            page.element("p") { page in
                for (kind, count) in file.counts.found {
                    page.element("span", ["class": "tag"], "\(kind.rawValue) \(CheckWords.grouped(count))")
                    page.text(" ")
                }
            }
            for finding in file.first {
                page.element("div") { page in
                    place(finding.place, &page)
                    page.text(" \(finding.kind.rawValue), ")
                    page.foreign(finding.message)
                    if !finding.text.isEmpty {
                        page.element("span", ["class": "text", "dir": "auto"]) { $0.visible(finding.text) }
                    }
                }
            }
        }
    }

    private func clusters(_ result: CheckResult, _ page: inout HTMLWriter) {
        section("copies", "Lines with most copies", isFiltered: true, &page) { page in
            guard !result.copies.isEmpty else { return page.element("p", "No line has more than one copy.") }
            var shown = 0
            page.element("ol", ["class": "list"]) { page in
                shown = page.list(result.copies, most: Self.mostClusters, bytes: 1_200_000) { cluster, page in
                    page.element("li", ["data-k": cluster.kind.rawValue]) { self.cluster(cluster, &$0) }
                }
            }
            more(shown, of: result.copies.count, &page)
        }
    }

    private func cluster(_ cluster: Recurrence, _ page: inout HTMLWriter) {
        page.element("details") { page in
            page.element("summary") { page in
                page.element("span", ["class": "tag"], CheckWords.count(cluster.count, "copy", "copies"))
                page.text(" ")
                page.foreign(String(cluster.text.prefix(120)))
            }
            // Copies with one text are one row.
            var texts: [String] = []
            for text in cluster.otherTexts where !texts.contains(text) { texts.append(text) }
            for text in texts {
                let places = zip(cluster.others, cluster.otherTexts).filter { $1 == text }.map(\.0)
                page.element("div", ["class": "pair"]) { page in
                    let pieces = cluster.isTextOfPlace ? WordDifference.between(cluster.text, text) : nil
                    page.element("div") { page in
                        page.text("kept: ")
                        place(cluster.place, &page)
                        if let pieces {
                            side(pieces.a, "del", &page)
                        } else {
                            page.element(
                                "p", ["class": "soft"],
                                cluster.kind == .nearDuplicate
                                    ? "Its text is out of sight."
                                    : "The same text, but for case and punctuation.")
                        }
                    }
                    page.element("div") { page in
                        page.text(pieces != nil && cluster.text == text ? "identical: " : "copy: ")
                        for (index, copy) in places.enumerated() {
                            if index > 0 { page.text(", ") }
                            place(copy, &page)
                        }
                        side(pieces?.b ?? [.init(text: text, isShared: true)], "ins", &page)
                    }
                }
            }
            if cluster.count > cluster.others.count {
                page.element("p", ["class": "soft"], "and \(CheckWords.grouped(cluster.count - cluster.others.count)) more")
            }
        }
    }

    private func side(_ pieces: [WordDifference.Piece], _ tag: StaticString, _ page: inout HTMLWriter) {
        page.element("span", ["class": "text", "dir": "auto"]) { page in
            for piece in pieces {
                if piece.isShared { page.visible(piece.text) } else { page.element(tag) { $0.visible(piece.text) } }
            }
        }
    }

    private func furniture(_ result: CheckResult, _ page: inout HTMLWriter) {
        section("furniture", "Most frequent furniture", isFiltered: true, &page) { page in
            guard !result.furniture.isEmpty else { return page.element("p", "No line of furniture recurs.") }
            var shown = 0
            page.element("ol", ["class": "list"]) { page in
                shown = page.list(result.furniture, most: 100, bytes: 300_000) { entry, page in
                    page.element("li", ["data-k": entry.kind.rawValue]) { page in
                        page.element("span", ["class": "tag"], "\(CheckWords.grouped(entry.count)) times")
                        page.text(" ")
                        page.foreign(entry.text)
                        page.element("small") { page in
                            page.text(" first at ")
                            place(entry.place, &page)
                            if let rule = entry.otherTexts.first {
                                page.text(", ")
                                page.foreign(rule)
                            }
                        }
                    }
                }
            }
            more(shown, of: result.furniture.count, &page)
        }
    }

    private func findings(_ result: CheckResult, _ page: inout HTMLWriter) {
        section("findings", "Findings", isFiltered: true, &page) { page in
            guard result.counts.total > 0 else { return page.element("p", "Nothing was found.") }
            var counts = FindingCounts()
            let some = result.ranked().filter { entry in
                counts[entry.finding.kind] += 1
                return counts[entry.finding.kind] <= Self.mostOfKind
            }
            var shown = 0
            page.element("ol", ["class": "list"]) { page in
                shown = page.list(some, most: .max, bytes: 1_800_000) { entry, page in
                    let finding = entry.finding
                    page.element("li", ["data-k": finding.kind.rawValue, "data-l": entry.level.rawValue]) { page in
                        level(entry.level, &page)
                        page.text(" \(finding.kind.rawValue) ")
                        place(finding.place, &page)
                        if finding.column > 0 { page.element("small", " column \(finding.column)") }
                        page.element("small") { page in
                            page.text(" \(finding.ruleID): ")
                            page.foreign(finding.message)
                        }
                        if let twin = finding.twin, let text = twin.text, text != finding.text {
                            let pieces = WordDifference.between(text, finding.text)
                            page.element("div", ["class": "pair"]) { page in
                                page.element("div") { side(pieces.a, "del", &$0) }
                                page.element("div") { side(pieces.b, "ins", &$0) }
                            }
                        } else if !finding.text.isEmpty {
                            page.element("span", ["class": "text", "dir": "auto"]) { $0.visible(finding.text) }
                        }
                    }
                }
            }
            more(shown, of: result.counts.total, &page)
        }
    }

    // MARK: Measures

    private func measures(_ result: CheckResult, _ page: inout HTMLWriter) {
        section("measures", "Measures", &page) { page in
            let limits = Dictionary(result.limits.map { ($0.subject, $0.limit) }, uniquingKeysWith: { $1 })
            table("Measures", ["measure", "#value", "documents by value", "limit"], &page) { page in
                for (index, measure) in Measure.all.enumerated() {
                    let limit = limits[.measure(index)]
                    page.element("tr") { page in
                        page.element("th", ["scope": "row"]) { page in
                            page.text(measure.name)
                            page.element("small", ["class": "soft"], "\(measure.source): \(measure.definition)")
                        }
                        page.element("td", ["class": "n"], measure.value(result.sums).map(figure) ?? "–")
                        page.element("td") { $0.histogram(result.distributions[index], of: measure.name, limit: limit) }
                        page.element("td", limit.map { ($0.error ?? $0.warn)?.description ?? "" } ?? "")
                    }
                }
            }
        }
    }

    private func stages(_ result: CheckResult, _ page: inout HTMLWriter) {
        section("stages", "What cleaning would remove", &page) { page in
            table("What each stage would remove", ["stage", "#lines", "#characters", "share of lines"], &page) { page in
                for (index, stage) in result.stages.enumerated() {
                    page.element("tr") { page in
                        page.element("th", ["scope": "row"], stage)
                        page.element("td", ["class": "n"], CheckWords.grouped(result.sums.removedLines[index]))
                        page.element("td", ["class": "n"], CheckWords.grouped(result.sums.removedCharacters[index]))
                        page.element("td") { $0.bar(Double(result.sums.removedLines[index]), of: Double(result.sums[.lines])) }
                    }
                }
            }
        }
    }
}
