import WinnowCore
import WinnowIO
import WinnowStages
import WinnowText

/// The ordered end of a check: makes findings of decided windows, and sums of everything. One thread at a time is in it, and none
/// of its methods is entered twice, so that its state needs no checks of access.
final class CheckCollector: WindowObserver {
    private let settings: CheckSettings
    private let pipeline: Pipeline
    private let steps: CheckSteps
    private let names: DocumentNames
    /// Nil where nobody wants all findings.
    private let onFinding: ((Finding) throws(WinnowError) -> Void)?
    private let onClaimed: ((ClaimedLine) -> Void)?
    private let onDamage: (WinnowError) -> Void
    private let wantsKeys: Bool
    @exclusivity(unchecked) private var workers: [CheckWorker] = []
    @exclusivity(unchecked) private var index: LineIndex
    @exclusivity(unchecked) private var baseline: BaselineUse
    @exclusivity(unchecked) private var copies = TopRecurrences()
    @exclusivity(unchecked) private var furniture = TopRecurrences()
    @exclusivity(unchecked) private var worst: WorstFiles
    private let weights: [Int]
    /// What a line is that a stage drops without a twin.
    private let stageKinds: [FindingKind]
    @exclusivity(unchecked) private var listed = FindingCounts()
    @exclusivity(unchecked) private var result: CheckResult
    @exclusivity(unchecked) private var file: CheckedFile?
    @exclusivity(unchecked) private var fileLimits: [(subject: LimitSubject, limit: Limit)] = []
    @exclusivity(unchecked) private var fileChanges: ChangedLines.File?
    @exclusivity(unchecked) private var document = DocumentState()

    /// What is known of the document that is being read.
    private struct DocumentState {
        var ordinal = -1
        var place = CorpusPlace(file: "")
        var sums = MeasureSums()
        var ends = [0, 0, 0]
        var firstEnds = [0, 0, 0]
        var lastLine = 0
        var lacksEnd = false
        var guardFired = false
        var lost = 0
    }

    init(
        _ settings: CheckSettings, _ names: DocumentNames, isCorpus: Bool, onDamage: @escaping (WinnowError) -> Void,
        onFinding: ((Finding) throws(WinnowError) -> Void)?, onClaimed: ((ClaimedLine) -> Void)? = nil
    ) {
        self.settings = settings
        self.names = names
        self.onFinding = onFinding
        self.onClaimed = onClaimed
        self.onDamage = onDamage
        pipeline = settings.pipeline
        stageKinds = pipeline.names.map {
            $0 == Boilerplate.descriptor.name || $0 == Furniture.descriptor.name
                ? .boilerplate : $0 == BlankLines.descriptor.name ? .surplusBlankLine : .otherChange
        }
        steps = CheckSteps(pipeline, isComplete: settings.normalizesAll)
        // In corpus scope the stage itself compares across files.
        wantsKeys = settings.options.acrossFiles && !isCorpus
        index = LineIndex(limit: settings.pipeline.memory)
        baseline = BaselineUse(settings.baseline, updates: settings.updatesBaseline)
        result = CheckResult(winnow: settings.winnow, stages: pipeline.names)
        result.limits = CheckOptions.sorted(settings.options.corpus)
        result.since = settings.since?.revision
        weights = Self.weights(settings.options)
        worst = WorstFiles(weights: weights)
    }

    /// Findings of kinds that have limits weigh more.
    private static func weights(_ options: CheckOptions) -> [Int] {
        FindingKind.allCases.map { kind in
            let all = [options.corpus, options.file] + options.groups.map(\.limits)
            let limits = all.compactMap { $0[.kind(kind)] }
            return limits.contains { $0.error != nil } ? 10 : limits.isEmpty ? 0 : 1
        }
    }

    func makeWorker() throws(WinnowError) -> any WindowWorker {
        let worker = try CheckWorker(steps, wantsKeys: wantsKeys)
        workers.append(worker)
        return worker
    }

    func deliver(damaged problem: WinnowError) {
        result.damaged += 1
        onDamage(problem)
    }

    // MARK: Files and documents

