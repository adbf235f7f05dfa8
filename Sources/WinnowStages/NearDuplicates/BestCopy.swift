import WinnowText

/// Which of two copies of a line is the better one.
enum BestCopy {
    /// Whether the later copy is better than the earlier one, which otherwise stays.
    ///
    /// In this order: a section label or a site's name stuck to a line loses to the bare line; a line cut with an ellipsis
    /// loses to the whole one; the longer of two that contain each other wins; fewer odd characters win; ALL CAPS loses.
    static func isBetter(_ later: LineView, than earlier: LineView) -> Bool {
        if let label = labelled(later, bare: earlier) ?? labelled(earlier, bare: later).map({ !$0 }) { return !label }
        let cut = (isCut(earlier.text), isCut(later.text))
        if cut.0 != cut.1 { return cut.0 }
        if earlier.key.count != later.key.count {
            let (short, long) = earlier.key.count < later.key.count ? (earlier, later) : (later, earlier)
            if long.key.starts(with: short.key) || long.key.suffix(short.key.count).elementsEqual(short.key) {
                return later.key.count > earlier.key.count
            }
        }
        let odd = (oddCharacters(earlier.text), oddCharacters(later.text))
        if odd.0 != odd.1 { return odd.1 < odd.0 }
        let capitals = (isAllCapitals(earlier.text), isAllCapitals(later.text))
        if capitals.0 != capitals.1 { return capitals.0 }
        return false
    }

    /// True when `long` is `bare` with a label before it or a site's name behind it; nil when it is something else.
    private static func labelled(_ long: LineView, bare: LineView) -> Bool? {
        guard long.key.count > bare.key.count, !isCut(bare.text) else { return nil }
        if Dressing.isDressed(long, bare: bare) { return true }
        let rest = long.key.count - bare.key.count
        guard rest <= 40 else { return nil }
        if long.key.suffix(bare.key.count).elementsEqual(bare.key) {
            // What stands before: "News", "Live:", "EXCLUSIVE |". Glued on, or a word or two, or set off by a sign.
            let words = wordCount(long.key.prefix(rest))
            let isGlued = long.key[rest - 1] != 0x20
            if isGlued || words <= 2 || words <= 4 && hasSeparator(long.text, nearStart: true) { return true }
        }
        if long.key.starts(with: bare.key), long.key[bare.key.count] == 0x20 {
            // What stands behind, set off by a sign: " | Site name", " - The Site".
            let words = wordCount(long.key.suffix(rest))
            if words <= 6, hasSeparator(long.text, nearStart: false) { return true }
        }
        return nil
    }

    /// Whether `long` is `bare` with a label glued on: "NewsTown hall", "要闻市政厅". The texts must agree to the letter, and the
    /// seam must show: a small letter before a capital, or characters of a script without spaces, of which a label has few.
    static func isGlued(_ long: LineView, bare: LineView) -> Bool {
        let rest = long.text.count - bare.text.count
        guard bare.characters >= 4, (2...24).contains(rest), long.text.suffix(bare.text.count).elementsEqual(bare.text),
            let base = long.text.baseAddress
        else { return false }
        var at = rest - 1
        while at > 0, base[at] & 0xC0 == 0x80 { at -= 1 }
        var i = at
        let before = nextScalar(base, &i)
        var k = rest
        let after = nextScalar(base, &k)
        if isUnspacedScript(before) { return isUnspacedScript(after) && rest <= 12 && long.characters - bare.characters <= 4 }
        // "SPORTTown hall": a label in capitals before a word that is not.
        if Scalars.isUppercase(before), Scalars.isUppercase(after),
            isAllCapitals(UnsafeBufferPointer(rebasing: long.text[..<rest]))
        {
            return k < long.text.count && Scalars.category(nextScalar(base, &k)) == 2
        }
        return Scalars.category(before) == 2 && Scalars.isUppercase(after)
            && Scalars.isUppercase(
                {
                    var s = 0; return nextScalar(base, &s)
                }())
    }

    /// Parts between spaces.
    static func wordCount(_ key: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        var count = 0
        var before: UInt8 = 0x20
        for byte in key {
            if before == 0x20, byte != 0x20 { count += 1 }
            before = byte
        }
        return count
    }

    /// Whether a bar, a dash between spaces, a bullet or an angle stands in the third of the text at that end.
    private static func hasSeparator(_ text: UnsafeBufferPointer<UInt8>, nearStart: Bool) -> Bool {
        guard let base = text.baseAddress else { return false }
        let range = nearStart ? 0..<text.count / 2 : text.count / 3..<text.count
        var i = range.lowerBound
        while i > 0, i < text.count, base[i] & 0xC0 == 0x80 { i -= 1 }
        while i < range.upperBound {
            let at = i
            let c = nextScalar(base, &i)
            switch c {
            case 0x7C, 0xFF5C, 0x2022, 0xB7, 0xBB, 0x203A, 0x3E, 0xAB, 0x2039, 0x28, 0xFF08: return true
            case 0x3A, 0xFF1A, 0x2F: if nearStart { return true }
            case 0x2D, 0x2013, 0x2014: if at > 0, base[at - 1] == 0x20, i < text.count, base[i] == 0x20 { return true }
            default: continue
            }
        }
        return false
    }

    /// Whether the text ends with an ellipsis, maybe in brackets or before "more".
    static func isCut(_ text: UnsafeBufferPointer<UInt8>) -> Bool { lengthBeforeEllipsis(text) != nil }

    /// The bytes before the ellipsis that the text ends with; nil when it does not.
    static func lengthBeforeEllipsis(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        var end = text.count
        while end > 0, text[end - 1] == 0x20 || text[end - 1] == 0x5D || text[end - 1] == 0x29 { end -= 1 }
        if isEllipsis(text, end) { return end - 3 }
        // "… more", "... [mehr]": a word or two behind it.
        guard end >= 40 else { return nil }
        var spaces = 0
        for k in stride(from: end - 1, to: end - 24, by: -1) {
            if text[k] == 0x20 { spaces += 1 }
            if spaces > 2 { return nil }
            if isEllipsis(text, k) { return k - 3 }
        }
        return nil
    }

    /// Whether three stops or the character for them stand before `end`.
    private static func isEllipsis(_ text: UnsafeBufferPointer<UInt8>, _ end: Int) -> Bool {
        if end >= 3, text[end - 1] == 0x2E, text[end - 2] == 0x2E, text[end - 3] == 0x2E { return true }
        return end >= 3 && text[end - 3] == 0xE2 && text[end - 2] == 0x80 && text[end - 1] == 0xA6
    }

    /// Replacement characters and private-use characters.
    private static func oddCharacters(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        guard let base = text.baseAddress else { return 0 }
        var count = 0
        var i = 0
        while i < text.count {
            let c = nextScalar(base, &i)
            if c == 0xFFFD || (0xE000...0xF8FF).contains(c) { count += 1 }
        }
        return count
    }

    static func isAllCapitals(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = text.baseAddress else { return false }
        var upper = 0
        var i = 0
        while i < text.count {
            let category = Scalars.category(nextScalar(base, &i))
            if category == 2 { return false }
            if category == 1 { upper += 1 }
        }
        return upper >= 4
    }
}
