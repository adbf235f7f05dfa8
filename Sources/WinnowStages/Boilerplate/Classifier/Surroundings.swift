/// What stands around a line: its place, the measures of the page, repeats, blank lines, and how long the lines near it are.
///
/// Each feature is a small table; the tables stand one after the other in `LineModel.context`. The twin is Training/context.py.
struct Surroundings {
    /// Lines of this many words are long.
    static let long: Int32 = 15

    private let lines: PageLines
    private let count: Int
    private let chars: Int
    private let share: Int
    private let longLines: Int
    private let pageLines: Int
    private let pageSize: Int

    init(_ lines: PageLines) {
        self.lines = lines
        count = lines.count
        let all = lines.before[count]
        chars = max(1, all.chars)
        share = all.longChars * 10 / chars
        longLines = count > 0 ? min(all.longs * 20 / count, 12) : 0
        pageLines = min(bucket(count), 19)
        pageSize = min(bucket(chars >> 4), 23)
    }

    /// Names of the features, in the order of their tables, with how many values each has.
    static let features: [(name: String, values: Int)] = {
        var all: [(String, Int)] = [
            ("position", 20), ("lines above", 13), ("lines below", 13), ("share of the text above", 16),
            ("position and length", 240), ("lines above and length", 104), ("lines below and length", 104),
            ("share of the text above and length", 128), ("position in lines and in text", 80),
            ("lines of the page and length", 480), ("size of the page and length", 576),
            ("share of long lines' text and length", 264), ("share of long lines and length", 312),
            ("lines of the page and share of long text", 220), ("share of long lines and of their text", 1144),
            ("repeats", 80), ("repeat of an earlier line", 48), ("blank lines around", 72),
            ("blank lines around and length", 216), ("blank lines of its neighbours", 81),
        ]
        for reach in reaches {
            let near = reach == 1 ? "the next line" : "\(reach) lines"
            all += [
                ("length of \(near) above", 176), ("length of \(near) below", 176), ("length of \(near) on both sides", 484),
                ("sentences in \(near) on both sides", 512), ("sentences in \(near) on both sides and ending", 192),
                ("long lines in \(near) on both sides", 512),
            ]
        }
        return all
    }()
    static let count = features.reduce(0) { $0 + $1.values }
    private static let reaches = [1, 2, 4, 8, 16, 32]

    /// Eight classes of length: up to 1, 2, 4, 8, 15, 30, 60 words, and more.
    @inline(__always)
    static func width(_ words: Int32) -> UInt8 {
        switch words {
        case ...1: 0
        case 2: 1
        case ...4: 2
        case ...8: 3
        case ...15: 4
        case ...30: 5
        case ...60: 6
        default: 7
        }
    }

    /// Calls `body` with each feature of line i: its number, and its index in the tables.
    @inline(__always)
    func forEach(_ i: Int, _ body: (Int, Int) -> Void) {
        let before = lines.before
        let width = Int(lines.width[i])
        let ending = Int(lines.numbers[i].ending)
        let kind = width * 3 + ending
        let rel = i * 20 / count
        let top = min(bucket(i), 12)
        let bottom = min(bucket(count - 1 - i), 12)
        let part = min((before[i].chars * 2 + Int(lines.numbers[i].chars)) * 8 / chars, 15)
        @inline(__always)
        func gap(_ j: Int) -> Int { j <= 0 || j >= count ? 2 : Int(lines.gap[j]) }
        let gaps = gap(i) * 3 + gap(i + 1)
        var base = 0
        var number = 0
        @inline(__always)
        func take(_ index: Int, of values: Int) {
            body(number, base + index)
            base += values
            number += 1
        }
        take(rel, of: 20)
        take(top, of: 13)
        take(bottom, of: 13)
        take(part, of: 16)
        take(rel / 2 * 24 + kind, of: 240)
        take(top * 8 + width, of: 104)
        take(bottom * 8 + width, of: 104)
        take(part * 8 + width, of: 128)
        take(rel / 2 * 8 + part / 2, of: 80)
        take(pageLines * 24 + kind, of: 480)
        take(pageSize * 24 + kind, of: 576)
        take(share * 24 + kind, of: 264)
        take(longLines * 24 + kind, of: 312)
        take(pageLines * 11 + share, of: 220)
        take((share * 13 + longLines) * 8 + width, of: 1144)
        take(Int(lines.repeats[i]) * 8 + width, of: 80)
        take((lines.isRepeat[i] ? 24 : 0) + kind, of: 48)
        take(gaps * 8 + width, of: 72)
        take(gaps * 24 + kind, of: 216)
        take((gap(i - 1) * 9 + gaps) * 3 + gap(i + 2), of: 81)
        var reach = 1
        while reach <= 32 {
            let low = before[max(0, i - reach)]
            let high = before[min(count, i + reach + 1)]
            let (here, next) = (before[i], before[i + 1])
            let above = min(bucket((here.chars - low.chars) >> 2), 21)
            let below = min(bucket((high.chars - next.chars) >> 2), 21)
            let sentences =
                min(bucket(here.sentences - low.sentences), 7) * 8 + min(bucket(high.sentences - next.sentences), 7)
            let longs = min(bucket(here.longs - low.longs), 7) * 8 + min(bucket(high.longs - next.longs), 7)
            take(above * 8 + width, of: 176)
            take(below * 8 + width, of: 176)
            take(above * 22 + below, of: 484)
            take(sentences * 8 + width, of: 512)
            take(sentences * 3 + ending, of: 192)
            take(longs * 8 + width, of: 512)
            reach *= 2
        }
    }
}
