import WinnowCore
import WinnowText

/// Removes page furniture: related-content blocks, credit lines, share bars, prompts, menus.
///
/// Each line is matched by itself against the phrases of all packs (`LineMatcher`, the pure half); the judge then looks at
/// neighbours: the teasers below a related-content heading, runs of menu entries.
public struct Boilerplate: DocumentStage, PatternStage, ClaimStage {
    /// Rules besides the kinds of phrases.
    enum Extra: Int, CaseIterable {
        case teaser
        case menuRun
        case copyrightSign
        case pattern
        case classifier

        var name: String {
            switch self {
            case .teaser: "related-teaser"
            case .menuRun: "menu-run"
            case .copyrightSign: "copyright-sign"
            case .pattern: "drop-pattern"
            case .classifier: "classifier"
            }
        }
        var rule: UInt16 { UInt16(RuleKind.all.count + rawValue) }
    }

    public static let descriptor = StageDescriptor(
        name: "boilerplate",
        help: "Removes page furniture by phrases, the lines around them and a line classifier, in many languages.",
        scope: .document, lookAhead: "the window", memory: "some 250 bytes a line of the window",
        options: [
            OptionDescriptor(
                "profile", .choice(LineClassifier.Profile.allCases.map(\.rawValue)), default: .word("article"),
                help:
                    "article: text that was extracted or pasted, of which next to nothing may be lost; page: whole pages as text"
            ),
            OptionDescriptor(
                "classifier", .flag, default: .flag(true), help: "whether lines also go by the line classifier (docs/model.md)"),
            OptionDescriptor(
                "model", .file, default: .file(FileContents()),
                help: "a model that was trained on pages of your own (docs/model.md); winnow's when empty"),
            OptionDescriptor(
                "languages", .words, default: .words([]),
                help: "use only the packs of these languages (codes such as en, pl); all when empty"),
            OptionDescriptor("skip-kinds", .words, default: .words([]), help: "kinds of furniture that stay"),
            OptionDescriptor(
                "teasers", .integer(0...100), default: .integer(10), unit: "lines",
                help: "how many short lines below a related-content heading may go with it"),
            OptionDescriptor(
                "packs", .packs, default: .packs([]), help: "further rule packs: files like those of winnow itself"),
            OptionDescriptor(
                "drop", .words, default: .words([]),
                help: "regular expressions; a line that one matches goes (Vectorscan syntax)"),
        ],
        ruleNames: RuleKind.all.map(\.name) + Extra.allCases.map(\.name))

    private let table: PhraseTable
    private let drop: PatternSet
    private let teasers: Int
    private let profile: LineClassifier.Profile
    /// Nil when the classifier is off.
    private let model: LineModel?
    private var tellsClaims = false

    public init(_ options: OptionValues, cache: (any PatternCache)?) throws(WinnowError) {
        teasers = options.integer("teasers")
        profile = LineClassifier.Profile(rawValue: options.word("profile")) ?? .article
        if options.flag("classifier") {
            let file = options.file("model")
            do throws(WinnowError) { model = file.name.isEmpty ? .builtIn : try LineModel.read(file) } catch {
                throw error.located(at: options.location(of: "model"))
            }
        } else {
            model = nil
        }
        let kinds = RuleKind.all.map(\.name)
        for name in options.words("skip-kinds") where !kinds.contains(name) {
            throw WinnowError(
                .usage, "skip-kinds: unknown kind '\(name)'", hint: nameHint(for: name, among: kinds, all: "kinds"),
                at: options.location(of: "skip-kinds"))
        }
        let skipped = Set(options.words("skip-kinds").compactMap(RuleKind.index(of:)))
        let languages = Set(options.words("languages"))
        for name in languages.sorted() where !BuiltInPhrases.languages.contains(name) {
            throw WinnowError(
                .usage, "languages: no built-in pack for '\(name)'",
                hint: "built-in packs: \(BuiltInPhrases.languages.joined(separator: ", "))",
                at: options.location(of: "languages"))
        }
        let table = PhraseTable(languages: languages, skipping: skipped)
        let folder = Folder()
        var patterns = options.words("drop")
        for pack in options.packs("packs") {
            for phrase in pack.phrases {
                if phrase.anchor == .pattern {
                    patterns.append(phrase.text)
                } else {
                    try table.add(phrase, language: pack.language, folder: folder)
                }
            }
        }
        self.table = table
        do throws(WinnowError) { drop = try PatternSet(patterns, cache: cache) } catch {
            throw error.located(at: options.location(of: options.words("drop").isEmpty ? "packs" : "drop"))
        }
    }

