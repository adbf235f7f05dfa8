import Testing
import WinnowCore
import WinnowText

@testable import WinnowStages

private typealias Kit = NormalizeKit

@Suite struct CharactersInvisibleTests {
    static let joiners: [NormalizeCase] = [
        .init("Persian ZWNJ", stays: "می\u{200C}خواهم کتاب\u{200C}ها را"),
        .init("Arabic ZWJ", stays: "ه\u{200D} م"),
        .init("Urdu ZWNJ", stays: "خوب\u{200C}صورت"),
        .init("Syriac ZWNJ", stays: "ܫ\u{200C}ܠ"),
        .init("Hindi ZWJ", stays: "क्\u{200D}ष"),
        .init("Hindi ZWNJ", stays: "क्\u{200C}ष"),
        .init("Marathi eyelash", stays: "दऱ्\u{200D}या"),
        .init("Bengali ZWJ", stays: "র\u{200D}্য"),
        .init("Bengali ZWNJ", stays: "উদ্\u{200C}ঘাটন"),
        .init("Malayalam old chillu", stays: "അവന്\u{200D} വന്നു"),
        .init("Tamil ZWNJ", stays: "க்\u{200C}ஷ"),
        .init("Kannada ZWJ", stays: "ರ\u{200D}್ಕ"),
        .init("Telugu ZWNJ", stays: "సాఫ్ట్\u{200C}వేర్"),
        .init("Gujarati ZWJ", stays: "ક્\u{200D}ષ"),
        .init("Sinhala ZWJ", stays: "ශ්\u{200D}රී ලංකාව"),
        .init("Khmer ZWNJ", stays: "ស៊\u{200C}ី"),
        .init("emoji family", stays: "👨\u{200D}👩\u{200D}👧\u{200D}👦 here"),
        .init("emoji with skin and profession", stays: "👩🏽\u{200D}💻 👩🏽\u{200D}🚀"),
        .init("rainbow flag", stays: "🏳\u{FE0F}\u{200D}🌈"),
        .init("weightlifter", stays: "🏋🏼\u{200D}♀\u{FE0F}"),
        .init("heart on fire", stays: "❤\u{FE0F}\u{200D}🔥"),
        .init("flag of England", stays: "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}!"),
        .init("flags of two letters", stays: "🇵🇱🇩🇪"),
        .init("keycap", stays: "1\u{FE0F}\u{20E3} #\u{FE0F}\u{20E3}"),
        .init("text style", stays: "☎\u{FE0E} ©\u{FE0F}"),
    ]
    @Test(arguments: joiners) func whatAScriptOrAnEmojiNeedsStays(_ sample: NormalizeCase) throws { try sample.check() }

    static let debris: [NormalizeCase] = [
        .init("ZWNJ in Latin", "in\u{200C}form", "inform"), .init("ZWJ in Latin", "wor\u{200D}d", "word"),
        .init("ZWJ in Cyrillic", "при\u{200D}вет", "привет"), .init("ZWNJ in Greek", "λό\u{200C}γος", "λόγος"),
        .init("ZWJ in Han", "中\u{200D}文", "中文"), .init("ZWNJ in Han", "中\u{200C}文", "中文"),
        .init("ZWJ in Hangul", "한\u{200D}국", "한국"), .init("ZWNJ in Hebrew", "של\u{200C}ום", "שלום"),
        .init("ZWJ between digits", "1\u{200D}2", "12"), .init("ZWJ at the beginning", "\u{200D}a", "a"),
        .init("ZWJ behind an emoji, no emoji follows", "👨\u{200D} x", "👨 x"), .init("ZWJ before an emoji", "a\u{200D}👩", "a👩"),
        .init("ZWSP in Latin", "zero\u{200B}width", "zerowidth"), .init("ZWSP in Han", "中\u{200B}文", "中文"),
        .init("ZWSP alone", "\u{200B}", ""), .init("ZWSP in Cyrillic", "сло\u{200B}во", "слово"),
        .init("soft hyphen", "Donau\u{AD}dampf\u{AD}schiff", "Donaudampfschiff"),
        .init("BOM at the beginning", "\u{FEFF}Title", "Title"),
        .init("BOM inside", "a\u{FEFF}b", "ab"), .init("word joiner", "a\u{2060}b", "ab"),
        .init("invisible operators", "f\u{2061}(x) a\u{2062}b\u{2063}c\u{2064}", "f(x) abc"),
        .init("deprecated controls", "a\u{206A}b\u{206F}", "ab"),
        .init("interlinear annotation", "\u{FFF9}a\u{FFFA}b\u{FFFB}", "ab"),
        .init("object replacement", "see \u{FFFC}here", "see here"),
        .init("variation selector behind a letter", "a\u{FE0F}b", "ab"),
        .init("tags without a flag", "a\u{E0067}\u{E007F}b", "ab"), .init("Mongolian separator in Latin", "a\u{180E}b", "ab"),
        .init("Hangul filler in Latin", "a\u{3164}b", "ab"), .init("half-width filler", "x\u{FFA0}", "x"),
        .init("several in a row", "a\u{200B}\u{200C}\u{200D}\u{FEFF}\u{AD}b", "ab"),
        .init("two ZWNJ in Persian are one", "می\u{200C}\u{200C}خواهم", "می\u{200C}خواهم"),
        .init("an emoji family broken by a soft hyphen", "👨\u{200D}\u{AD}👩", "👨👩"),
    ]
    @Test(arguments: debris) func debrisGoes(_ sample: NormalizeCase) throws { try sample.check() }

