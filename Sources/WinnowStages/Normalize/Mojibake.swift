import WinnowText

/// Repairs UTF-8 that was read in a Windows code page, where that is certain: "cafÃ©" → "café", "â€™" → "’",
/// "РџСЂРёРІРµС‚" → "Привет".
///
/// A *candidate* is a run of characters whose bytes in the code page are one UTF-8 sequence. Most candidates are damage, but
/// "CAFÉ…", "«AMANHû, "é”—" and "220В±10" are candidates too, so each needs evidence (`isStrong`), or a strong one in its line.
/// Text that was damaged twice or three times is repaired by doing it again.
///
/// Windows-1250, -1252 and -1254 and Latin-1 are one page here (`CodePage.latin`): a character that two of them share is the
/// same byte in both, but for Ş and ş. Windows-1251 is `CodePage.cyrillic`.
enum Mojibake {
    struct Candidate: Equatable {
        var start: Int
        var length: Int
        var decoded: UInt32
    }

    /// Repairs the text in place; returns whether anything changed.
    /// - Parameters:
    ///   - candidates: memory that is used again.
    ///   - isSuspected: whether the line's flags say `mojibake`; without it only C1 controls are looked for.
    static func repair(_ text: inout [UInt32], _ candidates: inout [Candidate], isSuspected: Bool = true) -> Bool {
        var changed = false
        if isSuspected {
            let (latin, cyrillic) = firstLeads(text)
            if latin < text.count { changed = repair(&text, &candidates, .latin, from: latin) }
            // What the first page changed is looked at again.
            if !changed, cyrillic < text.count { changed = repair(&text, &candidates, .cyrillic, from: cyrillic) }
        }
        // A layer further in may need the C1 controls that came out.
        if changed { return true }
        // C1 controls have no meaning in text; what stands there is a Windows-1252 byte that was read as Latin-1
        // (HTML's own rule for character references: <https://html.spec.whatwg.org/#numeric-character-reference-end-state>).
        for i in text.indices where (0x80...0x9F).contains(text[i]) && text[i] != 0x85 {
            let c = CodePage.high[Int(text[i]) - 0x80]
            if c == text[i] { continue }
            text[i] = c
            changed = true
        }
        return changed
    }

    private static func repair(_ text: inout [UInt32], _ candidates: inout [Candidate], _ page: CodePage, from first: Int)
        -> Bool
    {
        find(&candidates, in: text, page, from: first)
        guard !candidates.isEmpty, choose(&candidates, text, page) else { return false }
        replace(candidates, in: &text)
        return true
    }

    /// Where the first characters stand that may lead a sequence in either page.
    private static func firstLeads(_ text: [UInt32]) -> (latin: Int, cyrillic: Int) {
        var latin = text.count
        var cyrillic = text.count
        for i in text.indices where text[i] >= 0xC2 && text[i] <= 0x444 {
            if text[i] < 0x180 {
                if latin == text.count { latin = i }
            } else if text[i] >= 0x412 {
                cyrillic = i
                break
            }
        }
        if latin == text.count || cyrillic < latin {
            latin = text[cyrillic...].firstIndex { $0 >= 0xC2 && $0 < 0x180 } ?? latin
        }
        return (latin, cyrillic)
    }

    /// Leaves the candidates that are damage.
    private static func choose(_ candidates: inout [Candidate], _ text: [UInt32], _ page: CodePage) -> Bool {
        if page.isCyrillic { return CyrillicDamage.choose(&candidates, text) }
        let isWhole = isFarScript(candidates, text)
        guard isWhole || candidates.indices.contains(where: { isStrong($0, candidates, text) }) else { return false }
        let all = candidates
        candidates.removeAll(keepingCapacity: true)
        for index in all.indices where isWhole || !isWordPart(index, all, text) || isStrong(index, all, text) {
            candidates.append(all[index])
        }
        return true
    }

    /// Small letters in a row that would be one letter of a far script: "íšť" in Czech.
    private static func isWordPart(_ index: Int, _ all: [Candidate], _ text: [UInt32]) -> Bool {
        let candidate = all[index]
        return candidate.length > 2 && !(0x1E00...0x1EFF).contains(candidate.decoded)
            && text[candidate.start..<candidate.start + candidate.length].allSatisfy { Scalars.category($0) == 2 }
    }

