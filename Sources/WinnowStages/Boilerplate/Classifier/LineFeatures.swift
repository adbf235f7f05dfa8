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

    /// Whether "http" or "www." stands in the text.
    private static func hasAddress(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        let raw = UnsafeRawPointer(base)
        func isAddress(_ i: Int) -> Bool {
            let word = raw.loadUnaligned(fromByteOffset: i, as: UInt32.self).littleEndian
            return word == 0x7074_7468 || word == 0x2E77_7777
        }
        // Both words double a letter: most of eight bytes have neither "tt" nor "ww" (nor "uu" nor "vv", which the mask lets pass).
        let (lows, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x0080_8080_8080_8080)
        var i = start
        while i + 8 <= end {
            let bytes = raw.loadUnaligned(fromByteOffset: i, as: UInt64.self).littleEndian
            let pairs = (bytes & 0xFCFC_FCFC_FCFC_FCFC ^ 0x7474_7474_7474_7474) | (bytes ^ bytes >> 8)
            if (pairs &- lows) & ~pairs & highs != 0 {
                for k in max(start, i - 1)..<min(i + 7, end - 3) where isAddress(k) { return true }
            }
            i += 7
        }
        i = max(start, i - 1)
        while i + 4 <= end {
            if isAddress(i) { return true }
            i += 1
        }
        return false
    }

    /// The code point at `i`, and its class; moves `i` behind it.
    @inline(__always)
    private static func read(
        _ base: UnsafePointer<UInt8>, _ i: inout Int, _ classes: UnsafePointer<UInt8>
    ) -> (scalar: UInt32, kind: UInt8) {
        if base[i] < 0x80 {
            let byte = base[i]
            i += 1
            return (UInt32(byte), classes[Int(byte)])
        }
        let scalar = nextScalar(base, &i)
        let isLow = scalar < UInt32(CharacterClasses.count)
        return (scalar, isLow ? classes[Int(scalar)] : CharacterClasses.highClass(scalar).rawValue)
    }

    private mutating func tokenize(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ counts: inout Counts) {
        guard start < end else { return }
        let (classes, smallLetters) = (model.classes, model.smallLetters)
        let (space, mark, unspaced) = (
            CharacterClass.space.rawValue, CharacterClass.mark.rawValue, CharacterClass.unspaced.rawValue
        )
        let (digit, small, capital) = (
            CharacterClass.digit.rawValue, CharacterClass.small.rawValue, CharacterClass.capital.rawValue
        )
        var token = count
        // 1 behind the stop of a sentence, 2 behind the space that follows it.
        var afterStop = 0
        // Characters of words, by class from `digit` on, in lanes of 16 bits.
        var letters: UInt64 = 0
        var c = counts
        var i = start
        var from = start
        var (scalar, kind) = Self.read(base, &i, classes)
        if c.chars == 0 { c.first = scalar }
        scan: while true {
            if kind == space {
                c.chars &+= 1
                if afterStop == 1 { afterStop = 2 }
                guard i < end else { break }
                from = i
                (scalar, kind) = Self.read(base, &i, classes)
                continue
            }
            if afterStop == 2 { c.sentences += 1 }
            afterStop = 0
            starts[token] = Int32(truncatingIfNeeded: from)
            if kind == mark || kind == unspaced {
                c.chars &+= 1
                hashes[token] = Self.mix(scalar)
                isWord[token] = kind == unspaced
                if kind == mark {
                    shapes[token] = scalar << 4
                    c.marks += 1
                    switch scalar {
                    case 0x2C, 0x3001, 0x060C, 0xFF0C: c.commas += 1
                    case 0x7C, 0x2022, 0xB7, 0xBB, 0x203A: c.separators += 1
                    default: if CharacterClasses.isEnd(scalar) { afterStop = 1 }
                    }
                } else {
                    shapes[token] = 6
                    c.words += 1
                    c.letters += 1
                }
                token += 1
                guard i < end else { break }
                from = i
                (scalar, kind) = Self.read(base, &i, classes)
                continue
            }
            let first = kind
            let before = letters
            var hash: UInt32 = 0x123_4567
            var run = 0
            var isEnd = false
            repeat {
                let low =
                    scalar < UInt32(CharacterClasses.count)
                    ? UInt32(smallLetters[Int(scalar)])
                    : kind == capital ? scalar + 32 : kind == digit ? 0x30 : scalar
                hash = Self.mix(hash ^ low)
                letters &+= 1 << (16 * UInt64(kind &- digit))
                run &+= 1
                guard i < end else {
                    isEnd = true
                    break
                }
                from = i
                (scalar, kind) = Self.read(base, &i, classes)
            } while kind &- digit < unspaced - digit
            hashes[token] = hash
            isWord[token] = true
            c.words += 1
            // 1 small, 2 other letters, 3 a capital first, 4 one capital, 5 all capitals, 7 8 9 digits
            switch first {
            case digit: shapes[token] = run < 3 ? 7 : run == 4 ? 9 : 8
            case capital:
                let capitals = Int((letters &- before) >> 32 & 0xFFFF)
                shapes[token] = run == 1 ? 4 : capitals == run ? 5 : 3
                c.capitals += 1
            default: shapes[token] = first == small ? 1 : 2
            }
            token += 1
            if isEnd { break scan }
        }
        (c.beforeLast, c.last) = Self.lastTwo(base, start, end)
        @inline(__always)
        func lane(_ kind: UInt8) -> Int { Int(letters >> (16 * UInt64(kind - digit)) & 0xFFFF) }
        c.digits += lane(digit)
        c.uppers += lane(capital)
        c.cased += lane(small) + lane(capital)
        let all = lane(small) + lane(capital) + lane(CharacterClass.letter.rawValue)
        c.letters += all
        c.chars += all + lane(digit)
        count = token
        counts = c
    }

    /// The last two code points of these bytes; 0 for what is not there.
    private static func lastTwo(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> (UInt32, UInt32) {
        func previous(_ end: inout Int) -> UInt32 {
            guard end > start else { return 0 }
            repeat { end -= 1 } while end > start && base[end] & 0xC0 == 0x80
            var i = end
            return nextScalar(base, &i)
        }
        var end = end
        let last = previous(&end)
        return (previous(&end), last)
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
