import WinnowCore

/// Counts what `Measure` makes shares of, in one window at a time, without a String and without an allocation a line.
///
/// A document that is longer than a window is measured window by window: what is repeated in another window is not seen here.
/// Scratch memory: about 24 bytes a word of the window. One a thread.
public final class TextMeasurer {
    private let table = CharacterTable()
    @exclusivity(unchecked) private var words = WordRepetition()
    /// Classes of the bytes of a line, and its words.
    private let blocks = Scratch<Kernels.TextBlock>()
    private let lineWords = Scratch<Kernels.Word>()
    @exclusivity(unchecked) private var lines = HashSet()
    @exclusivity(unchecked) private var paragraphs = HashSet()
    private let rules = LineRules()
    @exclusivity(unchecked) public private(set) var distinctLines = DistinctLines()
    /// Steps that made text of what was none.
    private let decoding: Steps

    /// - Parameter decoding: lines that any of these steps altered are measured as they are now, others as they came.
    public init(decoding: Steps = []) { self.decoding = decoding }

    /// What is known of the paragraph that is being read.
    private struct Paragraph {
        var hash: UInt64 = 0
        var characters = 0
        var isOpen = false
    }

    /// Adds the counts of a window. Blank lines at the ends of a document are no part of it.
    public func measure(_ batch: borrowing LineBatch, into sums: inout MeasureSums) {
        sums.counts.withUnsafeMutableBufferPointer { counts in
            if let base = counts.baseAddress { measure(batch, into: Counts(base: base)) }
        }
    }

    private func measure(_ batch: borrowing LineBatch, into sums: Counts) {
        var range = batch.lines.indices
        func isNothing(_ index: Int) -> Bool {
            batch.lines[index].length == 0 || batch.lines[index].flags.contains(.separator)
        }
        while batch.isFirst, let first = range.first, isNothing(first) { range = range.dropFirst() }
        while batch.isLast, let last = range.last, isNothing(last) { range = range.dropLast() }
        if batch.isLast { sums[.documents] += 1 }
        guard !range.isEmpty else { return }
        lines.begin(range.count)
        paragraphs.begin(range.count)
        words.hashes.reserve((batch.raw.count + batch.arena.count) / 2 + 2)
        words.lengths.reserve((batch.raw.count + batch.arena.count) / 2 + 2)
        sums[.lines] += range.count
        let newlines = range.count - (batch.isLast ? 1 : 0)
        sums[.newlines] += newlines
        sums[.spaces] += newlines
        sums[.characters] += newlines
        var count = 0
        var document = LineRules.Document()
        batch.raw.withUnsafeBufferPointer { raw in
            batch.withTexts { texts in
                var paragraph = Paragraph()
                for index in range {
                    let line = batch.lines[index]
                    let text =
                        line.steps.isDisjoint(with: decoding)
                        ? UnsafeBufferPointer(rebasing: raw[Int(line.start)..<Int(line.start) + Int(line.length)])
                        : texts.text(line)
                    measure(text, &count, &document, &paragraph, sums)
                }
                end(&paragraph, sums)
            }
        }
        sums[.loremIpsumDocuments] += document.hasLoremIpsum ? 1 : 0
        sums[.curlyBracketDocuments] += document.hasCurlyBracket ? 1 : 0
        sums[.words] += count
        words.measure(count, into: sums)
    }

    private func end(_ paragraph: inout Paragraph, _ sums: Counts) {
        guard paragraph.isOpen else { return }
        sums[.paragraphs] += 1
        if paragraphs.add(paragraph.hash) {
            sums[.repeatedParagraphs] += 1
            sums[.repeatedParagraphCharacters] += paragraph.characters - 1
        }
        paragraph = Paragraph()
    }

