import CICUShims
import CKernels
import WinnowCore

/// Makes the key of a line: the folded form that is compared and never printed.
///
/// Each character of the (NFC) text is replaced by its fold: NFKC_Casefold (UAX #15, and the Unicode Standard, section
/// 3.13), decimal digits of all scripts to ASCII, format characters removed, nonspacing marks removed where they do not
/// make another letter (Latin, Greek, Cyrillic, Hebrew, Arabic; kept in Indic and Thai, where they are vowels),
/// punctuation and most symbols to one space, spaces collapsed, none at the ends.
///
/// The folds are compiled in (`FoldTable`), and laid out for the kernel 256 code points at a time, when they are first met; all
/// threads share them.
public struct Folder: Sendable {
    /// Version of the definition above, part of every stored index and ledger.
    public static let version = 1

    /// The most bytes of key that a byte of text can become: U+FDFA has three bytes and folds to 33.
    public static let mostBytes = 11

    // Entries of the layout: the length in bits 0–2 (up to seven bytes, which stand above bit 8) and flags. `isSlow` ones are for
    // Swift alone; an `isLong` one has where its text begins in the table above bit 8.
    private static let isSlow = UInt64(WK_FOLD_SLOW)
    private static let isWide = UInt64(WK_FOLD_WIDE)
    private static let isUnspaced = UInt64(WK_FOLD_UNSPACED)
    private static let isLong: UInt64 = 1 << 4
    /// U+3099 or U+309A, the combining voicing marks of kana.
    private static let isVoicing: UInt64 = 1 << 5

    public init() {}

    /// A key that was written, and what was seen on the way.
    public struct Key: Equatable {
        public var length: Int
        /// Words: parts between spaces, and each character of a script without spaces.
        public var words: Int
        public var hasDigit: Bool
        /// Holds a character outside ASCII.
        public var isWide: Bool
        /// Holds a character of a script without spaces between words.
        public var isUnspaced: Bool

        fileprivate init(_ state: wk_folding) {
            // A space at the end is one too many.
            length = state.written - (state.written > 0 && state.after_space == 1 ? 1 : 0)
            words = Int(state.words)
            hasDigit = state.has_digit
            isWide = state.is_wide
            isUnspaced = state.is_unspaced
        }

        public init(length: Int = 0, words: Int = 0, hasDigit: Bool = false, isWide: Bool = false, isUnspaced: Bool = false) {
            self.length = length
            self.words = words
            self.hasDigit = hasDigit
            self.isWide = isWide
            self.isUnspaced = isUnspaced
        }
    }

    private static let beginning = wk_folding(
        read: 0, written: 0, words: 0, after_space: 1, after_word: 1, has_digit: false, is_wide: false, is_unspaced: false)

    /// Bytes of memory that `fold` needs for the key of a text of this length.
    @inlinable public static func room(for length: Int) -> Int { length * mostBytes + Int(WK_FOLD_SLACK) }

    /// Writes the key of `text` (valid UTF-8) to `out`, which must have `room(for:)` the text.
    /// - Complexity: O(n)
    public func fold(_ text: UnsafeBufferPointer<UInt8>, to out: UnsafeMutablePointer<UInt8>) -> Key {
        guard let base = text.baseAddress else { return Key() }
        var state = Self.beginning
        // The kernel stops at what needs a second look.
        while true {
            wk_fold(base, text.count, out, &state)
            if state.read == text.count { break }
            foldCharacter(text, out, &state)
        }
        return Key(state)
    }

    /// The same, a character at a time: the definition that the kernel is compared with.
    func foldTwin(_ text: UnsafeBufferPointer<UInt8>, to out: UnsafeMutablePointer<UInt8>) -> Key {
        var state = Self.beginning
        while state.read < text.count { foldCharacter(text, out, &state) }
        return Key(state)
    }

