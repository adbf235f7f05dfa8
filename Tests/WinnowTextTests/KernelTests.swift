import Glibc
import TestSupport
import Testing
import WinnowCore

@testable import WinnowText

/// What the C table of `classify` is compared with, from ICU's own data.
enum Inert {
    /// Code points of the BMP that may change under NFC, alone or beside others: a combining class, another normal form,
    /// or the second half of a composition.
    static let not: Set<UInt32> = {
        guard let nfc = try? Normalizer(.nfc) else { return [] }
        var found: Set<UInt32> = []
        for c in allScalars where c < 0x10000 {
            let text = utf8(c)
            let low = utf8(0x334)  // combining class 1
            let high = utf8(0x345)  // combining class 240
            if !nfc.accepts(text) || !nfc.accepts(text + low) && Scalars.category(c) != 0 && isMark(c)
                || isMark(c) && !nfc.accepts(high + text)
            {
                found.insert(c)
            }
        }
        // Vowel signs and jamo of class 0 that compose with a letter of their own block.
        for c in allScalars where c < 0x10000 && !found.contains(c) && (isMark(c) || (0x1160...0x11FF).contains(c)) {
            let block = c & 0xFF80
            let bases = (0x1160...0x11FF).contains(c) ? [0x1100, 0xAC00] : Array(block..<block + 0x80)
            for base in bases where base != c && !(0xD800...0xDFFF).contains(base) && nfc.accepts(utf8(base)) {
                if !nfc.accepts(utf8(base) + utf8(c)) {
                    found.insert(c)
                    break
                }
            }
        }
        return found
    }()

    private static func isMark(_ c: UInt32) -> Bool { (6...8).contains(Scalars.category(c)) }
}

/// Invisible characters, odd spaces and C1 controls of the BMP.
private func isInvisible(_ c: UInt32) -> Bool {
    switch c {
    case 0x80...0xA0, 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x1680, 0x180B...0x180F, 0x2000...0x200F, 0x2028...0x202F,
        0x205F...0x206F, 0x3000, 0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFC:
        true
    default: false
    }
}

private func classify(_ text: [UInt8]) -> (flags: LineFlags, bad: Int) { text.withUnsafeBufferPointer(Kernels.classify) }

private func twin(_ text: [UInt8]) -> LineFlags {
    Kernels.classifyTwin(text, notInert: Inert.not.contains, invisible: isInvisible)
}

@Suite struct ClassifyTests {
    @Test func everyCodePoint() {
        #expect(Inert.not.count > 1300)
        var wrong: [String] = []
        for c in allScalars where classify(utf8(c)).flags != twin(utf8(c)) { wrong.append(hex(c)) }
        #expect(wrong == [])
    }

    /// What the table is for: text without the flag is in NFC, whatever stands beside what.
    @Test func unflaggedCharactersAreNormalizedInAnyOrder() throws {
        let nfc = try Normalizer(.nfc)
        let calm = allScalars.filter { !classify(utf8($0)).flags.contains(.unnormalized) }
        for c in calm where !nfc.accepts(utf8(c)) { Issue.record("\(hex(c)) is not NFC, and not flagged") }
        var random = SplitMix64(seed: 3)
        // Letters and marks of one block stand beside each other.
        let marks = calm.filter { (6...8).contains(Scalars.category($0)) }
        for mark in marks {
            for _ in 0..<40 {
                let near = UInt32(random.next() % 0x100) ^ (mark & ~0xFF)
                guard Unicode.Scalar(near) != nil, !classify(utf8(near)).flags.contains(.unnormalized) else { continue }
                for text in [
                    utf8(near) + utf8(mark), utf8(mark) + utf8(near), utf8(mark) + utf8(marks.randomElement(using: &random)!),
                ]
                where !nfc.accepts(text) {
                    Issue.record("\(hex(text)) is not NFC, and not flagged")
                }
            }
        }
    }

    @Test func randomBytes() {
        var random = SplitMix64(seed: 1)
        for round in 0..<20_000 {
            let length = Int(random.next() % 40)
            // Mostly bytes that can stand in UTF-8, so that sequences come about.
            let bytes = (0..<length).map { _ in
                let r = random.next()
                return round % 2 == 0
                    ? UInt8(truncatingIfNeeded: r)
                    : [0x41, 0x26, 0x80, 0x9F, 0xA0, 0xBF, 0xC2, 0xC3, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF4, 0x1B][Int(r % 15)]
            }
            check(bytes)
        }
    }

