import WinnowCore
import WinnowText

/// The ordered half of the near-duplicate stage.
final class NearDuplicateJudge: DocumentJudge {
    private var search: DuplicateSearch?

    init(_ search: DuplicateSearch) { self.search = search }

    func begin(_ document: Document) { search?.begin(document) }

    // The search is taken out while it works: fields of a class are checked for exclusive access at every use.

    func decide(_ batch: inout LineBatch, _ notes: any BatchNotes) -> Int {
        guard let notes = notes as? NearDuplicates.Notes, var search = search.take() else { return 0 }
        defer { self.search = search }
        return search.decide(&batch, notes.sketches)
    }

    func commit(_ batch: borrowing LineBatch, _ notes: any BatchNotes) {
        guard let notes = notes as? NearDuplicates.Notes, var search = search.take() else { return }
        defer { self.search = search }
        search.commit(batch, notes.sketches)
    }
}

/// Finds the copies in the windows of one document after the other.
struct DuplicateSearch {
    /// A kept line that later lines are compared with.
    private struct Kept {
        var sketch: Sketches.Sketch
        /// The place in this batch where its text stands; -1 for a line of an earlier window.
        var place: Int
        /// Position among the lines with text of this window, for neighbourhood; -1 for earlier windows.
        var position: Int
        /// Line of this batch, or index into `memory`.
        var source: Int
    }

    private let stage: UInt8
    private var document = 0
    private let keepsBest: Bool
    private let numbersMayDiffer: Bool
    private let window: Int
    private let corpus: CorpusIndex?
    private var matcher: Matcher
    private var scan: BitmapScan
    private var memory = KeptMemory()
    private var kept: [Kept] = []
    /// Whether a line has to be compared with all kept lines: in the first round, and while the form of a repetition, which
    /// depends on what stands around it, is what kept it.
    private var mustScan: [Bool] = []
    /// Lines that no kept line of an earlier document is like.
    private var isNew: [Bool] = []
    /// Entries of `kept` whose text moved up in this window.
    private var moved: [Int] = []
    /// Lines of this window that went, and because of which kept line.
    private var copies: [(kept: Int, line: Int)] = []
    private var byHash = HashIndex()
    private var places: [Int] = []
    private var isVerse: [Bool] = []
    private var isShort: [Bool] = []
    /// Position of the last line that this pass kept; -1 before the first.
    private var lastKept = -1
    /// Lines with text in earlier windows.
    private var linesBefore = 0
    private var hasProse = false
    /// Kept places after the last pass that changed nothing; a pass over the same lines would change nothing either.
    private var settled = -1
    private var isFirstRound = true
    /// Lines of this window that go because of the corpus: what they repeat.
    private var corpusKeepers: [Int: Int] = [:]

    init(_ options: NearDuplicates, stage: UInt8, corpus: CorpusIndex?) {
        self.stage = stage
        self.corpus = corpus
        keepsBest = options.keepsBest
        numbersMayDiffer = options.numbersMayDiffer
        window = options.window
        matcher = Matcher(threshold: options.threshold, numbersMayDiffer: options.numbersMayDiffer)
        // Containment asks for half of the shingles, whatever the threshold.
        scan = BitmapScan(numerator: min(matcher.numerator, matcher.denominator / 2), denominator: matcher.denominator)
    }

    mutating func begin(_ document: Document) {
        self.document = document.ordinal
        memory.removeAll()
        linesBefore = 0
        hasProse = false
        settled = -1
        isFirstRound = true
    }

    mutating func decide(_ batch: inout LineBatch, _ sketches: Sketches) -> Int {
        collectPlaces(batch, sketches)
        if places.count == settled { return 0 }
        beginPass(batch, sketches)
        var changes = 0
        for position in places.indices {
            changes += judge(position, &batch, sketches)
        }
        settled = changes == 0 ? places.count : -1
        return changes
    }

    /// Lists the places with text.
    private mutating func collectPlaces(_ batch: borrowing LineBatch, _ sketches: Sketches) {
        places.removeAll(keepingCapacity: true)
        for place in batch.lines.indices where batch.isKept(place) {
            let line = Int(batch.lines[place].source)
            if batch.lines[line].flags.contains(.blank) { continue }
            places.append(place)
            if sketches.sketches[line].words > 25 { hasProse = true }
        }
    }

