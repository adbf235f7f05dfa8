import TestSupport
import Testing
import WinnowCore
import WinnowText

@testable import WinnowStages

private typealias Kit = NormalizeKit

@Suite struct NormalizeFormTests {
    @Test(arguments: [
        ("nfc", "e\u{301} ﬁ Ａ ß", "é ﬁ Ａ ß"), ("nfkc", "e\u{301} ﬁ Ａ ① ß", "é fi A 1 ß"),
        ("nfkc-casefold", "E\u{301}COLE Straße ﬁ", "école strasse fi"),
        ("none", "e\u{301} ﬁ Ａ ß \u{212B}", "e\u{301} ﬁ Ａ ß \u{212B}"), ("nfc", "\u{212B} \u{1112}\u{1161}\u{11AB}", "Å 한"),
        ("nfc", "q\u{307}\u{323}", "q\u{323}\u{307}"), ("nfkc", "ｶﾞ ㎏ ½", "ガ kg 1⁄2"), ("nfkc-casefold", "ABC", "abc"),
        ("nfkc", "plain", "plain"),
        // The invisible go before the form, what the form makes is cleaned too.
        ("nfkc", "a\u{2007}b", "a b"), ("nfc", "e\u{200B}\u{301}", "é"), ("nfkc", "a\u{2002}\u{2003}", "a"),
    ])
    func form(_ form: String, _ text: String, _ clean: String) throws {
        #expect(try Kit.line(text, Kit.options(["form": .word(form)])) == Kit.visible(clean))
    }
}

/// Unicode's NormalizationTest.txt through the stage, with all other steps off.
@Suite(
    .enabled(
        if: !NormalizeFile.rows.isEmpty,
        "/usr/share/unicode/NormalizationTest.txt.bz2 is missing: apt install unicode-data bzip2"))
struct NormalizeFileTests {
    /// Which column each column must become.
    private func check(_ form: String, _ column: (Int) -> Int) throws {
        let options = Kit.only(form: form)
        for from in 0..<5 {
            let made = try Kit.clean(texts: NormalizeFile.rows.map { $0.columns[from] }, options)
            var failures = 0
            for (row, text) in zip(NormalizeFile.rows, made) where text != row.columns[column(from)] {
                failures += 1
                if failures < 10 { Issue.record("line \(row.number): c\(from + 1) did not become c\(column(from) + 1)") }
            }
            #expect(failures == 0)
        }
    }

    @Test func nfc() throws { try check("nfc") { $0 < 3 ? 1 : 3 } }
    @Test func nfkc() throws { try check("nfkc") { _ in 3 } }

    @Test func nfkcCasefold() throws {
        let options = Kit.only(form: "nfkc-casefold")
        let folded = try (0..<5).map { column in try Kit.clean(texts: NormalizeFile.rows.map { $0.columns[column] }, options) }
        let again = try folded.map { try Kit.clean(texts: $0, options) }
        #expect(folded == again)
        let ypogegrammeni = Kit.utf8(0x345)
        for (index, row) in NormalizeFile.rows.enumerated() {
            let text = row.columns[4]
            let hasIt = text.indices.contains { text[$0...].starts(with: ypogegrammeni) }
            for column in hasIt ? [2] : [0, 1, 2, 3] where folded[column][index] != folded[4][index] {
                Issue.record("line \(row.number): cf(c\(column + 1)) is not cf(c5)")
            }
        }
    }

    /// Every code point that part 1 does not list is unchanged, alone on its line.
    @Test(arguments: ["nfc", "nfkc", "none"]) func everyOtherCodePointStays(_ form: String) throws {
        let listed = Set(NormalizeFile.rows.compactMap(\.single))
        let others = Kit.allScalars.filter { !listed.contains($0) && $0 != 0x0A && $0 != 0x0D }
        let made = try Kit.clean(texts: others.map(Kit.utf8), Kit.only(form: form))
        for (c, text) in zip(others, made) where text != Kit.utf8(c) { Issue.record("\(form) changes \(Kit.hex(c))") }
    }
}

enum NormalizeFile {
    struct Row: Sendable {
        var number: Int
        var columns: [[UInt8]]
        /// The one code point of c1 in part 1.
        var single: UInt32?
    }