    func deliver(_ work: Chunk.Work, record: RecordWork?) throws(WinnowError) {
        guard let notes = work.observed as? WindowNotes else { return }
        let batch = work.work.batch
        if document.ordinal != batch.document.ordinal { try begin(batch.document, record?.record) }
        document.sums += notes.sums
        for kind in 0..<3 {
            if document.ends[kind] == 0 { document.firstEnds[kind] = notes.firstEnds[kind] }
            document.ends[kind] += notes.ends[kind]
        }
        document.lastLine = batch.firstLine + batch.lines.count - 1
        document.lacksEnd = notes.lastEndsWithNone
        document.guardFired = document.guardFired || work.work.guardFired
        result.bytes += batch.raw.count - (record?.isEndAdded == true && batch.isLast ? 1 : 0)
        try addLines(work.work, notes)
        if let onClaimed { tell(work.work, onClaimed) }
        if batch.isLast { try endDocument(batch.document.encoding) }
    }

    private func begin(_ new: Document, _ record: Record?) throws(WinnowError) {
        // One that broke off.
        if document.ordinal >= 0 { try endDocument(nil) }
        let place = names.place(new.ordinal) ?? (new.name, 0)
        if file?.name != place.file { try beginFile(place.file) }
        document.place = CorpusPlace(file: place.file, record: place.record)
        document.place.fileLine = record.map { $0.isWARC ? 0 : $0.line } ?? 0
        document.ordinal = new.ordinal
    }

    private func beginFile(_ name: String) throws(WinnowError) {
        endFile()
        firstAreGood = false
        seeds.removeAll(keepingCapacity: true)
        file = CheckedFile(name: name, stages: pipeline.names.count)
        let bytes = Array(name.utf8)
        var limits = settings.options.file
        for (glob, group) in settings.groups where glob.matches(bytes, isFolder: false) {
            limits.merge(group) { $1 }
        }
        fileLimits = CheckOptions.sorted(limits)
        fileChanges = settings.since?.changes(of: name)
        baseline.begin(file: name)
    }

    /// A file without a document.
    func addEmpty(file name: String) throws(WinnowError) {
        if document.ordinal >= 0 { try endDocument(nil) }
        try beginFile(name)
        try add(whole(.emptyDocument, "no record with a text", rule: "empty-document"))
    }

    /// A file whose bytes are in another encoding than the one that it is read in.
    func addForeign(file name: String, _ found: String, _ expected: String) {
        foreign[name] = "it seems to be \(found), \(expected) was expected"
    }
    /// By file, until its first document is met. Guarded by the order of feeding: see `CheckRun`.
    @exclusivity(unchecked) private var foreign: [String: String] = [:]

    private var isChecked: Bool { settings.since == nil || fileChanges != nil }

    private func endDocument(_ encoding: String?) throws(WinnowError) {
        defer { document = DocumentState() }
        guard isChecked else { return }
        result.documents += 1
        file?.documents += 1
        let sums = document.sums
        if let detail = foreign.removeValue(forKey: document.place.file) {
            try add(whole(.foreignEncoding, detail, rule: "encoding"))
        }
        // Scripts without spaces have a word, about, for each character.
        let words = sums[.words] + sums[.han] + sums[.kana] + sums[.hangul]
        if words == 0 {
            try add(whole(.emptyDocument, "no word", rule: "empty-document"))
        } else if words < settings.options.shortDocument {
            try add(whole(.shortDocument, "\(words) \(words == 1 ? "word" : "words")", rule: "short-document"))
        }
        let all = sums[.lineCharacters]
        if document.guardFired {
            try add(whole(.mostlyDebris, "the guard against harm fired: nearly all would go", rule: "mostly-debris"))
        } else if all > 0, Double(document.lost) > settings.options.mostlyDebris * Double(all) {
            let share = figure(Double(document.lost) / Double(all))
            try add(whole(.mostlyDebris, "cleaning would remove \(share) of its characters", rule: "mostly-debris"))
        }
        try addLineEnds()
        for (index, ratio) in Self.ratios.enumerated() {
            let all = sums[ratio.denominator]
            if all > 0 { result.distributions[index].add(Double(sums[ratio.numerator]) / Double(all)) }
        }
        file?.sums += sums
        let lines = sums[.lines]
        file?.lines += lines
    }

    /// What `Measure.value` divides, without the names.
    private static let ratios = Measure.all.map { (numerator: $0.numerator, denominator: $0.denominator) }