    /// Characters that lead and follow in what looks like UTF-8 read in a Windows code page.
    @Test func randomDamage() {
        var random = SplitMix64(seed: 2)
        let pool = Array("вВРСпрДаАяёі»…“џЂ™№\u{98}\u{A0}ÃâĂĹĐđăńłśšťżŸĞğ中😀aZ 5".unicodeScalars).map { utf8($0.value) }
        var flagged = 0
        for _ in 0..<30_000 {
            let text = (0..<random.below(9)).flatMap { _ in pool[random.below(pool.count)] }
            check(text)
            if classify(text).flags.contains(.mojibake) { flagged += 1 }
        }
        #expect((5_000...25_000).contains(flagged), "\(flagged)")
    }

    /// Every way to break off a sequence, at the end and before an ASCII or another lead byte.
    @Test func truncatedSequences() {
        let samples: [UInt32] = [0x80, 0xE9, 0x7FF, 0x800, 0x2019, 0xD7FF, 0xE000, 0xFEFF, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF]
        for c in samples {
            let whole = utf8(c)
            for length in 1..<whole.count {
                for after in [[], [0x41], [0xC3, 0xA9], [0x80], [0xF0]] as [[UInt8]] {
                    let text = Array("ab ".utf8) + whole[..<length] + after
                    check(text)
                    let (flags, bad) = classify(text)
                    if after == [0x80] { continue }
                    #expect(flags.contains(.invalid), "\(hex(text))")
                    #expect(bad == 3, "\(hex(text))")
                }
            }
        }
    }

    @Test func everyTwoAndThreeByteSequenceIsJudgedAsSwiftDoes() {
        for a in UInt8(0x80)...0xFF {
            for b in UInt8(0)...0xFF {
                check([a, b])
                check([a, b, 0x80])
                check([a, b, 0x80, 0x80])
                check([0x61, a, b, 0xBF, 0xBF])
            }
        }
    }

    /// Eight ASCII bytes are skipped at a time: what comes behind must not be missed, wherever it begins.
    @Test func alignment() {
        for lead in 0..<40 {
            for (text, flag) in [
                ("\u{200B}", LineFlags.invisible), ("e\u{301}", .unnormalized), ("\u{1}", .control), ("&", .ampersand),
                ("Ã©", .mojibake),
            ] {
                for tail in [0, 1, 7, 8, 9] {
                    let bytes =
                        Array(repeatElement(0x61, count: lead)) + Array(text.utf8) + Array(repeatElement(0x62, count: tail))
                    #expect(classify(bytes).flags.contains(flag))
                    check(bytes)
                }
            }
            let broken = Array(repeatElement(0x61 as UInt8, count: lead)) + [0xFF]
            #expect(classify(broken).bad == lead)
        }
    }

    static let table: [(String, LineFlags)] = [
        ("", []), ("plain text", []), ("tab\tbed", []), ("a & b", .ampersand), ("bell\u{7}", .control),
        ("del\u{7F}", .control), ("café", .nonASCII), ("cafe\u{301}", [.nonASCII, .unnormalized]),
        ("a\u{A0}b", [.nonASCII, .invisible]),
        ("cafÃ©", [.nonASCII, .mojibake]), ("å", .nonASCII), ("\u{212B}", [.nonASCII, .unnormalized]), ("😀", .nonASCII),
        ("中文", .nonASCII), ("각", .nonASCII), ("Ã a", .nonASCII), ("Ô\u{152}", [.nonASCII, .mojibake]),
        ("РџСЂРё", [.nonASCII, .mojibake]), ("Привет, её ёж — «Мир»", .nonASCII), ("Кінь і Віра", .nonASCII),
        ("KГ¶ln", [.nonASCII, .mojibake]), ("itвЂ™s", [.nonASCII, .mojibake]), ("Ĺ›wiat", [.nonASCII, .mojibake]),
        ("ğŸŽ‰", [.nonASCII, .mojibake]), ("yağışlı dağ…", .nonASCII), ("część, mężczyzna", .nonASCII),
        ("\u{85}", [.nonASCII, .invisible]), ("\u{200D}", [.nonASCII, .invisible]),
    ]

