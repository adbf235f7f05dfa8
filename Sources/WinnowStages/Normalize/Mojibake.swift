import WinnowText

/// Repairs UTF-8 that was read as Windows-1252 or Latin-1, where that is certain: "cafÃ©" → "café", "â€™" → "’".
///
/// A *candidate* is a run of characters whose Windows-1252 bytes are one UTF-8 sequence. Most candidates are damage, but
/// "CAFÉ…", "«AMANHû" and "é”—" are candidates too, so each needs evidence (`isStrong`), or a strong one in its line.
/// Twice-damaged text is repaired by doing it again. The Windows-1252 table is the WHATWG's
/// (<https://encoding.spec.whatwg.org/#index-windows-1252>): bytes without a character stand for C1 controls.
enum Mojibake {
    /// Windows-1252 characters of the bytes 0x80–0x9F.
    private static let high: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
        0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
        0x017E, 0x0178,
    ]

    struct Candidate: Equatable {
        var start: Int
        var length: Int
        var decoded: UInt32
    }

    /// The byte that a character is in Windows-1252, with C1 controls as themselves; nil for other characters.
    static func byte(_ c: UInt32) -> UInt8? {
        if c >= 0x80, c <= 0xFF { return UInt8(c) }
        if c < 0x0152 || c > 0x2122 { return nil }
        return high.firstIndex(of: c).map { UInt8(0x80 + $0) }
    }

    /// Repairs the text in place; returns whether anything changed.
    /// - Parameter candidates: memory that is used again.
    static func repair(_ text: inout [UInt32], _ candidates: inout [Candidate]) -> Bool {
        var changed = false
        // Most lines that are looked at hold no candidate at all.
        if let first = text.indices.first(where: { isLead(text[$0]) && candidate(at: $0, text) != nil }) {
            find(&candidates, in: text, from: first)
            if candidates.indices.contains(where: { isStrong($0, candidates, text) }) {
                replace(candidates, in: &text)
                changed = true
            }
        }
        // C1 controls have no meaning in text; what stands there is a Windows-1252 byte that was read as Latin-1
        // (HTML's own rule for character references: <https://html.spec.whatwg.org/#numeric-character-reference-end-state>).
        for i in text.indices where (0x80...0x9F).contains(text[i]) && high[Int(text[i]) - 0x80] != text[i] && text[i] != 0x85 {
            text[i] = high[Int(text[i]) - 0x80]
            changed = true
        }
        return changed
    }

    private static func replace(_ candidates: [Candidate], in text: inout [UInt32]) {
        var written = 0
        var next = 0
        for candidate in candidates {
            while next < candidate.start {
                text[written] = text[next]
                written += 1
                next += 1
            }
            text[written] = candidate.decoded
            written += 1
            next += candidate.length
        }
        while next < text.count {
            text[written] = text[next]
            written += 1
            next += 1
        }
        text.removeLast(text.count - written)
    }

    private static func isLead(_ c: UInt32) -> Bool { c >= 0xC2 && c <= 0xF4 }

    static func find(_ found: inout [Candidate], in text: [UInt32], from start: Int = 0) {
        found.removeAll(keepingCapacity: true)
        var i = start
        while i < text.count {
            if isLead(text[i]), let candidate = candidate(at: i, text) {
                found.append(candidate)
                i += candidate.length
            } else {
                i += 1
            }
        }
    }

    private static func candidate(at i: Int, _ text: [UInt32]) -> Candidate? {
        let lead = text[i]
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard i + length <= text.count else { return nil }
        var c = lead & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
        for k in 1..<length {
            guard let b = byte(text[i + k]), b & 0xC0 == 0x80 else { return nil }
            c = c << 6 | UInt32(b & 0x3F)
        }
        let isShortest = c >= (length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000)
        guard isShortest, c <= 0x10FFFF, !(0xD800...0xDFFF).contains(c) else { return nil }
        return Candidate(start: i, length: length, decoded: c)
    }

    /// Whether a candidate is certainly damage.
    private static func isStrong(_ index: Int, _ all: [Candidate], _ text: [UInt32]) -> Bool {
        let candidate = all[index]
        let end = candidate.start + candidate.length
        let before = candidate.start > 0 ? text[candidate.start - 1] : 0x20
        let after = end < text.count ? text[end] : 0x20
        let parts = text[candidate.start..<end]
        let touchesNext = index + 1 < all.count && all[index + 1].start == end
        let touchesBefore = index > 0 && all[index - 1].start + all[index - 1].length == candidate.start
        // C1 controls stand in no text.
        if parts.contains(where: { (0x80...0x9F).contains($0) }) { return isPlausible(candidate.decoded) }
        let decoded = candidate.decoded
        switch candidate.length {
        case 2:
            let second = parts[candidate.start + 1]
            // Signs that may follow a capital letter in honest text need the word to go on after them.
            let mayClose = closers.contains(second)
            switch text[candidate.start] {
            case 0xC2:  // Â before a sign of Latin-1: "25Â°C", "Â£10", "Â©"
                if touchesNext || touchesBefore { return true }
                if second == 0xA0 || second == 0xAD { return !Scalars.isUppercase(before) && before != 0x20 || isDigit(after) }
                return isDigit(before) || isDigit(after) || (second == 0xA9 || second == 0xAB) && before == 0x20
            case 0xC3...0xC5:  // letters of Latin-1 and Latin Extended-A inside a word
                if touchesNext, all[index + 1].length == 2, text[end] == 0xC2 || text[end] == 0xC3 { return true }
                // The lead is a capital letter: right behind a small one it stands in no honest word.
                guard Scalars.isLetter(decoded) else { return false }
                return isLowercase(before) || isLowercase(after) && !(mayClose && Scalars.isLetter(before))
            case 0xC8, 0xCA, 0xCB, 0xE1:
                return false
            default:  // Cyrillic, Greek, Hebrew, Arabic: whole words of them
                return isLetterBlock(decoded) && runLength(index, all) >= 3
            }
        case 3:
            if (0x2010...0x205E).contains(decoded) || (0x20A0...0x20BF).contains(decoded) || decoded == 0x2122 { return true }
            if (0x2190...0x22FF).contains(decoded) || (0x2500...0x27BF).contains(decoded) { return true }
            if decoded == 0xFEFF || decoded == 0xFFFD { return true }
            return isLetterBlock(decoded) && runLength(index, all) >= 2
        default:
            return (0x1F000...0x1FAFF).contains(decoded) || runLength(index, all) >= 2
        }
    }

    /// » ” ’ “ ‘ … – — ™ ® © › º ª ² ³ · : signs that close or follow a word.
    private static let closers: Set<UInt32> = [
        0xBB, 0x201D, 0x2019, 0x201C, 0x2018, 0x2026, 0x2013, 0x2014, 0x2122, 0xAE, 0xA9, 0x203A, 0xBA, 0xAA, 0xB2, 0xB3,
        0xB7, 0xAB, 0x2039, 0xB9, 0x2022, 0xB0, 0xB4, 0xA8,
    ]

    /// Candidates that touch each other around `index`, all outside Latin.
    private static func runLength(_ index: Int, _ all: [Candidate]) -> Int {
        var low = index
        while low > 0, all[low - 1].start + all[low - 1].length == all[low].start, isLetterBlock(all[low - 1].decoded) {
            low -= 1
        }
        var high = index
        while high + 1 < all.count, all[high].start + all[high].length == all[high + 1].start,
            isLetterBlock(all[high + 1].decoded)
        { high += 1 }
        return high - low + 1
    }

    private static func isPlausible(_ c: UInt32) -> Bool { c >= 0xA0 && Scalars.category(c) != 0 && Scalars.category(c) != 17 }
    private static func isLetterBlock(_ c: UInt32) -> Bool { c >= 0x370 && isPlausible(c) && !(0x2000...0x2BFF).contains(c) }
    private static func isDigit(_ c: UInt32) -> Bool { (0x30...0x39).contains(c) }
    private static func isLowercase(_ c: UInt32) -> Bool { (0x61...0x7A).contains(c) }
}