    private func addLineEnds() throws(WinnowError) {
        let names = ["LF", "CR LF", "CR"]
        let kinds = (0..<3).filter { document.ends[$0] > 0 }
        if kinds.count > 1, let rare = kinds.min(by: { (document.ends[$0], $0) < (document.ends[$1], $1) }) {
            let counts = kinds.map { "\(document.ends[$0]) \(names[$0])" }.joined(separator: ", ")
            try add(whole(.mixedLineEnds, counts, rule: "line-ends", line: document.firstEnds[rare]))
        } else if let only = kinds.first, only > 0 {
            try add(whole(.carriageReturns, "all lines end in \(names[only])", rule: "line-ends"))
        }
        if document.lacksEnd, document.place.record == 0 {
            try add(whole(.noFinalNewline, "the last line has no end", rule: "final-newline", line: document.lastLine))
        }
    }

    private func whole(_ kind: FindingKind, _ message: String, rule: String, line: Int = 0) -> Finding {
        var place = document.ordinal >= 0 ? document.place : CorpusPlace(file: file?.name ?? "")
        place.line = line
        if place.record == 0 { place.fileLine = line }
        return Finding(
            kind, place, stage: "check", rule: rule, message: message,
            fingerprint: fingerprint(kind, stage: "check", rule: rule, []))
    }

    private func endFile() {
        guard var done = file else { return }
        file = nil
        foreign[done.name] = nil
        guard isChecked else { return }
        result.files += 1
        let lines = fileChanges.map { $0.count(of: done.lines) } ?? done.lines
        done.violations = CheckOptions.violations(
            of: fileLimits, file: done.name, counts: done.counts, lines: lines, documents: done.documents, sums: done.sums)
        result.lines += lines
        result.sums += done.sums
        result.counts += done.counts
        for (kind, _) in done.counts.found { result.filesWith[kind] += 1 }
        for violation in done.violations { note(violation) }
        worst.add(done)
    }

    private func note(_ violation: Violation) {
        if violation.level == .error { result.errors += 1 } else { result.warnings += 1 }
        if result.violations.count < CheckResult.mostListed { result.violations.append(violation) }
    }

    /// The result, when everything was delivered.
    func finish(failed: Int) throws(WinnowError) -> CheckResult {
        if document.ordinal >= 0 { try endDocument(nil) }
        endFile()
        result.failed = failed
        let ofFiles = result.violations
        result.violations = []
        let ofCorpus = CheckOptions.violations(
            of: result.limits, file: nil, counts: result.counts, lines: result.lines, documents: result.documents,
            sums: result.sums)
        for violation in ofCorpus { note(violation) }
        result.violations += ofFiles
        result.worst = worst.sorted
        result.copies = copies.top(100)
        result.furniture = furniture.top(100)
        var distinct = DistinctLines()
        for worker in workers { distinct.join(worker.distinctLines) }
        result.distinctLines = distinct.estimate
        result.baseline = baseline.result
        if settings.since != nil {
            // What was not looked at is not known to be gone.
            result.baseline?.fixed = 0
            result.baseline?.missing = 0
            result.baseline?.fixedFirst = []
        }
        return result
    }

    var updatedBaseline: [UInt8] { baseline.updated }

    // MARK: Lines

    private func addLines(_ work: BatchWork, _ notes: WindowNotes) throws(WinnowError) {
        let batch = work.batch
        var changes: [Change] = []
        pipeline.forEachChange(in: batch) { changes.append($0) }
        var fault = notes.faults[...]
        for change in changes {
            try addFaults(&fault, before: change.index, batch)
            try add(change, notes, &fault, batch)
        }
        try addFaults(&fault, before: .max, batch)
        guard wantsKeys, notes.keys.count == batch.lines.count else { return }
        for line in batch.lines.indices
        where notes.keys[line] != 0 && batch.lines[line].source == Int32(truncatingIfNeeded: line) {
            let place = LineIndex.Place(
                document: UInt32(truncatingIfNeeded: batch.document.ordinal),
                line: UInt32(truncatingIfNeeded: batch.number(line)))
            guard let known = try index.find(notes.keys[line], orAdd: place), known.document != place.document else { continue }
            let twin = Twin(document: known.document, line: known.line, shared: 1, total: 1, measure: .equal)
            try addCopy(twin, line, batch, stage: "check", rule: "across-files", action: nil)
        }
    }

