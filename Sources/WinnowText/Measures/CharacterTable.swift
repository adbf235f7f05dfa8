import CICUShims
import WinnowCore

/// What measures want to know of a character, 256 code points a page; a page is made when it is first met. One a thread.
final class CharacterTable {
    /// The bits of an entry.
    enum Flag {
        static let space: UInt16 = 1 << 0
        static let letter: UInt16 = 1 << 1
        /// No punctuation: a word with one is more than a symbol.
        static let plain: UInt16 = 1 << 2
        static let terminal: UInt16 = 1 << 3
        static let ellipsis: UInt16 = 1 << 4
        static let digit: UInt16 = 1 << 5
        static let capital: UInt16 = 1 << 6
        /// Bits 12–15: offset of the script's counter from `.latin`.
        static let scriptShift: UInt16 = 12
    }

    private let pages: UnsafeMutablePointer<UnsafeMutablePointer<UInt16>?>
    /// Four bytes of UTF-8, right or wrong, have no more.
    private static let pageCount = 0x2000

    init() {
        pages = .allocate(capacity: Self.pageCount)
        pages.initialize(repeating: nil, count: Self.pageCount)
    }

    deinit {
        for number in 0..<Self.pageCount { pages[number]?.deallocate() }
        pages.deallocate()
    }

    /// - Parameter c: any number below 2^21.
    @inline(__always)
    func entry(_ c: UInt32) -> UInt16 {
        let page = pages[Int(c >> 8)] ?? make(c >> 8)
        return page[Int(c & 0xFF)]
    }

    @inline(never)
    private func make(_ number: UInt32) -> UnsafeMutablePointer<UInt16> {
        let page = UnsafeMutablePointer<UInt16>.allocate(capacity: 256)
        for k in 0..<256 as Range<UInt32> { page[Int(k)] = Self.entry(of: number << 8 | k) }
        pages[Int(number)] = page
        return page
    }

    private static func entry(of c: UInt32) -> UInt16 {
        guard c <= 0x10FFFF else { return 0 }
        var entry: UInt16 = 0
        let properties = wicu_properties(c)
        if isSpace(c) { entry |= Flag.space }
        if properties & 1 != 0 {
            entry |= Flag.letter | script(c) << Flag.scriptShift
        }
        if properties & 2 != 0 { entry |= Flag.capital }
        if properties & 4 != 0 { entry |= Flag.digit }
        let isTerminal = properties & 8 != 0 || khmerMarks.contains(c)
        if isTerminal { entry |= Flag.terminal }
        if !isTerminal, !punctuation.contains(c), !(c < 0x20 && c != 0x0A || (0x7F...0x9F).contains(c)) { entry |= Flag.plain }
        if c == 0x2026 { entry |= Flag.ellipsis }
        return entry
    }

    /// Bidi class WS, B or S, or category Zs: what most implementations split words at.
    private static func isSpace(_ c: UInt32) -> Bool {
        switch c {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// FineWeb's terminal marks beside those of Sentence_Terminal.
    private static let khmerMarks: Set<UInt32> = [0x17D4, 0x17D5, 0x17D6, 0x17D9, 0x17DA]

    /// The list of CCNet and datatrove, without U+FF11, which is a digit; control characters and terminal marks besides.
    private static let punctuation: Set<UInt32> = [
        0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B, 0x2C, 0x2D, 0x2F, 0x3A, 0x3B, 0x3C, 0x3D, 0x3E, 0x40, 0x5B,
        0x5C, 0x5D, 0x5E, 0x5F, 0x60, 0x7B, 0x7C, 0x7D, 0x7E, 0xAB, 0xB4, 0xBB, 0x2013, 0x2014, 0x2019, 0x201C, 0x201D, 0x201E,
        0x2026, 0x2236, 0x2501, 0x25BA, 0x3001, 0x3008, 0x3009, 0x300A, 0x300B, 0x300C, 0x300D, 0x3010, 0x3011, 0xFF05, 0xFF08,
        0xFF09, 0xFF0C, 0xFF1A, 0xFF1B, 0xFF5E,
    ]

    /// Offset of the counter of a letter's script (UScriptCode) from `.latin`.
    private static func script(_ c: UInt32) -> UInt16 {
        let counter: Counter =
            switch wicu_script(c) {
            case 25: .latin
            case 8: .cyrillic
            case 14: .greek
            case 2: .arabic
            case 19: .hebrew
            case 4, 10, 15, 16, 21, 26, 31, 33, 35, 36: .indic
            case 5, 17: .han
            case 20, 22: .kana
            case 18: .hangul
            default: .otherScripts
            }
        return UInt16(counter.rawValue - Counter.latin.rawValue)
    }
}