    private func measure(
        _ text: UnsafeBufferPointer<UInt8>, _ count: inout Int, _ document: inout LineRules.Document,
        _ paragraph: inout Paragraph, _ sums: Counts
    ) {
        guard let base = text.baseAddress, text.count > 0 else { return end(&paragraph, sums) }
        let firstWord = count
        let line = scan(base, text.count, &count, sums)
        let hash = hash64(text)
        let isRepeated = lines.add(hash)
        sums[.characters] += line.characters
        sums[.lineCharacters] += line.characters
        sums[.filledLines] += 1
        if isRepeated {
            sums[.repeatedLines] += 1
            sums[.repeatedLineCharacters] += line.characters
        }
        paragraph.hash = mix64(paragraph.hash ^ hash)
        paragraph.characters += line.characters + 1
        paragraph.isOpen = true
        guard count > firstWord else { return }
        distinctLines.add(hash)
        sums[.textLines] += 1
        if isRepeated { sums[.repeatedTextLineCharacters] += line.characters }
        if line.last & CharacterTable.Flag.terminal != 0 { sums[.terminatedLines] += 1 }
        if line.characters <= 30 { sums[.shortLines] += 1 }
        if count - firstWord == 1 { sums[.oneWordLines] += 1 }
        if 2 * line.uppercase > line.characters { sums[.uppercaseLines] += 1 }
        if line.digits == line.characters { sums[.numericLines] += 1 }
        if line.beginsWithBullet { sums[.bulletLines] += 1 }
        if line.endsWithEllipsis { sums[.ellipsisLines] += 1 }
        rules.judge(text, line, words: count - firstWord, table, &document, sums)
    }

    /// What is known of a line.
    struct LineScan {
        var characters = 0
        var uppercase = 0
        var digits = 0
        /// The entry of the last character.
        var last: UInt16 = 0
        var beginsWithBullet = false
        var endsWithEllipsis = false
        /// Where the text without white space at its ends stands.
        var start = 0
        var end = 0
        var hasLongWord = false
        var hasCurlyBracket = false
        /// A word begins or ends so that a phrase of `LineRules` may stand here.
        var mayHavePhrase = false
        /// It has a J and, two characters on, a V.
        var mayHaveJavascript = false
    }

    /// Goes over the characters of a line; appends its words.
    ///
    /// ASCII is classed by a kernel, 64 characters at a time, and other characters one by one beside it; then a kernel splits
    /// words by the classes.
    private func scan(
        _ base: UnsafePointer<UInt8>, _ length: Int, _ count: inout Int, _ sums: Counts
    ) -> LineScan {
        var line = LineScan()
        blocks.reserve(length / 64 + 1)
        lineWords.reserve(length / 2 + 1)
        let ascii = Kernels.classText(UnsafeBufferPointer(start: base, count: length), into: blocks.base)
        line.uppercase = ascii.capitals
        line.digits = ascii.digits
        line.hasCurlyBracket = ascii.has_curly
        line.mayHaveJavascript = ascii.has_j_v
        sums[.letters] += ascii.letters
        sums[.latin] += ascii.letters
        sums[.hashes] += ascii.hashes
        if ascii.has_dots { sums[.ellipses] += Self.ellipses(base, length) }
        if ascii.is_wide { classWide(base, length, &line, sums) }

        let split = Kernels.splitWords(blocks.base, length, into: lineWords.base)
        line.characters = split.characters
        line.hasLongWord = split.longest > 1000
        sums[.spaces] += split.characters - split.word_characters
        sums[.uppercase] += line.uppercase
        sums[.digits] += line.digits
        sums[.wordCharacters] += split.word_characters
        sums[.plainWords] += split.plain_words
        sums[.plainWordCharacters] += split.plain_characters
        sums[.alphabeticWords] += split.alphabetic
        guard split.words > 0 else { return line }

        let (hashes, lengths, words) = (words.hashes.base + count, words.lengths.base + count, lineWords.base)
        var mayHavePhrase = false
        for index in 0..<split.words {
            let (start, end) = (Int(words[index].start), Int(words[index].end))
            let word = Self.look(at: base + start, end - start)
            hashes[index] = word.hash
            lengths[index] = words[index].characters
            mayHavePhrase = mayHavePhrase || word.mayBeOfPhrase
        }
        line.mayHavePhrase = mayHavePhrase
        count += split.words

        line.start = Int(words[0].start)
        line.end = Int(words[split.words - 1].end)
        line.last = lastEntry(base, length)
        line.beginsWithBullet = base[line.start] == 0x2D || has((0xE2, 0x80, 0xA2), base, line.start, length)
        let end = line.end
        line.endsWithEllipsis =
            end >= 3 && (has((0x2E, 0x2E, 0x2E), base, end - 3, length) || has((0xE2, 0x80, 0xA6), base, end - 3, length))
        return line
    }

