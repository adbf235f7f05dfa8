import WinnowText

/// What a feature of a line is about. The raw values are part of the model's format.
enum FeatureKind: UInt32 {
    case word, first, last, line, shapeFirst, shapeLast, shapeLine
    case words, length, capitals, upper, digits, marks, ending, commas, lastClass, firstClass, sentences, wordLength, separators
    case address
}

/// A feature of a line: its hash, and the tokens that it is about.
struct LineFeature {
    var kind: FeatureKind
    var hash: UInt32
    var tokens: Range<Int>
}

/// What is known of a line by itself.
struct LineNumbers {
    /// Words and characters; of long lines reckoned from their ends.
    var words: Int32 = 0
    var chars: Int32 = 0
    /// Hash of its words.
    var hash: UInt32 = 0
    /// Words that begin with a capital, and marks among tokens, in 64ths.
    var capitals: UInt8 = 0
    var marks: UInt8 = 0
    /// 1 when it ends like a sentence, 2 when a closing quote or bracket follows.
    var ending: UInt8 = 0
    /// Whether at least half of its letters are of a script with capitals.
    var isCased = false
}

/// Takes the features of a line as they are found.
protocol FeatureSink {
    mutating func take(_ feature: LineFeature)
}

/// Finds the features of lines: hashes of words, of the tokens at both ends, of their shapes, and of measures.
///
/// Of long lines only the two ends are looked at, so that time does not grow with them. The twin is Training/features.py.
struct LineFeatures {
    /// Longer lines, in bytes, are looked at at their ends.
    static let whole = 384
    static let head = 224
    static let tail = 96
    /// Words that give features of their own, from each end.
    static let firstWords = 20
    static let lastWords = 10

    private let model: LineModel
    private let memory = Memory()
    private let hashes: UnsafeMutablePointer<UInt32>
    private let shapes: UnsafeMutablePointer<UInt32>
    private let isWord: UnsafeMutablePointer<Bool>
    /// Where tokens begin in the text.
    private let starts: UnsafeMutablePointer<Int32>
    private var count = 0

    /// One token a byte at most.
    private final class Memory {
        let words = UnsafeMutablePointer<UInt32>.allocate(capacity: 2 * LineFeatures.whole)
        let flags = UnsafeMutablePointer<Bool>.allocate(capacity: LineFeatures.whole)
        let starts = UnsafeMutablePointer<Int32>.allocate(capacity: LineFeatures.whole)
        deinit {
            words.deallocate()
            flags.deallocate()
            starts.deallocate()
        }
    }

    init(_ model: LineModel) {
        self.model = model
        hashes = memory.words
        shapes = memory.words + Self.whole
        isWord = memory.flags
        starts = memory.starts
    }

    /// Where tokens begin: offsets in the text that was read last.
    func start(ofToken token: Int) -> Int { Int(starts[token]) }

    /// Where a token ends in the text that was read last.
    func end(ofToken token: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
        guard let base = text.baseAddress else { return 0 }
        var i = start(ofToken: token)
        func kind(_ c: UInt32) -> UInt8 {
            c < UInt32(CharacterClasses.count) ? model.classes[Int(c)] : CharacterClasses.highClass(c).rawValue
        }
        let inside = CharacterClass.digit.rawValue...CharacterClass.letter.rawValue
        let isWord = inside.contains(kind(nextScalar(base, &i)))
        while isWord, i < text.count {
            var next = i
            guard inside.contains(kind(nextScalar(base, &next))) else { break }
            i = next
        }
        return i
    }

    @inline(__always)
    private static func mix(_ a: UInt32) -> UInt32 {
        let b = a &* 0x9E37_79B1
        return b ^ b >> 15
    }

    @inline(__always)
    private static func join(_ a: UInt32, _ b: UInt32) -> UInt32 { mix(a &* 0x85EB_CA6B ^ b) }

    @inline(__always)
    private static func hash(_ kind: FeatureKind, _ value: UInt32) -> UInt32 {
        let a = mix(value ^ (kind.rawValue + 1) &* 0x27D4_EB2F) &* 0xC2B2_AE35
        return a ^ a >> 13
    }

    /// What the tokens of a text add up to.
    private struct Counts {
        var chars = 0
        var words = 0
        var letters = 0
        var cased = 0
        var uppers = 0
        var digits = 0
        var marks = 0
        var capitals = 0
        var commas = 0
        var separators = 0
        var sentences = 0
        var first: UInt32 = 0
        var beforeLast: UInt32 = 0
        var last: UInt32 = 0
        var hasAddress = false
    }