    static let rows: [Row] = {
        var rows: [Row] = []
        var isPart1 = false
        let text = String(
            decoding: NormalizeKit.output(of: "bzip2 -dc /usr/share/unicode/NormalizationTest.txt.bz2 2>/dev/null"),
            as: UTF8.self)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("@") { isPart1 = line.hasPrefix("@Part1") }
            let fields = line.split(separator: ";")
            guard fields.count >= 5, !line.hasPrefix("#") else { continue }
            let columns = fields.prefix(5).map { $0.split(separator: " ").compactMap { UInt32($0, radix: 16) } }
            rows.append(
                Row(
                    number: index + 1, columns: columns.map { $0.flatMap(NormalizeKit.utf8) },
                    single: isPart1 && columns[0].count == 1 ? columns[0][0] : nil))
        }
        return rows
    }()
}

@Suite struct NormalizeLineEndTests {
    @Test(arguments: [
        ("a\r\nb\r\n", "a\nb\n"), ("a\rb\r", "a\nb\n"), ("a\nb", "a\nb\n"), ("a\r\nb\rc\nd", "a\nb\nc\nd\n"), ("", ""),
        ("\n", "\n"), ("\r\n\r\n", "\n\n"),
        ("\r\r\n\n", "\n\n\n"), ("a\n", "a\n"), ("x \r\ny\t", "x\ny\n"), ("\u{FEFF}a\r\n", "a\n"),
    ])
    func becomeLF(_ text: String, _ clean: String) throws {
        #expect(try Kit.clean(Array(text.utf8)) == Array(clean.utf8))
    }

    @Test(arguments: ["a\r\nb\r\n", "a\rb\r", "a\nb", "a\r\nb\rc\nd", "", "\r"])
    func switchedOffTheyStay(_ text: String) throws {
        #expect(try Kit.clean(Array(text.utf8), Kit.options(["line-ends": .flag(false)])) == Array(text.utf8))
    }

    /// The end of a piece of an over-long line is no line end.
    @Test func piecesAreNotEnded() throws {
        var batch = Kit.batch(Array("part of a line ".utf8))
        batch.lines[0].flags.insert(.piece)
        batch.isLast = false
        try Kit.decode(&batch)
        try Kit.normalize(&batch, Kit.options())
        #expect(Kit.output(batch) == Array("part of a line ".utf8))
    }

    @Test func theLastPieceOfADocumentIsEnded() throws {
        var batch = Kit.batch(Array("rest".utf8))
        batch.lines[0].flags.insert(.piece)
        batch.isLast = true
        try Kit.decode(&batch)
        try Kit.normalize(&batch, Kit.options())
        #expect(Kit.output(batch) == Array("rest\n".utf8))
    }
}

@Suite struct NormalizeSwitchTests {
    struct Debris: Sendable, CustomTestStringConvertible {
        var step: String
        var text: String
        var clean: String
        var testDescription: String { step }
    }

    static let debris: [Debris] = [
        Debris(step: "mojibake", text: "cafÃ© donâ€™t", clean: "café don’t"),
        Debris(step: "entities", text: "a &amp; b &#233;", clean: "a & b é"),
        Debris(step: "control", text: "a\u{7}\u{1B}[31mb\u{C}c", clean: "ab c"),
        Debris(step: "spaces", text: "a\u{A0}b\u{2028}c", clean: "a b c"),
        Debris(step: "invisible", text: "a\u{AD}\u{200B}\u{FEFF}b\u{200E}", clean: "ab"),
        Debris(step: "trailing-space", text: "a \t ", clean: "a"),
    ]

    @Test(arguments: debris) func onByDefault(_ sample: Debris) throws {
        #expect(try Kit.line(sample.text) == Kit.visible(sample.clean))
        #expect(try Kit.steps(sample.text) == [sample.step])
    }

    @Test(arguments: debris) func offLeavesItsDebris(_ sample: Debris) throws {
        let options = Kit.options([sample.step: .flag(false)])
        #expect(try Kit.line(sample.text, options) == Kit.visible(sample.text))
        #expect(try Kit.steps(sample.text, options) == [])
    }

    @Test(arguments: debris) func aloneDoesItsWork(_ sample: Debris) throws {
        #expect(try Kit.line(sample.text, Kit.only(form: "none", [sample.step])) == Kit.visible(sample.clean))
    }

    @Test(arguments: debris) func aloneLeavesTheOthers(_ sample: Debris) throws {
        for other in Self.debris where other.step != sample.step {
            #expect(try Kit.line(other.text, Kit.only(form: "none", [sample.step])) == Kit.visible(other.text), "\(other.step)")
        }
    }

    /// A C1 control is a Windows-1252 byte to the mojibake step, whether or not the other steps are on.
    @Test
    func mojibakeAloneRepairsC1() throws {
        #expect(try Kit.line("it\u{92}s", Kit.only(form: "none", ["mojibake"])) == Kit.visible("it’s"))
    }

