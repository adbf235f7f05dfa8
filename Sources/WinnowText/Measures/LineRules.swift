import WinnowCore

/// The rules for single lines of C4 (as datatrove has them) and RefinedWeb that ask for more than a count.
struct LineRules {
    /// What makes C4 drop a whole document.
    struct Document {
        var hasLoremIpsum = false
        var hasCurlyBracket = false
    }

    private static let javascript = Array("javascript".utf8)
    private static let loremIpsum = Array("lorem ipsum".utf8)
    private static let policies = [
        "terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies",
    ].map { Array($0.utf8) }
    private static let counted = [
        "likes", "shares", "comments", "retweets", "reposts", "quotes", "bookmarks", "upvotes", "downvotes", "downloads",
        "views", "followers",
    ].map { Array($0.utf8) }
    private static let citations = ["[edit]", "[citation needed]"].map { Array($0.utf8) }

    /// Whether a word may be one of a phrase that is looked for, by its first and its last four bytes: "cookies…", "policy…",
    /// "…terms", "…lorem" in any case.
    @inline(__always)
    static func mayBeOfPhrase(_ first: UInt32, _ last: UInt32) -> Bool {
        let (first, last) = (UInt32(bigEndian: first) | 0x2020_2020, UInt32(bigEndian: last) | 0x2020_2020)
        let (cook, poli, erms, orem): (UInt32, UInt32, UInt32, UInt32) = (0x636F_6F6B, 0x706F_6C69, 0x6572_6D73, 0x6F72_656D)
        return first == cook || first == poli || last == erms || last == orem
    }

    func judge(
        _ text: UnsafeBufferPointer<UInt8>, _ line: TextMeasurer.LineScan, words: Int, _ table: CharacterTable,
        _ document: inout Document, _ sums: Counts
    ) {
        if line.digits > 0, words >= 2, line.characters <= 100, isCounter(text, table) { sums[.counterLines] += 1 }
        if line.hasLongWord {
            sums[.longWordLines] += 1
            return
        }
        guard isTerminated(text, line) else {
            sums[.unterminatedLines] += 1
            return
        }
        guard words >= 3 else {
            sums[.fewWordLines] += 1
            return
        }
        if line.mayHavePhrase, Self.contains(Self.loremIpsum, text) { document.hasLoremIpsum = true }
        if line.mayHaveJavascript, Self.contains(Self.javascript, text) {
            sums[.javascriptLines] += 1
            return
        }
        if line.hasCurlyBracket { document.hasCurlyBracket = true }
        if line.mayHavePhrase, Self.policies.contains(where: { Self.contains($0, text) }) { sums[.policyLines] += 1 }
    }

    // MARK: C4

    /// Ends with . ? ! " or ', once citation marks are gone; not with "...".
    private func isTerminated(_ text: UnsafeBufferPointer<UInt8>, _ line: TextMeasurer.LineScan) -> Bool {
        var end = line.end
        while end > line.start, text[end - 1] == 0x5D, let start = citation(text, line.start, end) { end = start }
        guard end > line.start else { return false }
        switch text[end - 1] {
        case 0x2E: return !(end - line.start >= 3 && text[end - 2] == 0x2E && text[end - 3] == 0x2E)
        case 0x3F, 0x21, 0x22, 0x27: return true
        default: return false
        }
    }

    /// Where the citation mark begins that ends here: `[12]`, `[]`, `[edit]`, `[citation needed]`.
    private func citation(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
        var i = end - 2
        while i >= start, (0x30...0x39).contains(text[i]) { i -= 1 }
        if i >= start, text[i] == 0x5B { return i }
        for mark in Self.citations where end - start >= mark.count && text[(end - mark.count)..<end].elementsEqual(mark) {
            return end - mark.count
        }
        return nil
    }

    /// Whether a phrase in small letters stands in the text, whatever the case of the text.
    private static func contains(_ phrase: [UInt8], _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        func lower(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
        return phrase.withUnsafeBufferPointer { phrase in
            guard text.count >= phrase.count else { return false }
            for at in 0...(text.count - phrase.count) where lower(text[at]) == phrase[0] {
                var same = 1
                while same < phrase.count, lower(text[at + same]) == phrase[same] { same += 1 }
                if same == phrase.count { return true }
            }
            return false
        }
    }

    // MARK: RefinedWeb

    /// A number and what it counts, between characters of no word: "12.5K likes".
    private func isCounter(_ text: UnsafeBufferPointer<UInt8>, _ table: CharacterTable) -> Bool {
        guard let base = text.baseAddress else { return false }
        func isWord(_ c: UInt32) -> Bool {
            c == 0x5F || table.entry(c) & (CharacterTable.Flag.letter | CharacterTable.Flag.digit) != 0
        }
        func isDigit(_ i: Int) -> Bool { i < text.count && (0x30...0x39).contains(base[i]) }
        var i = 0
        while i < text.count {
            var next = i
            if isWord(nextScalar(base, &next)) { break }
            i = next
        }
        guard isDigit(i) else { return false }
        while isDigit(i) || i < text.count && (base[i] == 0x2C || base[i] == 0x2E) { i += 1 }
        if i < text.count, [0x6B, 0x6D, 0x62].contains(base[i] | 0x20) { i += 1 }
        let space = i
        while i < text.count, base[i] == 0x20 || base[i] == 0x09 { i += 1 }
        guard i > space else { return false }
        let rest = i
        while i < text.count, (0x61...0x7A).contains(base[i] | 0x20) { i += 1 }
        let word = text[rest..<i].map { $0 | 0x20 }
        guard Self.counted.contains(word) else { return false }
        while i < text.count { if isWord(nextScalar(base, &i)) { return false } }
        return true
    }
}
