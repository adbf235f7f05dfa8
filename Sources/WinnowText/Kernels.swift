import CKernels
import WinnowCore

/// Vector kernels in C, and beside each the same in Swift: the twin is what a reader reads and what the tests compare.
public enum Kernels {
    /// Looks once at a line; `bad` is the offset of the first byte that is not UTF-8, where the flags say so.
    @inlinable
    public static func classify(_ text: UnsafeBufferPointer<UInt8>) -> (flags: LineFlags, bad: Int) {
        var bad = 0
        let bits = wk_classify(text.baseAddress, text.count, &bad)
        return (LineFlags(rawValue: UInt16(truncatingIfNeeded: bits)), bad)
    }

    /// Looks at a line that `scanLine` looked at, which found `flags`.
    @inlinable
    public static func classify(_ text: UnsafeBufferPointer<UInt8>, scanned flags: LineFlags) -> (flags: LineFlags, bad: Int) {
        var bad = 0
        let bits = wk_classify_scanned(text.baseAddress, text.count, UInt32(flags.rawValue), &bad)
        return (LineFlags(rawValue: UInt16(truncatingIfNeeded: bits)), bad)
    }

    /// The offset of the first LF or CR, or the length, and which kinds of bytes stand before it: `nonASCII`, `control` and
    /// `ampersand`.
    @inlinable @inline(__always)
    public static func scanLine(_ text: UnsafeBufferPointer<UInt8>) -> (end: Int, flags: LineFlags) {
        var bits: UInt32 = 0
        let end = wk_scan_line(text.baseAddress, text.count, &bits)
        return (end, LineFlags(rawValue: UInt16(truncatingIfNeeded: bits)))
    }

    public static func scanLineTwin(_ text: [UInt8]) -> (end: Int, flags: LineFlags) {
        let end = text.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.count
        let flags = classifyTwin(Array(text[..<end]), notInert: { _ in false }, invisible: { _ in false })
        return (end, flags.intersection([.nonASCII, .control, .ampersand]))
    }

    /// Number of bits set in `a` and not in `b`, which has `parts` times as many words and is folded to the size of `a`. Once
    /// the count is over `limit`, it may be returned as it is.
    @inlinable
    public static func countMissing(
        _ a: UnsafePointer<UInt64>, _ b: UnsafePointer<UInt64>, words: Int, parts: Int = 1, limit: Int = Int(UInt32.max)
    ) -> Int {
        Int(wk_count_missing(a, b, words, parts, UInt32(clamping: limit)))
    }

    public static func countMissingTwin(_ a: [UInt64], _ b: [UInt64]) -> Int {
        a.indices.reduce(0) { sum, i in
            let folded = stride(from: i, to: b.count, by: a.count).reduce(UInt64(0)) { $0 | b[$1] }
            return sum + (a[i] & ~folded).nonzeroBitCount
        }
    }

    /// Asks the processor to fetch the memory at an address that will be read soon.
    @inlinable @inline(__always)
    public static func prefetch(_ address: UnsafeRawPointer) { wk_prefetch(address) }

    /// Characters of valid UTF-8.
    @inlinable
    public static func countCharacters(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        wk_count_characters(text.baseAddress, text.count)
    }

    public static func countCharactersTwin(_ text: [UInt8]) -> Int { text.count { $0 & 0xC0 != 0x80 } }

    /// 64 bytes of a text by what they are; see `wk_text_block`.
    public typealias TextBlock = wk_text_block
    public typealias Word = wk_word

    /// Classes the ASCII characters of a text into blocks, of which there is room for one more than it fills. Bytes outside ASCII
    /// are in no class.
    @inlinable @inline(__always)
    public static func classText(
        _ text: UnsafeBufferPointer<UInt8>, into blocks: UnsafeMutablePointer<TextBlock>
    ) -> wk_text_counts {
        var counts = wk_text_counts()
        wk_class_text(text.baseAddress, text.count, blocks, &counts)
        return counts
    }