    public var mayTake: Double? { Double(profile.share) / 100 }

    public func words(_ reason: Reason, about text: String) -> String { ClassifierReasons.words(reason, about: text) }

    public func pattern(_ index: UInt32) -> String {
        let index = Int(index)
        return index >= table.count ? drop.patterns[index - table.count] : table.description(index)
    }

    public var tellingClaims: Boilerplate {
        var stage = self
        stage.tellsClaims = true
        return stage
    }

    final class Notes: ClaimNotes {
        fileprivate(set) var matches: [LineMatch] = []
        /// Only where the classifier is on.
        fileprivate(set) var scores: [LineScore] = []
        /// Index of the `drop` pattern that a line matches; only where there are patterns.
        fileprivate(set) var dropped: [(line: Int, pattern: Int)] = []
        /// Rules that take a line by itself; only where claims are told, and until they are.
        fileprivate var own: [(line: Int, rule: UInt16)]?
        fileprivate(set) var claims: [RuleClaim] = []
    }

    private final class Analyzer: BatchAnalyzer {
        private var matcher: LineMatcher
        private let drop: PatternSet.Matcher?
        private var scorer: LineScorer?
        private let tellsClaims: Bool

        init(
            _ table: PhraseTable, _ drop: PatternSet, _ model: LineModel?, tellsClaims: Bool
        ) throws(WinnowError) {
            self.tellsClaims = tellsClaims
            matcher = LineMatcher(table)
            scorer = model.map(LineScorer.init)
            self.drop = drop.patterns.isEmpty ? nil : try drop.makeMatcher()
        }

        func analyze(_ batch: borrowing LineBatch, reusing: (any BatchNotes)?) -> any BatchNotes {
            let notes = reusing as? Notes ?? Notes()
            notes.dropped.removeAll(keepingCapacity: true)
            // Taken out while it is written to: fields of a class are checked for exclusive access at every use.
            var matches: [LineMatch] = []
            swap(&matches, &notes.matches)
            defer { swap(&matches, &notes.matches) }
            matches.removeAll(keepingCapacity: true)
            batch.withView { view in
                for index in view.lines.indices {
                    let text = view.text(index)
                    matches.append(
                        matcher.match(
                            text: text, key: view.key(index), words: Int(view.lines[index].keyWords),
                            flags: view.lines[index].flags))
                    if let drop, let pattern = drop.firstMatch(in: text) { notes.dropped.append((index, pattern)) }
                }
            }
            if tellsClaims { notes.own = rules(of: batch, matches) }
            score(batch, notes)
            return notes
        }

        private func rules(of batch: borrowing LineBatch, _ matches: [LineMatch]) -> [(line: Int, rule: UInt16)] {
            var rules: [(line: Int, rule: UInt16)] = []
            batch.withView { view in
                for (index, match) in matches.enumerated() where match.isTaken {
                    let line = view.lines[index]
                    let found = matcher.rules(
                        text: view.text(index), key: view.key(index), words: Int(line.keyWords), flags: line.flags, match: match
                    )
                    rules += found.kinds.map { (index, UInt16($0)) }
                    if found.hasCopyrightSign { rules.append((index, Extra.copyrightSign.rule)) }
                }
            }
            return rules
        }

        private func score(_ batch: borrowing LineBatch, _ notes: Notes) {
            guard var scorer else { return }
            var scores: [LineScore] = []
            swap(&scores, &notes.scores)
            defer { swap(&scores, &notes.scores) }
            scores.removeAll(keepingCapacity: true)
            batch.withView { view in
                for index in view.lines.indices {
                    scores.append(view.lines[index].flags.contains(.blank) ? LineScore() : scorer.score(view.text(index)))
                }
            }
        }
    }

    public func makeAnalyzer() throws(WinnowError) -> any BatchAnalyzer {
        try Analyzer(table, drop, model, tellsClaims: tellsClaims)
    }

