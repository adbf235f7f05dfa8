import CICUShims
import WinnowCore

/// Makes the key of a line: the folded form that is compared and never printed.
///
/// Each character of the (NFC) text is replaced by its fold: NFKC_Casefold (UAX #15, and the Unicode Standard, section
/// 3.13), decimal digits of all scripts to ASCII, format characters removed, nonspacing marks removed where they do not
/// make another letter (Latin, Greek, Cyrillic, Hebrew, Arabic; kept in Indic and Thai, where they are vowels),
/// punctuation and most symbols to one space, spaces collapsed, none at the ends.
///
/// Not thread-safe: each worker has its own, since folds are looked up once and remembered.
public final class Folder {
    /// Version of the definition above, part of every stored index and ledger.
    public static let version = 1

    /// The most bytes of key that a byte of text can become: U+FDFA has three bytes and folds to 33.
    public static let mostBytes = 11

    /// Folds of 256 code points at a time. An entry holds the length in its low byte and up to seven bytes above it;
    /// length 255 points into `long`.
    private var pages: [UnsafeMutablePointer<UInt64>?]
    private var long: [[UInt8]] = []
    /// The fold of each ASCII character; a space for punctuation and controls.
    private static let ascii: [UInt8] = (0..<128).map { c in
        switch UInt8(c) {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt8(c) + 32
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): UInt8(c)
        case UInt8(ascii: "%"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "+"), UInt8(ascii: "<"),
            UInt8(ascii: "="), UInt8(ascii: ">"):
            UInt8(c)
        default: 0x20
        }
    }
    private let ascii: UnsafeMutablePointer<UInt8>

    private static let space: UInt64 = 1 | 0x20 << 8
    /// U+3099 and U+309A, the combining voicing marks of kana.
    private static let voiced: UInt64 = 3 | 0xE3 << 8 | 0x82 << 16 | 0x99 << 24
    private static let semiVoiced: UInt64 = 3 | 0xE3 << 8 | 0x82 << 16 | 0x9A << 24

    public init() {
        pages = Array(repeating: nil, count: 0x110000 >> 8)
        ascii = .allocate(capacity: 128)
        ascii.initialize(from: Self.ascii, count: 128)
    }

    deinit {
        for page in pages { page?.deallocate() }
        ascii.deallocate()
    }

    /// A key that was written, and what was seen on the way.
    public struct Key {
        public var length: Int
        /// Parts between spaces.
        public var words: Int
        public var hasDigit: Bool
        /// Holds a character outside ASCII.
        public var isWide: Bool

        public init(length: Int = 0, words: Int = 0, hasDigit: Bool = false, isWide: Bool = false) {
            self.length = length
            self.words = words
            self.hasDigit = hasDigit
            self.isWide = isWide
        }
    }

    /// Writes the key of `text` (valid UTF-8) to `out`, which must have room for `mostBytes` bytes a byte of text and one more.
    /// - Complexity: O(n)
    public func fold(_ text: UnsafeBufferPointer<UInt8>, to out: UnsafeMutablePointer<UInt8>) -> Key {
        guard let base = text.baseAddress else { return Key() }
        let n = text.count
        let ascii = ascii
        var i = 0
        var o = 0
        var words = 0
        var afterSpace = 1  // 1 when a further space would be one too many
        var digits = 0
        var isWide = false
        while i < n {
            let b = base[i]
            if b < 0x80 {
                // Written in any case; a space behind a space, and one at the beginning, is written over by what comes next.
                let folded = ascii[Int(b)]
                i += 1
                let isSpace = folded == 0x20 ? 1 : 0
                if b == 0x2D, afterSpace == 1, i < n, base[i] &- 0x30 < 10, i < 2 || base[i - 2] == 0x20 {
                    // A minus sign before a number is part of it; a hyphen in a word or a date is not.
                    out[o] = b
                    o += 1
                    words += 1
                    afterSpace = 0
                    continue
                }
                out[o] = folded
                o &+= 1 &- (isSpace & afterSpace)
                words &+= (1 &- isSpace) & afterSpace
                digits |= folded &- 0x30 < 10 ? 1 : 0
                afterSpace = isSpace
                continue
            }
            let c = nextScalar(base, &i)
            if c == 0x2212, afterSpace == 1, i < n, base[i] &- 0x30 < 10 {
                // The minus sign proper, as above.
                out[o] = 0x2D
                o += 1
                words += 1
                afterSpace = 0
                continue
            }
            var entry = entry(c)
            var length = Int(entry & 0xFF)
            let isLong = length == 255
            let longIndex = Int(truncatingIfNeeded: entry >> 8)
            if isLong { length = long[longIndex].count }
            if entry == Self.voiced || entry == Self.semiVoiced, o >= 3, let whole = Self.composed(out + o - 3, entry) {
                // A kana and its voicing mark apart, as halfwidth kana are: one letter.
                for k in 0..<3 { out[o - 3 + k] = whole[k] }
                continue
            }
            var k = 0
            while k < length {
                entry >>= 8
                let byte = isLong ? long[longIndex][k] : UInt8(truncatingIfNeeded: entry)
                let isSpace = byte == 0x20 ? 1 : 0
                out[o] = byte
                o &+= 1 &- (isSpace & afterSpace)
                words &+= (1 &- isSpace) & afterSpace
                digits |= byte &- 0x30 < 10 ? 1 : 0
                if byte >= 0x80 { isWide = true }
                afterSpace = isSpace
                k += 1
            }
        }
        if o > 0, afterSpace == 1 { o -= 1 }
        return Key(length: o, words: words, hasDigit: digits != 0, isWide: isWide)
    }

    /// The letter that three bytes of kana and a voicing mark make; nil when they make none.
    private static func composed(_ kana: UnsafePointer<UInt8>, _ mark: UInt64) -> [UInt8]? {
        guard kana[0] == 0xE3 else { return nil }
        let pair = [kana[0], kana[1], kana[2], 0xE3, 0x82, UInt8(truncatingIfNeeded: mark >> 24)]
        var out: [UInt8] = []
        pair.withUnsafeBufferPointer { Normalizer.normalize(WICU_NFC, $0, into: &out) }
        return out.count == 3 ? out : nil
    }

    /// Appends the key of `text` (valid UTF-8) to `out`.
    public func fold(_ text: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
        let key = [UInt8](unsafeUninitializedCapacity: text.count * Self.mostBytes + 1) { buffer, count in
            if let base = buffer.baseAddress { count = fold(text, to: base).length }
        }
        out.append(contentsOf: key)
    }

    @inline(__always)
    private func entry(_ c: UInt32) -> UInt64 {
        if let page = pages[Int(c >> 8)] { return page[Int(c & 0xFF)] }
        return makePage(c >> 8)[Int(c & 0xFF)]
    }

    private func makePage(_ number: UInt32) -> UnsafeMutablePointer<UInt64> {
        let page = UnsafeMutablePointer<UInt64>.allocate(capacity: 256)
        for low in 0..<UInt32(256) {
            let bytes = Self.foldScalar(number << 8 | low)
            if bytes.count <= 7 {
                page[Int(low)] = bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } << 8 | UInt64(bytes.count)
            } else {
                page[Int(low)] = UInt64(long.count) << 8 | 255
                long.append(bytes)
            }
        }
        pages[Int(number)] = page
        return page
    }

    /// The fold of one code point.
    static func foldScalar(_ c: UInt32) -> [UInt8] {
        guard !(0xD800...0xDFFF).contains(c) else { return [] }
        func apply(_ form: wicu_form, _ text: [UInt8]) -> [UInt8] {
            var out: [UInt8] = []
            text.withUnsafeBufferPointer { Normalizer.normalize(form, $0, into: &out) }
            return out
        }
        var source: [UInt8] = []
        appendScalar(c, to: &source)
        let decomposed = apply(WICU_NFD, apply(WICU_NFKC_CASEFOLD, source))
        var kept: [UInt8] = []
        decomposed.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            var i = 0
            while i < buffer.count {
                let c = nextScalar(base, &i)
                if let folded = foldDecomposed(c) { appendScalar(folded, to: &kept) }
            }
        }
        return apply(WICU_NFC, kept)
    }

    /// What a character of decomposed, case-folded text becomes: itself, a space, a digit, or nothing.
    private static func foldDecomposed(_ c: UInt32) -> UInt32? {
        if c < 0x80 {
            switch c {
            case 0x30...0x39, 0x61...0x7A: return c
            case 0x25, 0x23, 0x24, 0x2B, 0x3C...0x3E: return c
            default: return 0x20
            }
        }
        switch Int(wicu_category(c)) {
        case 6, 7:  // Mn, Me
            // The voicing marks of kana make another letter, though their script is that of the letter before them.
            if c == 0x3099 || c == 0x309A { return c }
            switch wicu_script(c) {
            case 1, 25, 14, 8, 19, 2: return nil  // inherited, Latin, Greek, Cyrillic, Hebrew, Arabic
            default: return c
            }
        case 9: return wicu_digit(c) >= 0 ? 0x30 + UInt32(wicu_digit(c)) : c  // Nd
        case 16: return nil  // Cf
        case 12...15, 17, 18, 19...23, 28, 29: return 0x20  // Zs Zl Zp Cc Co Cs, Pd Ps Pe Pc Po, Pi Pf
        case 24:  // Sm
            return (0x2190...0x21FF).contains(c) || c == 0xAC || c == 0x2212 ? 0x20 : c
        case 26: return 0x20  // Sk
        case 27:  // So
            if c == 0xB0 { return c }
            return wicu_is_pictographic(c) && c != 0xA9 && c != 0xAE && c != 0x2122 ? c : 0x20
        default: return c
        }
    }
}

