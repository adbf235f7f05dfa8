import TestSupport
import Foundation
import Testing

@testable import WinnowText

private func fold(_ bytes: [UInt8], _ folder: Folder = Folder()) -> [UInt8] {
    var out: [UInt8] = []
    bytes.withUnsafeBufferPointer { folder.fold($0, into: &out) }
    return out
}

/// A key, compared scalar by scalar: Swift's strings are equal when they are canonically equivalent.
private func key(_ text: String) -> [Unicode.Scalar] {
    Array(String(decoding: fold(Array(text.utf8)), as: UTF8.self).unicodeScalars)
}

private func scalars(_ text: String) -> [Unicode.Scalar] { Array(text.unicodeScalars) }

private func scalars(of key: [UInt8]) -> [UInt32] { String(decoding: key, as: UTF8.self).unicodeScalars.map(\.value) }

/// The fold of one character; nil for a space.
private func foldOne(_ c: UInt32, _ folder: Folder) -> [UInt8]? {
    var isSpace = false
    let out = [UInt8](unsafeUninitializedCapacity: Folder.room(for: 4)) { buffer, count in
        let written = folder.foldOne(c, to: buffer.baseAddress!)
        isSpace = written == nil
        count = written ?? 0
    }
    return isSpace ? nil : out
}