    @Test(arguments: table)
    func samples(_ text: String, _ flags: LineFlags) {
        #expect(classify(Array(text.utf8)).flags == flags)
    }

    private func check(_ text: [UInt8]) {
        let fast = classify(text).flags
        let slow = twin(text)
        // Where the text is no UTF-8, what was seen behind the first bad byte does not count.
        if fast != slow { Issue.record("\(hex(text)): \(fast.rawValue), twin \(slow.rawValue)") }
        if fast.contains(.invalid) == (String(validating: text, as: UTF8.self) != nil) {
            Issue.record("\(hex(text)): validity")
        }
    }
}

@Suite struct KernelTests {
    @Test func countMissing() {
        var random = SplitMix64(seed: 5)
        for words in Array(0...70) + [128, 1000] {
            for density in 0..<3 {
                func word() -> UInt64 {
                    let w = random.next()
                    return density == 0 ? w : density == 1 ? w & random.next() & random.next() : w | random.next()
                }
                let a = (0..<words).map { _ in word() }
                let b = (0..<words).map { _ in word() }
                #expect(Kernels.countMissing(a, b, words: words) == Kernels.countMissingTwin(a, b))
                #expect(Kernels.countMissing(a, a, words: words) == 0)
            }
        }
        #expect(Kernels.countMissing([.max, .max], [0, 1], words: 2) == 127)
    }

    @Test func minhash() {
        var random = SplitMix64(seed: 5)
        for (n, count) in [(0, 32), (1, 32), (7, 64), (100, 96), (333, 128)] {
            let hashes = (0..<n).map { _ in random.chance(1, in: 9) ? UInt64.max << UInt64(random.below(64)) : random.next() }
            let multipliers = (0..<count).map { _ in UInt32(truncatingIfNeeded: random.next()) | 1 }
            let addends = (0..<count).map { _ in UInt32(truncatingIfNeeded: random.next()) }
            var least = [UInt32](repeating: 7, count: count + 1)
            hashes.withUnsafeBufferPointer { buffer in
                least.withUnsafeMutableBufferPointer {
                    Kernels.minhash(buffer, multipliers: multipliers, addends: addends, into: $0.baseAddress!, count: count)
                }
            }
            #expect(Array(least.dropLast()) == Kernels.minhashTwin(hashes, multipliers: multipliers, addends: addends))
            #expect(least.last == 7, "nothing is written behind the end")
        }
    }

    @Test func scanLine() {
        var random = SplitMix64(seed: 3)
        let pool: [UInt8] = Array("abc def".utf8) + [0x09, 0x26, 0x7F, 0x00, 0x1F, 0x80, 0xC3, 0xFF, 0x0A, 0x0D]
        for length in [0, 1, 2, 31, 32, 33, 64, 65, 200] {
            for few in [7, 8, pool.count] {
                for _ in 0..<200 {
                    let text = (0..<length).map { _ in pool[random.below(random.chance(1, in: 30) ? pool.count : few)] }
                    let kernel = text.withUnsafeBufferPointer(Kernels.scanLine)
                    let twin = Kernels.scanLineTwin(text)
                    #expect(kernel.end == twin.end && kernel.flags == twin.flags, "\(text)")
                }
            }
        }
    }

    private func classes(_ text: [UInt8]) -> (blocks: [Kernels.TextBlock], counts: String) {
        var blocks = [Kernels.TextBlock](repeating: Kernels.TextBlock(), count: text.count / 64 + 1)
        let counts = text.withUnsafeBufferPointer { text in
            blocks.withUnsafeMutableBufferPointer { Kernels.classText(text, into: $0.baseAddress!) }
        }
        return (Array(blocks.prefix((text.count + 63) / 64)), "\(counts)")
    }

    private func masks(_ blocks: [Kernels.TextBlock]) -> [[UInt64]] {
        blocks.map { [$0.spaces, $0.characters, $0.letters, $0.plain] }
    }