    private mutating func beginPass(_ batch: borrowing LineBatch, _ sketches: Sketches) {
        findVerse(batch, sketches)
        lastKept = -1
        kept.removeAll(keepingCapacity: true)
        copies.removeAll(keepingCapacity: true)
        moved.removeAll(keepingCapacity: true)
        if isFirstRound {
            mustScan.removeAll(keepingCapacity: true)
            mustScan.append(contentsOf: repeatElement(true, count: batch.lines.count))
            isNew.removeAll(keepingCapacity: true)
            isNew.append(contentsOf: repeatElement(false, count: batch.lines.count))
            isFirstRound = false
        }
        scan.removeAll()
        byHash.reset(capacity: places.count + memory.indices(last: window).count)
        for index in memory.indices(last: window) {
            append(Kept(sketch: memory.sketch(index), place: -1, position: -1, source: index), memory.bitmaps)
        }
    }

    /// Verse: a short line in a block of three short lines or more that stands between blank lines, in a document that has
    /// them; or one whose three neighbours on either side are short too, but for one.
    private mutating func findVerse(_ batch: borrowing LineBatch, _ sketches: Sketches) {
        isVerse.removeAll(keepingCapacity: true)
        isVerse.append(contentsOf: repeatElement(false, count: places.count))
        isShort.removeAll(keepingCapacity: true)
        for place in places { isShort.append(sketches.sketches[Int(batch.lines[place].source)].isShort) }
        // Blocks between blank lines; without blank lines all is one block, which says nothing.
        var start = 0
        for position in places.indices {
            let isEnd = position + 1 == places.count || hasBlank(batch, places[position], places[position + 1])
            guard isEnd else { continue }
            let block = start...position
            if block.count >= 3, block.count < places.count, block.count <= 40, isShort[block].allSatisfy({ $0 }) {
                for k in block { isVerse[k] = true }
            }
            start = position + 1
        }
        for position in places.indices where isShort[position] {
            let around = max(0, position - 3)...min(places.count - 1, position + 3)
            let others = around.count - 1
            let short = isShort[around].count(where: { $0 }) - 1
            if others >= 3, short >= max(3, others - 1) { isVerse[position] = true }
        }
    }

    private func hasBlank(_ batch: borrowing LineBatch, _ a: Int, _ b: Int) -> Bool {
        (a + 1..<b).contains { batch.lines[$0].flags.contains(.blank) && batch.isKept($0) }
    }

    private mutating func append(_ line: Kept, _ bitmaps: [UInt64]) {
        kept.append(line)
        scan.append(line.sketch, bitmaps)
        let index = kept.count - 1
        byHash.insert(line.sketch.hash, index)
    }

    // MARK: Within the document

    private mutating func judge(_ position: Int, _ batch: inout LineBatch, _ sketches: Sketches) -> Int {
        let place = places[position]
        guard batch.isKept(place) else { return 0 }
        let line = Int(batch.lines[place].source)
        let sketch = sketches.sketches[line]
        guard sketch.form == .text else {
            lastKept = position
            return 0
        }
        if let corpus, dropAgainst(corpus, place, line, sketch, &batch, sketches) { return 1 }
        guard let (index, match) = copy(of: line, sketch, position, batch, sketches) else {
            if place != line { moved.append(kept.count) }
            append(Kept(sketch: sketch, place: place, position: position, source: line), sketches.bitmaps)
            lastKept = position
            return 0
        }
        if keepsBest, isBetter(line, than: index, batch, sketches) {
            let earlier = kept[index]
            let lost = verdict(.worseCopy, document, batch.number(line), match)
            let movedUp = verdict(.movedUp, document, batch.number(Int(batch.lines[earlier.place].source)), match)
            guard batch.move(place, to: earlier.place, lost: lost, moved: movedUp) else { return 0 }
            copies.append((index, earlier.source))
            kept[index].source = line
            kept[index].sketch = sketch
            scan.replace(index, sketch, sketches.bitmaps)
            byHash.insert(sketch.hash, index)
            return 1
        }
        let verdict = verdict(NearDuplicates.Rule(match.measure), document, number(kept[index], batch), match)
        guard batch.drop(place, verdict) else { return 0 }
        copies.append((index, line))
        return 1
    }

    private func number(_ kept: Kept, _ batch: borrowing LineBatch) -> Int {
        kept.place >= 0 ? batch.number(kept.source) : memory.number(kept.source)
    }

