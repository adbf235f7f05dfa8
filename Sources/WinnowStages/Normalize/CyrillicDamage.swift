import WinnowText

/// Which candidates of Windows-1251 are damage.
///
/// Honest text in Cyrillic letters is full of pairs that could be ("Кінь", "К»", "В\u{A0}…"), but they do not fill words. What is
/// certain: a word all of whose letters are sequences of one script ("РџСЂРё"), Latin letters that a capital Cyrillic one and
/// a sign stand in the midst of ("KГ¶ln"), and signs that begin with в or р and a letter that never follows it ("вЂ™").
enum CyrillicDamage {
    /// Leaves the candidates that are damage; none where nothing is certain.
    static func choose(_ all: inout [Mojibake.Candidate], _ text: [UInt32]) -> Bool {
        let isWhole = coversLine(all, text)
        var chosen: [Bool] = []
        var isCertain = isWhole && (isWholeLine(all, text) || isAmongLatin(all, text))
        for run in runs(all) {
            let isWord =
                !isCyrillic(text, run.first.map { $0.start - 1 }) && !isCyrillic(text, run.last.map { $0.start + $0.length })
            let isStrongWord = isWord && (isStrongRun(run, text) || isTwice(run))
            for candidate in run {
                let isStrong = isStrongWord || isStrongSign(candidate, text) || isLatinLetter(candidate, run, text)
                isCertain = isCertain || isStrong
                chosen.append(isStrong || isWord && isShortWord(run, text))
            }
        }
        guard isCertain else { return false }
        // Where every Cyrillic letter of the line is part of a candidate, all are damage.
        guard !isWhole else {
            all.removeAll { !isMeaningful($0.decoded) }
            return !all.isEmpty
        }
        var index = -1
        all.removeAll { _ in
            index += 1
            return !chosen[index]
        }
        return !all.isEmpty
    }

    /// Candidates that touch each other.
    private static func runs(_ all: [Mojibake.Candidate]) -> [ArraySlice<Mojibake.Candidate>] {
        var runs: [ArraySlice<Mojibake.Candidate>] = []
        var start = 0
        for index in all.indices {
            let isLast = index + 1 == all.count || all[index].start + all[index].length != all[index + 1].start
            if isLast {
                runs.append(all[start...index])
                start = index + 1
            }
        }
        return runs
    }

    private static func isCyrillic(_ c: UInt32) -> Bool { (0x400...0x4FF).contains(c) }
    private static func isCyrillic(_ text: [UInt32], _ place: Int?) -> Bool {
        place.map { text.indices.contains($0) && isCyrillic(text[$0]) } ?? false
    }

    private static func coversLine(_ all: [Mojibake.Candidate], _ text: [UInt32]) -> Bool {
        var next = 0
        for candidate in all {
            if text[next..<candidate.start].contains(where: isCyrillic) { return false }
            next = candidate.start + candidate.length
        }
        return !text[next...].contains(where: isCyrillic)
    }

    /// Whether the second character is no sign or space that may stand behind a letter: "«В», «С», «Р»" is text.
    private static func isSolid(_ candidate: Mojibake.Candidate, _ text: [UInt32]) -> Bool {
        let second = text[candidate.start + 1]
        return candidate.length > 2 || !Mojibake.closers.contains(second) && second != 0xA0 && second != 0xAD
    }

    private static func isWholeLine(_ all: [Mojibake.Candidate], _ text: [UInt32]) -> Bool {
        all.count >= 3 && all.count { isSolid($0, text) } >= 2 && isOneScript(all[...])
    }

    /// ГЁ, Г€ as a word in a line of Latin letters.
    private static func isAmongLatin(_ all: [Mojibake.Candidate], _ text: [UInt32]) -> Bool {
        text.count { Mojibake.isLowercase($0) } >= 12 && all.allSatisfy { $0.decoded < 0x180 || isSign($0.decoded) }
            && all.contains { text[$0.start] == 0x413 && isSolid($0, text) && Scalars.isLetter($0.decoded) }
    }

    private static func isSign(_ c: UInt32) -> Bool { (0x2000...0x2BFF).contains(c) }

    /// Whether what comes out is a sequence again: "Р“В¤" for "Г¤" for "ä".
    private static func isTwice(_ run: ArraySlice<Mojibake.Candidate>) -> Bool {
        guard run.count >= 2 else { return false }
        var rest = run.map { CodePage.cyrillic.byte($0.decoded) }[...]
        while let lead = rest.popFirst() {
            let length = lead < 0xC2 || lead > 0xF4 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3
            guard length > 0, rest.count >= length, rest.prefix(length).allSatisfy({ $0 & 0xC0 == 0x80 }) else { return false }
            rest.removeFirst(length)
        }
        return true
    }