    @Test func classText() {
        var random = SplitMix64(seed: 21)
        let pool: [UInt8] =
            Array("ab .. JV".utf8) + Array("javascript#{Zz09.,-".utf8) + [0x00, 0x1B, 0x1F, 0x7F, 0x80, 0xC3, 0xFF]
        for length in [0, 1, 2, 31, 32, 33, 63, 64, 65, 66, 128, 200] {
            for few in [8, 26, pool.count] {
                for _ in 0..<200 {
                    let text = (0..<length).map { _ in pool[random.below(few)] }
                    let kernel = classes(text)
                    let twin = Kernels.classTextTwin(text)
                    #expect(kernel.counts == "\(twin.counts)", "\(text)")
                    #expect(masks(kernel.blocks) == masks(twin.blocks), "\(text)")
                }
            }
        }
        // Each byte by itself.
        for byte in UInt8.min...UInt8.max {
            #expect(masks(classes([byte]).blocks) == masks(Kernels.classTextTwin([byte]).blocks))
        }
    }

    /// What is looked for over several bytes is found wherever blocks of 64 part them, and only where it stands.
    @Test func classTextAcrossBlocks() {
        for at in 0...130 {
            let text = [UInt8](repeating: 0x78, count: at)
            #expect(classes(text + Array("...".utf8)).counts.contains("has_dots: true"), "\(at)")
            #expect(classes(text + Array("..x.".utf8)).counts.contains("has_dots: false"), "\(at)")
            #expect(classes(text + Array("Java".utf8)).counts.contains("has_j_v: true"), "\(at)")
            #expect(classes(text + Array("jv".utf8)).counts.contains("has_j_v: false"), "\(at)")
        }
    }

    @Test func splitWords() {
        var random = SplitMix64(seed: 22)
        func bits(_ chance: Int) -> UInt64 {
            (0..<64).reduce(0) { random.chance(1, in: chance) ? $0 | 1 << UInt64($1) : $0 }
        }
        for length in [0, 1, 2, 63, 64, 65, 127, 128, 129, 300] {
            for chance in [1, 2, 7, 90] {
                for _ in 0..<50 {
                    var blocks = (0..<(length + 63) / 64).map { _ in
                        var block = Kernels.TextBlock()
                        block.spaces = bits(chance)
                        block.characters = bits(2) | block.spaces
                        block.letters = bits(chance) & ~block.spaces
                        block.plain = block.letters | bits(9)
                        return block
                    }
                    if length % 64 > 0, let last = blocks.indices.last {
                        let text = UInt64(1) << UInt64(length % 64) - 1
                        blocks[last].spaces |= ~text
                        blocks[last].characters &= text
                    }
                    var words = [Kernels.Word](repeating: Kernels.Word(), count: length / 2 + 2)
                    let counts = words.withUnsafeMutableBufferPointer { words in
                        blocks.withUnsafeBufferPointer {
                            // An empty array may have no memory.
                            length == 0 ? .init() : Kernels.splitWords($0.baseAddress!, length, into: words.baseAddress!)
                        }
                    }
                    let twin = Kernels.splitWordsTwin(blocks, length)
                    #expect("\(counts)" == "\(twin.counts)", "\(masks(blocks))")
                    #expect(words.prefix(counts.words).map { "\($0)" } == twin.words.map { "\($0)" }, "\(masks(blocks))")
                    #expect(words[(length + 1) / 2].start == 0, "at most one word for two bytes, and one")
                }
            }
        }
    }