    @Test func allOffIsNothing() throws {
        let bytes = Array("cafÃ© &amp; \u{7}\u{1B}[31m\u{A0}\u{200B}e\u{301} \t\r\nlast".utf8)
        #expect(try Kit.clean(bytes, Kit.only(form: "none")) == bytes)
    }

    @Test func stepsAreNamedInOrder() throws {
        #expect(
            Normalize.descriptor.ruleNames == [
                "mojibake", "entities", "control", "spaces", "invisible", "form", "trailing-space", "line-ends",
            ])
        #expect(
            try Kit.steps("&nbsp;cafÃ©e\u{301}\u{7}\u{200B} ") == [
                "mojibake", "entities", "control", "spaces", "invisible", "form", "trailing-space",
            ])
    }

    @Test(arguments: ["plain text", "żółć 中文 한국어 😀", "a & b", "tab\tbed", "R&D; x", "é̄"])
    func cleanLinesAreNotTouched(_ text: String) throws {
        var batch = Kit.batch(texts: [Array(text.utf8)])
        try Kit.decode(&batch)
        try Kit.normalize(&batch, Kit.options())
        #expect(!batch.lines[0].isRewritten)
        #expect(batch.lines[0].steps == [])
    }

    @Test func separatorsPassAsTheyAre() throws {
        var batch = Kit.batch(Array("\u{C} \r\nx \r\n".utf8))
        batch.lines[0].flags.insert(.separator)
        try Kit.decode(&batch)
        try Kit.normalize(&batch, Kit.options())
        #expect(Kit.output(batch) == Array("\u{C} \r\nx\n".utf8))
    }
}

@Suite struct NormalizeFixtureTests {
    /// Clean text comes out byte for byte.
    @Test(arguments: MojibakeMeasuredTests.cleanFiles) func cleanTextStays(_ path: String) throws {
        let bytes = try Kit.file(path)
        #expect(!bytes.isEmpty)
        #expect(try Kit.clean(bytes) == bytes)
    }
}