    /// The kept line that this line repeats: one with an equal key, else the earliest similar one.
    private mutating func copy(
        of line: Int, _ sketch: Sketches.Sketch, _ position: Int, _ batch: borrowing LineBatch, _ sketches: Sketches
    ) -> (Int, Match)? {
        guard mustScan[line] else { return movedCopy(of: line, sketch, position, batch, sketches) }
        var wasRefused = false
        if let equal = byHash.find(sketch.hash) {
            for index in equal.first == equal.last ? [equal.last] : [equal.last, equal.first] {
                guard isRepetitionDebris(kept[index], sketch, position) else {
                    wasRefused = true
                    continue
                }
                if let match = compare(line, kept[index], batch, sketches) { return (index, match) }
            }
        }
        if let last = kept.last, last.position == lastKept, let match = glued(line, last, batch, sketches) {
            return (kept.count - 1, match)
        }
        var index = max(0, kept.count - window)
        while let candidate = scan.next(from: index, sketch, sketches.bitmaps) {
            index = candidate + 1
            guard kept[candidate].sketch.hash != sketch.hash, numbersAllow(kept[candidate].sketch, sketch) else { continue }
            guard isRepetitionDebris(kept[candidate], sketch, position) else {
                wasRefused = true
                continue
            }
            if let match = compare(line, kept[candidate], batch, sketches) { return (candidate, match) }
        }
        mustScan[line] = wasRefused
        return nil
    }

    /// A line and the one before it, of which one is the other with a label glued on, however short they are.
    private func glued(_ line: Int, _ before: Kept, _ batch: borrowing LineBatch, _ sketches: Sketches) -> Match? {
        guard before.place >= 0 else { return nil }
        return withView(line, batch, sketches) { later in
            withView(before.source, batch, sketches) { earlier in
                let (short, long) = earlier.key.count < later.key.count ? (earlier, later) : (later, earlier)
                return BestCopy.isGlued(long, bare: short) ? (short.characters, long.characters, .containment) : nil
            }
        }
    }

    /// In later rounds, only texts that moved up can be new to a line that was compared with all others before.
    private mutating func movedCopy(
        of line: Int, _ sketch: Sketches.Sketch, _ position: Int, _ batch: borrowing LineBatch, _ sketches: Sketches
    ) -> (Int, Match)? {
        for index in moved where scan.allows(index, sketch, sketches.bitmaps) || kept[index].sketch.hash == sketch.hash {
            guard numbersAllow(kept[index].sketch, sketch), isRepetitionDebris(kept[index], sketch, position) else { continue }
            if let match = compare(line, kept[index], batch, sketches) { return (index, match) }
        }
        return nil
    }

    /// What the matcher would say of the numbers, before the shingles are compared.
    private func numbersAllow(_ a: Sketches.Sketch, _ b: Sketches.Sketch) -> Bool {
        numbersMayDiffer || a.numbers == b.numbers || a.isCut || b.isCut
    }

    typealias Match = (shared: Int, total: Int, measure: Twin.Measure)

    private mutating func compare(_ line: Int, _ other: Kept, _ batch: borrowing LineBatch, _ sketches: Sketches) -> Match? {
        withView(line, batch, sketches) { a in
            other.place >= 0
                ? withView(other.source, batch, sketches) { b in matcher.compare(a, b) }
                : memory.withView(other.source) { b in matcher.compare(a, b) }
        }
    }

    private func withView<R>(_ line: Int, _ batch: borrowing LineBatch, _ sketches: Sketches, _ body: (LineView) -> R) -> R {
        let sketch = sketches.sketches[line]
        return batch.withText(line) { text in
            batch.withKey(line) { key in
                body(
                    LineView(
                        text: text, key: key, characters: Int(sketch.characters), isComparable: sketch.isComparable,
                        numbers: sketch.numbers))
            }
        }
    }

    /// Whether a repetition of this form, at this distance, is debris rather than structure: refrains, dialogue and short
    /// lines that recur stay.
    private func isRepetitionDebris(_ earlier: Kept, _ sketch: Sketches.Sketch, _ position: Int) -> Bool {
        let isAdjacent = earlier.position >= 0 && earlier.position == lastKept
        guard sketch.isComparable, earlier.sketch.isComparable else {
            return isAdjacent && !sketch.endsSentence && !isVerse[position]
                && (sketch.isWide ? sketch.characters >= 8 : sketch.words >= 2)
        }
        // Near the top of an article stand its title's copies, short lines among short lines.
        let isTop = hasProse && linesBefore == 0 && earlier.position >= 0 && earlier.position < 8
        if isVerse[position], earlier.position < 0 || isVerse[earlier.position], !isTop { return false }
        if isAdjacent { return true }
        if sketch.words >= 8 || sketch.characters >= 40 { return true }
        return isTop && !sketch.endsSentence && (sketch.words >= 5 || sketch.characters >= 30)
    }