    public static func classTextTwin(_ text: [UInt8]) -> (blocks: [TextBlock], counts: wk_text_counts) {
        var blocks = [TextBlock](repeating: TextBlock(), count: (text.count + 63) / 64)
        var counts = wk_text_counts()
        for block in blocks.indices { blocks[block].spaces = .max }
        for (i, byte) in text.enumerated() {
            let bit: UInt64 = 1 << UInt64(i & 63)
            let isSpace = (0x09...0x0D).contains(byte) || (0x1C...0x20).contains(byte)
            if !isSpace { blocks[i / 64].spaces &= ~bit }
            guard byte < 0x80 else {
                counts.is_wide = true
                continue
            }
            blocks[i / 64].characters |= bit
            switch byte {
            case 0x30...0x39: counts.digits += 1
            case 0x41...0x5A:
                counts.capitals += 1
                fallthrough
            case 0x61...0x7A:
                counts.letters += 1
                blocks[i / 64].letters |= bit
            case 0x23: counts.hashes += 1
            case 0x2E where i >= 2 && text[i - 1] == 0x2E && text[i - 2] == 0x2E: counts.has_dots = true
            case 0x7B: counts.has_curly = true
            default: break
            }
            if (0x30...0x39).contains(byte) || blocks[i / 64].letters & bit != 0 { blocks[i / 64].plain |= bit }
            if byte | 0x20 == 0x76, i >= 2, text[i - 2] | 0x20 == 0x6A { counts.has_j_v = true }
        }
        return (blocks, counts)
    }

    /// Splits a text of `length` bytes into words by the classes of all its characters. There are at most half as many words as
    /// bytes, and one.
    @inlinable @inline(__always)
    public static func splitWords(
        _ blocks: UnsafePointer<TextBlock>, _ length: Int, into words: UnsafeMutablePointer<Word>
    ) -> wk_word_counts {
        var counts = wk_word_counts()
        wk_split_words(blocks, length, words, &counts)
        return counts
    }

    public static func splitWordsTwin(_ blocks: [TextBlock], _ length: Int) -> (words: [Word], counts: wk_word_counts) {
        func has(_ mask: KeyPath<TextBlock, UInt64>, _ i: Int) -> Bool {
            blocks[i / 64][keyPath: mask] >> UInt64(i & 63) & 1 != 0
        }
        var counts = wk_word_counts()
        var words: [Word] = []
        counts.characters = (0..<length).count { has(\.characters, $0) }
        for bytes in (0..<length).split(whereSeparator: { has(\.spaces, $0) }) {
            let size = bytes.count { has(\.characters, $0) }
            words.append(
                Word(start: UInt32(bytes.startIndex), end: UInt32(bytes.endIndex), characters: UInt32(size)))
            counts.word_characters += size
            counts.longest = max(counts.longest, size)
            if bytes.contains(where: { has(\.letters, $0) }) { counts.alphabetic += 1 }
            if bytes.contains(where: { has(\.plain, $0) }) {
                counts.plain_words += 1
                counts.plain_characters += size
            }
        }
        counts.words = words.count
        return (words, counts)
    }

    /// Sets a bit in `bits` for each byte of `marks` that is not zero, 64 a word, and clears the marks.
    /// - Returns: how many bits are set.
    @inlinable
    public static func pack(_ marks: UnsafeMutablePointer<UInt8>, words: Int, into bits: UnsafeMutablePointer<UInt64>) -> Int {
        Int(wk_pack(marks, words, bits))
    }

    public static func packTwin(_ marks: [UInt8]) -> [UInt64] {
        stride(from: 0, to: marks.count, by: 64).map { start in
            (0..<64).reduce(0) { marks[start + $1] != 0 ? $0 | 1 << UInt64($1) : $0 }
        }
    }

    /// Writes the indices whose `hits` are not zero and at least `least` + `shares` to `found`, in order, and sets all hits to zero.
    /// - Returns: how many there are.
    @inlinable
    public static func reached(
        _ hits: UnsafeMutablePointer<UInt16>, _ shares: UnsafePointer<UInt16>, count: Int, least: Int,
        into found: UnsafeMutablePointer<UInt32>
    ) -> Int {
        wk_reached(hits, shares, count, Int32(clamping: least), found)
    }

    public static func reachedTwin(_ hits: [UInt16], _ shares: [UInt16], least: Int) -> [Int] {
        hits.indices.filter { hits[$0] > 0 && Int(hits[$0]) >= least + Int(shares[$0]) }
    }

