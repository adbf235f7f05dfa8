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

    init(_ lists: StaticString) {
        var reader = Reader(UnsafeBufferPointer(start: lists.utf8Start, count: lists.utf8CodeUnitCount))
        negations.reserveCapacity(1024)
        words.reserveCapacity(4096)
        stems.reserveCapacity(1024)
        var isNegation = false
        var set: UInt16 = 0
        var member: UInt16 = 0
        while let part = reader.next() {
            switch part {
            case .section(let isOfNegations): isNegation = isOfNegations
            case .set: set += 1
            case .word(let hash, let isStem, let isForm):
                if !isForm { member &+= 1 }
                let meaning = Meaning(set: set, member: member)
                if isNegation {
                    negations.insert(hash)
                } else if isStem {
                    stems[hash, default: []].append(meaning)
                } else {
                    words[hash, default: []].append(meaning)
                }
            }
        }
    }

    /// Reads the lists byte by byte, since each process that finds two similar lines reads them.
    private struct Reader {
        enum Part {
            case section(isOfNegations: Bool)
            /// A new set begins.
            case set
            /// The hash of a word, or of the stem of words; a form of the member before it, or a member of its own.
            case word(UInt64, isStem: Bool, isForm: Bool)
        }

        private let text: UnsafeBufferPointer<UInt8>
        private var position = 0
        private let folder = Folder()
        private var list = WordList()

        init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

        mutating func next() -> Part? {
            while position < text.count {
                switch text[position] {
                case 0x0A, 0x20, 0x3D: position += 1
                case 0x5B:
                    let start = position
                    skip { $0 != 0x0A }
                    return .section(isOfNegations: text[start + 1] == 0x6E && text[start + 2] == 0x65)
                default:
                    let start = position
                    skip { $0 != 0x20 && $0 != 0x3D && $0 != 0x0A && $0 != 0x3A && $0 != 0x7E }
                    if position < text.count, text[position] == 0x3A {
                        // The language before a set.
                        position += 1
                        return .set
                    }
                    let word = UnsafeBufferPointer(rebasing: text[start..<position])
                    let isStem = position < text.count && text[position] == 0x7E
                    if isStem { position += 1 }
                    let isForm = start > 0 && text[start - 1] == 0x3D
                    if let hash = hash(word) { return .word(hash, isStem: isStem, isForm: isForm) }
                }
            }
            return nil
        }

        private mutating func skip(_ isInside: (UInt8) -> Bool) {
            while position < text.count, isInside(text[position]) { position += 1 }
        }

        /// As the guards read a line: what stands within a word and is no letter is no part of it.
        private mutating func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt64? {
            list.read(word, with: folder)
            return list.words.isEmpty ? nil : StatementWords.key(list.text(list.words.indices))
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