    static let zeroWidthSpaces: [NormalizeCase] = [
        .init("Thai", stays: "ภาษา\u{200B}ไทย"), .init("Lao", stays: "ພາສາ\u{200B}ລາວ"), .init("Khmer", stays: "ភាសា\u{200B}ខ្មែរ"),
        .init("Myanmar", stays: "မြန်မာ\u{200B}စာ"), .init("Tibetan", stays: "བོད་\u{200B}ཡིག"),
        .init("Tai Tham", stays: "ᨲ\u{200B}ᩫ"),
        .init("end of a Thai word", stays: "ไทย\u{200B} x"),
    ]
    @Test(arguments: zeroWidthSpaces) func zeroWidthSpaceStaysWhereItBreaksLines(_ sample: NormalizeCase) throws {
        try sample.check()
    }

    static let direction: [NormalizeCase] = [
        .init("LRM with Hebrew", stays: "שלום \u{200E}(abc)\u{200E} עולם"),
        .init("RLM with Hebrew", stays: "\u{200F}שלום!\u{200F}"),
        .init("LRM with Arabic", stays: "مرحبا \u{200E}C++\u{200E} بك"), .init("ALM with Arabic", stays: "١٢\u{61C}٣ عدد"),
        .init("isolates with Arabic", stays: "قال \u{2068}John\u{2069} نعم"),
        .init("embeddings with Hebrew", stays: "א \u{202A}abc\u{202C} ב"),
        .init("mark before the first letter", stays: "\u{200E}abc אבג"), .init("Thaana, N'Ko", stays: "\u{200F}ދިވެހި ߒߞߏ"),
        .init("LRM without", "abc\u{200E} def", "abc def"), .init("RLM without", "\u{200F}abc", "abc"),
        .init("isolates without", "a \u{2066}b\u{2069} c", "a b c"),
        .init("override without", "\u{202E}txt.exe\u{202C}", "txt.exe"),
        .init("marks alone", "\u{200F}\u{61C}\u{200E}", ""), .init("with Cyrillic", "при\u{200F}вет", "привет"),
        .init("Arabic digits alone are no right-to-left letters", "\u{200F}١٢٣", "١٢٣"),
    ]
    @Test(arguments: direction) func marksOfDirection(_ sample: NormalizeCase) throws { try sample.check() }

    static let scripts: [NormalizeCase] = [
        .init("Mongolian separator", stays: "ᠮᠣᠩᠭᠣᠯ\u{180E}ᠠ"), .init("Mongolian variation selector", stays: "ᠠ\u{180B}ᠨ"),
        .init("ideographic variation", stays: "葛\u{E0100}城"), .init("grapheme joiner", stays: "a\u{34F}b"),
        .init("Hangul filler beside jamo", stays: "ㄱ\u{3164}ㄴ"),
    ]
    @Test(arguments: scripts) func otherInvisibleCharactersThatMean(_ sample: NormalizeCase) throws { try sample.check() }
}

@Suite struct CharactersSpaceTests {
    static let spaces: [NormalizeCase] = [
        .init("NBSP", "a\u{A0}b", "a b"), .init("narrow NBSP", "10\u{202F}000", "10 000"),
        .init("thin space", "a\u{2009}b", "a b"),
        .init("en to hair space", "\u{2000}a\u{2001}b\u{2002}c\u{2003}d\u{200A}e", " a b c d e"),
        .init("line separator", "a\u{2028}b", "a b"),
        .init("paragraph separator", "a\u{2029}b", "a b"), .init("mathematical space", "a\u{205F}b", "a b"),
        .init("Ogham space", "a\u{1680}b", "a b"),
        .init("runs are not collapsed", "a\u{A0}\u{A0}b  c", "a  b  c"), .init("tab", stays: "a\tb"),
        .init("tab at the beginning", stays: "\tb"),
        .init("Persian with NBSP", "کتاب\u{A0}ها", "کتاب ها"),
    ]
    @Test(arguments: spaces) func oddSpaces(_ sample: NormalizeCase) throws { try sample.check() }