    private func tell(_ work: BatchWork, _ onClaimed: (ClaimedLine) -> Void) {
        var claims = work.claims[...]
        while let first = claims.first {
            let own = claims.prefix { $0.line == first.line && $0.stage == first.stage }
            claims = claims.dropFirst(own.count)
            let names = pipeline.ruleNames[Int(first.stage)]
            onClaimed(
                ClaimedLine(
                    place: place(first.line, work.batch), document: document.ordinal, text: text(work.batch, first.line),
                    stage: pipeline.names[Int(first.stage)], rules: own.map { names[Int($0.rule)] }))
        }
    }

    private func add(
        _ change: Change, _ notes: WindowNotes, _ faults: inout ArraySlice<WindowNotes.LineFault>, _ batch: LineBatch
    ) throws(WinnowError) {
        let line = batch.lines[change.index]
        let isOwn = line.source == Int32(truncatingIfNeeded: change.index)
        var seen: [FindingKind] = []
        while let fault = faults.first, fault.line == change.index {
            seen.append(fault.fault.kind)
            try add(fault, batch, action: "rewrite")
            faults.removeFirst()
        }
        // What no detector has a name for.
        let rewrites = steps.areOfCharacters(change.steps) ? steps.kinds.indices : 0..<0
        for index in rewrites where change.steps.contains(Steps(step: index)) {
            let kind = steps.kinds[index]
            let isKnown = kind.map {
                seen.contains($0) || $0 == .trailingSpace || $0 == .carriageReturns || $0 == .foreignEncoding
            }
            let isOther = kind == .invisibleCharacter && seen.contains(.bidiControl)
            if isKnown ?? false || isOther { continue }
            // One step's result may be another's work: an entity that stands for a control.
            if kind != nil, !seen.isEmpty { continue }
            let step = pipeline.steps[index]
            let stage = pipeline.names[Int(step.stage)]
            let rule = pipeline.ruleNames[Int(step.stage)][Int(step.rule)]
            try addLine(
                kind ?? .otherChange, change.index, batch, stage: stage, rule: rule, message: "cleaning rewrites it",
                action: "rewrite")
        }
        guard !isOwn else { return }
        if case .move = change.action { return }
        countRemoved(change, batch)
        let kind = stageKinds[Int(change.verdict.stage)]
        if kind == .surplusBlankLine, canSkip(kind) { return count(kind) }
        let stage = pipeline.stageName(change.verdict)
        let rule = pipeline.ruleName(change.verdict)
        if case .twin(let twin) = change.verdict.evidence {
            return try addCopy(twin, change.index, batch, stage: stage, rule: rule, action: "drop")
        }
        try addLine(kind, change.index, batch, stage: stage, rule: rule, message: message(change), action: "drop")
    }

    private func message(_ change: Change) -> String {
        switch change.verdict.evidence {
        case .none, .twin: pipeline.ruleName(change.verdict)
        case .pattern: "\"\(pipeline.pattern(change.verdict) ?? "")\""
        case .block(let head, _): "below line \(head), \"\(pipeline.pattern(change.verdict) ?? "")\""
        case .run(let lines): "one of \(lines) such lines in a row"
        case .documents(let count, let all): "in \(count) of \(all) documents"
        case .score(let score, _, _): "score \(Evidence.text(ofScore: score))"
        }
    }

    private func countRemoved(_ change: Change, _ batch: LineBatch) {
        let line = batch.lines[change.index]
        let start = Int(line.start)
        let characters = batch.raw.withUnsafeBufferPointer {
            Kernels.countCharacters(UnsafeBufferPointer(rebasing: $0[start..<start + Int(line.length)]))
        }
        let stage = Int(change.verdict.stage)
        if document.sums.removedLines.isEmpty {
            document.sums.removedLines = [Int](repeating: 0, count: pipeline.names.count)
            document.sums.removedCharacters = document.sums.removedLines
        }
        document.sums.removedLines[stage] += 1
        document.sums.removedCharacters[stage] += characters
        document.sums[.removedLines] += 1
        document.sums[.removedCharacters] += characters
        if case .twin(let twin) = change.verdict.evidence, Int(twin.document) != batch.document.ordinal { return }
        document.lost += characters
    }

    private func addFaults(
        _ faults: inout ArraySlice<WindowNotes.LineFault>, before line: Int, _ batch: LineBatch
    ) throws(WinnowError) {
        while let fault = faults.first, fault.line < line {
            try add(fault, batch, action: nil)
            faults.removeFirst()
        }
    }

