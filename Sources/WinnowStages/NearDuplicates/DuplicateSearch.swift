import WinnowCore
import WinnowText

/// Finds the copies in the windows of one document after the other.
///
/// A line is compared with the last `window` kept lines. Those with an equal key are found by its hash; of the others, a few kept
/// lines are gone through one by one, many are looked up in an index of shingles. Either way every pair that may be similar is
/// verified by `Matcher`, the earliest first, so that both give the same answer.
///
/// Its methods are mutating, also those that change nothing: for the others, the compiler copies a struct of this size.
struct DuplicateSearch {
    private let stage: UInt8
    private var document = 0
    private let keepsBest: Bool
    private let numbersMayDiffer: Bool
    private let isExhaustive: Bool
    private let structureMayGo: Bool
    private let seesContainment: Bool
    private let window: Int
    private let corpus: CorpusIndex?
    private var matcher: Matcher
    private let bound: BitmapBound
    private let memory = KeptMemory()
    private var kept: [KeptLine] = []
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
    private var isVerse = Verse()
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
    /// Lines of this window whose text stands somewhere, and those that the corpus remembers.
    private var isStanding: [Bool] = []
    private var remembered: [Int] = []

    /// Used from so many kept lines on.
    private static let indexedFrom = 128
    private var index: KeptIndex

    init(_ options: NearDuplicates, stage: UInt8, corpus: CorpusIndex?) {
        self.stage = stage
        self.corpus = corpus
        keepsBest = options.keepsBest
        numbersMayDiffer = options.numbersMayDiffer
        window = options.window
        isExhaustive = options.isExhaustive
        structureMayGo = options.structureMayGo
        seesContainment = options.seesContainment
        matcher = Matcher(
            threshold: options.threshold, numbersMayDiffer: options.numbersMayDiffer, wordsMayDiffer: options.wordsMayDiffer,
            seesContainment: options.seesContainment)
        bound = BitmapBound(similarity: options.leastSimilarity)
        index = KeptIndex(bound)
    }

    mutating func begin(_ document: Document) {
        self.document = document.ordinal
        memory.removeAll()
        linesBefore = 0
        hasProse = false
        settled = -1
        isFirstRound = true
        index.begin()
    }

    mutating func decide(_ batch: inout LineBatch, _ sketches: Sketches) -> Int {
        collectPlaces(batch, sketches)
        if places.count == settled { return 0 }
        beginPass(batch, sketches)
        let changes = WindowTexts.with(WindowTexts.Buffers(batch), sketches) { texts in
            var changes = 0
            for position in places.indices { changes += judge(position, &batch, texts) }
            return changes
        }
        settled = changes == 0 ? places.count : -1
        isFirstRound = false
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
        isVerse.find(in: places, batch, sketches)
        lastKept = -1
        kept.removeAll(keepingCapacity: true)
        copies.removeAll(keepingCapacity: true)
        moved.removeAll(keepingCapacity: true)
        if isFirstRound {
            mustScan.refill(with: true, count: batch.lines.count)
            isNew.refill(with: false, count: batch.lines.count)
            index.beginWindow(lines: batch.lines.count)
        }
        let old = memory.indices(last: window)
        byHash.reset(capacity: places.count + old.count)
        for index in old {
            let sketch = memory.sketch(index)
            byHash.insert(sketch.hash, kept.count)
            kept.append(KeptLine(sketch: sketch, place: -1, position: -1, source: Int32(truncatingIfNeeded: index)))
        }
        index.beginPass(kept, memory)
    }

    // MARK: Within the document

    private mutating func judge(_ position: Int, _ batch: inout LineBatch, _ texts: WindowTexts) -> Int {
        let place = places[position]
        guard batch.isKept(place) else { return 0 }
        let line = Int(batch.lines[place].source)
        let sketch = texts.sketches[line]
        if let corpus, isFirstRound { prefetch(position + 2, corpus, batch, texts) }
        guard sketch.form == .text else {
            lastKept = position
            return 0
        }
        if let corpus, dropAgainst(corpus, place, line, sketch, &batch, texts) { return 1 }
        guard let (index, match) = copy(of: line, sketch, position, batch, texts) else {
            if place != line { moved.append(kept.count) }
            byHash.insert(sketch.hash, kept.count)
            kept.append(
                KeptLine(
                    sketch: sketch, place: Int32(truncatingIfNeeded: place), position: Int32(truncatingIfNeeded: position),
                    source: Int32(truncatingIfNeeded: line)))
            lastKept = position
            return 0
        }
        if keepsBest, isBetter(line, than: index, batch, texts) {
            let earlier = kept[index]
            let earlierPlace = Int(earlier.place)
            let lost = verdict(.worseCopy, document, batch.number(line), match)
            let movedUp = verdict(.movedUp, document, batch.number(Int(batch.lines[earlierPlace].source)), match)
            guard batch.move(place, to: earlierPlace, lost: lost, moved: movedUp) else { return 0 }
            copies.append((index, Int(earlier.source)))
            kept[index].source = Int32(truncatingIfNeeded: line)
            kept[index].sketch = sketch
            byHash.insert(sketch.hash, index)
            self.index.replace(index, by: line, batch, texts)
            return 1
        }
        let verdict = verdict(NearDuplicates.Rule(match.measure), document, number(kept[index], batch), match)
        guard batch.drop(place, verdict) else { return 0 }
        copies.append((index, line))
        return 1
    }

