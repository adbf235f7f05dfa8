import WinnowText

/// Words that make another statement of a line when one takes another's place, or comes in: negations, the names of days and
/// months, number words, opposites ("rises", "falls").
///
/// All languages are active together. A negation counts where one line has more of them than the other; the others only where
/// both lines have a word of one set: "no" in Portuguese is no negation, but hardly ever stands where another line has none.
struct StatementWords: Sendable {
    /// Built when two lines are first found similar: most documents have none.
    static let all = StatementWords(StatementWordLists.text)

    /// What a word stands for: a member of a set.
    private struct Meaning {
        var set: UInt16
        var member: UInt16
    }

    private var negations: Set<UInt64> = []
    private var words: [UInt64: [Meaning]] = [:]
    private var stems: [UInt64: [Meaning]] = [:]
    /// Syllables that negate a Korean verb from within.
    private static let negatingSyllables = ["않", "없", "아니", "불가", "금지", "마세요", "마십시오"].map { Array($0.utf8) }
    /// Letters that Arabic writes together with the word behind them: and, so, with, for, like.
    private static let arabicPrefixes = ["و", "ف", "ب", "ل", "ك"].map { Array($0.utf8) }
    /// Where more words differ, a paragraph was rewritten, and a negation may be anywhere in it.
    private static let mostEdits = 8
    /// The shortest stem, in bytes.
    private static let shortestStem = 3

    init(_ lists: String) {
        let folder = Folder()
        func hash(_ word: some StringProtocol) -> UInt64? {
            // As the guards read a line: what stands within a word and is no letter is no part of it.
            var list = WordList()
            Array(word.utf8).withUnsafeBufferPointer { list.read($0, with: folder) }
            guard !list.words.isEmpty else { return nil }
            return Self.key(list.text(list.words.indices))
        }
        var isNegation = false
        var set: UInt16 = 0
        for line in lists.split(separator: "\n").lazy.map({ $0.drop { $0 == " " } }) {
            if line.hasPrefix("[") {
                isNegation = line == "[negations]"
                continue
            }
            guard let colon = line.firstIndex(of: ":") else { continue }
            for (member, forms) in line[line.index(after: colon)...].split(separator: " ").enumerated() {
                for form in forms.split(separator: "=") {
                    let isStem = form.hasSuffix("~")
                    guard let hash = hash(isStem ? form.dropLast() : form) else { continue }
                    let meaning = Meaning(set: set, member: UInt16(truncatingIfNeeded: member))
                    if isNegation {
                        negations.insert(hash)
                    } else if isStem {
                        stems[hash, default: []].append(meaning)
                    } else {
                        words[hash, default: []].append(meaning)
                    }
                }
            }
            if !isNegation { set += 1 }
        }
    }

    /// Whether the words that one line has for those of the other say something else.
    func differ(_ a: [ArraySlice<UInt8>], _ b: [ArraySlice<UInt8>]) -> Bool {
        if a.count + b.count <= Self.mostEdits, negationCount(a) != negationCount(b) { return true }
        if a.isEmpty || b.isEmpty { return false }
        let mine = a.flatMap(meanings)
        if mine.isEmpty { return false }
        let others = b.flatMap(meanings)
        return mine.contains { x in
            others.contains { y in
                // A member that both have was moved, not replaced.
                x.set == y.set && x.member != y.member
                    && !others.contains { $0.set == x.set && $0.member == x.member }
                    && !mine.contains { $0.set == y.set && $0.member == y.member }
            }
        }
    }

    private func negationCount(_ words: [ArraySlice<UInt8>]) -> Int { words.count(where: isNegation) }

    private func isNegation(_ word: ArraySlice<UInt8>) -> Bool {
        forms(of: word).contains { negations.contains(Self.key($0)) }
            || (0xEA...0xED).contains(word.first ?? 0)
                && Self.negatingSyllables.contains { word.firstRange(of: $0) != nil }
    }

    private func meanings(_ word: ArraySlice<UInt8>) -> [Meaning] {
        for form in forms(of: word) {
            if let found = words[Self.key(form)] { return found }
            var length = form.count
            while length >= Self.shortestStem {
                let end = form.startIndex + length
                let isWhole = length == form.count || form[end] & 0xC0 != 0x80
                if isWhole, let found = stems[Self.key(form[..<end])] { return found }
                length -= 1
            }
        }
        return []
    }

    private static func key(_ word: ArraySlice<UInt8>) -> UInt64 { word.withUnsafeBufferPointer { hash64($0) } }

    /// The word, and without what its script writes before it.
    private func forms(of word: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        for prefix in Self.arabicPrefixes where word.count > 3 * prefix.count && word.starts(with: prefix) {
            return [word, word.dropFirst(prefix.count)]
        }
        return [word]
    }
}