    private func foldCharacter(
        _ text: UnsafeBufferPointer<UInt8>, _ out: UnsafeMutablePointer<UInt8>, _ state: inout wk_folding
    ) {
        guard let base = text.baseAddress else { return }
        let start = state.read
        let c = nextScalar(base, &state.read)
        func append(_ c: UInt32) {
            if c == 0x20 {
                out[state.written] = 0x20
                state.written += state.after_space == 0 ? 1 : 0
                state.after_space = 1
                state.after_word = 1
                return
            }
            state.written += writeScalar(c, to: out + state.written)
            state.after_space = 0
            let unspaced = isUnspacedScript(c)
            if unspaced || state.after_word == 1 { state.words += 1 }
            state.after_word = unspaced ? 1 : 0
            if unspaced { state.is_unspaced = true }
            if c &- 0x30 < 10 { state.has_digit = true }
            if c >= 0x80 { state.is_wide = true }
        }
        // A minus sign before a number is part of it; a hyphen in a word or a date is not.
        let isMinus = c == 0x2D && (start == 0 || base[start - 1] == 0x20) || c == 0x2212
        if isMinus, state.after_space == 1, state.read < text.count, base[state.read] &- 0x30 < 10 {
            append(0x2D)
        } else {
            let entry = entry(c)
            if entry & Self.isVoicing != 0, state.written >= 3,
                let whole = Self.composed(out + state.written - 3, voicedBy: entry)
            {
                // A kana and its voicing mark apart, as halfwidth kana are: one letter.
                for k in 0..<3 { out[state.written - 3 + k] = whole[k] }
            } else {
                forEachScalar(of: entry, append)
            }
        }
    }

    private func forEachScalar(of entry: UInt64, _ body: (UInt32) -> Void) {
        func read(_ bytes: UnsafeBufferPointer<UInt8>) {
            guard let base = bytes.baseAddress else { return }
            var i = 0
            while i < bytes.count { body(nextScalar(base, &i)) }
        }
        if entry & Self.isLong != 0 {
            read(FoldTable.text(at: Int(truncatingIfNeeded: entry >> 8)))
        } else {
            withUnsafeBytes(of: (entry >> 8).littleEndian) { bytes in
                read(UnsafeBufferPointer(rebasing: bytes.assumingMemoryBound(to: UInt8.self)[..<Int(entry & 7)]))
            }
        }
    }

    @inline(__always)
    private func forEachByte(of entry: UInt64, _ body: (UInt8) -> Void) {
        if entry & Self.isLong != 0 {
            FoldTable.text(at: Int(truncatingIfNeeded: entry >> 8)).forEach(body)
            return
        }
        var bytes = entry >> 8
        for _ in 0..<Int(entry & 7) {
            body(UInt8(truncatingIfNeeded: bytes))
            bytes >>= 8
        }
    }

    /// The letter that three bytes of kana and a voicing mark make; nil when they make none.
    private static func composed(_ kana: UnsafePointer<UInt8>, voicedBy mark: UInt64) -> [UInt8]? {
        guard kana[0] == 0xE3 else { return nil }
        let pair = [kana[0], kana[1], kana[2], 0xE3, 0x82, UInt8(truncatingIfNeeded: mark >> 24)]
        var out: [UInt8] = []
        pair.withUnsafeBufferPointer { Normalizer.normalize(WICU_NFC, $0, into: &out) }
        return out.count == 3 ? out : nil
    }

    /// Appends the key of `text` (valid UTF-8) to `out`.
    public func fold(_ text: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
        let key = [UInt8](unsafeUninitializedCapacity: Self.room(for: text.count)) { buffer, count in
            if let base = buffer.baseAddress { count = fold(text, to: base).length }
        }
        out.append(contentsOf: key)
    }

    @inline(__always)
    private func entry(_ c: UInt32) -> UInt64 {
        (wk_fold_page(c >> 8) ?? Self.makePage(c >> 8))[Int(c & 0xFF)]
    }

    private static func makePage(_ number: UInt32) -> UnsafePointer<UInt64> {
        let page = UnsafeMutablePointer<UInt64>.allocate(capacity: 256)
        FoldTable.forEach(ofPage: number) { c, bytes, text in page[Int(c & 0xFF)] = makeEntry(c, bytes, text) }
        let published: UnsafePointer<UInt64> = wk_fold_publish(number, page)
        // Another thread was faster.
        if published != UnsafePointer(page) { page.deallocate() }
        return published
    }