    /// Reads a line, which is not blank.
    @inline(__always)
    mutating func read<Sink: FeatureSink>(_ text: UnsafeBufferPointer<UInt8>, into sink: inout Sink) -> LineNumbers {
        guard let base = text.baseAddress else { return LineNumbers() }
        var start = 0
        var end = text.count
        while start < end, base[start] == 0x20 || base[start] == 0x09 { start += 1 }
        while end > start, base[end - 1] == 0x20 || base[end - 1] == 0x09 { end -= 1 }
        guard start < end else { return LineNumbers() }
        let size = end - start
        var counts = Counts()
        count = 0
        var looked = size
        if size <= Self.whole {
            tokenize(base, start, end, &counts)
            counts.hasAddress = Self.hasAddress(base, start, end)
        } else {
            var headEnd = start + Self.head
            while headEnd > start, base[headEnd] & 0xC0 == 0x80 { headEnd -= 1 }
            var tailStart = end - Self.tail
            while tailStart < end, base[tailStart] & 0xC0 == 0x80 { tailStart += 1 }
            tokenize(base, start, headEnd, &counts)
            tokenize(base, tailStart, end, &counts)
            counts.hasAddress = Self.hasAddress(base, start, headEnd)
            looked = headEnd - start + end - tailStart
        }
        return emit(counts, size: size, looked: looked, into: &sink)
    }

    private static func hasAddress(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        var i = start
        while i + 4 <= end {
            if base[i] == 0x68 || base[i] == 0x77 {
                let word = UnsafeRawPointer(base + i).loadUnaligned(as: UInt32.self).littleEndian
                if word == 0x7074_7468 || word == 0x2E77_7777 { return true }
            }
            i += 1
        }
        return false
    }

    private mutating func tokenize(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ counts: inout Counts) {
        let (classes, smallLetters) = (model.classes, model.smallLetters)
        var token = count
        var inWord = false
        var run = 0
        // 1 behind the stop of a sentence, 2 behind the space that follows it.
        var afterStop = 0
        var hash: UInt32 = 0
        var shape: UInt32 = 0
        var c = counts
        var i = start
        while i < end {
            let from = i
            let scalar = nextScalar(base, &i)
            if c.chars == 0 { c.first = scalar }
            c.beforeLast = c.last
            c.last = scalar
            c.chars += 1
            let isLow = scalar < UInt32(CharacterClasses.count)
            let kind = isLow ? classes[Int(scalar)] : CharacterClasses.highClass(scalar).rawValue
            if kind == CharacterClass.space.rawValue {
                if inWord {
                    (hashes[token - 1], shapes[token - 1]) = (hash, shape)
                    inWord = false
                }
                if afterStop == 1 { afterStop = 2 }
                continue
            }
            if afterStop == 2 { c.sentences += 1 }
            afterStop = 0
            if kind == CharacterClass.mark.rawValue || kind == CharacterClass.unspaced.rawValue {
                if inWord {
                    (hashes[token - 1], shapes[token - 1]) = (hash, shape)
                    inWord = false
                }
                hashes[token] = Self.mix(scalar)
                starts[token] = Int32(truncatingIfNeeded: from)
                if kind == CharacterClass.mark.rawValue {
                    isWord[token] = false
                    shapes[token] = scalar << 4
                    c.marks += 1
                    switch scalar {
                    case 0x2C, 0x3001, 0x060C, 0xFF0C: c.commas += 1
                    case 0x7C, 0x2022, 0xB7, 0xBB, 0x203A: c.separators += 1
                    default: if CharacterClasses.isEnd(scalar) { afterStop = 1 }
                    }
                } else {
                    isWord[token] = true
                    shapes[token] = 6
                    c.words += 1
                    c.letters += 1
                }
                token += 1
                continue
            }
            let isDigit = kind == CharacterClass.digit.rawValue
            let isCapital = kind == CharacterClass.capital.rawValue
            let low: UInt32 = isLow ? UInt32(smallLetters[Int(scalar)]) : isCapital ? scalar + 32 : isDigit ? 0x30 : scalar
            if inWord {
                run += 1
                if shape >= 7 {
                    shape = run < 3 ? 7 : run == 4 ? 9 : 8
                } else if shape == 4 || shape == 5 {
                    shape = isCapital ? 5 : 3
                }
            } else {
                inWord = true
                run = 1
                hash = 0x123_4567
                // 1 small, 2 other letters, 3 a capital first, 4 one capital, 5 all capitals, 7 8 9 digits
                shape = isDigit ? 7 : isCapital ? 4 : kind == CharacterClass.small.rawValue ? 1 : 2
                isWord[token] = true
                starts[token] = Int32(truncatingIfNeeded: from)
                token += 1
                c.words += 1
                if isCapital { c.capitals += 1 }
            }
            hash = Self.mix(hash ^ low)
            if isDigit {
                c.digits += 1
            } else {
                c.letters += 1
                if kind != CharacterClass.letter.rawValue { c.cased += 1 }
                if isCapital { c.uppers += 1 }
            }
        }
        if inWord { (hashes[token - 1], shapes[token - 1]) = (hash, shape) }
        count = token
        counts = c
    }

