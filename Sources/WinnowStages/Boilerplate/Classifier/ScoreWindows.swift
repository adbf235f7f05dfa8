import WinnowCore

/// What the trees look at: the scores of a line and of those around it, over windows of up to 25 lines. The twin is
/// `windows` in Training/context.py.
struct ScoreWindows {
    /// Names of the numbers, in order.
    static let names = [
        "score", "score of the next line", "score of the previous line", "score of the second next line",
        "score of the second previous line", "score of its own words", "inside the main text",
        "lines since the main text began",
        "lines before the main text ends", "inside the main text by words", "lines since the main text began by words",
        "lines before the main text ends by words", "share of content on the page", "share of content on the page by words",
        "share of the content above", "share of the content below", "lines from sure content above",
        "lines to sure content below", "lines from sure debris above", "lines to sure debris below",
        "lines from debris above by words", "content in 3 lines above", "content in 3 lines below", "content in 6 lines above",
        "content in 12 lines above", "content in 12 lines below", "content in 25 lines above", "content in 25 lines below",
        "content in 25 lines above by words", "content in 25 lines below by words", "text in 25 lines above",
        "text in 25 lines below", "words", "length", "capitals", "marks", "ending", "repeats",
    ]
    static let count = names.count

    /// The value of a number in words: scores as log odds, shares in hundredths, content as lines.
    static func text(of k: Int, _ value: Int) -> String {
        switch k {
        case 0...5: Evidence.text(ofScore: Int32(truncatingIfNeeded: value * 8))
        case 6, 9: value == 1 ? "yes" : "no"
        case 12...15: "\(value * 100 / 1024) %"
        case 21...29: Evidence.text(ofScore: Int32(truncatingIfNeeded: value))
        case 34, 35: "\(value * 100 / 64) %"
        default: "\(value)"
        }
    }
    /// Stands for a line outside the page.
    private static let outside: Int32 = -512

    private let lines: PageLines
    private let jointSpan: (first: Int, last: Int)
    private let loneSpan: (first: Int, last: Int)
    private let content: Int32
    private let loneContent: Int32

    init(_ lines: PageLines) {
        self.lines = lines
        jointSpan = Self.bestSpan(lines, lines.jointShare)
        loneSpan = Self.bestSpan(lines, lines.loneShare)
        let total = max(1, lines.before[lines.count].chars)
        var loneText = 0
        for i in 0..<lines.count { loneText += Int(lines.loneShare[i]) * Int(lines.numbers[i].chars) }
        content = Int32(truncatingIfNeeded: lines.before[lines.count].text / total)
        loneContent = Int32(truncatingIfNeeded: loneText / total)
    }

    /// The run of lines with the largest sum of (share − ½)·√characters (Kadane's algorithm).
    private static func bestSpan(_ lines: PageLines, _ shares: UnsafeMutablePointer<Int32>) -> (first: Int, last: Int) {
        var best = Int.min
        var (sum, start, first, last) = (0, 0, 0, 0)
        for i in 0..<lines.count {
            let value = (Int(shares[i]) - 512) * root(Int(lines.numbers[i].chars))
            if sum <= 0 {
                sum = value
                start = i
            } else {
                sum += value
            }
            if sum > best { (best, first, last) = (sum, start, i) }
        }
        return (first, last)
    }

    /// The whole part of the square root of `value`, at most that of 1,023.
    @inline(__always)
    private static func root(_ value: Int) -> Int {
        let v = min(value, 1023)
        var root = 0
        var bit = 16
        while bit > 0 {
            if (root + bit) * (root + bit) <= v { root += bit }
            bit >>= 1
        }
        return root
    }

    /// Fills in the numbers of line i.
    @inline(__always)
    func fill(_ i: Int, _ out: UnsafeMutablePointer<Int32>) {
        let n = lines.count
        let before = lines.before
        @inline(__always)
        func joint(_ j: Int) -> Int32 { j >= 0 && j < n ? lines.joint[j] : Self.outside }
        out[0] = lines.joint[i]
        out[1] = joint(i + 1)
        out[2] = joint(i - 1)
        out[3] = joint(i + 2)
        out[4] = joint(i - 2)
        out[5] = lines.lone[i]
        @inline(__always)
        func place(_ span: (first: Int, last: Int), _ k: Int) {
            out[k] = i >= span.first && i <= span.last ? 1 : 0
            out[k + 1] = Int32(truncatingIfNeeded: min(max(i - span.first, -60), 200))
            out[k + 2] = Int32(truncatingIfNeeded: min(max(span.last - i, -60), 200))
        }
        place(jointSpan, 6)
        place(loneSpan, 9)
        out[12] = content
        out[13] = loneContent
        let whole = before[n].text + 1
        out[14] = Int32(truncatingIfNeeded: before[i].text * 1024 / whole)
        out[15] = Int32(truncatingIfNeeded: (before[n].text - before[i + 1].text) * 1024 / whole)
        let near = lines.near[i]
        out[16] = near.goodAbove
        out[17] = near.goodBelow
        out[18] = near.badAbove
        out[19] = near.badBelow
        out[20] = near.loneBadAbove
        let here = before[i]
        let next = before[i + 1]
        @inline(__always)
        func above(_ reach: Int) -> Int32 { Int32(truncatingIfNeeded: here.joint - before[max(0, i - reach)].joint) }
        @inline(__always)
        func below(_ reach: Int) -> Int32 { Int32(truncatingIfNeeded: before[min(n, i + reach + 1)].joint - next.joint) }
        out[21] = above(3)
        out[22] = below(3)
        out[23] = above(6)
        out[24] = above(12)
        out[25] = below(12)
        let (low, high) = (before[max(0, i - 25)], before[min(n, i + 26)])
        out[26] = Int32(truncatingIfNeeded: here.joint - low.joint)
        out[27] = Int32(truncatingIfNeeded: high.joint - next.joint)
        out[28] = Int32(truncatingIfNeeded: here.lone - low.lone)
        out[29] = Int32(truncatingIfNeeded: high.lone - next.lone)
        out[30] = Int32(truncatingIfNeeded: here.chars - low.chars)
        out[31] = Int32(truncatingIfNeeded: high.chars - next.chars)
        let line = lines.numbers[i]
        out[32] = line.words
        out[33] = line.chars
        out[34] = Int32(line.capitals)
        out[35] = Int32(line.marks)
        out[36] = Int32(line.ending)
        out[37] = Int32(lines.repeats[i])
    }
}