    private static func makeEntry(_ c: UInt32, _ bytes: UnsafeBufferPointer<UInt8>, _ text: Int) -> UInt64 {
        guard let base = bytes.baseAddress else { return 0 }
        var entry = UInt64(bytes.count)
        var scalars = 0
        var spaces = 0
        var unspaced = 0
        var hidesDigit = false
        if bytes.count <= 7 {
            for k in bytes.indices { entry |= UInt64(bytes[k]) << UInt64(8 * k + 8) }
        } else {
            entry = UInt64(truncatingIfNeeded: text) << 8 | isLong | isSlow
        }
        var i = 0
        while i < bytes.count {
            let s = nextScalar(base, &i)
            scalars += 1
            if s == 0x20 { spaces += 1 }
            if s &- 0x30 < 10, base[0] &- 0x30 >= 10 { hidesDigit = true }
            if isUnspacedScript(s) { unspaced += 1 }
            if s >= 0x80 { entry |= isWide }
        }
        // What the kernel does not know: spaces among other bytes, numbers that do not begin with a digit, several words in
        // one, and characters whose fold depends on what stands around them.
        if unspaced > 0 { entry |= scalars == 1 ? isUnspaced : isSlow }
        if spaces > 0 && scalars > 1 || hidesDigit || c == 0x2212 { entry |= isSlow }
        if entry == voiced || entry == semiVoiced { entry |= isSlow | isVoicing }
        return entry
    }

    private static let voiced = UInt64(0x99_82E3) << 8 | isWide | isUnspaced | 3
    private static let semiVoiced = UInt64(0x9A_82E3) << 8 | isWide | isUnspaced | 3

    /// The fold of one code point, by ICU's data: what the compiled table is made of.
    static func foldScalar(_ c: UInt32) -> [UInt8] {
        guard !(0xD800...0xDFFF).contains(c) else { return [] }
        if wicu_is_folded(c) {
            var out: [UInt8] = []
            if let folded = foldDecomposed(c) { appendScalar(folded, to: &out) }
            return out
        }
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
    /// Writes the fold of one character, spaces left out, at most `mostBytes` bytes for each of its own and eight more; returns
    /// how many bytes it has, nil where the character is a space.
    @inline(__always)
    public func foldOne(_ c: UInt32, to out: UnsafeMutablePointer<UInt8>) -> Int? {
        let entry = entry(c)
        if entry & Self.isSlow == 0 {
            let bytes = entry >> 8
            UnsafeMutableRawPointer(out).storeBytes(of: bytes.littleEndian, as: UInt64.self)
            return entry & 7 == 1 && bytes == 0x20 ? nil : Int(entry & 7)
        }
        return foldSlow(entry, to: out)
    }

    private func foldSlow(_ entry: UInt64, to out: UnsafeMutablePointer<UInt8>) -> Int? {
        var count = 0
        forEachByte(of: entry) { byte in
            guard byte != 0x20 else { return }
            out[count] = byte
            count += 1
        }
        return count == 0 ? nil : count
    }

    /// Byte offset in `text` just behind the last character of its `count`-th token, tokens being counted as in the key:
    /// words between spaces, a per cent sign with what follows, and each character of a script without spaces by itself.
    public func offset(afterTokens count: Int, of text: UnsafeBufferPointer<UInt8>) -> Int {
        guard let base = text.baseAddress, count > 0 else { return 0 }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.room(for: 4)) { scratch in
            scratch.baseAddress.map { offset(afterTokens: count, of: base, text.count, $0) } ?? 0
        }
    }

    /// - Parameter scratch: memory for the fold of a character.
    private func offset(
        afterTokens count: Int, of base: UnsafePointer<UInt8>, _ length: Int, _ scratch: UnsafeMutablePointer<UInt8>
    ) -> Int {
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
        while i < length {
            let start = i
            let c = nextScalar(base, &i)
            guard let written = foldOne(c, to: scratch) else {
                close()
                if seen == count { return wordEnd }
                continue
            }
            if written == 0 { continue }
            let isUnspaced = isUnspacedScript(c)
            if isUnspaced || c == 0x25 { close() }
            if !inWord {
                if seen == count { return min(start, wordEnd) }
                seen += 1
                inWord = true
                isNumber = true
            }
            if c < 0x30 || c > 0x39 && (c < 0x660 || !Scalars.isDigit(c)) { isNumber = false }
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