    /// Whether a later copy should take the earlier one's place. Everything that went because of the earlier one must be
    /// like the later one as well, or it would be left without a kept copy.
    private mutating func isBetter(_ line: Int, than index: Int, _ batch: borrowing LineBatch, _ sketches: Sketches) -> Bool {
        let earlier = kept[index]
        guard earlier.place >= 0 else { return false }
        let better = withView(line, batch, sketches) { a in
            withView(earlier.source, batch, sketches) { b in BestCopy.isBetter(a, than: b) }
        }
        guard better else { return false }
        let candidate = Kept(sketch: sketches.sketches[line], place: 0, position: -1, source: line)
        return copies.allSatisfy { $0.kept != index || compare($0.line, candidate, batch, sketches) != nil }
    }

    private func verdict(_ rule: NearDuplicates.Rule, _ document: Int, _ number: Int, _ match: Match) -> Verdict {
        Verdict(
            stage: stage, rule: rule.rawValue,
            evidence: .twin(
                Twin(
                    document: UInt32(truncatingIfNeeded: document), line: UInt32(truncatingIfNeeded: number),
                    shared: UInt32(truncatingIfNeeded: match.shared), total: UInt32(truncatingIfNeeded: match.total),
                    measure: match.measure)))
    }

    // MARK: Across documents

    /// Drops a line that repeats a kept line of an earlier document. Asked before the document's own lines are: a line that
    /// goes here must not be what another line of the document goes for.
    private mutating func dropAgainst(
        _ corpus: CorpusIndex, _ place: Int, _ line: Int, _ sketch: Sketches.Sketch, _ batch: inout LineBatch,
        _ sketches: Sketches
    ) -> Bool {
        // The index does not change while a window is judged, so the answer of the first round holds.
        guard sketch.isComparable, !isNew[line] else { return false }
        guard let (keeper, match) = keeper(of: line, sketch, corpus, batch, sketches) else {
            isNew[line] = true
            return false
        }
        let entry = corpus.entries[keeper]
        let verdict = verdict(NearDuplicates.Rule(match.measure), Int(entry.document), Int(entry.line), match)
        guard batch.drop(place, verdict) else { return false }
        corpusKeepers[line] = keeper
        return true
    }

    private mutating func keeper(
        of line: Int, _ sketch: Sketches.Sketch, _ corpus: CorpusIndex, _ batch: borrowing LineBatch, _ sketches: Sketches
    ) -> (Int, Match)? {
        withView(line, batch, sketches) { view in
            if let same = corpus.entry(hash: sketch.hash, key: view.key) {
                let keeper = Int(corpus.entries[same].keeper)
                if keeper == same { return (same, (1, 1, .equal)) }
                return corpus.view(keeper) { matcher.compare(view, $0) }.map { (keeper, $0) }
            }
            for candidate in corpus.candidates(corpus.bandKeys(view.key)) {
                if let match = corpus.view(candidate, { matcher.compare(view, $0) }) { return (candidate, match) }
            }
            return nil
        }
    }

    // MARK: Memory

    mutating func commit(_ batch: borrowing LineBatch, _ sketches: Sketches) {
        for place in batch.lines.indices where batch.isKept(place) {
            let line = Int(batch.lines[place].source)
            let sketch = sketches.sketches[line]
            if !batch.lines[line].flags.contains(.blank) { linesBefore += 1 }
            guard sketch.form == .text else { continue }
            if !batch.isLast {
                withView(line, batch, sketches) { view in
                    memory.append(view, sketch, bitmaps: sketches.bitmaps, number: batch.number(line), limit: window)
                }
            }
        }
        if let corpus {
            let standing = Set(batch.lines.lazy.map(\.source))
            for line in batch.lines.indices {
                let sketch = sketches.sketches[line]
                guard sketch.form == .text, sketch.isComparable else { continue }
                let isKept = standing.contains(Int32(truncatingIfNeeded: line))
                let keeper = corpusKeepers[line]
                guard isKept || keeper != nil else { continue }
                withView(line, batch, sketches) { view in
                    guard corpus.entry(hash: sketch.hash, key: view.key) == nil else { return }
                    corpus.insert(
                        view, hash: sketch.hash, bandKeys: corpus.bandKeys(view.key), document: document,
                        number: batch.number(line), keeper: isKept ? nil : keeper)
                }
            }
        }
        corpusKeepers.removeAll(keepingCapacity: true)
        settled = -1
        isFirstRound = true
    }
}