    /// Letters of one script, not all the same: enough of them that chance is out of the question.
    private static func isStrongRun(_ run: ArraySlice<Mojibake.Candidate>, _ text: [UInt32]) -> Bool {
        let letters = run.filter { isLetterOrMark($0.decoded) && $0.decoded >= 0x370 }
        guard let first = letters.first, letters.contains(where: { $0.decoded != first.decoded }) else { return false }
        return letters.count >= (first.length == 2 ? 3 : 2) && run.contains { isSolid($0, text) } && isOneScript(run)
    }

    /// Letters of one script and signs.
    private static func isOneScript(_ some: ArraySlice<Mojibake.Candidate>) -> Bool {
        var script: UInt32?
        var first: UInt32?
        var isVaried = false
        for candidate in some {
            let c = candidate.decoded
            guard isMeaningful(c) else { return false }
            guard isLetterOrMark(c) else { continue }
            let own = group(c)
            if let script, script != own { return false }
            script = own
            if let first { isVaried = isVaried || first != c } else { first = c }
        }
        return isVaried
    }

    /// Blocks that are used together.
    private static func group(_ c: UInt32) -> UInt32 {
        switch c {
        case ..<0x370, 0x1E00..<0x1F00: 1
        case 0x370..<0x400, 0x1F00..<0x2000: 2
        case 0x400..<0x530: 3
        case 0x600..<0x780, 0xFB50..<0xFE00, 0xFE70..<0xFF00: 4
        case 0x780..<0x2000: c >> 7 + 16
        case 0x3000..<0xA000, 0xF900..<0xFB00, 0xFF00..<0xFFF0, 0x20000..<0x30000: 5
        case 0xAC00..<0xD7B0: 6
        case 0x530..<0x590: 7
        case 0x590..<0x600: 8
        default: 9
        }
    }

    private static func isLetterOrMark(_ c: UInt32) -> Bool {
        let category = Scalars.category(c)
        return (1...8).contains(category)
    }

    /// Characters that a text may hold, C1 controls of a further layer among them.
    private static func isMeaningful(_ c: UInt32) -> Bool {
        let category = Scalars.category(c)
        return category != 0 && category != 17
    }

    /// и, в, не, на: words too short to be certain by themselves, whose signs are letters.
    private static func isShortWord(_ run: ArraySlice<Mojibake.Candidate>, _ text: [UInt32]) -> Bool {
        run.allSatisfy { (0x401...0x45F).contains($0.decoded) }
            && (run.count > 1 || run.allSatisfy { isCyrillic(text[$0.start + 1]) || text[$0.start + 1] == 0xB0 })
    }

    /// Punctuation, symbols and emoji, whose second character is no sign that may stand behind a word.
    private static func isStrongSign(_ candidate: Mojibake.Candidate, _ text: [UInt32]) -> Bool {
        let (start, end) = (candidate.start, candidate.start + candidate.length)
        let second = text[start + 1]
        switch candidate.decoded {
        case 0x2010...0x205E: return second == 0x402  // вЂ
        case 0x20AC: return second == 0x201A && text[start + 2] == 0xAC && !isCyrillic(text, end)  // в‚¬
        case 0x2116, 0x2122: return second == 0x201E && !isCyrillic(text, start - 1) && !isCyrillic(text, end)  // в„–
        case 0x2190...0x22FF, 0x2500...0x27BF:
            return !isCyrillic(text, start - 1) && !Mojibake.closers.contains(second)
        case 0xFEFF: return start == 0
        case 0xFFFD: return text[start + 2] == 0x405 && second == 0x457  // пїЅ
        case 0x1F000...0x1FAFF: return second == 0x45F && !isCyrillic(text, end)  // рџ
        default: return false
        }
    }

    /// A letter of Latin inside a word of Latin letters.
    private static func isLatinLetter(
        _ candidate: Mojibake.Candidate, _ run: ArraySlice<Mojibake.Candidate>, _ text: [UInt32]
    ) -> Bool {
        guard candidate.length == 2, Scalars.isLetter(candidate.decoded),
            (0xC0...0x17F).contains(candidate.decoded) || Mojibake.isFurtherLatin(candidate.decoded)
        else { return false }
        let (start, end) = (candidate.start, candidate.start + candidate.length)
        let before = start > 0 ? text[start - 1] : 0x20
        let after = end < text.count ? text[end] : 0x20
        if isCyrillic(before), run.first?.start == start { return false }
        if Mojibake.isLowercase(before) { return true }
        let isBehindCapital = Mojibake.isUppercase(before)
        guard isSolid(candidate, text) else {
            let second = text[start + 1]
            let isInside = Mojibake.accents.contains(second) || second == 0xA0 || second == 0xAD
            return isBehindCapital && isInside && Mojibake.isLowercase(after)
        }
        return Mojibake.isLowercase(after) || isBehindCapital
    }
}
