import WinnowCore

/// A related-content block: a heading, and the teasers below it up to where the article goes on.
///
/// A teaser is a short line that is no sentence. The block ends at a sentence, at a long line, after `remaining` lines, or
/// at a blank line when its teasers stand without blank lines between them. A last short line before prose that is much
/// shorter than the teasers before it is taken for a subheading of the article, and stays.
struct RelatedBlock {
    /// Input line number of the heading.
    var head: Int
    var phrase: UInt32
    /// Teasers that may still go.
    var remaining: Int
    /// Whether blank lines stand between the teasers; nil while that is not known.
    var isSpaced: Bool?

    static let longestTeaser = 22

    /// What was found below a heading, in memory that is used again.
    struct Teasers {
        fileprivate(set) var places: [Int] = []
        fileprivate var lengths: [Int] = []
    }

    /// Fills in the places of the teasers from `start` on.
    /// - Returns: the block as the next window would go on with it; nil when it ended.
    func end(
        from start: Int, _ batch: borrowing LineBatch, _ matches: [LineMatch], _ teasers: inout Teasers
    ) -> RelatedBlock? {
        teasers.places.removeAll(keepingCapacity: true)
        teasers.lengths.removeAll(keepingCapacity: true)
        var block = self
        var blanks = 0
        var endedByProse = false
        var place = start
        while place < batch.lines.count, block.remaining > 0 {
            defer { place += 1 }
            guard batch.isKept(place) else { continue }
            let line = Int(batch.lines[place].source)
            if batch.lines[line].flags.contains(.blank) {
                blanks += 1
                continue
            }
            if !teasers.places.isEmpty {
                // Whether the teasers stand apart is seen between the first two.
                if block.isSpaced == nil { block.isSpaced = blanks > 0 }
                if block.isSpaced == false, blanks > 0 { return nil }
            }
            let match = matches[line]
            let isTeaser =
                Int(match.tokens) <= Self.longestTeaser && match.tokens > 0 && !isSentence(match)
                && !match.shape.isCode && !match.shape.hasCells && batch.lines[line].flags.isDisjoint(with: .untouchable)
            guard isTeaser else {
                endedByProse = true
                break
            }
            // Lines of other kinds go by their own rule; another heading begins a block of its own.
            if match.isTaken { return nil }
            teasers.places.append(place)
            teasers.lengths.append(Int(match.tokens))
            block.remaining -= 1
            blanks = 0
        }
        if endedByProse { spareSubheading(&teasers) }
        return !endedByProse && block.remaining > 0 && !batch.isLast ? block : nil
    }

    /// A line that ends like a sentence is prose, unless it is a short question or exclamation, as headlines are.
    private func isSentence(_ match: LineMatch) -> Bool {
        guard match.shape.endsSentence else { return false }
        return match.tokens > 14 || !match.shape.endsQuestion
    }

    /// A lone short line below the heading, or one much shorter than the others, is a subheading of the prose that follows.
    private func spareSubheading(_ teasers: inout Teasers) {
        guard let last = teasers.lengths.last else { return }
        let before = teasers.lengths.count - 1
        let mean = before == 0 ? 6 : (teasers.lengths.reduce(0, +) - last) / before
        if last <= 5, last * 3 < mean * 2 { teasers.places.removeLast() }
    }
}
