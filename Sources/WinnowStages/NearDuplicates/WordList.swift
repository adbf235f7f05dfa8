import WinnowText

/// The words of a line for the guards: folded, and whether each began with a capital inside a sentence.
struct WordList {
    struct Word {
        var start: Int
        var count: Int
        var hash: UInt64
        /// Begins with a capital letter, and is not the first word of a sentence.
        var isName: Bool
    }

    private(set) var words: [Word] = []
    private var bytes: [UInt8] = []

    mutating func read(_ text: UnsafeBufferPointer<UInt8>, with folder: Folder) {
        words.removeAll(keepingCapacity: true)
        let room = Folder.room(for: text.count)
        if bytes.count < room { bytes = Array(repeating: 0, count: room) }
        guard let base = text.baseAddress else { return }
        bytes.withUnsafeMutableBufferPointer { bytes in
            if let out = bytes.baseAddress { Self.read(base, text.count, folder, out, &words) }
        }
    }

    private static func read(
        _ base: UnsafePointer<UInt8>, _ length: Int, _ folder: Folder, _ out: UnsafeMutablePointer<UInt8>, _ words: inout [Word]
    ) {
        var i = 0
        var count = 0
        var wordStart = 0
        var startsSentence = true
        var isName = false
        @inline(__always)
        func close() {
            guard count > wordStart else { return }
            let hash = hash64(UnsafeBufferPointer(start: out + wordStart, count: count - wordStart))
            words.append(Word(start: wordStart, count: count - wordStart, hash: hash, isName: isName))
            wordStart = count
        }
        while i < length {
            let c = nextScalar(base, &i)
            let before = count
            guard let written = folder.foldOne(c, to: out + count) else {
                close()
                if endsSentence(c) { startsSentence = true }
                continue
            }
            if written == 0 { continue }
            if c >= 0x0E00, isUnspacedScript(c) {
                // Each such character is a word; what stood before it ends.
                close()
                count += written
                isName = false
                close()
                startsSentence = false
                continue
            }
            count += written
            if before == wordStart {
                isName = !startsSentence && (c < 0x80 ? (0x41...0x5A).contains(c) : Scalars.isUppercase(c))
                startsSentence = false
            }
        }
        close()
    }

    /// . ! ? : „ “ " « — – | : a name behind these may be a first word.
    @inline(__always)
    private static func endsSentence(_ c: UInt32) -> Bool {
        switch c {
        case 0x2E, 0x21, 0x3F, 0x3A, 0x201E, 0x201C, 0x22, 0xAB, 0x2014, 0x2013, 0x7C: true
        default: false
        }
    }

    /// Words in a row, without what stands between them.
    func text(_ range: Range<Int>) -> ArraySlice<UInt8> {
        guard let first = range.first, let last = range.last else { return [] }
        return bytes[words[first].start..<words[last].start + words[last].count]
    }

    func text(_ word: Word) -> ArraySlice<UInt8> { bytes[word.start..<word.start + word.count] }
}
