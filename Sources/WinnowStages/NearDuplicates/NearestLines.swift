import WinnowCore
import WinnowText

/// Finds, for lines that stand, the most similar line above that they are no copy of, and what keeps the two apart: for
/// `explain --near`, which is read by people, so that every pair of a window may be looked at.
struct NearestLines {
    /// How far under the threshold two lines may be and still be near.
    static let slack = 0.15

    private let stage: UInt8
    private var matcher: Matcher
    private let bound: BitmapBound

    init(_ options: NearDuplicates, stage: UInt8) {
        self.stage = stage
        let least = max(0.2, options.threshold - Self.slack)
        bound = BitmapBound(similarity: min(least, options.leastSimilarity))
        matcher = Matcher(
            threshold: options.threshold, numbersMayDiffer: options.numbersMayDiffer, wordsMayDiffer: options.wordsMayDiffer,
            seesContainment: options.seesContainment)
    }

    /// - Complexity: O(n²) in the lines of the window
    mutating func find(_ batch: borrowing LineBatch, _ sketches: Sketches) -> [NearMiss] {
        let (lines, document, firstLine) = (batch.lines, batch.document.ordinal, batch.firstLine)
        return WindowTexts.with(WindowTexts.Buffers(batch), sketches) { texts in
            var found: [NearMiss] = []
            var standing: [Int] = []
            for place in lines.indices where lines[place].source >= 0 {
                let line = Int(lines[place].source)
                guard texts.sketches[line].isComparable else { continue }
                if let nearest = nearest(to: line, among: standing, lines, texts) {
                    let twin = Twin(
                        document: UInt32(truncatingIfNeeded: document),
                        line: UInt32(truncatingIfNeeded: firstLine + nearest.line),
                        shared: UInt32(truncatingIfNeeded: nearest.shared), total: UInt32(truncatingIfNeeded: nearest.total),
                        measure: .jaccard)
                    let verdict = Verdict(
                        stage: stage, rule: NearDuplicates.Rule.similar.rawValue, evidence: .twin(twin))
                    found.append(NearMiss(line: line, verdict: verdict, lacked: nearest.lacked.words))
                }
                standing.append(line)
            }
            return found
        }
    }

    private mutating func nearest(
        to line: Int, among standing: [Int], _ lines: [Line], _ texts: WindowTexts
    ) -> (line: Int, shared: Int, total: Int, lacked: Matcher.Lack)? {
        var best: (line: Int, shared: Int, total: Int, lacked: Matcher.Lack)?
        let mine = texts.sketches[line]
        for other in standing {
            let sketch = texts.sketches[other]
            guard bound.allows(mine, texts.bitmap(mine), sketch, texts.bitmap(sketch)),
                let near = matcher.nearness(texts.view(line, lines[line]), texts.view(other, lines[other]), slack: Self.slack)
            else { continue }
            if let best, near.shared * best.total <= best.shared * near.total { continue }
            best = (other, near.shared, near.total, near.lacked)
        }
        return best
    }
}