    /// Classes the characters outside ASCII of a line whose other characters are classed.
    private func classWide(_ base: UnsafePointer<UInt8>, _ length: Int, _ line: inout LineScan, _ sums: Counts) {
        typealias Flag = CharacterTable.Flag
        let blocks = blocks.base
        let scripts = sums.base + Counter.latin.rawValue
        var (letters, capitals, digits, ellipses) = (0, 0, 0, 0)
        var i = 0
        for number in 0...(length - 1) / 64 {
            var block = blocks[number]
            let at = number * 64
            // Bytes that no class has, without the end of a character of the block before.
            var unclassed = ~(block.characters | block.spaces) & ~0 << UInt64(max(0, i - at))
            guard unclassed != 0 else { continue }
            while unclassed != 0 {
                let first = at &+ unclassed.trailingZeroBitCount
                let bit = unclassed & (0 &- unclassed)
                i = first
                let entry = table.entry(nextScalar(base, &i))
                block.characters |= bit
                unclassed = i &- at < 64 ? unclassed & UInt64.max &<< UInt64(i &- at) : 0
                if entry & Flag.letter != 0 {
                    block.letters |= bit
                    letters &+= 1
                    scripts[Int(entry >> Flag.scriptShift)] &+= 1
                } else if entry & Flag.space != 0 {
                    for byte in first..<min(i, length) {
                        if byte < at + 64 {
                            block.spaces |= 1 << UInt64(byte & 63)
                        } else {
                            blocks[number + 1].spaces |= 1 << UInt64(byte & 63)
                        }
                    }
                    continue
                }
                if entry & Flag.plain != 0 { block.plain |= bit }
                if entry & (Flag.capital | Flag.digit | Flag.ellipsis) != 0 {
                    if entry & Flag.capital != 0 { capitals &+= 1 }
                    if entry & Flag.digit != 0 { digits &+= 1 }
                    if entry & Flag.ellipsis != 0 { ellipses &+= 1 }
                }
            }
            blocks[number] = block
        }
        line.uppercase += capitals
        line.digits += digits
        sums[.letters] += letters
        sums[.ellipses] += ellipses
    }

    private func lastEntry(_ base: UnsafePointer<UInt8>, _ length: Int) -> UInt16 {
        var i = length - 1
        while i > 0, base[i] & 0xC0 == 0x80 { i -= 1 }
        return table.entry(nextScalar(base, &i))
    }

    /// How often three full stops stand in a row, none counted twice.
    private static func ellipses(_ base: UnsafePointer<UInt8>, _ length: Int) -> Int {
        var count = 0
        var dots = 0
        for i in 0..<length {
            dots = base[i] == 0x2E ? dots + 1 : 0
            if dots == 3 {
                count += 1
                dots = 0
            }
        }
        return count
    }

    /// The hash of a word's bytes, by two loads that may overlap for most words, and whether it may be one of a phrase of
    /// `LineRules`, by the same loads.
    @inline(__always)
    private static func look(at word: UnsafePointer<UInt8>, _ length: Int) -> (hash: UInt64, mayBeOfPhrase: Bool) {
        let bytes = UnsafeRawPointer(word)
        let prime: UInt64 = 0x9E37_79B9_7F4A_7C15
        if length < 4 {
            let ends = UInt64(word[0]) << 16 | UInt64(word[length / 2]) << 8 | UInt64(word[length - 1])
            return ((ends ^ UInt64(length) << 32) &* prime, false)
        }
        let first = bytes.loadUnaligned(as: UInt32.self)
        let last = bytes.loadUnaligned(fromByteOffset: length - 4, as: UInt32.self)
        let mayBeOfPhrase = LineRules.mayBeOfPhrase(first, last)
        if length <= 8 {
            return ((UInt64(first) | UInt64(last) << 32) &* prime ^ UInt64(length) << 56, mayBeOfPhrase)
        }
        var hash = UInt64(length) &* prime
        var at = 0
        while at < length - 8 {
            hash = mix64(hash ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            at += 8
        }
        return (mix64(hash ^ bytes.loadUnaligned(fromByteOffset: length - 8, as: UInt64.self)), mayBeOfPhrase)
    }

    @inline(__always)
    private func has(_ bytes: (UInt8, UInt8, UInt8), _ base: UnsafePointer<UInt8>, _ at: Int, _ length: Int) -> Bool {
        at + 3 <= length && base[at] == bytes.0 && base[at + 1] == bytes.1 && base[at + 2] == bytes.2
    }
}

/// The counts of a `MeasureSums`, in place.
struct Counts {
    let base: UnsafeMutablePointer<Int>

    subscript(counter: Counter) -> Int {
        @inline(__always) get { base[counter.rawValue] }
        @inline(__always) nonmutating set { base[counter.rawValue] = newValue }
    }
}