    private mutating func number(_ kept: KeptLine, _ batch: borrowing LineBatch) -> Int {
        kept.place >= 0 ? batch.number(Int(kept.source)) : memory.number(Int(kept.source))
    }

    /// The kept line that this line repeats: one with an equal key, else the earliest similar one.
    private mutating func copy(
        of line: Int, _ sketch: Sketches.Sketch, _ position: Int, _ batch: borrowing LineBatch, _ texts: WindowTexts
    ) -> (Int, Match)? {
        guard mustScan[line] else { return movedCopy(of: line, sketch, position, batch, texts) }
        var wasRefused = false
        if let equal = byHash.find(sketch.hash) {
            if let match = sameKey(equal.last, line, sketch, position, batch, texts, &wasRefused) { return match }
            if equal.first != equal.last,
                let match = sameKey(equal.first, line, sketch, position, batch, texts, &wasRefused)
            {
                return match
            }
        }
        if let last = kept.last, Int(last.position) == lastKept, let match = dressed(line, last, false, batch, texts) {
            return (kept.count - 1, match)
        }
        if linesBefore == 0, position < Self.top {
            for index in kept.indices {
                if let match = dressed(line, kept[index], true, batch, texts) { return (index, match) }
            }
        }
        if sketch.isComparable {
            let first = max(0, kept.count - window)
            var found: (Int, Match)?
            let isLong = kept.count - first >= Self.indexedFrom && !isExhaustive
            if isLong, index.find(line, from: first, kept, memory, batch, texts) {
                for index in index.candidates where allows(Int(index), sketch, texts) {
                    found = similar(Int(index), to: line, sketch, position, batch, texts, &wasRefused)
                    if found != nil { break }
                }
            } else {
                for index in first..<kept.count where isExhaustive || bound.allowsSizes(sketch, kept[index].sketch) {
                    guard kept[index].sketch.isComparable, isExhaustive || allows(index, sketch, texts) else { continue }
                    found = similar(index, to: line, sketch, position, batch, texts, &wasRefused)
                    if found != nil { break }
                }
            }
            if let found { return found }
        }
        mustScan[line] = wasRefused
        return nil
    }

    /// The match with a kept line whose key has the same hash.
    private mutating func sameKey(
        _ index: Int, _ line: Int, _ sketch: Sketches.Sketch, _ position: Int, _ batch: borrowing LineBatch,
        _ texts: WindowTexts,
        _ wasRefused: inout Bool
    ) -> (Int, Match)? {
        guard isRepetitionDebris(kept[index], sketch, position) else {
            wasRefused = true
            return nil
        }
        return compare(line, index, batch, texts).map { (index, $0) }
    }

    /// The match with a kept line that may be similar, if it is.
    private mutating func similar(
        _ index: Int, to line: Int, _ sketch: Sketches.Sketch, _ position: Int, _ batch: borrowing LineBatch,
        _ texts: WindowTexts,
        _ wasRefused: inout Bool
    ) -> (Int, Match)? {
        guard kept[index].sketch.hash != sketch.hash, numbersAllow(kept[index].sketch, sketch) else { return nil }
        guard isRepetitionDebris(kept[index], sketch, position) else {
            wasRefused = true
            return nil
        }
        return compare(line, index, batch, texts).map { (index, $0) }
    }

    /// Whether the bitmaps allow a kept line to be similar.
    @inline(__always)
    private mutating func allows(_ index: Int, _ sketch: Sketches.Sketch, _ texts: WindowTexts) -> Bool {
        let other = kept[index].sketch
        let mine = texts.bitmap(sketch)
        if kept[index].place >= 0 { return bound.allows(sketch, mine, other, texts.bitmap(other)) }
        return bound.allows(sketch, mine, other, memory.bitmap(other))
    }

