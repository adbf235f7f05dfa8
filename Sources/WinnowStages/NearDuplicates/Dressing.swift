import WinnowText

/// Of two copies of a line, what the longer one has around it: a section label glued on or set off ("NewsTown hall", "News | Town
/// hall"), a site's name or a credit behind ("Town hall – The Site", "The hall. Photo: An Agency").
enum Dressing {
    /// Whether `long` is `bare` with a label, a site's name or a credit, to the letter.
    ///
    /// Meant for neighbours, and for the lines at the top of a document: elsewhere "Berlin" and "Berlin – Hamburg" are two.
    /// - Parameter isTop: whether both stand at the top, where figures may be part of a site's name.
    static func isDressed(_ long: LineView, bare: LineView, isTop: Bool = false) -> Bool {
        if BestCopy.isGlued(long, bare: bare) { return true }
        let rest = long.text.count - bare.text.count
        guard bare.characters >= 4, (2...120).contains(rest) else { return false }
        if long.text.starts(with: bare.text) {
            return isTail(UnsafeBufferPointer(rebasing: long.text[bare.text.count...]), of: bare, isTop)
        }
        if long.text.suffix(bare.text.count).elementsEqual(bare.text) {
            return isHead(UnsafeBufferPointer(rebasing: long.text[..<rest]), of: bare)
        }
        return false
    }

    /// Whether the two differ by their capitals alone, all of them in one.
    static func isInCapitals(_ a: LineView, _ b: LineView) -> Bool {
        a.key.elementsEqual(b.key) && BestCopy.isAllCapitals(a.text) != BestCopy.isAllCapitals(b.text)
    }

    /// Whether `cut` is the beginning of `whole`, to the letter, with an ellipsis where it was cut off.
    static func isCut(_ cut: LineView, of whole: LineView) -> Bool {
        // The shortest beginning that counts; most pairs of lines differ here.
        let least = 24
        guard cut.text.count > least, whole.text.count > least, cut.text.prefix(least).elementsEqual(whole.text.prefix(least)),
            let length = BestCopy.lengthBeforeEllipsis(cut.text), !BestCopy.isCut(whole.text)
        else { return false }
        var end = length
        while end > 0, cut.text[end - 1] == 0x20 || cut.text[end - 1] == 0x5B || cut.text[end - 1] == 0x28 { end -= 1 }
        return end >= least && end < whole.text.count && whole.text.prefix(end).elementsEqual(cut.text[..<end])
    }

    private static func words(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        guard let base = text.baseAddress else { return 0 }
        var count = 0
        var inWord = false
        var i = 0
        while i < text.count {
            let c = nextScalar(base, &i)
            let isWord = Scalars.isLetter(c) || Scalars.isDigit(c)
            if isWord, !inWord || isUnspacedScript(c) { count += 1 }
            if c == 0x20 || c == 0xA0 || isWord { inWord = isWord }
        }
        return count
    }

    /// " | Site", " – The Site", " (Photo: An Agency)", " © Name", ". Photo: A Name / An Agency".
    private static func isTail(_ tail: UnsafeBufferPointer<UInt8>, of bare: LineView, _ isTop: Bool) -> Bool {
        guard let base = tail.baseAddress, let barest = bare.text.last else { return false }
        var i = 0
        var spaced = false
        var first: UInt32 = 0
        while i < tail.count {
            first = nextScalar(base, &i)
            guard first == 0x20 || first == 0xA0 || first == 0x09 else { break }
            spaced = true
        }
        let count = words(tail)
        // A line of one or two words may be a label itself, and what follows the text.
        let most = words(bare.text) > 2 ? 9 : 2
        let isWide = bare.characters * 5 / 2 <= bare.text.count
        guard count > 0, count <= (isWide ? 3 * most : most) else { return false }
        switch first {
        case 0x7C, 0xFF5C, 0x2022, 0xB7, 0x203A, 0xBB, 0xA9, 0x24D2, 0x24B8: return true
        case 0x2D, 0x2013, 0x2014, 0x2015, 0x2F, 0xFF0F: return spaced && (hasNoDigit(tail) || isTop && most > 2)
        case 0x2E: return hasSign(tail) && !last(tail, isOneOf: [0x2E, 0x21, 0x3F, 0x3002])
        case 0x28, 0x5B, 0xFF08, 0x3010: return hasSign(tail) && last(tail, isOneOf: [0x29, 0x5D, 0xFF09, 0x3011])
        default:
            // Behind the end of a sentence, a credit: a label with a colon, or names with a slash.
            let ends = barest == 0x2E || barest == 0x21 || barest == 0x3F || barest >= 0x80
            return spaced && ends && hasSign(tail) && !last(tail, isOneOf: [0x2E, 0x21, 0x3F, 0x3002])
        }
    }

    /// "News | ", "Live: ", "[City] ".
    private static func isHead(_ head: UnsafeBufferPointer<UInt8>, of bare: LineView) -> Bool {
        let count = words(head)
        guard words(bare.text) > 2, count > 0, count <= 6, hasNoDigit(head) || head.first == 0x5B else { return false }
        var end = head.count
        while end > 0, head[end - 1] == 0x20 { end -= 1 }
        let isSpaced = end < head.count
        let trimmed = UnsafeBufferPointer(rebasing: head[..<end])
        return last(trimmed, isOneOf: [0x7C, 0xFF5C, 0x2022, 0xB7, 0x203A, 0xBB, 0x3A, 0xFF1A, 0x5D, 0x3011])
            || isSpaced && last(trimmed, isOneOf: [0x2D, 0x2013, 0x2014, 0x2F])
    }

    private static func hasNoDigit(_ text: UnsafeBufferPointer<UInt8>) -> Bool { !text.contains { $0 &- 0x30 < 10 } }

    /// A colon, a slash, an equals sign or a copyright sign.
    private static func hasSign(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = text.baseAddress else { return false }
        var i = 0
        while i < text.count {
            switch nextScalar(base, &i) {
            case 0x3A, 0xFF1A, 0x2F, 0xFF0F, 0x3D, 0xFF1D, 0xA9, 0x24D2: return true
            default: break
            }
        }
        return false
    }

    private static func last(_ text: UnsafeBufferPointer<UInt8>, isOneOf wanted: [UInt32]) -> Bool {
        guard let base = text.baseAddress else { return false }
        var start = text.count - 1
        while start > 0, base[start] & 0xC0 == 0x80 { start -= 1 }
        var i = start
        return wanted.contains(nextScalar(base, &i))
    }
}