    /// MinHash by multiply-add; see `wk_minhash`.
    public static func minhash(
        _ hashes: UnsafeBufferPointer<UInt64>, multipliers: UnsafePointer<UInt32>, addends: UnsafePointer<UInt32>,
        into least: UnsafeMutablePointer<UInt32>, count: Int
    ) {
        wk_minhash(hashes.baseAddress, hashes.count, multipliers, addends, least, count)
    }

    public static func minhashTwin(_ hashes: [UInt64], multipliers: [UInt32], addends: [UInt32]) -> [UInt32] {
        zip(multipliers, addends).map { m, a in
            hashes.map { UInt32(truncatingIfNeeded: $0 >> 32) &* m &+ a }.min() ?? .max
        }
    }

    /// The twin of `classify`, character by character.
    public static func classifyTwin(_ text: [UInt8], notInert: (UInt32) -> Bool, invisible: (UInt32) -> Bool) -> LineFlags {
        var flags: LineFlags = []
        for b in text {
            if b >= 0x80 { flags.insert(.nonASCII) }
            if b < 0x20 && b != 9 || b == 0x7F { flags.insert(.control) }
            if b == UInt8(ascii: "&") { flags.insert(.ampersand) }
        }
        var decoder = UTF8()
        var bytes = text.makeIterator()
        var afterLead = false
        var read: [UInt32] = []
        var touch = -1
        var offset = 0
        while true {
            switch decoder.decode(&bytes) {
            case .emptyInput: return flags
            case .error: return flags.union(.invalid)
            case .scalarValue(let scalar):
                let c = scalar.value
                if afterLead, c >= 0x80, c < 0x10000 { flags.insert(.mojibake) }
                afterLead = (0xC2...0xF4).contains(c)
                read.append(c)
                offset += UTF8.width(scalar)
                if endsDamage(read, next: offset < text.count ? text[offset] : 0, &touch) { flags.insert(.mojibake) }
                if c < 0x80 { continue }
                if c >= 0x10000 {
                    if !(0x1F000...0x1FFFF).contains(c) { flags.formUnion([.unnormalized, .invisible]) }
                    continue
                }
                if notInert(c) { flags.insert(.unnormalized) }
                if invisible(c) { flags.insert(.invisible) }
            }
        }
    }

    private static let trails = Set(
        Array(0x80...0xBF) + Array(0x401...0x40F) + Array(0x451...0x45F)
            + "ĄąĽľŁłŒœŚśŞşŠšŤťŸŹźŻżŽžƒˆˇ˘˛˜˝Ґґ–—‘’‚“”„†‡•…‰‹›€№™".unicodeScalars.map(\.value))
    private static let wideLeads2 = Set("ĂĆČĎĐĘĚĞĹŃŇŐŘŢŮŰ".unicodeScalars.map(\.value))
    private static let wideLeads3 = Set("ăćčďđęěğĺńňŕ".unicodeScalars.map(\.value))

    /// Whether the text, at its last character, ends what looks like UTF-8 read as Windows-1250, -1251 or -1254.
    private static func endsDamage(_ text: [UInt32], next: UInt8, _ touch: inout Int) -> Bool {
        guard let last = text.last, trails.contains(last) else { return false }
        let seen = text.reversed().prefix(3).prefix { trails.contains($0) }.count
        let start = text.count - seen - 1
        guard start >= 0 else { return false }
        let lead = text[start]
        if wideLeads2.contains(lead) { return seen == 1 }
        if wideLeads3.contains(lead) { return seen >= 2 }
        let needed =
            switch lead {
            case 0x412...0x42F: 1
            case 0x430...0x43F: 2
            case 0x440...0x444: 3
            default: 0
            }
        guard needed > 0, seen == needed else { return false }
        let touches = start == touch
        touch = text.count
        if touches || needed == 3 || lead == 0x432 || lead == 0x43F { return true }
        func isASCIILetter(_ c: UInt32) -> Bool { (0x41...0x5A).contains(c & ~0x20) }
        return needed == 1
            && (start > 0 && isASCIILetter(text[start - 1]) || isASCIILetter(UInt32(next)))
    }
}