    /// Lines at the top of a document, where its title stands once bare and once with a label or the site's name.
    private static let top = 12

    /// Two neighbours, or lines at the top, of which one is the other with a label, a site's name or a credit, or in capitals,
    /// however short they are.
    private mutating func dressed(
        _ line: Int, _ before: KeptLine, _ isTop: Bool, _ batch: borrowing LineBatch, _ texts: WindowTexts
    ) -> Match? {
        guard seesContainment, before.place >= 0 else { return nil }
        let later = texts.view(line, batch.lines[line])
        let earlier = texts.view(Int(before.source), batch.lines[Int(before.source)])
        let (short, long) = earlier.key.count < later.key.count ? (earlier, later) : (later, earlier)
        if short.key.count == long.key.count { return Dressing.isInCapitals(short, long) ? (1, 1, .equal) : nil }
        let isCopy = Dressing.isDressed(long, bare: short, isTop: isTop) || Dressing.isCut(short, of: long)
        return isCopy ? (short.characters, long.characters, .containment) : nil
    }

    /// In later rounds, only texts that moved up can be new to a line that was compared with all others before.
    private mutating func movedCopy(
        of line: Int, _ sketch: Sketches.Sketch, _ position: Int, _ batch: borrowing LineBatch, _ texts: WindowTexts
    ) -> (Int, Match)? {
        for index in moved {
            let other = kept[index].sketch
            guard other.hash == sketch.hash || sketch.isComparable && other.isComparable && allows(index, sketch, texts),
                numbersAllow(other, sketch), isRepetitionDebris(kept[index], sketch, position)
            else { continue }
            if let match = compare(line, index, batch, texts) { return (index, match) }
        }
        return nil
    }

    /// What the matcher would say of the numbers, before the shingles are compared.
    private mutating func numbersAllow(_ a: Sketches.Sketch, _ b: Sketches.Sketch) -> Bool {
        numbersMayDiffer || a.numbers == b.numbers || a.isCut || b.isCut
    }

    typealias Match = (shared: Int, total: Int, measure: Twin.Measure)

    private mutating func compare(_ line: Int, _ index: Int, _ batch: borrowing LineBatch, _ texts: WindowTexts) -> Match? {
        let a = texts.view(line, batch.lines[line])
        let source = Int(kept[index].source)
        if kept[index].place >= 0 { return matcher.compare(a, texts.view(source, batch.lines[source])) }
        return matcher.compare(a, memory.view(source))
    }

    /// Whether a repetition of this form, at this distance, is debris rather than structure: refrains, dialogue and short
    /// lines that recur stay.
    private mutating func isRepetitionDebris(_ earlier: KeptLine, _ sketch: Sketches.Sketch, _ position: Int) -> Bool {
        if structureMayGo { return true }
        let before = Int(earlier.position)
        let isAdjacent = before >= 0 && before == lastKept
        guard sketch.isComparable, earlier.sketch.isComparable else {
            return isAdjacent && !sketch.endsSentence && !isVerse[position]
                && (sketch.isWide ? sketch.characters >= 8 : sketch.words >= 2)
        }
        // A long line twice in a row is no refrain.
        if isAdjacent, earlier.sketch.hash == sketch.hash,
            sketch.isWide ? sketch.characters >= 20 : sketch.words >= 7 && sketch.characters >= 40
        {
            return true
        }
        // Near the top of an article stand its title's copies, short lines among short lines.
        let isTop = hasProse && linesBefore == 0 && before >= 0 && before < 8
        if isVerse[position], before < 0 || isVerse[before], !isTop { return false }
        if isAdjacent { return true }
        if sketch.words >= 8 || sketch.characters >= 40 { return true }
        return isTop && !sketch.endsSentence && (sketch.words >= 5 || sketch.characters >= 30)
    }

    /// Whether a later copy should take the earlier one's place. Everything that went because of the earlier one must be
    /// like the later one as well, or it would be left without a kept copy.
    private mutating func isBetter(_ line: Int, than index: Int, _ batch: borrowing LineBatch, _ texts: WindowTexts) -> Bool {
        guard kept[index].place >= 0 else { return false }
        let earlier = Int(kept[index].source)
        let later = texts.view(line, batch.lines[line])
        guard BestCopy.isBetter(later, than: texts.view(earlier, batch.lines[earlier])) else { return false }
        for copy in copies where copy.kept == index {
            if matcher.compare(texts.view(copy.line, batch.lines[copy.line]), later) == nil { return false }
        }
        return true
    }