    private static let origins: [FindingKind: (stage: String, rule: String)] = [
        .invalidUTF8: ("decode", "invalid"), .mojibake: ("normalize", "mojibake"), .htmlEntity: ("normalize", "entities"),
        .notNFC: ("normalize", "form"), .controlCharacter: ("normalize", "control"), .oddSpace: ("normalize", "spaces"),
        .invisibleCharacter: ("normalize", "invisible"), .trailingSpace: ("normalize", "trailing-space"),
        .bidiControl: ("check", "bidi"),
    ]

    private func add(_ fault: WindowNotes.LineFault, _ batch: LineBatch, action: String?) throws(WinnowError) {
        let found = fault.fault
        if canSkip(found.kind) { return count(found.kind) }
        let origin = Self.origins[found.kind] ?? ("check", found.kind.rawValue)
        let times = found.count > 1 && found.kind != .trailingSpace ? ", \(found.count) times" : ""
        var finding = line(
            found.kind, fault.line, batch, stage: origin.stage, rule: origin.rule,
            message: found.kind == .trailingSpace ? "\(found.count) at the end" : found.detail + times,
            text: text(batch, fault.line))
        finding.column = found.column
        finding.length = found.length
        finding.action = action
        try add(finding)
    }

    private func addCopy(
        _ twin: Twin, _ index: Int, _ batch: LineBatch, stage: String, rule: String, action: String?
    ) throws(WinnowError) {
        let own = document.place
        let isSame = Int(twin.document) == batch.document.ordinal
        let place: (file: String, record: Int) =
            isSame ? (own.file, own.record) : names.place(Int(twin.document)) ?? (own.file, own.record)
        let isHere = isSame || place.file == own.file && place.record == own.record
        let kind: FindingKind = !isHere ? .acrossFileDuplicate : twin.measure == .equal ? .exactDuplicate : .nearDuplicate
        let key = mix64(UInt64(twin.document) << 32 | UInt64(twin.line))
        let isUnlisted = canSkip(kind)
        if isUnlisted, copies.count(key) { return count(kind) }
        var there = CorpusPlace(file: place.file, record: place.record, line: Int(twin.line))
        // A record's line is its number in all files without blank lines.
        there.fileLine = place.record > 0 ? place.record : there.line
        let position = Int(twin.line) - batch.firstLine
        let original = isHere && batch.lines.indices.contains(position) ? self.text(batch, position) : nil
        let text = text(batch, index)
        if isChecked {
            copies.add(
                key,
                { Recurrence(kind: kind, text: original ?? text, isTextOfPlace: original != nil, place: there) },
                other: self.place(index, batch), text: text)
        }
        if isUnlisted { return count(kind) }
        let figures = twin.measure == .equal ? "equal" : "\(twin.similarity) \(twin.measureName)"
        var finding = line(kind, index, batch, stage: stage, rule: rule, message: "\(figures), \(there.text)", text: text)
        finding.action = action
        finding.twin = .init(place: there, similarity: twin, text: original)
        try add(finding)
    }

    private func addLine(
        _ kind: FindingKind, _ index: Int, _ batch: LineBatch, stage: String, rule: String, message: @autoclosure () -> String,
        action: String?
    ) throws(WinnowError) {
        var key: UInt64 = 0
        if kind == .boilerplate {
            let line = batch.lines[index]
            let start = Int(line.start)
            key = batch.raw.withUnsafeBufferPointer {
                hash64(UnsafeBufferPointer(rebasing: $0[start..<start + Int(line.length)]))
            }
        }
        let isUnlisted = canSkip(kind)
        if isUnlisted, kind != .boilerplate || furniture.count(key) { return count(kind) }
        let (text, message) = (text(batch, index), message())
        if kind == .boilerplate, isChecked {
            let place = place(index, batch)
            furniture.add(key, { Recurrence(kind: kind, text: text, place: place) }, other: place, text: message)
        }
        if isUnlisted { return count(kind) }
        var finding = line(kind, index, batch, stage: stage, rule: rule, message: message, text: text)
        finding.action = action
        try add(finding)
    }

    private func place(_ index: Int, _ batch: LineBatch) -> CorpusPlace {
        var place = document.place
        place.line = batch.number(index)
        if place.record == 0 { place.fileLine = place.line }
        return place
    }

    private func line(
        _ kind: FindingKind, _ index: Int, _ batch: LineBatch, stage: String, rule: String, message: String, text: String
    ) -> Finding {
        let line = batch.lines[index]
        let start = Int(line.start)
        return Finding(
            kind, place(index, batch), stage: stage, rule: rule, message: message, text: text,
            fingerprint: fingerprint(kind, stage: stage, rule: rule, batch.raw[start..<start + Int(line.length)]))
    }

