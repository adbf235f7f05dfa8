#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import WinnowCore
import WinnowText

/// What the phrases say of one line by itself.
struct LineMatch {
    /// Index of the phrase that takes the line; -1 when none does.
    var phrase: Int32 = -1
    /// Whether the line is a notice by its copyright sign alone.
    var isCopyright = false
    /// Whether a rule takes the line by itself.
    var isTaken: Bool { phrase >= 0 || isCopyright }
    /// Tokens of the line, at most `LineMatcher.limit` counted.
    var tokens: UInt8 = 0
    /// Whether the line is made of menu words alone.
    var isMenu = false
    /// Whether the line is one short entry that may stand in a menu.
    var mayBeMenu = false
    var shape = LineShape()
}

/// Matches lines against the phrase table. It has scratch memory, so there is one a thread.
struct LineMatcher {
    /// Lines are looked at up to this many tokens; no kind takes longer ones.
    static let limit = 41
    /// How many times as many tokens lines may have where each character is one.
    static let unspacedScale = 3

    private let table: PhraseTable
    private let folder = Folder()
    private var tokens = Tokens()
    /// Tokens of the line at hand, and how many times as many it may have.
    private var count = 0
    private var scale = 1
    /// Kinds whose phrases take no line, a bit each; none but in `rules`.
    private var skipped: UInt32 = 0

    /// Of the line that was matched last: a phrase that nearly took it, and what it lacked.
    private(set) var refused: (phrase: Int, lacked: PhraseLack)?

    init(_ table: PhraseTable) { self.table = table }

    /// - Parameters:
    ///   - words: words of the key.
    ///   - flags: what is known of the line.
    mutating func match(
        text whole: UnsafeBufferPointer<UInt8>, key wholeKey: UnsafeBufferPointer<UInt8>, words: Int, flags: LineFlags
    ) -> LineMatch {
        var match = LineMatch()
        refused = nil
        // Most bytes stand in long lines, which no phrase takes: they are not looked at.
        scale = flags.contains(.keyIsUnspaced) ? Self.unspacedScale : 1
        let limit = (Self.limit - 1) * scale + 1
        guard words < limit else {
            match.tokens = UInt8(limit)
            return match
        }
        guard words > 0 else { return match }
        // Arrows before a label (">> Read also") are no part of it, though keys keep them for the sake of "x > 5".
        let text = Self.withoutArrows(whole)
        let key = Self.withoutArrows(wholeKey)
        guard !key.isEmpty else { return match }
        tokens.begin(key)
        if flags.isDisjoint(with: [.keyHasDigit, .keyIsUnspaced]), key.count == wholeKey.count {
            count = words
        } else {
            // Numbers in a row are one token.
            tokens.readAll(limit: limit)
            count = tokens.count
        }
        match.tokens = UInt8(truncatingIfNeeded: count)
        guard count > 0 else { return match }
        match.shape = LineShape(text)
        guard !tokens.isCut, !match.shape.isCode, !match.shape.hasCells || count > 1 else { return match }
        if let phrase = byPhrase(text, key, match.shape) {
            match.phrase = Int32(truncatingIfNeeded: phrase)
        } else {
            match.isCopyright = flags.contains(.nonASCII) && isCopyrightNotice(text, match.shape)
            judgeMenu(text, &match)
        }
        return match
    }

    /// The rules that take a line which `match` says is taken, each as if the others were not there: kinds of phrases, and whether
    /// its copyright sign would.
    mutating func rules(
        text: UnsafeBufferPointer<UInt8>, key: UnsafeBufferPointer<UInt8>, words: Int, flags: LineFlags, match: LineMatch
    ) -> (kinds: [Int], hasCopyrightSign: Bool) {
        var kinds: [Int] = []
        var match = match
        while match.phrase >= 0 {
            let kind = Int(table[Int(match.phrase)].kind)
            kinds.append(kind)
            skipped |= 1 << UInt32(kind)
            match = self.match(text: text, key: key, words: words, flags: flags)
        }
        skipped = 0
        return (kinds, match.isCopyright)
    }

    private func isSkipped(_ phrase: PhraseTable.Phrase) -> Bool { skipped >> UInt32(phrase.kind) & 1 != 0 }