    /// Whether all characters outside ASCII are sequences of three, letters of one far script among them: "9æœˆ24æ—¥".
    private static func isFarScript(_ all: [Candidate], _ text: [UInt32]) -> Bool {
        guard all.count >= 2, all.allSatisfy({ $0.length == 3 && isPlausible($0.decoded) && $0.decoded >= 0x2000 }),
            all.count(where: { isLetterBlock($0.decoded) && Scalars.isLetter($0.decoded) }) >= 2
        else { return false }
        return text.count { $0 >= 0x80 } == 3 * all.count
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

    static func find(_ found: inout [Candidate], in text: [UInt32], _ page: CodePage = .latin, from start: Int = 0) {
        found.removeAll(keepingCapacity: true)
        text.withUnsafeBufferPointer { text in
            page.withBytes { bytes in
                var i = start
                while i < text.count {
                    if text[i] >= 0xC2, let candidate = candidate(at: i, text, bytes) {
                        found.append(candidate)
                        i += candidate.length
                    } else {
                        i += 1
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func candidate(at i: Int, _ text: UnsafeBufferPointer<UInt32>, _ bytes: CodePage.Bytes) -> Candidate? {
        let lead = bytes[text[i]]
        guard lead >= 0xC2, lead <= 0xF4, i + 1 < text.count else { return nil }
        // Most ends here.
        let second = bytes[text[i + 1]]
        guard second & 0xC0 == 0x80 else { return nil }
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard i + length <= text.count else { return nil }
        var c = UInt32(lead) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
        c = c << 6 | UInt32(second & 0x3F)
        for k in 2..<max(2, length) {
            let b = bytes[text[i + k]]
            guard b & 0xC0 == 0x80 else { return nil }
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
            switch CodePage.latin.byte(text[candidate.start]) {
            case 0xC2:  // Â before a sign of Latin-1: "25Â°C", "Â£10", "Â©"
                if touchesNext || touchesBefore { return true }
                if second == 0xA0 || second == 0xAD { return !Scalars.isUppercase(before) && before != 0x20 || isDigit(after) }
                if isDigit(before) || isDigit(after) { return true }
                guard before == 0x20 else { return false }
                return [0xA1, 0xA7, 0xA9, 0xAB, 0xBF].contains(second) || second == 0xBB && Scalars.isLetter(after)
            // Letters of Latin-1 and Latin Extended-A inside a word; ơ ư ș ț ə.
            case 0xC3...0xC5,
                _ where isFurtherLatin(decoded):
                if touchesNext, all[index + 1].length == 2, text[end] == 0xC2 || text[end] == 0xC3 { return true }
                if touchesNext, (0x1E00...0x1EFF).contains(all[index + 1].decoded) { return true }
                // The lead is a capital letter: right behind a small one it stands in no honest word.
                guard Scalars.isLetter(decoded) else { return false }
                if isLowercase(before) || isLowercase(after) && !(mayClose && Scalars.isLetter(before)) { return true }
                // Behind the capital letter that begins a word: "RÃ©pondre", "PÃ¥".
                let isSecond = isUppercase(before) && (candidate.start < 2 || !Scalars.isLetter(text[candidate.start - 2]))
                guard isSecond else { return false }
                if accents.contains(second) { return isLowercase(after) }
                return !mayClose && second > 0xA0 && !Scalars.isUppercase(second) && !Scalars.isLetter(after) && !isDigit(after)
            case 0xC8, 0xCA, 0xCB, 0xE1:
                return false
            default:  // Cyrillic, Greek, Hebrew, Arabic: whole words of them
                return isLetterBlock(decoded) && runLength(index, all) >= 3
            }
        case 3:
            if (0x2010...0x205E).contains(decoded) || (0x20A0...0x20BF).contains(decoded) || decoded == 0x2122 { return true }
            if (0x2190...0x22FF).contains(decoded) || (0x2500...0x27BF).contains(decoded) { return true }
            if decoded == 0xFEFF || decoded == 0xFFFD { return true }
            if (0x1E00...0x1EFF).contains(decoded), isLowercase(before) || isUppercase(before), isLowercase(after) {
                return !quotes.contains(parts[candidate.start + 2])
            }
            return isLetterBlock(decoded) && runLength(index, all) >= 2
        default:
            return (0x1F000...0x1FAFF).contains(decoded) || runLength(index, all) >= 2
        }
    }

    /// » ” ’ “ ‘ … – — ™ ® © › º ª ² ³ · : signs that close or follow a word.
    static let closers: Set<UInt32> = [
        0xBB, 0x201D, 0x2019, 0x201C, 0x2018, 0x2026, 0x2013, 0x2014, 0x2122, 0xAE, 0xA9, 0x203A, 0xBA, 0xAA, 0xB2, 0xB3,
        0xB7, 0xAB, 0x2039, 0xB9, 0x2022, 0xB0, 0xB4, 0xA8,
    ]

    /// » ” ’ “ ‘ … – — « › ‹ : what may stand between two words.
    private static let quotes: Set<UInt32> = [
        0xBB, 0x201D, 0x2019, 0x201C, 0x2018, 0x2026, 0x2013, 0x2014, 0xAB, 0x203A, 0x2039,
    ]

    /// © ª ³ ² ´ ¨ º ¹ : closers that stand between two letters of one word only in damage.
    static let accents: Set<UInt32> = [0xA9, 0xAA, 0xB3, 0xB2, 0xB4, 0xA8, 0xBA, 0xB9]

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

    /// Letters of Latin Extended-B and IPA that languages are written with: Vietnamese, Romanian, Azerbaijani.
    static func isFurtherLatin(_ c: UInt32) -> Bool {
        switch c {
        case 0x18F, 0x1A0, 0x1A1, 0x1AF, 0x1B0, 0x218...0x21B, 0x259: true
        default: false
        }
    }

    static func isPlausible(_ c: UInt32) -> Bool { c >= 0xA0 && Scalars.category(c) != 0 && Scalars.category(c) != 17 }
    static func isLetterBlock(_ c: UInt32) -> Bool { c >= 0x370 && isPlausible(c) && !(0x2000...0x2BFF).contains(c) }
    private static func isDigit(_ c: UInt32) -> Bool { (0x30...0x39).contains(c) }
    static func isUppercase(_ c: UInt32) -> Bool { (0x41...0x5A).contains(c) }
    static func isLowercase(_ c: UInt32) -> Bool { (0x61...0x7A).contains(c) }
}