    /// A read behind the end of a text must not touch the next page of memory.
    @Test func readsStayInTheirPage() {
        let page = 4096
        guard let memory = mmap(nil, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            memory != MAP_FAILED,
            mprotect(memory + page, page, PROT_NONE) == 0
        else {
            Issue.record("no memory")
            return
        }
        defer { munmap(memory, 2 * page) }
        let folder = Folder()
        var out = [UInt8](repeating: 0, count: Folder.room(for: 80))
        for length in 1...70 {
            let start = (memory + page - length).assumingMemoryBound(to: UInt8.self)
            for k in 0..<length { start[k] = UInt8(ascii: "a") }
            let text = UnsafeBufferPointer(start: start, count: length)
            #expect(Kernels.scanLine(text).end == length)
            var blocks = [Kernels.TextBlock(), Kernels.TextBlock()]
            let counts = blocks.withUnsafeMutableBufferPointer { Kernels.classText(text, into: $0.baseAddress!) }
            #expect(counts.letters == length)
            #expect(out.withUnsafeMutableBufferPointer { folder.fold(text, to: $0.baseAddress!).length } == length)
        }
    }

    @Test func pack() {
        var random = SplitMix64(seed: 6)
        for words in [1, 2, 7, 64] {
            let marks = (0..<words * 64).map { _ in random.chance(1, in: 3) ? UInt8(1 + random.below(255)) : 0 }
            var copy = marks
            var bits = [UInt64](repeating: 3, count: words + 1)
            let count = copy.withUnsafeMutableBufferPointer { copy in
                bits.withUnsafeMutableBufferPointer {
                    Kernels.pack(copy.baseAddress!, words: words, into: $0.baseAddress!)
                }
            }
            #expect(Array(bits.dropLast()) == Kernels.packTwin(marks))
            #expect(bits.last == 3)
            #expect(count == marks.count { $0 != 0 })
            #expect(copy.allSatisfy { $0 == 0 }, "the marks are cleared")
        }
    }

    @Test func reached() {
        var random = SplitMix64(seed: 8)
        for count in [0, 1, 31, 32, 33, 500] {
            for least in [-70_000, -300, -3, 0, 1, 40, 70_000] {
                let values: [UInt16] = [0, 0, 0, 1, 2, 39, 40, 300, 20_000]
                let hits = (0..<count).map { _ in values[random.below(values.count)] }
                let shares = (0..<count).map { _ in values[random.below(values.count)] }
                var copy = hits
                var found = [UInt32](repeating: 0, count: count + 1)
                let reached = copy.withUnsafeMutableBufferPointer { copy in
                    found.withUnsafeMutableBufferPointer {
                        Kernels.reached(copy.baseAddress!, shares, count: count, least: least, into: $0.baseAddress!)
                    }
                }
                let expected = Kernels.reachedTwin(hits, shares, least: least)
                #expect(found[..<reached].map(Int.init) == expected, "\(count) lines, least \(least)")
                #expect(copy.allSatisfy { $0 == 0 })
            }
        }
    }

    @Test func countCharacters() {
        var random = SplitMix64(seed: 9)
        for length in [0, 1, 15, 64, 333] {
            let text = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            #expect(text.withUnsafeBufferPointer(Kernels.countCharacters) == Kernels.countCharactersTwin(text))
        }
    }

    @Test func minhashEstimatesJaccard() {
        var random = SplitMix64(seed: 7)
        let count = 4096
        let multipliers = (0..<count).map { _ in UInt32(truncatingIfNeeded: random.next()) | 1 }
        let addends = (0..<count).map { _ in UInt32(truncatingIfNeeded: random.next()) }
        let all = (0..<100).map { _ in random.next() }
        let a = Kernels.minhashTwin(Array(all[..<80]), multipliers: multipliers, addends: addends)
        let b = Kernels.minhashTwin(Array(all[20...]), multipliers: multipliers, addends: addends)
        let equal = zip(a, b).filter { $0 == $1 }.count
        #expect(abs(Double(equal) / Double(count) - 0.6) < 0.04)
    }
}

@Suite struct HashTests {
    private func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
        Array(text.utf8).withUnsafeBufferPointer { hash64($0, seed: seed) }
    }

    /// The published value of XXH3-64 of nothing: stored indexes depend on it.
    @Test func xxh3() {
        #expect(hash("") == 0x2D06_8005_38D3_94C2)
        #expect(hash("a") != hash("a", seed: 1))
        #expect(hash("winnow") == hash("winnow"))
    }

    @Test func streamOfAnyPiecesIsTheSame() {
        let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        func digest(_ step: Int) -> String {
            let stream = StreamHash()
            for start in stride(from: 0, to: bytes.count, by: step) {
                bytes[start..<min(start + step, bytes.count)].withUnsafeBytes { stream.update($0) }
            }
            return stream.hex
        }
        #expect(StreamHash().hex == "99aa06d3014798d86001c324468d497f")
        let whole = digest(5000)
        #expect(whole.utf8.count == 32)
        for step in [1, 7, 64, 4999] { #expect(digest(step) == whole) }
    }

    @Test func splitMix() {
        // The first numbers of SplitMix64 from state 0.
        #expect(mix64(0) == 0xE220_A839_7B1D_CDAF)
        #expect(mix64(0x9E37_79B9_7F4A_7C15) == 0x6E78_9E6A_A1B9_65F4)
    }
}