    /// Where the first copyright sign begins.
    private static func copyrightSign(in text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let base = text.baseAddress else { return nil }
        var i = 0
        while i + 1 < text.count, let next = memchr(base + i, 0xC2, text.count - i - 1) {
            i = UnsafeRawPointer(next) - UnsafeRawPointer(base)
            if base[i + 1] == 0xA9 { return i }
            i += 1
        }
        return nil
    }

    @inline(__always)
    private static func withoutArrows(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var start = 0
        while start < text.count, text[start] == 0x3E || text[start] == 0x20 || text[start] == 0x09 { start += 1 }
        return start == 0 ? text : UnsafeBufferPointer(rebasing: text[start...])
    }

    // MARK: Phrases

    /// The phrase that takes the line: a whole-line phrase before a beginning, a longer beginning before a shorter one.
    private mutating func byPhrase(
        _ text: UnsafeBufferPointer<UInt8>, _ key: UnsafeBufferPointer<UInt8>, _ shape: LineShape
    ) -> Int? {
        var length = 0
        while length < min(count, table.longest) {
            tokens.read(to: length + 1)
            guard table.mayContain(tokens.prefixes[length]) else { break }
            length += 1
        }
        if length > 0, let found = byBeginning(length, text, shape) { return found }
        guard table.mayContain(mix64(PhraseFilter.endSeed ^ lastToken(key))) else { return nil }
        tokens.read(to: count)
        return byEnd(text, shape)
    }

    /// The hash of the last token.
    private func lastToken(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
        if tokens.count == count { return tokens.hashes[count - 1] }
        guard let base = key.baseAddress else { return 0 }
        var start = key.count
        while start > 0, base[start - 1] != 0x20 { start -= 1 }
        return Tokens.hash(base + start, key.count - start)
    }

    /// The phrase at the beginning, which has at most `length` tokens.
    private mutating func byBeginning(_ length: Int, _ text: UnsafeBufferPointer<UInt8>, _ shape: LineShape) -> Int? {
        var found: Int?
        var refused: (phrase: Int, lacked: PhraseLack)?
        var length = length
        while length > 0, found == nil {
            table.forEach(tokens.prefixes[length - 1]) { index in
                let phrase = table[index]
                guard found == nil, Int(phrase.tokens) == length, !isSkipped(phrase) else { return }
                let lack: PhraseLack? =
                    switch phrase.anchor {
                    case .whole: length == count ? lackOfWhole(phrase, shape) : .words(count - length)
                    case .start, .startName: length < count ? lack(phrase, text, shape) : lackOfBare(phrase, text, shape)
                    case .end, .words, .pattern: .anchor
                    }
                if let lack {
                    if refused == nil, lack.isNear(phraseTokens: length) { refused = (index, lack) }
                } else {
                    found = index
                }
            }
            length -= 1
        }
        self.refused = refused
        return found
    }

    /// The phrase at the end.
    private mutating func byEnd(_ text: UnsafeBufferPointer<UInt8>, _ shape: LineShape) -> Int? {
        var found: Int?
        var refused = self.refused
        var end = PhraseFilter.endSeed
        for length in 1...min(count, 8 * scale) {
            end = mix64(end ^ tokens.hashes[count - length])
            guard table.mayContain(end) else { break }
            table.forEach(tokens.sequence(count - length..<count)) { index in
                let phrase = table[index]
                guard found == nil, phrase.anchor == .end, Int(phrase.tokens) == length, !isSkipped(phrase) else { return }
                if let lack = lackOfEnd(phrase, text, shape) {
                    if refused == nil, lack.isNear(phraseTokens: length) { refused = (index, lack) }
                } else {
                    found = index
                }
            }
        }
        self.refused = refused
        return found
    }

    /// What keeps a line that is the phrase from being debris.
    private func lackOfWhole(_ phrase: PhraseTable.Phrase, _ shape: LineShape) -> PhraseLack? {
        if shape.startsSpeech, shape.endsSentence { return .speech }
        // One or two words with the stop of a sentence are speech or prose; two with a call or a question are a prompt, where
        // they are a phrase as they stand.
        let isAccepted =
            phrase.tokens > 2 || !shape.endsSentence
            || phrase.tokens > 1 && (phrase.kind == RuleKind.navigation || shape.endsCall)
        return isAccepted ? nil : .sentence
    }