    public func makeJudge(stage: UInt8, shared: AnyObject?) -> any DocumentJudge {
        Judge(table: table, teasers: teasers, classifier: model.map { LineClassifier($0, profile) }, stage: stage)
    }
}

extension Boilerplate {
    final class Judge: DocumentJudge {
        private let table: PhraseTable
        private let teasers: Int
        private let stage: UInt8
        /// A related-content block that the last window left open.
        private var open: RelatedBlock?
        private var openAtEnd: RelatedBlock?
        private var isFirstWindow = true
        @exclusivity(unchecked) private var classifier: LineClassifier?
        @exclusivity(unchecked) private var findings: [LineClassifier.Finding] = []
        @exclusivity(unchecked) private var menuRuns: MenuRuns
        @exclusivity(unchecked) private var teasersBelow = RelatedBlock.Teasers()

        init(table: PhraseTable, teasers: Int, classifier: LineClassifier?, stage: UInt8) {
            self.classifier = classifier
            self.table = table
            self.teasers = teasers
            self.stage = stage
            menuRuns = MenuRuns(stage: stage, rule: Extra.menuRun.rule)
        }

        func begin(_ document: Document) {
            open = nil
            openAtEnd = nil
            isFirstWindow = true
            classifier?.begin()
        }

        func decide(_ batch: inout LineBatch, _ notes: any BatchNotes) -> Int {
            guard let notes = notes as? Notes else { return 0 }
            var changes = 0
            // It looks at the lines before rules take some, since debris tells of its neighbours; but rules have the first word.
            classifier?.find(batch, notes.scores, isFirst: isFirstWindow, into: &findings)
            if let own = notes.own {
                notes.claims = claims(own, batch, notes)
                notes.own = nil
            }
            for (line, pattern) in notes.dropped {
                guard let place = place(of: line, in: batch) else { continue }
                let evidence = Evidence.pattern(UInt32(table.count + pattern))
                if batch.drop(place, Verdict(stage: stage, rule: Extra.pattern.rule, evidence: evidence)) { changes += 1 }
            }
            changes += dropBlocks(&batch, notes)
            changes += menuRuns.drop(from: &batch, notes.matches, isFirst: isFirstWindow)
            for place in batch.lines.indices where batch.isKept(place) {
                let match = notes.matches[Int(batch.lines[place].source)]
                guard match.isTaken else { continue }
                let verdict = match.isCopyright ? copyrightVerdict : verdict(match.phrase)
                if batch.drop(place, verdict) { changes += 1 }
            }
            for finding in findings where batch.isKept(finding.place) {
                let verdict = Verdict(stage: stage, rule: Extra.classifier.rule, evidence: reasons(finding, &batch))
                if batch.drop(finding.place, verdict) { changes += 1 }
            }
            return changes
        }

        /// What each rule would take of a batch of which none has taken anything.
        private func claims(_ own: [(line: Int, rule: UInt16)], _ batch: LineBatch, _ notes: Notes) -> [RuleClaim] {
            var found = own + notes.dropped.map { ($0.line, Extra.pattern.rule) }
            found += findings.map { (Int(batch.lines[$0.place].source), Extra.classifier.rule) }
            found.removeAll {
                place(of: $0.line, in: batch) == nil || !batch.lines[$0.line].flags.isDisjoint(with: .untouchable)
            }
            func addTaken(_ rule: UInt16, _ take: (inout LineBatch) -> Int) {
                var copy = batch
                guard take(&copy) > 0 else { return }
                for (line, verdict) in copy.verdicts.enumerated() {
                    if let verdict, verdict.stage == stage, verdict.rule == rule { found.append((line, rule)) }
                }
            }
            let openAtEnd = openAtEnd
            addTaken(Extra.teaser.rule) { dropBlocks(&$0, notes) }
            self.openAtEnd = openAtEnd
            addTaken(Extra.menuRun.rule) { menuRuns.drop(from: &$0, notes.matches, isFirst: isFirstWindow) }
            return found.sorted { ($0.line, $0.rule) < ($1.line, $1.rule) }.map {
                RuleClaim(stage: stage, rule: $0.rule, line: $0.line)
            }
        }

        func commit(_ batch: borrowing LineBatch, _ notes: any BatchNotes) {
            open = openAtEnd
            openAtEnd = nil
            isFirstWindow = false
            classifier?.begin()
        }