    static let ideographic: [NormalizeCase] = [
        .init("indent of Japanese", stays: "\u{3000}日本語です。"), .init("between Han", stays: "天\u{3000}地"),
        .init("behind kana", stays: "あ\u{3000}x"),
        .init("before a bracket", stays: "x\u{3000}「引用」"), .init("a run beside Han", stays: "題\u{3000}\u{3000}\u{3000}x"),
        .init("Hangul", stays: "한\u{3000}x"),
        .init("full-width Latin", stays: "Ａ\u{3000}Ｂ"), .init("extension B", stays: "𠀀\u{3000}x"),
        .init("between Latin", "Hello\u{3000}World", "Hello World"), .init("before Latin", "\u{3000}\u{3000}Hello", "  Hello"),
        .init("a run between Latin", "a\u{3000}\u{3000}b", "a  b"), .init("at the end of Latin", "abc\u{3000}", "abc"),
        .init("at the end of Han", "天\u{3000}", "天"), .init("Cyrillic", "а\u{3000}б", "а б"),
    ]
    @Test(arguments: ideographic) func ideographicSpace(_ sample: NormalizeCase) throws { try sample.check() }

    static let trailing: [NormalizeCase] = [
        .init("spaces", "abc   ", "abc"), .init("tabs", "abc\t\t", "abc"), .init("mixed", "abc \t \t", "abc"),
        .init("only spaces", "  \t ", ""),
        .init("NBSP", "abc\u{A0}", "abc"), .init("behind an invisible", "abc \u{200B}", "abc"),
        .init("ideographic", "天 \u{3000} ", "天"),
        .init("leading stays", stays: "   abc"), .init("é ends in byte A9, not a space", stays: "é"),
        .init("U+3000's last byte elsewhere", stays: "\u{2000A}。〠"),
        .init("U+4000 ends in 80 80", stays: "䀀"),
    ]
    @Test(arguments: trailing) func trailingSpace(_ sample: NormalizeCase) throws { try sample.check() }

    /// A run of ideographic spaces beside Han is looked at once, not once a space.
    @Test
    func longRunsTakeLinearTime() {
        func time(_ count: Int) -> Duration {
            var text: [UInt32] = [0x4E2D] + Array(repeating: 0x3000, count: count)
            return ContinuousClock().measure { _ = Characters.replaceSpaces(&text) }
        }
        _ = time(100)
        #expect(time(16_000) < time(1_000) * 64)
    }
}

@Suite struct CharactersControlTests {
    static let controls: [NormalizeCase] = [
        .init("NUL", "a\u{0}b", "ab"), .init("bell and backspace", "a\u{7}\u{8}b", "ab"), .init("DEL", "a\u{7F}b", "ab"),
        .init("vertical tab", "a\u{B}b", "a b"), .init("form feed", "a\u{C}b", "a b"),
        .init("separators", "a\u{1C}b\u{1D}c\u{1E}d\u{1F}e", "a b c d e"),
        .init("next line", "a\u{85}b", "a b"), .init("SUB", "a\u{1A}", "a"), .init("tab", stays: "a\tb"),
        .init("C1 without a character", "a\u{81}\u{8D}\u{8F}\u{90}\u{9D}b", "ab"),
        .init("C1 that were Windows-1252", "\u{93}it\u{92}s\u{94} \u{96} 5 \u{80}", "“it’s” – 5 €"),
    ]
    @Test(arguments: controls) func controlsGo(_ sample: NormalizeCase) throws { try sample.check() }

    static let escapes: [NormalizeCase] = [
        .init("colour", "\u{1B}[1;31mred\u{1B}[0m", "red"), .init("256 colours", "\u{1B}[38;5;196mx\u{1B}[m", "x"),
        .init("true colour with colons", "\u{1B}[38:2:255:0:0mx", "x"), .init("erase line", "\u{1B}[2K\u{1B}[1Gdone", "done"),
        .init("private mode", "\u{1B}[?25lx\u{1B}[?25h", "x"), .init("intermediate byte", "\u{1B}[4 qx", "x"),
        .init("cut off", "x\u{1B}[31", "x[31"), .init("lone escape", "a\u{1B}b", "ab"),
        .init("two escapes", "\u{1B}\u{1B}[31mx", "x"),
    ]
    @Test(arguments: escapes) func terminalSequencesGoWhole(_ sample: NormalizeCase) throws { try sample.check() }

    static let otherEscapes: [NormalizeCase] = [
        .init("title, ended by BEL", "\u{1B}]0;title\u{7}text", "text"),
        .init("link, ended by ST", "\u{1B}]8;;https://a.b\u{1B}\\text\u{1B}]8;;\u{1B}\\", "text"),
        .init("character set", "\u{1B}(Btext\u{1B}[m", "text"), .init("save and restore", "\u{1B}7a\u{1B}8b", "ab"),
    ]
    @Test(
        arguments: otherEscapes)
    func otherTerminalSequencesGoWhole(_ sample: NormalizeCase) throws { try sample.check() }

    @Test func withoutTheMojibakeStepC1ControlsGo() throws {
        let options = NormalizeKit.options(["mojibake": .flag(false)])
        #expect(try NormalizeKit.line("it\u{92}s", options) == "its")
        #expect(try NormalizeKit.line("a\u{85}b", options) == "a b")
    }
}
