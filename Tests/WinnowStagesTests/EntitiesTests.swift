import Testing
import WinnowCore

@testable import WinnowStages

@Suite struct EntitiesTests {
    static let decoded: [NormalizeCase] = [
        .init("ampersand", "fish &amp; chips", "fish & chips"), .init("angles", "a &lt; b &gt; c", "a < b > c"),
        .init("quotes", "&quot;x&quot; &apos;y&apos;", "\"x\" 'y'"),
        .init("decimal", "it&#8217;s", "it’s"), .init("hexadecimal", "it&#x2019;s", "it’s"),
        .init("hexadecimal in capitals", "it&#X2019;s &#x201C;&#x201d;", "it’s “”"),
        .init("leading zeros", "it&#0039;s", "it's"),
        .init("named letters", "caf&eacute; &Eacute;cole &szlig;", "café École ß"),
        .init("named signs", "&euro;5 &copy; &hellip; &mdash; &laquo;x&raquo;", "€5 © … — «x»"),
        .init("Greek", "&alpha;&Omega;", "αΩ"),
        .init("astral", "&#128512; &#x1F600;", "😀 😀"), .init("nested once", "&amp;lt;", "<"),
        .init("nested twice", "&amp;amp;amp;", "&"),
        .init("nested number", "&amp;#169;", "©"), .init("nested in a number", "&#38;eacute;", "é"),
        .init("nbsp", "a&nbsp;b", "a b"),
        .init("shy, zwnj and lrm", "a&shy;b&zwnj;c&lrm;d", "abcd"), .init("zero width by number", "a&#8203;b&#xFEFF;c", "abc"),
        .init("zwnj in Persian", "می&zwnj;خواهم", "می\u{200C}خواهم"), .init("composes with what stands before", "e&#769;", "é"),
        .init("in a row", "&eacute;&egrave;&ecirc;", "éèê"),
        .init("broken by an invisible", "&am\u{AD}p; x", "& x"), .init("mojibake by references", "caf&Atilde;&copy;", "café"),
        .init("not a tag: < before a space or digit", "x < 5 &amp; y", "x < 5 & y"),
        .init("spaces that are indentation of two", "  &amp;", "  &"),
        .init("longest name", "&thetasym;&Epsilon;", "ϑΕ"), .init("lang becomes its normal form", "&lang;x&rang;", "〈x〉"),
        .init("ends the line", "x &gt;", "x >"),
    ]
    @Test(arguments: decoded) func references(_ sample: NormalizeCase) throws { try sample.check() }

    /// HTML's own rule for numbers of C1 controls: they mean characters of Windows-1252.
    @Test
    func numbersOfWindows1252() throws {
        try NormalizeCase("", "it&#146;s &#150; &#128;", "it’s – €").check()
    }

    static let left: [NormalizeCase] = [
        .init("no semicolon", stays: "AT&T &copy 2020 &amp"), .init("unknown name", stays: "&bogus; &nosuchname;"),
        .init("wrong case", stays: "&EACUTE; &Amp;"),
        .init("no name", stays: "&; &#; &#x;"), .init("letters in a decimal", stays: "&#12a;"),
        .init("zero and controls", stays: "&#0; &#7; &#x1F; &#127;"),
        .init("surrogate", stays: "&#xD800; &#57343;"), .init("beyond Unicode", stays: "&#1114112; &#x110000; &#9999999;"),
        .init("too many digits", stays: "&#00000000039;"),
        .init("noncharacters", stays: "&#xFFFE; &#xFFFF; &#xFDD0; &#x1FFFF;"), .init("space inside", stays: "&a mp; & amp;"),
        .init("url", stays: "https://a.b/?x=1&y=2;z"),
        .init("indented by a tab", stays: "\tx &amp; y"), .init("indented by three spaces", stays: "   x &amp; y"),
        .init("a tag", stays: "<b>x</b> &amp; y"),
        .init("an end tag", stays: "x </p> &amp;"), .init("a comment", stays: "<!-- &amp; -->"),
        .init("full-width", stays: "＆amp；"), .init("letter outside ASCII", stays: "&é;"),
    ]
    @Test(arguments: left) func whatIsNoReferenceStays(_ sample: NormalizeCase) throws { try sample.check() }

    /// All 252 names of HTML 4, the five of XML; none twice.
    @Test func namesAreHTML4s() throws {
        var text = Array("&aacute;".unicodeScalars.map(\.value))
        #expect(NormalizeKit.decode(&text))
        #expect(text == [0xE1])
        let samples: [(String, UInt32)] = [
            ("nbsp", 0xA0), ("yuml", 0xFF), ("OElig", 0x152), ("fnof", 0x192), ("piv", 0x3D6), ("bull", 0x2022),
            ("oline", 0x203E), ("alefsym", 0x2135),
            ("crarr", 0x21B5), ("hArr", 0x21D4), ("there4", 0x2234), ("sdot", 0x22C5), ("rfloor", 0x230B), ("loz", 0x25CA),
            ("diams", 0x2666), ("frac34", 0xBE), ("sup1", 0xB9),
        ]
        for (name, value) in samples {
            var text = "&\(name);".unicodeScalars.map(\.value)
            #expect(NormalizeKit.decode(&text), "\(name)")
            #expect(text == [value], "\(name)")
        }
    }

    @Test func everyNumberIsDecodedOrStays() {
        for value in [UInt32](0...0x2FF) + [
            0xD7FF, 0xD800, 0xDFFF, 0xE000, 0xFDCF, 0xFDD0, 0xFDEF, 0xFDF0, 0xFFFD, 0xFFFE, 0x10000, 0x10FFFD, 0x10FFFE,
            0x110000,
        ] {
            let isText =
                value >= 0x20 && value != 0x7F && value <= 0x10FFFF && !(0xD800...0xDFFF).contains(value)
                && value & 0xFFFE != 0xFFFE
                && !(0xFDD0...0xFDEF).contains(value)
            for reference in ["&#\(value);", "&#x\(String(value, radix: 16));"] {
                var text = reference.unicodeScalars.map(\.value)
                #expect(NormalizeKit.decode(&text) == isText, "\(reference)")
                if isText { #expect(text == [value]) }
            }
        }
    }

    @Test func switchedOffTheyStay() throws {
        let options = NormalizeKit.options(["entities": .flag(false)])
        #expect(try NormalizeKit.line("fish &amp; chips&#8217;", options) == "fish &amp; chips&#8217;")
    }

    @Test func hostileLinesTakeLinearTime() {
        for unit in ["&", ";", "&amp", "&#", "&;", "amp;", "&#x1F600;", "&amp;"] {
            var text = String(repeating: unit, count: 30_000).unicodeScalars.map(\.value)
            let time = ContinuousClock().measure { _ = NormalizeKit.decode(&text) }
            #expect(time < .seconds(20), "\(unit)")
        }
    }
}
