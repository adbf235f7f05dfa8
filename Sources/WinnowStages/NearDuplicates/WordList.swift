import WinnowText

/// The words of a line for the guards: folded, and whether each began with a capital inside a sentence.
struct WordList {
    struct Word {
        var start: Int
        var count: Int
        var hash: UInt64
        /// Begins with a capital letter, and is not the first word of a sentence.
        var isName = false
    }

    private(set) var words: [Word] = []
    private(set) var bytes: [UInt8] = []

    mutating func read(_ text: UnsafeBufferPointer<UInt8>, with folder: Folder) {
        words.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        guard let base = text.baseAddress else { return }
        var i = 0
        var startsSentence = true
        var wordStart = 0
        var isName = false
        func close(_ words: inout [Word]) {
            guard bytes.count > wordStart else { return }
            let hash = bytes.withUnsafeBufferPointer { hash64(UnsafeBufferPointer(rebasing: $0[wordStart...])) }
            words.append(Word(start: wordStart, count: bytes.count - wordStart, hash: hash, isName: isName))
            wordStart = bytes.count
        }
        while i < text.count {
            let c = nextScalar(base, &i)
            let before = bytes.count
            let isSpace = folder.foldOne(c, into: &bytes)
            if isSpace {
                close(&words)
                if c == 0x2E || c == 0x21 || c == 0x3F || c == 0x3A || c == 0x201E || c == 0x201C || c == 0x22 || c == 0xAB
                    || c == 0x2014 || c == 0x2013 || c == 0x7C
                {
                    startsSentence = true
                }
                continue
            }
            if bytes.count == before { continue }
            if isUnspacedScript(c) {
                // Each such character is a word; what stood before it ends.
                let folded = Array(bytes[before...])
                bytes.removeLast(bytes.count - before)
                close(&words)
                bytes.append(contentsOf: folded)
                isName = false
                close(&words)
                startsSentence = false
                continue
            }
            if before == wordStart {
                isName = !startsSentence && (c < 0x80 ? (0x41...0x5A).contains(c) : Scalars.isUppercase(c))
                startsSentence = false
            }
        }
        close(&words)
    }

    func text(_ word: Word) -> ArraySlice<UInt8> { bytes[word.start..<word.start + word.count] }
}