    private func text(_ batch: LineBatch, _ index: Int) -> String {
        let line = batch.lines[index]
        let start = Int(line.start)
        guard batch.document.encoding == TextEncoding.utf8.name else {
            return String(batch.string(index).unicodeScalars.prefix(Finding.mostText))
        }
        guard Int(line.length) > Finding.mostText else {
            return String(decoding: batch.raw[start..<start + Int(line.length)], as: UTF8.self)
        }
        var end = start
        var scalars = 0
        while end < start + Int(line.length) {
            if batch.raw[end] & 0xC0 != 0x80 {
                scalars += 1
                if scalars == Finding.mostText { return String(decoding: batch.raw[start..<end], as: UTF8.self) + "…" }
            }
            end += 1
        }
        return String(decoding: batch.raw[start..<end], as: UTF8.self)
    }

    /// What a fingerprint begins with.
    private struct Origin: Hashable {
        var kind: FindingKind
        var stage: String
        var rule: String
    }
    /// Hashes of what fingerprints in the file at hand begin with.
    @exclusivity(unchecked) private var seeds: [Origin: UInt64] = [:]

    private func fingerprint(_ kind: FindingKind, stage: String, rule: String, _ bytes: ArraySlice<UInt8>) -> UInt64 {
        let origin = Origin(kind: kind, stage: stage, rule: rule)
        let seed: UInt64
        if let known = seeds[origin] {
            seed = known
        } else {
            let head = Array("\(kind.rawValue)\u{0}\(stage)/\(rule)\u{0}\(file?.name ?? "")".utf8)
            seed = head.withUnsafeBufferPointer { hash64($0) }
            seeds[origin] = seed
        }
        return bytes.withUnsafeBufferPointer { hash64($0, seed: seed) }
    }

    // MARK: Adding

    /// Whether nobody will look at a finding: enough of its kind are listed.
    private func canSkip(_ kind: FindingKind) -> Bool {
        onFinding == nil && settings.since == nil && settings.baseline == nil && listed[kind] >= CheckResult.mostListed
            && firstAreGood
    }

    private func count(_ kind: FindingKind) { file?.counts[kind] += 1 }

    /// Whether the file has its first findings, all of kinds with limits.
    @exclusivity(unchecked) private var firstAreGood = false

    private func add(_ finding: Finding) throws(WinnowError) {
        var finding = finding
        if let since = settings.since {
            guard let own = seen(finding, since) else { return }
            finding = own
        }
        if baseline.knows(finding) {
            file?.known += 1
            return
        }
        if finding.place.file == file?.name {
            file?.counts[finding.kind] += 1
            noteFirst(finding)
        } else {
            result.counts[finding.kind] += 1
        }
        if listed[finding.kind] < CheckResult.mostListed {
            listed[finding.kind] += 1
            result.listed.append(finding)
        }
        try onFinding?(finding)
    }

    /// What has a limit comes before what has none.
    private func noteFirst(_ finding: Finding) {
        guard !firstAreGood, var file = self.file else { return }
        // Taken out, so that its lists are not copied.
        self.file = nil
        defer {
            firstAreGood =
                file.first.count == CheckedFile.mostFirst && file.first.allSatisfy { weights[$0.kind.index] > 0 }
            self.file = file
        }
        if file.first.count < CheckedFile.mostFirst {
            file.first.append(finding)
        } else if weights[finding.kind.index] > 0, let last = file.first.lastIndex(where: { weights[$0.kind.index] == 0 }) {
            file.first.remove(at: last)
            file.first.append(finding)
        }
    }

    /// The finding as a change has brought it about: at a changed line, or at the changed line that an unchanged one repeats.
    private func seen(_ finding: Finding, _ since: ChangedLines) -> Finding? {
        if fileChanges?.contains(finding.place) == true { return finding }
        guard let twin = finding.twin, since.changes(of: twin.place.file)?.contains(twin.place) == true else { return nil }
        var turned = finding
        turned.place = twin.place
        turned.twin?.place = finding.place
        let figures =
            twin.similarity.measure == .equal ? "equal" : "\(twin.similarity.similarity) \(twin.similarity.measureName)"
        turned.message = "\(figures), \(finding.place.text)"
        return turned
    }
}
