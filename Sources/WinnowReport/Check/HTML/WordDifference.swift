/// What two lines share, word by word: the longest common subsequence (Wagner and Fischer 1974). Time and memory grow with the
/// product of their lengths in words; lines of findings are short.
enum WordDifference {
    struct Piece: Equatable {
        var text: String
        var isShared: Bool
    }

    /// - Returns: the pieces of each.
    static func between(_ a: String, _ b: String) -> (a: [Piece], b: [Piece]) {
        let first = words(a)
        let second = words(b)
        let width = second.count + 1
        var lengths = [Int32](repeating: 0, count: (first.count + 1) * width)
        for i in first.indices.reversed() {
            for j in second.indices.reversed() {
                lengths[i * width + j] =
                    first[i] == second[j]
                    ? lengths[(i + 1) * width + j + 1] + 1 : max(lengths[(i + 1) * width + j], lengths[i * width + j + 1])
            }
        }
        var left: [Piece] = []
        var right: [Piece] = []
        var (i, j) = (0, 0)
        while i < first.count || j < second.count {
            if i < first.count, j < second.count, first[i] == second[j] {
                add(first[i], true, &left)
                add(second[j], true, &right)
                (i, j) = (i + 1, j + 1)
            } else if j == second.count || i < first.count && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
                add(first[i], false, &left)
                i += 1
            } else {
                add(second[j], false, &right)
                j += 1
            }
        }
        return (left, right)
    }

    private static func add(_ word: String, _ isShared: Bool, _ pieces: inout [Piece]) {
        if let last = pieces.indices.last, pieces[last].isShared == isShared {
            pieces[last].text += word
        } else {
            pieces.append(Piece(text: word, isShared: isShared))
        }
    }

    /// Runs of letters and digits, other characters one by one; letters of scripts without spaces too.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var isOpen = false
        for character in text {
            let isWord = character.isLetter || character.isNumber
            let isOwn =
                character.unicodeScalars.first.map { (0x2E80...0xDFFF).contains($0.value) || $0.value > 0xFFFF } ?? false
            if isWord, isOpen, !isOwn, let last = words.indices.last {
                words[last].append(character)
            } else {
                words.append(String(character))
            }
            isOpen = isWord && !isOwn
        }
        return words
    }
}