@Suite struct FolderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var key: String
        init(_ text: String, _ key: String) { (self.text, self.key) = (text, key) }
        var testDescription: String { text }
    }

    @Test(arguments: [
        Case("", ""), Case("Hello, World!", "hello world"), Case("  a  \t b  ", "a b"), Case("don't", "don t"), Case("—", ""),
        Case("* * *", ""), Case("...", ""), Case("…", ""), Case("a…b", "a b"), Case("A/B (c) [d] {e}", "a b c d e"),
        Case("“Quote” ‘q’ «g» „d‟", "quote q g d"), Case("under_score", "under score"), Case("co-op", "co op"),
        // Signs that carry meaning.
        Case("50 % + #1 $5 a<b>c=d", "50 % + #1 $5 a<b>c=d"), Case("5 €", "5 €"), Case("20 °C", "20 °c"),
    ])
    func asciiAndPunctuation(_ sample: Case) { #expect(key(sample.text) == scalars(sample.key)) }

    @Test(arguments: [
        Case("STRASSE Straße", "strasse strasse"), Case("ﬁne ﬂow oﬃce", "fine flow office"), Case("ＡＢＣ　１２３", "abc 123"),
        Case("①②³½", "1231⁄2"), Case("ΣΊΣΥΦΟΣ σίσυφος", "σισυφοσ σισυφοσ"), Case("ǅ Ǆ", "dz dz"), Case("Ⅷ", "viii"),
        Case("㎏", "kg"),
        Case("ﷺ", "صلى الله عليه وسلم"), Case("ｶﾀｶﾅ", "カタカナ"), Case("™", "tm"), Case("№ 5", "no 5"),
    ])
    func compatibilityAndCase(_ sample: Case) { #expect(key(sample.text) == scalars(sample.key)) }

    @Test(arguments: [
        Case("Žluťoučký kůň", "zlutoucky kun"), Case("Ångström", "angstrom"), Case("naïve façade", "naive facade"),
        Case("Tiếng Việt", "tieng viet"), Case("İstanbul", "istanbul"), Case("Ελλάδα", "ελλαδα"), Case("ὀρθῷ", "ορθωι"),
        Case("Ёлка", "елка"), Case("за́мок", "замок"), Case("שָׁלוֹם", "שלום"), Case("السَّلَامُ", "السلام"),
        // Letters with a stroke are letters of their own.
        Case("Łódź Ørsted đ", "łodz ørsted đ"),
    ])
    func marksGoInLatinGreekCyrillicHebrewArabic(_ sample: Case) { #expect(key(sample.text) == scalars(sample.key)) }

    @Test(arguments: [
        Case("हिन्दी में", "हिन्दी में"), Case("ภาษาไทยที่", "ภาษาไทยที่"), Case("বাংলা", "বাংলা"), Case("தமிழ்", "தமிழ்"),
        Case("ខ្មែរ", "ខ្មែរ"), Case("မြန်မာ", "မြန်မာ"), Case("ລາວ", "ລາວ"), Case("བོད", "བོད"),
    ])
    func marksStayWhereTheyAreVowels(_ sample: Case) { #expect(key(sample.text) == scalars(sample.key)) }

    @Test(arguments: [
        Case("٠١٢٣٤٥٦٧٨٩", "0123456789"), Case("۰۱۲۳۴۵۶۷۸۹", "0123456789"), Case("०१२३४५६७८९", "0123456789"),
        Case("๐๑๒", "012"),
        Case("০১২", "012"), Case("𝟘𝟙𝟚", "012"), Case("༠༡༢", "012"), Case("០១២", "012"), Case("𞥐𞥑", "01"),
    ])
    func digitsOfOtherScripts(_ sample: Case) { #expect(key(sample.text) == scalars(sample.key)) }

    @Test(arguments: [
        Case("a\u{A0}b", "a b"), Case("a\u{202F}b\u{2009}c\u{3000}d", "a b c d"), Case("a\u{200B}b", "ab"),
        Case("a\u{200C}b\u{200D}c", "abc"),
        Case("so\u{AD}ft", "soft"), Case("\u{FEFF}bom", "bom"), Case("w\u{2060}j", "wj"), Case("\u{200E}l\u{200F}r", "lr"),
        Case("a\u{2028}b\u{2029}c", "a b c"), Case("a\u{0}b\u{85}c", "a b c"), Case("می\u{200C}خواهم", "میخواهم"),
        Case("\u{202A}a\u{202C}", "a"),
        Case("\u{A0}\u{200B}\u{AD}", ""),
    ])
    func spacesAndInvisible(_ sample: Case) { #expect(key(sample.text) == scalars(sample.key)) }

    @Test(arguments: [
        Case("-5", "-5"), Case("at -5 °C", "at -5 °c"), Case("−5", "-5"), Case("at −5", "at -5"), Case("a-5", "a 5"),
        Case("- 5", "5"),
        Case("2024-05-06", "2024 05 06"), Case("pages 3–5", "pages 3 5"), Case("-x", "x"), Case("-", ""),
    ])
    func minusBeforeANumber(_ sample: Case) { #expect(key(sample.text) == scalars(sample.key)) }

    @Test(arguments: [
        Case("so 😀 happy", "so 😀 happy"), Case("👍🏽", "👍"), Case("❤️", "❤"), Case("👨‍👩‍👧", "👨👩👧"), Case("☎ 5", "☎ 5"),
        Case("© 2020 ®", "2020"),
        Case("→ next ←", "next"), Case("■ ● ◆", ""),
    ])
    func emojiStayOtherSignsGo(_ sample: Case) { #expect(key(sample.text) == scalars(sample.key)) }

    @Test(arguments: [Case("漢字 ひらかな カタカナ", "漢字 ひらかな カタカナ"), Case("「引用」、。", "引用"), Case("한국어", "한국어"), Case("中文，标点。", "中文 标点")])
    func eastAsian(_ sample: Case) { #expect(key(sample.text) == scalars(sample.key)) }

    /// A voicing mark makes another syllable: か ka, が ga; は ha, ば ba, ぱ pa.
    @Test(
        arguments: [Case("がぎぐ", "がぎぐ"), Case("パリ", "パリ"), Case("ｶﾞ", "ガ")])
    func voicingMarksStay(_ sample: Case) { #expect(key(sample.text) == scalars(sample.key)) }

    /// A folder appends, and remembers nothing of the line before.
    @Test func appendsToWhatIsThere() {
        let folder = Folder()
        var out = Array("x".utf8)
        for text in ["  Ab ", "-5", "…"] { Array(text.utf8).withUnsafeBufferPointer { folder.fold($0, into: &out) } }
        #expect(String(decoding: out, as: UTF8.self) == "xab-5")
    }

    /// Planes 0 and 1 whole, and of the others (ideographs, unassigned, private use) one page of 256 in 31: a folder looks
    /// up pages whole.
    static let sample = allScalars.filter { $0 < 0x20000 || $0 >> 8 % 31 == 0 }

    /// A key is shaped like one: valid UTF-8, no space at its ends, no two in a row, no control, no capital of ASCII; the
    /// fold of a key is the key; and `foldOne` says the same as `fold`.
    @Test func keysOfCodePoints() {
        let folder = Folder()
        // A minus sign without a number becomes "-", which by itself is punctuation: see below.
        let minus: Set<UInt32> = [0x2212, 0x207B, 0x208B]
        var malformed: [String] = []
        var unstable: [String] = []
        var otherOne: [String] = []
        for c in Self.sample {
            for text in [utf8(c), Array("a".utf8) + utf8(c) + Array("b".utf8)] {
                let once = fold(text, folder)
                let isFine =
                    String(validating: once, as: UTF8.self) != nil && once.first != 0x20 && once.last != 0x20
                    && !zip(once, once.dropFirst()).contains { $0 == 0x20 && $1 == 0x20 }
                    && !once.contains { $0 < 0x20 || $0 == 0x7F || (0x41...0x5A).contains($0) }
                if !isFine { malformed.append("\(hex(c)): \(hex(once))") }
                if !minus.contains(c), fold(once, folder) != once { unstable.append("\(hex(c)): \(hex(once))") }
            }
            var one: [UInt8] = Array("a".utf8)
            if let folded = foldOne(c, folder) { one += folded } else { one.append(0x20) }
            let whole = fold(Array("a".utf8) + utf8(c), folder)
            if one.filter({ $0 != 0x20 }) != whole.filter({ $0 != 0x20 }) { otherOne.append(hex(c)) }
        }
        #expect(malformed == [])
        #expect(unstable == [])
        #expect(otherOne == [])
    }

    /// What folds to spaces alone is a space, and a fold with spaces at its ends joins the spaces around it.
    @Test(arguments: [
        Case("a ⑴", "a 1"), Case("x 🉀 y", "x 本 y"), Case("5 ㈠", "5 一"), Case("a ﹙b", "a b"), Case("see ⒜", "see a"),
    ])
    func foldsThatBeginWithASpace(_ sample: Case) { #expect(key(sample.text) == scalars(sample.key)) }

    @Test(
        arguments: ["−", "a − b", "x−y", "10⁻³"])
    func minusSignIsIdempotent(_ text: String) {
        let once = fold(Array(text.utf8))
        #expect(fold(once) == once)
    }

    private static func words(of key: [UInt8]) -> Int {
        var words = 0
        var beginsWord = true
        for c in scalars(of: key) {
            let isWord = isUnspacedScript(c)
            if isWord || beginsWord && c != 0x20 { words += 1 }
            beginsWord = isWord || c == 0x20
        }
        return words
    }

    /// What `fold` says of a key is true of it, and the key keeps to its room.
    @Test func whatIsSaidOfAKey() {
        let folder = Folder()
        var random = SplitMix64(seed: 12)
        var texts = Self.sample.map(utf8)
        for _ in 0..<5000 {
            texts.append(
                (0..<6).flatMap { _ in
                    utf8(random.next() % 2 == 0 ? UInt32(random.next() % 0x7F) : Self.sample[Int(random.next() % 0x3000)])
                })
        }
        for text in texts {
            let room = Folder.room(for: text.count)
            var key = Folder.Key()
            let written = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                key = text.withUnsafeBufferPointer { folder.fold($0, to: buffer.baseAddress!) }
                count = min(room, key.length)
            }
            let isTrue =
                key.length <= text.count * Folder.mostBytes && key.words == Self.words(of: written)
                && key.hasDigit == written.contains { (0x30...0x39).contains($0) }
                && key.isWide == written.contains { $0 >= 0x80 }
                && key.isUnspaced == scalars(of: written).contains(where: isUnspacedScript)
            if !isTrue { Issue.record("\(hex(text)): \(key), key \(hex(written))") }
        }
    }

    /// The kernel writes what the definition, a character at a time, says.
    @Test func kernelAndTwinAgree() {
        let folder = Folder()
        var random = SplitMix64(seed: 31)
        let pool: [UInt32] =
            Array(0x20..<0x7F) + [
                0x20, 0x20, 0x2D, 0x2D, 0x35, 0xE9, 0xC9, 0xDF, 0x416, 0x436, 0x4E2D, 0x304B, 0x3099, 0xFF76, 0xFF9E, 0x2212,
                0xBD, 0x2469, 0x2474, 0xFDFA, 0x1F600, 0x20000, 0x200B, 0x2026, 0x661, 0xAC00, 0x9,
            ]
        for _ in 0..<20_000 {
            let text = (0..<random.below(90)).flatMap { _ in utf8(pool[random.below(pool.count)]) }
            func run(_ fold: (UnsafeBufferPointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Folder.Key) -> (Folder.Key, [UInt8]) {
                var key = Folder.Key()
                let out = [UInt8](unsafeUninitializedCapacity: Folder.room(for: text.count)) { buffer, count in
                    key = text.withUnsafeBufferPointer { fold($0, buffer.baseAddress!) }
                    count = key.length
                }
                return (key, out)
            }
            let kernel = run(folder.fold)
            let twin = run(folder.foldTwin)
            let same = kernel.0 == twin.0 && kernel.1 == twin.1
            if !same { Issue.record("\(hex(text)): \(hex(kernel.1)), twin \(hex(twin.1))") }
        }
    }

    /// The compiled table says what ICU's data say, where both are of one Unicode version.
    @Test(.enabled(if: FoldTable.unicodeVersion == ICU.unicodeVersion, "the table was made from another version of Unicode"))
    func compiledTableIsCurrent() {
        var wrong: [String] = []
        for page in UInt32(0)..<0x1100 {
            FoldTable.forEach(ofPage: page) { c, bytes, _ in if Folder.foldScalar(c) != Array(bytes) { wrong.append(hex(c)) } }
        }
        #expect(wrong == [])
    }

    @Test func idempotentOnRandomText() {
        let folder = Folder()
        var random = SplitMix64(seed: 4)
        let pool: [UInt32] = [
            0x20, 0x35, 0x61, 0x2E, 0xE9, 0x301, 0x300, 0x200B, 0x5D0, 0x915, 0x94D, 0xE01, 0xE48, 0x4E2D, 0x1F600, 0x2D, 0xDF,
            0x130, 0x345, 0x3B1, 0x1100, 0x1161, 0x9C7, 0x9BE, 0x64B, 0x627, 0x653, 0x3099, 0x304B,
        ]
        for _ in 0..<20_000 {
            let text = (0..<8).flatMap { _ in utf8(pool[Int(random.next() % UInt64(pool.count))]) }
            let once = fold(text, folder)
            if fold(once, folder) != once { Issue.record("\(hex(text)): \(hex(once)) → \(hex(fold(once, folder)))") }
        }
    }

    /// Scripts whose letters do not compose across what the fold keeps: NFC and NFD of a text have one key.
    @Test(arguments: [
        "Žluťoučký kůň Ångström Tiếng Việt", "Ελλάδα ὀρθῷ ᾧ", "Ёлка й ї", "שָׁלוֹם", "آداب أب ؤ", "naïve ǖ ṩ ứ",
    ])
    func canonicalEquivalentsShareAKey(_ text: String) throws {
        let nfc = try Normalizer(.nfc)
        let nfd = Array(text.decomposedStringWithCanonicalMapping.utf8)
        #expect(fold(nfd) == fold(nfc(nfd)))
    }

    /// The rows of NormalizationTest.txt: c2 (NFC) and c3 (NFD) have one key, save where the parts of a decomposed
    /// character are letters of their own. Keys are made of NFC text by default; this is what `form: none` does.
    @Test(.enabled(if: NormalizationFile.isThere, Comment(rawValue: NormalizationFile.absence)))
    func canonicalEquivalentsInUnicodesFile() {
        let folder = Folder()
        // Blocks (of 128) whose parts compose: Hangul jamo, and vowel signs and nuktas of Indic scripts.
        let composing: Set<UInt32> = [
            0x900, 0x980, 0xB00, 0xB80, 0xC00, 0xC80, 0xD00, 0xD80, 0x1000, 0x1100, 0x1B00, 0x11080, 0x11100, 0x11300, 0x11480,
            0x11580, 0x11900,
        ]
        for row in NormalizationFile.rows where fold(row(2), folder) != fold(row(3), folder) {
            var i = 0
            let first = row(3).withUnsafeBufferPointer { nextScalar($0.baseAddress!, &i) }
            if !composing.contains(first & ~0x7F) { Issue.record("line \(row.number): \(hex(first))") }
        }
    }

    @Test(
        .disabled("parts of a decomposed Hangul syllable or Indic vowel sign stay apart: keys are those of NFC text"),
        arguments: ["한국어", "কোন", "பொன்", "කෝ"])
    func decomposedHangulAndIndicShareAKey(_ text: String) {
        #expect(key(text.decomposedStringWithCanonicalMapping) == key(text))
    }

    /// What folds to spaces alone is a space: the ellipsis, U+2026, whose NFKC is three stops.
    @Test(
        arguments: [0x2025, 0x2026, 0x2047, 0x203C, 0x2014, 0xB4] as [UInt32])
    func foldOneKnowsSpaces(_ c: UInt32) {
        #expect(foldOne(c, Folder()) == nil)
    }

    @Test(arguments: [
        ("Hello, World foo", 0, 0), ("Hello, World foo", 1, 5), ("Hello, World foo", 2, 12), ("Hello, World foo", 3, 16),
        ("Hello, World foo", 9, 16), ("  «Été» là", 1, 9), ("", 1, 0), ("...", 1, 3 - 3), ("中文字", 2, 6),
    ])
    func offsetBehindTokens(_ text: String, _ count: Int, _ offset: Int) {
        #expect(Array(text.utf8).withUnsafeBufferPointer { Folder().offset(afterTokens: count, of: $0) } == offset)
    }

    /// A letter behind a character of a script without spaces begins a token, as `Tokens` counts them in the key.
    @Test
    func offsetBehindAnIdeograph() {
        #expect(Array("a中b c".utf8).withUnsafeBufferPointer { Folder().offset(afterTokens: 2, of: $0) } == 4)
        #expect(Array("a中b c".utf8).withUnsafeBufferPointer { Folder().offset(afterTokens: 3, of: $0) } == 5)
    }
}