    /// A beginning that is the whole line: a prompt of three words or more, or a label with its colon.
    private func lackOfBare(
        _ phrase: PhraseTable.Phrase, _ text: UnsafeBufferPointer<UInt8>, _ shape: LineShape
    ) -> PhraseLack? {
        let demand = phrase.anchor == .startName ? .name : RuleKind.all[Int(phrase.kind)].start
        switch demand {
        case .nothing, .prompt: return phrase.tokens > 2 ? lackOfWhole(phrase, shape) : .rest
        case .separator, .name: return text.last == 0x3A && !shape.startsSpeech ? nil : .demand(demand)
        case .number, .path, .shortRest: return .demand(demand)
        }
    }

    private func lack(
        _ phrase: PhraseTable.Phrase, _ text: UnsafeBufferPointer<UInt8>, _ shape: LineShape
    ) -> PhraseLack? {
        let kind = RuleKind.all[Int(phrase.kind)]
        guard count <= kind.maxTokens * scale else { return .brevity(kind.maxTokens * scale, of: count) }
        if shape.startsSpeech, shape.endsSentence { return .speech }
        let demand = phrase.anchor == .startName ? .name : kind.start
        return isMet(demand, phrase, text, shape) ? nil : .demand(demand)
    }

    /// Whether the rest of a line that begins with a phrase is as the demand wants it.
    private func isMet(
        _ demand: RuleKind.Demand, _ phrase: PhraseTable.Phrase, _ text: UnsafeBufferPointer<UInt8>, _ shape: LineShape
    ) -> Bool {
        switch demand {
        case .nothing: return true
        case .shortRest: return !shape.endsSentence || BestCopy.isCut(text)
        case .prompt: return !isQuoted(rest(of: text, after: Int(phrase.tokens))) && sentences(text) <= 2
        case .number: return containsDigit(rest(of: text, after: Int(phrase.tokens))) && !shape.endsSentence
        case .separator:
            let rest = rest(of: text, after: Int(phrase.tokens))
            return startsWithSeparator(
                rest, commaToo: phrase.tokens > 1 && phrase.kind == RuleKind.credit,
                stopToo: phrase.tokens == 1 && phrase.kind == RuleKind.credit)
        case .name:
            let rest = rest(of: text, after: Int(phrase.tokens))
            if startsWithSeparator(rest, commaToo: true, stopToo: false) { return true }
            return isMostlyNames(rest) && !(shape.endsSentence && count > Int(phrase.tokens) + 5)
        case .path: return isPath(rest(of: text, after: Int(phrase.tokens)))
        }
    }

    /// An agency or a library at the end of a short line, with a separator before it.
    private func lackOfEnd(
        _ phrase: PhraseTable.Phrase, _ text: UnsafeBufferPointer<UInt8>, _ shape: LineShape
    ) -> PhraseLack? {
        let kind = RuleKind.all[Int(phrase.kind)]
        guard count <= kind.maxTokens * scale else { return .brevity(kind.maxTokens * scale, of: count) }
        if shape.startsSpeech { return .speech }
        if Int(phrase.kind) != RuleKind.credit { return nil }
        let most = Int(phrase.tokens) + 6 * scale
        guard count <= most else { return .brevity(most, of: count) }
        if shape.endsSentence { return .sentence }
        if count == Int(phrase.tokens) { return nil }
        let before = folder.offset(afterTokens: count - Int(phrase.tokens), of: text)
        let gap = UnsafeBufferPointer(rebasing: text[before...])
        guard startsWithSeparator(gap, commaToo: false, stopToo: false) else { return .separatorBefore }
        return isMostlyNames(UnsafeBufferPointer(rebasing: text[..<before])) ? nil : .namesBefore
    }

    // MARK: Demands

