import WinnowCore

/// Counts what `Measure` makes shares of, in one window at a time, without a String and without an allocation a line.
///
/// A document that is longer than a window is measured window by window: what is repeated in another window is not seen here.
/// Scratch memory: about 24 bytes a word of the window. One a thread.
public final class TextMeasurer {
    private let table = CharacterTable()
    @exclusivity(unchecked) private var words = WordRepetition()
    @exclusivity(unchecked) private var lines = HashCounts()
    @exclusivity(unchecked) private var paragraphs = HashCounts()
    @exclusivity(unchecked) private var rules = LineRules()
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
        let slot = paragraphs.add(paragraph.hash, at: 0)
        if paragraphs.slots[slot].count > 1 {
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
        let slot = lines.add(hash, at: 0)
        let isRepeated = lines.slots[slot].count > 1
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

    /// What one pass over a line found.
    struct LineScan {
        var characters = 0
        var uppercase = 0
        var digits = 0
        /// Entries of all characters together, and of the last.
        var seen: UInt64 = 0
        var last: UInt64 = 0
        var beginsWithBullet = false
        var endsWithEllipsis = false
        /// Where the text without white space at its ends stands.
        var start = 0
        var end = 0
        var hasLongWord = false
        /// A word begins or ends so that a phrase of `LineRules` may stand here.
        var mayHavePhrase = false
    }

    /// Goes over the characters of a line; appends its words.
    private func scan(
        _ base: UnsafePointer<UInt8>, _ length: Int, _ count: inout Int, _ sums: Counts
    ) -> LineScan {
        typealias Flag = CharacterTable.Flag
        var line = LineScan()
        let first = table.first
        let hashes = words.hashes.base
        let lengths = words.lengths.base
        var totals = (upper: 0, digits: 0, letters: 0, wide: 0)
        var packed: UInt64 = 0
        var unpacked = 0xFFFF
        func unpack() {
            totals.upper += Int(packed >> 16 & 0xFFFF)
            totals.digits += Int(packed >> 32 & 0xFFFF)
            totals.letters += Int(packed >> 48)
            packed = 0
        }
        var i = 0
        var characters = 0
        var inWords = 0
        var plain = (words: 0, characters: 0)
        var alphabetic = 0
        var seen: UInt64 = 0
        var last: UInt64 = 0
        line.start = -1
        let scripts = sums.base + Counter.latin.rawValue
        while i < length {
            // White space.
            var entry = first[Int(base[i])]
            var next = i + 1
            if base[i] >= 0x80 {
                next = i
                entry = table.entry(nextScalar(base, &next))
            }
            if entry & Flag.space != 0 {
                last = entry
                i = next
                characters += 1
                continue
            }
            // A word; the counters have room for so many characters.
            let start = i
            var flags: UInt64 = 0
            let before = characters
            var isInWord = true
            while isInWord {
                let stop = min(length, i + 0x3FFF)
                while i < stop {
                    let byte = base[i]
                    if byte < 0x80 {
                        entry = first[Int(byte)]
                        if entry & Flag.space != 0 { break }
                        i += 1
                    } else {
                        next = i
                        entry = table.entry(nextScalar(base, &next))
                        if entry & Flag.space != 0 { break }
                        i = next
                        if entry & Flag.letter != 0 {
                            totals.wide += 1
                            scripts[Int(entry >> Flag.scriptShift & 15)] += 1
                        }
                    }
                    flags |= entry
                    packed &+= entry & CharacterTable.counters
                    last = entry
                    characters += 1
                }
                isInWord = i >= stop && i < length
                unpacked -= i - start
                if unpacked < 0x8000 {
                    unpack()
                    unpacked = 0xFFFF
                }
            }
            let size = characters - before
            hashes[count] = Self.hash(base + start, i - start)
            lengths[count] = UInt32(truncatingIfNeeded: size)
            count += 1
            inWords += size
            if flags & Flag.plain != 0 {
                plain.words += 1
                plain.characters += size
            }
            if flags & Flag.letter != 0 { alphabetic += 1 }
            if size > 1000 { line.hasLongWord = true }
            if flags & (Flag.hash | Flag.dot | Flag.ellipsis) != 0 { countSymbols(base, start, i, flags, sums) }
            if LineRules.mayBegin(base, start, i) { line.mayHavePhrase = true }
            if line.start < 0 { line.start = start }
            line.end = i
            seen |= flags
        }
        unpack()
        line.characters = characters
        line.uppercase = totals.upper
        line.digits = totals.digits
        line.seen = seen
        line.last = last
        sums[.spaces] += characters - inWords
        sums[.uppercase] += totals.upper
        sums[.digits] += totals.digits
        sums[.letters] += totals.letters
        sums[.latin] += totals.letters - totals.wide
        sums[.wordCharacters] += inWords
        sums[.plainWords] += plain.words
        sums[.plainWordCharacters] += plain.characters
        sums[.alphabeticWords] += alphabetic
        if line.start >= 0 {
            line.beginsWithBullet = base[line.start] == 0x2D || has((0xE2, 0x80, 0xA2), base, line.start, length)
            let end = line.end
            line.endsWithEllipsis =
                end >= 3
                && (has((0x2E, 0x2E, 0x2E), base, end - 3, length) || has((0xE2, 0x80, 0xA6), base, end - 3, length))
        }
        return line
    }

    /// Of a word's bytes: two loads that may overlap for most words.
    @inline(__always)
    private static func hash(_ word: UnsafePointer<UInt8>, _ length: Int) -> UInt64 {
        let bytes = UnsafeRawPointer(word)
        let prime: UInt64 = 0x9E37_79B9_7F4A_7C15
        if length < 4 {
            let ends = UInt64(word[0]) << 16 | UInt64(word[length / 2]) << 8 | UInt64(word[length - 1])
            return (ends ^ UInt64(length) << 32) &* prime
        }
        if length <= 8 {
            let low = UInt64(bytes.loadUnaligned(as: UInt32.self))
            let high = UInt64(bytes.loadUnaligned(fromByteOffset: length - 4, as: UInt32.self))
            return (low | high << 32) &* prime ^ UInt64(length) << 56
        }
        var hash = UInt64(length) &* prime
        var at = 0
        while at < length - 8 {
            hash = mix64(hash ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            at += 8
        }
        return mix64(hash ^ bytes.loadUnaligned(fromByteOffset: length - 8, as: UInt64.self))
    }

    @inline(__always)
    private func has(_ bytes: (UInt8, UInt8, UInt8), _ base: UnsafePointer<UInt8>, _ at: Int, _ length: Int) -> Bool {
        at + 3 <= length && base[at] == bytes.0 && base[at + 1] == bytes.1 && base[at + 2] == bytes.2
    }

    /// Number signs and ellipses within a word.
    private func countSymbols(
        _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ flags: UInt64, _ sums: Counts
    ) {
        var dots = 0
        for i in start..<end {
            switch base[i] {
            case 0x23: sums[.hashes] += 1
            case 0x2E:
                dots += 1
                if dots == 3 {
                    sums[.ellipses] += 1
                    dots = 0
                }
                continue
            case 0xA6
            where flags & CharacterTable.Flag.ellipsis != 0 && i >= start + 2 && base[i - 1] == 0x80 && base[i - 2] == 0xE2:
                sums[.ellipses] += 1
            default: break
            }
            dots = 0
        }
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
