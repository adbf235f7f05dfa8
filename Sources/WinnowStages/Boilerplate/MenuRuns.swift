import WinnowCore

/// Drops runs of one-entry lines that are menus: at least three entries known as menu words, and three in four of the
/// run; at the top or the bottom of the document, half of a run of four or more. Of the others in a run, only one or
/// two words between known entries go: a title may stand at its end, or in its middle. Four lines or more of one or two
/// words that begin the document without a blank line between them are a menu when one is known to be a menu word.
struct MenuRuns {
    private struct Entry {
        var place: Int
        var isKnown: Bool
        /// One or two words.
        var isShort: Bool
    }

    private let stage: UInt8
    private let rule: UInt16
    private var run: [Entry] = []

    init(stage: UInt8, rule: UInt16) {
        self.stage = stage
        self.rule = rule
    }

    /// - Parameter isFirst: whether the window begins its document.
    /// - Returns: how many places were emptied.
    mutating func drop(from batch: inout LineBatch, _ matches: [LineMatch], isFirst: Bool) -> Int {
        var changes = 0
        var isFirst = isFirst
        run.removeAll(keepingCapacity: true)
        for place in batch.lines.indices where batch.isKept(place) {
            let line = Int(batch.lines[place].source)
            if batch.lines[line].flags.contains(.blank) { continue }
            let match = matches[line]
            let isKnown = match.isMenu || match.isTaken
            // Letters alone are answers or an index; "X" is known.
            let isEntry = isKnown || batch.lines[line].keyLength > 1
            if match.tokens <= 4, match.mayBeMenu || match.isTaken, isEntry, !match.shape.endsSentence {
                run.append(Entry(place: place, isKnown: isKnown, isShort: match.tokens <= 2))
            } else {
                changes += flush(&batch, atEdge: isFirst, isFirst: isFirst)
                isFirst = false
            }
        }
        return changes + flush(&batch, atEdge: isFirst || batch.isLast, isFirst: isFirst)
    }

    /// Judges the run that ends here.
    private mutating func flush(_ batch: inout LineBatch, atEdge: Bool, isFirst: Bool) -> Int {
        guard !run.isEmpty else { return 0 }
        defer { run.removeAll(keepingCapacity: true) }
        var changes = 0
        if atEdge, isFirst {
            let end = endOfHead(batch)
            var isMenu = end >= 4
            var hasKnown = false
            for k in 0..<end {
                isMenu = isMenu && run[k].isShort
                hasKnown = hasKnown || run[k].isKnown
            }
            if isMenu, hasKnown { changes += drop(0..<end, of: end, &batch) }
        }
        var known = 0
        var first = -1
        var last = -1
        for k in run.indices where run[k].isKnown {
            known += 1
            if first < 0 { first = k }
            last = k
        }
        let isMenu =
            known >= 3 && known * 4 >= run.count * 3 || atEdge && run.count >= 4 && known >= 2 && known * 2 >= run.count
        guard isMenu else { return changes }
        return changes + drop(first..<last + 1, of: last - first + 1, &batch)
    }

    /// How many entries stand before the first blank line of the run.
    private func endOfHead(_ batch: borrowing LineBatch) -> Int {
        var end = 1
        while end < run.count {
            for place in run[end - 1].place..<run[end].place
            where batch.lines[place].flags.contains(.blank) && batch.isKept(place) {
                return end
            }
            end += 1
        }
        return end
    }

    private func drop(_ entries: Range<Int>, of count: Int, _ batch: inout LineBatch) -> Int {
        let verdict = Verdict(stage: stage, rule: rule, evidence: .run(lines: UInt32(truncatingIfNeeded: count)))
        var changes = 0
        for k in entries where run[k].isKnown || run[k].isShort {
            if batch.isKept(run[k].place), batch.drop(run[k].place, verdict) { changes += 1 }
        }
        return changes
    }
}