extension Folder {
    /// Appends the fold of one character; returns true, appending nothing, where it is a space.
    public func foldOne(_ c: UInt32, into out: inout [UInt8]) -> Bool {
        if c < 0x80 {
            let f = ascii[Int(c)]
            if f == 0x20 { return true }
            out.append(f)
            return false
        }
        var entry = entry(c)
        var length = Int(entry & 0xFF)
        if length == 0 { return false }
        let isLong = length == 255
        let longIndex = Int(truncatingIfNeeded: entry >> 8)
        if isLong { length = long[longIndex].count }
        let before = out.count
        for k in 0..<length {
            entry >>= 8
            let byte = isLong ? long[longIndex][k] : UInt8(truncatingIfNeeded: entry)
            if byte != 0x20 { out.append(byte) }
        }
        return out.count == before
    }

    /// Byte offset in `text` just behind the last character of its `count`-th token, tokens being counted as in the key:
    /// words between spaces, and each character of a script without spaces by itself.
    public func offset(afterTokens count: Int, of text: UnsafeBufferPointer<UInt8>) -> Int {
        guard let base = text.baseAddress, count > 0 else { return 0 }
        var folded: [UInt8] = []
        var seen = 0
        var inWord = false
        var isNumber = false
        var lastWasNumber = false
        var wordEnd = 0
        /// Ends the word at hand; several numbers in a row are one token.
        func close() {
            guard inWord else { return }
            inWord = false
            if isNumber, lastWasNumber { seen -= 1 }
            lastWasNumber = isNumber
        }
        var i = 0
        while i < text.count {
            let start = i
            let c = nextScalar(base, &i)
            folded.removeAll(keepingCapacity: true)
            if foldOne(c, into: &folded) {
                close()
                if seen == count { return wordEnd }
                continue
            }
            if folded.isEmpty { continue }
            let isUnspaced = isUnspacedScript(c)
            if isUnspaced { close() }
            if !inWord {
                if seen == count { return min(start, wordEnd) }
                seen += 1
                inWord = true
                isNumber = true
            }
            if c < 0x30 || c > 0x39 { isNumber = false }
            wordEnd = i
            if isUnspaced { close() }
        }
        return wordEnd
    }
}

/// Han, kana, Thai, Lao, Myanmar, Khmer: scripts that put no space between words.
@inlinable
public func isUnspacedScript(_ c: UInt32) -> Bool {
    (0x2E80...0x9FFF).contains(c) || (0xF900...0xFAFF).contains(c) || (0x0E00...0x0EFF).contains(c)
        || (0x1000...0x109F).contains(c) || (0x1780...0x17FF).contains(c) || (0x20000...0x3FFFF).contains(c)
}