/// Properties over generated text.
@Suite struct NormalizePropertyTests {
    /// Pieces of all debris that the stage knows, and of honest text in many scripts.
    static let pieces: [[UInt8]] =
        [
            "a", "B", "é", "e\u{301}", "ß", "ﬁ", "Ａ", " ", "  ", "\t", "\u{A0}", "\u{202F}", "\u{2009}", "\u{2028}", "\u{3000}",
            "\u{85}", "\u{C}", "\u{B}",
            "\u{200B}", "\u{200C}", "\u{200D}", "\u{AD}", "\u{FEFF}", "\u{2060}", "\u{200E}", "\u{200F}", "\u{202E}",
            "\u{2068}", "\u{61C}", "\u{FE0F}", "\u{180E}",
            "\u{3164}", "\u{E0067}", "\u{E007F}", "\u{7}", "\u{0}", "\u{7F}", "\u{1B}", "\u{1B}[31m", "[0m", "[", "\u{9B}",
            "\u{81}", "\u{92}", "\u{93}", "\u{80}",
            "&", "amp;", "&amp;", "&lt;", "&gt;", "&#", "#", "x", "39;", "&#8203;", "&#x200D;", "&nbsp;", "&shy;", "&#27;",
            "&#146;", "&#160;", "&zwnj;", ";", "&eacute;",
            "&Atilde;", "&copy;", "&acirc;", "&euro;", "&trade;", "&amp;amp;lt;", "<", "<b>", "/", "p", "lt", "Ã©", "Ã", "Â",
            "â€™", "â€", "â", "€", "™", "ðŸ˜€", "ð", "Ÿ",
            "ÃƒÂ©", "Ãƒ", "Ð¿", "Ñ€", "\u{153}", "»", "”", "©", "°", "1", "2", "中", "日本", "한", "\u{1112}", "\u{1161}",
            "\u{11AB}", "ש", "ל", "ب", "م", "می", "क", "्", "ष",
            "ไ", "ท", "ក", "😀", "👩", "🏽", "💻", "🏴", "❤", "☎", "\u{FFFD}", "\u{FFFC}", "\u{345}", "\u{323}", "\u{212B}",
            "\u{FDFA}", "ǅ", "\u{2007}", "\u{1D5F}",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xE2, 0x80], [0x80], [0xED, 0xA0, 0x80]]

    static func texts(_ count: Int, _ random: inout SplitMix64) -> [[UInt8]] {
        (0..<count).map { _ in
            let length = 1 + Int(random.next() % 12)
            return (0..<length).flatMap { _ in pieces[Int(random.next() % UInt64(pieces.count))] }
        }
    }

    static func show(_ text: [UInt8]) -> String { NormalizeKit.visible(String(decoding: text, as: UTF8.self)) }

    /// What the stage gives is what it leaves alone: a second run changes nothing, and no step claims that it did.
    @Test(arguments: ["nfc", "nfkc", "nfkc-casefold", "none"]) func idempotent(_ form: String) throws {
        let seed: UInt64 = 0x77696E6E6F77
        var random = SplitMix64(seed: seed)
        let options = Kit.options(["form": .word(form)])
        let texts = Self.texts(15_000, &random)
        let once = try Kit.clean(texts: texts, options)
        var batch = Kit.batch(texts: once)
        try Kit.decode(&batch)
        try Kit.normalize(&batch, options)
        var failures = 0
        for index in texts.indices where Kit.text(batch, index) != once[index] || batch.lines[index].steps != [] {
            failures += 1
            if failures > 10 { break }
            Issue.record(
                "seed \(seed), text \(index): \(Self.show(texts[index])) → \(Self.show(once[index])) → \(Self.show(Kit.text(batch, index)))"
            )
        }
    }

    /// The same with any switches.
    @Test func idempotentWithAnySwitches() throws {
        let seed: UInt64 = 0x6C696E65
        var random = SplitMix64(seed: seed)
        for round in 0..<120 {
            let on = Kit.flagNames.filter { _ in random.next() % 2 == 0 }
            let form = ["nfc", "nfkc", "nfkc-casefold", "none"][Int(random.next() % 4)]
            let options = Kit.only(form: form, on)
            let texts = Self.texts(150, &random)
            let once = try Kit.clean(texts: texts, options)
            let again = try Kit.clean(texts: once, options)
            for index in texts.indices where once[index] != again[index] {
                Issue.record(
                    "seed \(seed), round \(round), form \(form), on \(on): \(Self.show(texts[index])) → \(Self.show(once[index])) → \(Self.show(again[index]))"
                )
                return
            }
        }
    }

    /// The first look only saves work: a line that is looked at closely in any case comes out the same.
    @Test(arguments: ["nfc", "nfkc", "none"]) func theFirstLookMissesNothing(_ form: String) throws {
        let seed: UInt64 = 0x666C616773
        var random = SplitMix64(seed: seed)
        let options = Kit.options(["form": .word(form)])
        let texts =
            Self.texts(10_000, &random)
            + Kit.allScalars.lazy.filter { $0 != 0x0A && $0 != 0x0D && $0 < 0x30000 }.map { [0x61] + Kit.utf8($0) + [0x62] }
        let fast = try Kit.clean(texts: texts, options)
        var batch = Kit.batch(texts: texts)
        try Kit.decode(&batch)
        for index in batch.lines.indices {
            batch.lines[index].flags.formUnion([.nonASCII, .control, .ampersand, .unnormalized, .invisible, .mojibake])
        }
        try Kit.normalize(&batch, options)
        var failures = 0
        for index in texts.indices where Kit.text(batch, index) != fast[index] {
            failures += 1
            if failures > 10 { break }
            Issue.record(
                "seed \(seed), text \(index): \(Self.show(texts[index])) → \(Self.show(fast[index])), closely \(Self.show(Kit.text(batch, index)))"
            )
        }
    }

    /// What comes out is valid UTF-8 in its form, without what the steps remove.
    @Test func whatComesOutIsClean() throws {
        var random = SplitMix64(seed: 0x636C65616E)
        let nfc = try Normalizer(.nfc)
        for text in try Kit.clean(texts: Self.texts(10_000, &random)) {
            let scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars.map(\.value))
            let isClean =
                String(validating: text, as: UTF8.self) != nil && text.withUnsafeBufferPointer(nfc.isNormalized)
                && !scalars.contains {
                    $0 < 0x20 && $0 != 0x09 || (0x7F...0xA0).contains($0)
                        || [0xAD, 0xFEFF, 0x2060, 0x2028, 0x2029].contains($0)
                }
                && scalars.last != 0x20 && scalars.last != 0x09
            if !isClean { Issue.record("\(Self.show(text))") }
        }
    }

    /// Where lines stand and what stands beside them does not matter.
    @Test func linesDoNotDependOnEachOther() throws {
        var random = SplitMix64(seed: 0x6F72646572)
        let texts = Self.texts(300, &random)
        let together = try Kit.clean(texts: texts)
        for (text, clean) in zip(texts, together) { #expect(try Kit.clean(texts: [text]) == [clean]) }
        #expect(try Kit.clean(texts: texts.reversed()) == together.reversed())
    }
}