    private mutating func verdict(_ rule: NearDuplicates.Rule, _ document: Int, _ number: Int, _ match: Match) -> Verdict {
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
        _ texts: WindowTexts
    ) -> Bool {
        // The index does not change while a window is judged, so the answer of the first round holds.
        guard sketch.isComparable, !isNew[line] else { return false }
        guard let (keeper, match) = keeper(of: line, sketch, corpus, batch, texts) else {
            isNew[line] = true
            return false
        }
        let verdict = verdict(NearDuplicates.Rule(match.measure), corpus.document(keeper), corpus.line(keeper), match)
        guard batch.drop(place, verdict) else { return false }
        corpusKeepers[line] = keeper
        return true
    }

    /// Lets the memory of a big index work ahead.
    private mutating func prefetch(_ position: Int, _ corpus: CorpusIndex, _ batch: borrowing LineBatch, _ texts: WindowTexts) {
        guard position < places.count else { return }
        let line = Int(batch.lines[places[position]].source)
        guard line >= 0, texts.sketches[line].signature >= 0 else { return }
        corpus.prefetch(texts.corpusLine(line, batch.lines[line], corpus.minHash.bands))
    }

    private mutating func keeper(
        of line: Int, _ sketch: Sketches.Sketch, _ corpus: CorpusIndex, _ batch: borrowing LineBatch, _ texts: WindowTexts
    ) -> (Int, Match)? {
        let asked = texts.corpusLine(line, batch.lines[line], corpus.minHash.bands)
        if let (keeper, isItself) = corpus.keeper(of: asked), keeper >= 0 {
            if isItself { return (keeper, (1, 1, .equal)) }
            return matcher.compare(asked.view, corpus.view(keeper)).map { (keeper, $0) }
        }
        corpus.findCandidates(of: asked)
        for k in 0..<corpus.candidates.count {
            let candidate = Int(corpus.candidates.base[k])
            if let match = matcher.compare(asked.view, corpus.view(candidate)) { return (candidate, match) }
        }
        return nil
    }

    // MARK: Memory

    /// Lines that were forgotten since the run began.
    var forgotten: Int { memory.forgotten }

    /// - Throws: `limit` when the index of the corpus is full.
    mutating func commit(_ batch: borrowing LineBatch, _ sketches: Sketches) throws(WinnowError) {
        let (lines, firstLine, isLast) = (batch.lines, batch.firstLine, batch.isLast)
        WindowTexts.with(WindowTexts.Buffers(batch), sketches) { commit(lines, firstLine: firstLine, isLast: isLast, $0) }
        corpusKeepers.removeAll(keepingCapacity: true)
        settled = -1
        isFirstRound = true
        try corpus?.makeRoom(.init(file: batch.document.name, line: batch.firstLine))
    }

    private mutating func commit(_ lines: [Line], firstLine: Int, isLast: Bool, _ texts: WindowTexts) {
        for place in lines.indices where lines[place].source >= 0 {
            let line = Int(lines[place].source)
            let sketch = texts.sketches[line]
            if !lines[line].flags.contains(.blank) { linesBefore += 1 }
            // Across documents, the index of the corpus remembers.
            guard !isLast, corpus == nil, sketch.form == .text else { continue }
            let view = texts.view(line, lines[line])
            memory.append(
                view, sketch, bitmap: texts.bitmap(sketch), number: firstLine + line,
                serial: index.serial(of: line, sketch, view), limit: window)
        }
        if let corpus { remember(lines, firstLine: firstLine, texts, in: corpus) }
    }

    /// Puts the unique lines of a window into the index of the corpus.
    private mutating func remember(_ lines: [Line], firstLine: Int, _ texts: WindowTexts, in corpus: CorpusIndex) {
        isStanding.refill(with: false, count: lines.count)
        for line in lines where line.source >= 0 { isStanding[Int(line.source)] = true }
        remembered.removeAll(keepingCapacity: true)
        for line in lines.indices where texts.sketches[line].form == .text && texts.sketches[line].isComparable {
            if isStanding[line] || corpusKeepers[line] != nil { remembered.append(line) }
        }
        for k in remembered.indices {
            if k + 2 < remembered.count {
                let ahead = remembered[k + 2]
                corpus.prefetch(texts.corpusLine(ahead, lines[ahead], corpus.minHash.bands))
            }
            let line = remembered[k]
            let asked = texts.corpusLine(line, lines[line], corpus.minHash.bands)
            guard corpus.keeper(of: asked) == nil else { continue }
            corpus.insert(
                asked, document: document, number: firstLine + line, keeper: isStanding[line] ? nil : corpusKeepers[line])
        }
    }
}