    private func rest(of text: UnsafeBufferPointer<UInt8>, after count: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: text[folder.offset(afterTokens: count, of: text)...])
    }

    /// Whether the text begins with a colon, bar, slash, dash between spaces, bullet, arrow or copyright sign, behind
    /// optional closing brackets and spaces.
    private func startsWithSeparator(_ text: UnsafeBufferPointer<UInt8>, commaToo: Bool, stopToo: Bool) -> Bool {
        guard let base = text.baseAddress else { return false }
        var i = 0
        var spaced = false
        while i < text.count {
            let c = nextScalar(base, &i)
            switch c {
            case 0x20, 0x09, 0x3000, 0xA0: spaced = true
            case 0x29, 0x28, 0x5D, 0x22, 0x2A: continue
            case 0x3A, 0xFF1A, 0x7C, 0xFF5C, 0x2F, 0xFF0F, 0xA9, 0x2022, 0xB7, 0x2039, 0x203A, 0xAB, 0xBB, 0x3E, 0x2190, 0x2192,
                0x25BA, 0x00A6, 0x2116, 0x3011, 0x30FB, 0x3D, 0xFF1D:
                return true
            case 0x2D, 0x2013, 0x2014, 0x2015, 0x2212: return spaced || i < text.count && text[i] == 0x20
            case 0x2C, 0xFF0C, 0x060C: return commaToo
            // Marks that the key does not have, such as the tanwin at the end of a word.
            case _ where Scalars.isMark(c): continue
            // No ellipsis, which leads to a page number.
            case 0x2E: return stopToo && !(i < text.count && text[i] == 0x2E)
            default: return false
            }
        }
        return false
    }

    /// Whether words that begin with a capital or hold no lower case make up at least half of the text, the first one
    /// among them, and no two small words stand together.
    private func isMostlyNames(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = text.baseAddress else { return false }
        var names = 0
        var words = 0
        var smallRun = 0
        var inWord = false
        var i = 0
        while i < text.count {
            let c = nextScalar(base, &i)
            let isWord = Scalars.isLetter(c) || (0x30...0x39).contains(c) || c == 0x27 || c == 0x2019 || c == 0x2E || c == 0x2D
            if isWord, !inWord, Scalars.isLetter(c) || c >= 0x30 && c <= 0x39 {
                words += 1
                if Scalars.category(c) == 2 {
                    if words == 1 { return false }
                    smallRun += 1
                    if smallRun > 2 { return false }
                } else {
                    names += 1
                    smallRun = 0
                }
                inWord = true
            } else if !isWord {
                inWord = false
            }
        }
        return names > 0 && names * 2 >= words
    }

    /// Whether it has a digit of any script.
    private func containsDigit(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = text.baseAddress else { return false }
        var i = 0
        while i < text.count {
            let c = nextScalar(base, &i)
            if c &- 0x30 < 10 || c >= 0x660 && Scalars.isDigit(c) { return true }
        }
        return false
    }

    /// Whether what follows a phrase treats it as something said: a comma or colon and more.
    private func isQuoted(_ rest: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = rest.baseAddress, rest.count > 40 else { return false }
        var i = 0
        while i < rest.count {
            let c = nextScalar(base, &i)
            switch c {
            case 0x20, 0x22, 0x27, 0x29, 0xA0, 0xBB, 0x201C, 0x201D: continue
            case 0x2C, 0x3A, 0x3B, 0x060C, 0x061B, 0x3001, 0xFF0C, 0xFF1A, 0xFF1B: return true
            case _ where Scalars.isMark(c): continue
            default: return false
            }
        }
        return false
    }

    private func sentences(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        guard let base = text.baseAddress else { return 0 }
        var count = 0
        var i = 0
        while i < text.count {
            switch nextScalar(base, &i) {
            case 0x2E, 0x21, 0x3F: if i == text.count || text[i] == 0x20 { count += 1 }
            case 0x061F, 0x06D4, 0x0964, 0x3002, 0xFF01, 0xFF1F: count += 1
            default: break
            }
        }
        return count
    }

    /// "> News > Region": what follows the beginning of a path: a separator and short parts, or (behind "You are here:") parts
    /// with separators between them.
    private func isPath(_ rest: UnsafeBufferPointer<UInt8>) -> Bool {
        guard startsWithSeparator(rest, commaToo: false, stopToo: false), let base = rest.baseAddress,
            rest.first(where: { $0 != 0x20 }) != 0x3D
        else { return false }
        // Words of the last part that has any, and how many such parts there are.
        var words = 0
        var parts = 0
        var isNew = true
        var inWord = false
        var isFirst = true
        var isColon = false
        var i = 0
        while i < rest.count {
            let c = nextScalar(base, &i)
            if isFirst, c != 0x20 {
                isColon = c == 0x3A
                isFirst = false
            }
            switch c {
            case 0x3E, 0x203A, 0xBB, 0x2F, 0x2192, 0x7C, 0x2022, 0xB7, 0x25B8, 0x25BA:
                isNew = true
                inWord = false
            case 0x20, 0x09: inWord = false
            default:
                guard !inWord else { continue }
                inWord = true
                if isNew {
                    // All but the last are short.
                    if parts > 0, words > 4 { return false }
                    parts += 1
                    words = 0
                    isNew = false
                }
                words += 1
            }
        }
        return parts > 0 && words <= 6 && (parts >= 2 || !isColon)
    }

    /// A short line that begins with a copyright sign, or holds one behind a label's colon or before a year.
    private func isCopyrightNotice(_ text: UnsafeBufferPointer<UInt8>, _ shape: LineShape) -> Bool {
        guard count <= 20, !shape.startsSpeech, let sign = Self.copyrightSign(in: text) else { return false }
        let before = text[..<sign].last { $0 != 0x20 && $0 != 0x28 }
        let after = text[(sign + 2)...].first { $0 != 0x20 }
        if before == nil { return !shape.endsSentence || count <= 12 }
        return !shape.endsSentence && (before == 0x3A || after.map { $0 &- 0x30 < 10 } ?? false)
    }

    // MARK: Menus

    /// A line of nothing but share words or menu words is a bar; a single such word may belong to a run of them.
    private mutating func judgeMenu(_ text: UnsafeBufferPointer<UInt8>, _ match: inout LineMatch) {
        guard count <= 24, !match.shape.endsSentence, !match.shape.startsItem, !match.shape.startsSpeech else { return }
        match.mayBeMenu = count <= 4
        var shareTokens = 0
        var menuTokens = 0
        var entries = 0
        var first = -1
        var i = 0
        while i < count {
            // The hashes of one to four tokens from here on, as far as any phrase begins so.
            var length = 0
            var hash: UInt64 = 0
            tokens.read(to: min(i + 4, count))
            while length < min(4, count - i) {
                hash = mix64(hash ^ tokens.hashes[i + length])
                guard table.mayContain(hash) else { break }
                length += 1
            }
            while length > 0 {
                let entry = menuEntry(tokens.sequence(i..<i + length), length)
                if let phrase = entry.phrase {
                    entries += 1
                    menuTokens += length
                    if entry.isShare { shareTokens += length }
                    if first < 0 { first = phrase }
                    break
                }
                length -= 1
            }
            i += max(length, 1)
            // No bar has more than two other words.
            if i > menuTokens + 2 { return }
        }
        // "Share on Facebook, WhatsApp or Telegram": a share word first, two more, and at most two small words between.
        if shareTokens >= 2, entries >= 3, menuTokens + 2 >= count, count <= 12, first >= 0,
            Int(table[first].kind) == RuleKind.share
        {
            match.phrase = Int32(truncatingIfNeeded: first)
        }
        guard menuTokens == count else { return }
        match.isMenu = true
        // One line that is a whole bar: two share words or more, or three entries or more.
        if shareTokens == count && entries >= 2 || entries >= 3 { match.phrase = Int32(truncatingIfNeeded: first) }
    }

    /// The first phrase of this token sequence that may be an entry of a menu, and whether one is a share word.
    private func menuEntry(_ hash: UInt64, _ length: Int) -> (phrase: Int?, isShare: Bool) {
        var found: Int?
        var isShare = false
        table.forEach(hash) { index in
            let phrase = table[index]
            let isControl = phrase.anchor == .whole && Int(phrase.kind) == RuleKind.navigation
            guard phrase.anchor == .words || isControl, Int(phrase.tokens) == length, !isSkipped(phrase) else { return }
            if found == nil { found = index }
            if Int(phrase.kind) == RuleKind.share { isShare = true }
        }
        return (found, isShare)
    }
}