    /// Letters and digits by their class, marks by themselves.
    private func simpleClass(_ c: UInt32) -> UInt32 {
        let kind = c < UInt32(CharacterClasses.count) ? model.classes[Int(c)] : CharacterClasses.highClass(c).rawValue
        return kind == CharacterClass.mark.rawValue ? c + 16 : UInt32(kind)
    }

    @inline(__always)
    private func emit<Sink: FeatureSink>(_ c: Counts, size: Int, looked: Int, into sink: inout Sink) -> LineNumbers {
        @inline(__always)
        func take(_ kind: FeatureKind, _ value: UInt32, _ tokens: Range<Int> = 0..<0) {
            sink.take(LineFeature(kind: kind, hash: Self.hash(kind, value), tokens: tokens))
        }
        var (words, chars, commas, sentences) = (c.words, c.chars, c.commas, c.sentences)
        if looked < size {
            words = words * size / looked
            chars = chars * size / looked
            commas = commas * size / looked
            sentences = sentences * size / looked
        }
        let ending =
            CharacterClasses.isEnd(c.last)
            ? 1 : CharacterClasses.isClosing(c.last) && CharacterClasses.isEnd(c.beforeLast) ? 2 : 0
        let each = max(1, c.words)
        let length = words <= 3 ? 0 : words <= 8 ? 1 : words <= 20 ? 2 : 3

        // Words.
        var whole = UInt32(c.words)
        var seen = 0
        let all = c.words <= Self.firstWords + Self.lastWords
        for token in 0..<count where isWord[token] {
            if all || seen < Self.firstWords || seen >= c.words - Self.lastWords {
                take(.word, hashes[token], token..<token + 1)
            }
            seen += 1
            whole = Self.join(whole, hashes[token])
        }
        if c.words <= 7 { take(.line, whole, 0..<count) }
        // The ends.
        var (a, z): (UInt32, UInt32) = (1, 1)
        for k in 0..<min(3, count) {
            a = Self.join(a, hashes[k])
            z = Self.join(z, hashes[count - 1 - k])
            take(.first, a, 0..<k + 1)
            take(.last, z, count - 1 - k..<count)
        }
        (a, z) = (1, 1)
        for k in 0..<min(4, count) {
            a = Self.join(a, shapes[k])
            z = Self.join(z, shapes[count - 1 - k])
            take(.shapeFirst, a, 0..<k + 1)
            take(.shapeLast, z, count - 1 - k..<count)
        }
        if count <= 8 {
            a = UInt32(count)
            for token in 0..<count { a = Self.join(a, shapes[token]) }
            take(.shapeLine, a, 0..<count)
        }
        // Measures.
        let lw = min(bucket(words), 14)
        @inline(__always)
        func measure(_ kind: FeatureKind, _ value: Int) { take(kind, UInt32(truncatingIfNeeded: value)) }
        measure(.words, lw)
        measure(.length, min(bucket(chars), 20))
        measure(.capitals, c.capitals * 8 / each * 4 + length)
        measure(.upper, c.uppers * 10 / max(1, c.letters) * 4 + length)
        measure(.digits, c.digits * 8 / max(1, c.chars) * 4 + length)
        measure(.marks, c.marks * 10 / max(1, count) * 4 + length)
        measure(.ending, ending * 16 + lw)
        measure(.commas, min(commas, 5) * 16 + lw)
        measure(.lastClass, Int(simpleClass(c.last)) * 4 + length)
        measure(.firstClass, Int(simpleClass(c.first)) * 4 + length)
        measure(.sentences, min(sentences, 5) * 16 + lw)
        measure(.wordLength, min(chars / max(1, words), 12) * 4 + length)
        measure(.separators, min(c.separators, 3) * 4 + length)
        measure(.address, (c.hasAddress ? 4 : 0) + length)
        return LineNumbers(
            words: Int32(truncatingIfNeeded: words), chars: Int32(truncatingIfNeeded: chars), hash: whole,
            capitals: UInt8(truncatingIfNeeded: c.capitals * 64 / each),
            marks: UInt8(truncatingIfNeeded: c.marks * 64 / max(1, count)), ending: UInt8(ending),
            isCased: c.cased * 2 >= c.letters)
    }
}

/// Half steps of a binary logarithm: 0 1 2 3 4–5 6–7 8–11 12–15 16–23 …
@inline(__always)
func bucket(_ value: Int) -> Int {
    guard value >= 2 else { return max(value, 0) }
    let bits = Int.bitWidth - value.leadingZeroBitCount
    return 2 * bits - 2 + value >> (bits - 2) & 1
}