        func nearMisses(_ batch: inout LineBatch, _ notes: any BatchNotes) -> [NearMiss] {
            guard let notes = notes as? Notes else { return [] }
            return nearPhrases(batch, notes) + nearScores(&batch, notes)
        }

        private func nearPhrases(_ batch: borrowing LineBatch, _ notes: Notes) -> [NearMiss] {
            var found: [NearMiss] = []
            var matcher = LineMatcher(table)
            batch.withView { view in
                for place in view.lines.indices where view.lines[place].source >= 0 {
                    let index = Int(view.lines[place].source)
                    let line = view.lines[index]
                    let match = notes.matches[index]
                    if match.isTaken, line.flags.contains(.protected) {
                        let verdict = match.isCopyright ? copyrightVerdict : verdict(match.phrase)
                        found.append(NearMiss(line: index, verdict: verdict, lacked: "it is protected"))
                        continue
                    }
                    _ = matcher.match(
                        text: view.text(index), key: view.key(index), words: Int(line.keyWords), flags: line.flags)
                    guard let (phrase, lacked) = matcher.refused else { continue }
                    found.append(
                        NearMiss(line: index, verdict: verdict(Int32(truncatingIfNeeded: phrase)), lacked: lacked.words))
                }
            }
            return found
        }

        private func nearScores(_ batch: inout LineBatch, _ notes: Notes) -> [NearMiss] {
            guard let near = classifier?.nearest(batch, notes.scores, isFirst: isFirstWindow) else { return [] }
            return near.map { finding, lacked in
                let verdict = Verdict(
                    stage: stage, rule: Extra.classifier.rule, evidence: reasons(finding, &batch))
                return NearMiss(line: Int(batch.lines[finding.place].source), verdict: verdict, lacked: lacked)
            }
        }

        private var copyrightVerdict: Verdict { Verdict(stage: stage, rule: Extra.copyrightSign.rule, evidence: .none) }

        private func reasons(_ finding: LineClassifier.Finding, _ batch: inout LineBatch) -> Evidence {
            guard batch.isExplained else { return .score(finding.score, first: 0, count: 0) }
            let first = batch.reasons.count
            classifier?.explain(finding, &batch)
            let count = batch.reasons.count - first
            return .score(
                finding.score, first: UInt32(truncatingIfNeeded: first), count: UInt32(truncatingIfNeeded: count))
        }

        private func verdict(_ phrase: Int32) -> Verdict {
            Verdict(stage: stage, rule: UInt16(table[Int(phrase)].kind), evidence: .pattern(UInt32(bitPattern: phrase)))
        }

        private func place(of line: Int, in batch: borrowing LineBatch) -> Int? {
            if batch.lines[line].source == Int32(truncatingIfNeeded: line) { return line }
            return batch.lines.indices.first { batch.lines[$0].source == Int32(truncatingIfNeeded: line) }
        }

        /// Drops related-content headings and the teasers below them.
        private func dropBlocks(_ batch: inout LineBatch, _ notes: Notes) -> Int {
            var changes = 0
            var block = open
            var start = 0
            var place = 0
            // Blocks begin at a heading; the one that the last window left open begins at the top.
            while place <= batch.lines.count {
                if let current = block {
                    openAtEnd = current.end(from: start, batch, notes.matches, &teasersBelow)
                    for teaser in teasersBelow.places {
                        let evidence = Evidence.block(head: UInt32(truncatingIfNeeded: current.head), pattern: current.phrase)
                        if batch.drop(teaser, Verdict(stage: stage, rule: Extra.teaser.rule, evidence: evidence)) {
                            changes += 1
                        }
                    }
                    block = nil
                    place = max(place, start)
                }
                guard place < batch.lines.count else { break }
                if batch.isKept(place) {
                    let line = Int(batch.lines[place].source)
                    let phrase = notes.matches[line].phrase
                    if phrase >= 0, RuleKind.all[Int(table[Int(phrase)].kind)].opensBlock, batch.drop(place, verdict(phrase)) {
                        changes += 1
                        block = RelatedBlock(
                            head: batch.number(line), phrase: UInt32(bitPattern: phrase), remaining: teasers,
                            isSpaced: nil)
                        start = place + 1
                    }
                }
                place += 1
            }
            return changes
        }
    }
}
