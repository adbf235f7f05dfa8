import Testing
import WinnowCore

@testable import WinnowStages

/// Damage made on purpose in real sentences of 28 languages: shares that are repaired, and lines that are harmed.
@Suite struct MojibakeDamageTests {
    /// UTF-8 read as another encoding, as browsers do it: bytes without a character become C1 controls.
    enum Reader: String, CaseIterable {
        case windows1250, windows1251, windows1252, windows1254, latin1

        /// Characters of the bytes from 0x80 on: <https://encoding.spec.whatwg.org/#legacy-single-byte-encodings>.
        var high: [Unicode.Scalar] {
            let table =
                switch self {
                case .windows1250:
                    "€\u{81}‚\u{83}„…†‡\u{88}‰Š‹ŚŤŽŹ\u{90}‘’“”•–—\u{98}™š›śťžź\u{A0}ˇ˘Ł¤Ą¦§¨©Ş«¬\u{AD}®Ż°±˛ł´µ¶·¸ąş»Ľ˝ľż"
                        + "ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙"
                case .windows1251:
                    "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u{98}™љ›њќћџ\u{A0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{AD}®Ї°±Ііґµ¶·ё№є»јЅѕї"
                        + "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя"
                case .windows1252:
                    "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ\u{A0}¡¢£¤¥¦§¨©ª«¬\u{AD}®¯°±²³´µ¶·¸¹º»¼½¾¿"
                        + "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ"
                case .windows1254:
                    "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}\u{8E}\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}\u{9E}Ÿ\u{A0}¡¢£¤¥¦§¨©ª«¬\u{AD}®¯°±²³´µ¶·¸¹º»¼½¾¿"
                        + "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏĞÑÒÓÔÕÖ×ØÙÚÛÜİŞßàáâãäåæçèéêëìíîïğñòóôõö÷øùúûüışÿ"
                case .latin1: String(String.UnicodeScalarView((0x80...0xFF).map { Unicode.Scalar(UInt8($0)) }))
                }
            return Array(table.unicodeScalars)
        }

        func read(_ text: String, times: Int) -> String {
            let high = high
            var text = text
            for _ in 0..<times {
                var out = String.UnicodeScalarView()
                for byte in text.utf8 { out.append(byte < 0x80 ? Unicode.Scalar(byte) : high[Int(byte) - 0x80]) }
                text = String(out)
            }
            return text
        }
    }

    static let languages = [
        "bg", "cs", "da", "de", "el", "es", "fa", "fi", "fr", "he", "hi", "hu", "it", "ja", "ko", "nl", "no", "pl", "pt", "ro",
        "ru", "sk", "sr", "sv", "th", "tr", "uk", "vi", "zh", "ar",
    ]

    /// Content of the labelled articles and of the packs' traps, with at least `least` characters outside ASCII, without
    /// invisible ones and whatever else winnow changes.
    static func lines(_ language: String, least: Int = 3, most: Int) throws -> [String] {
        var found: [String] = []
        for path in NormalizeKit.names(in: "Fixtures/articles", ending: ".txt") where path.contains("/\(language)-") {
            let labels = try NormalizeKit.lines(of: path.dropLast(3) + "labels")
            for (line, label) in zip(try NormalizeKit.lines(of: path), labels) where label == "c" || label == "k" {
                found.append(line)
            }
        }
        found += try NormalizeKit.lines(of: "Fixtures/packs/\(language).txt")
        found = try found.filter { line in
            try line.unicodeScalars.count { !$0.isASCII } >= least && NormalizeKit.line(line) == NormalizeKit.visible(line)
        }
        let step = max(1, found.count / most)
        return found.indices.filter { $0 % step == 0 }.prefix(most).map { found[$0] }
    }

    /// Whole lines, damaged once, twice and three times.
    @Test(arguments: Reader.allCases, 1...3) func repaired(_ reader: Reader, _ times: Int) throws {
        var (all, repaired) = (0, 0)
        var missed: [String] = []
        for language in Self.languages {
            let lines = try Self.lines(language, most: 25)
            var own = 0
            for line in lines {
                if try NormalizeKit.line(reader.read(line, times: times)) == NormalizeKit.visible(line) {
                    own += 1
                } else {
                    missed.append("\(language): \(line)")
                }
            }
            // No language may be paid for by the others.
            #expect(own * 10 >= lines.count * 9, "\(language): \(own) of \(lines.count)")
            all += lines.count
            repaired += own
        }
        #expect(all > 600)
        #expect(Double(repaired) / Double(all) >= 0.99, "\(repaired) of \(all); missed: \(missed)")
    }

    /// The word with the most characters outside ASCII, within an honest line of the same language. What is not certain stays
    /// as it is; only a lone "Ã\u{A0}" or "В\u{A0}" loses its no-break space to another step.
    @Test(arguments: Reader.allCases) func repairedWords(_ reader: Reader) throws {
        var (all, repaired) = (0, 0)
        var changed: [String] = []
        for language in Self.languages {
            for line in try Self.lines(language, most: 25) {
                var words = line.split(separator: " ").map(String.init)
                guard words.count > 4,
                    let index = words.indices.max(by: {
                        words[$0].unicodeScalars.count { !$0.isASCII } < words[$1].unicodeScalars.count { !$0.isASCII }
                    })
                else { continue }
                words[index] = reader.read(words[index], times: 1)
                let damaged = words.joined(separator: " ")
                let result = try NormalizeKit.line(damaged)
                all += 1
                if result == NormalizeKit.visible(line) {
                    repaired += 1
                } else if result != NormalizeKit.visible(damaged) {
                    changed.append(damaged)
                }
            }
        }
        #expect(all > 400)
        #expect(Double(repaired) / Double(all) >= 0.94, "\(repaired) of \(all)")
        #expect(changed.count <= 2, "\(changed)")
    }

    static let cleanFiles =
        NormalizeKit.names(in: "Fixtures/clean", ending: ".txt") + NormalizeKit.names(in: "Fixtures/packs", ending: ".txt")

    @Test(arguments: cleanFiles) func harmsNothing(_ path: String) throws {
        for line in try NormalizeKit.lines(of: path) {
            for text in [line, line.uppercased()] { checkStays(text) }
        }
    }

    /// Lines of the labelled articles that shall come out as they are.
    @Test(arguments: languages) func harmsNoContent(_ language: String) throws {
        for path in NormalizeKit.names(in: "Fixtures/articles", ending: ".txt") where path.contains("/\(language)-") {
            let labels = try NormalizeKit.lines(of: path.dropLast(3) + "labels")
            for (line, label) in zip(try NormalizeKit.lines(of: path), labels) where label == "c" || label == "k" {
                checkStays(line)
            }
        }
    }

    /// Candidates of Windows-1251, -1250 and -1254 that are text.
    @Test(arguments: [
        "«В», «С», «Р»", "220В±10 %, 12В—24В", "ОЈОЈОЈ, МОЈОЈ", "ФІЛІПІНІ, РІК, РІШЕННЯ", "В\u{A0}Google и В\u{A0}Windows",
        "„В…“ С… Р…",
        "Її надії», дві» — його… її", "КИЇВ. Кіно. Ці. Ті.", "ГЁТЕ, ТЕГЁ", "ЗЕМЉЊ ВЉ ОЊ", "Паркинг В№5, СССР“В»", "В° В± В·",
        "příští, nejčistší, zvláští", "CZĘŚĆ, MĘŻCZYZNA, część", "DĹŽKA, KĹŽE", "POVEŞTI MĂŞTI AŞĂ CASĂ… CASĂ»", "ĐĂ… ĐÃ»",
        "IDŐ” NŐ…",
        "DAĞ” DAĞ… dağ”", "ÜŞÜMÜŞ, GÜNEŞ", "“será»…que", "Á\u{A0} Â\u{A0} Ã\u{A0}",
    ])
    func honestTextStays(_ text: String) {
        checkStays(text)
        checkStays("Die Zeile \(text) und mehr.")
        checkStays("Строка \(text) и ещё.")
    }

    private func checkStays(_ text: String) {
        var scalars = NormalizeKit.scalars(text)
        if NormalizeKit.repair(&scalars) { Issue.record("\(text)") }
    }

    /// One damaged word in a line that is otherwise fine.
    @Test(arguments: [
        NormalizeCase("Russian word", "Он сказал РџСЂРёРІРµС‚ и ушёл.", "Он сказал Привет и ушёл."),
        .init("short words beside it", "Надпись: РЅРµ РІС…РѕРґРёС‚СЊ.", "Надпись: не входить."),
        .init("the title's В stays", "В\u{A0}Киеве РџСЂРёРІРµС‚", "В Киеве Привет"),
        .init("apostrophe", "It donвЂ™t matter.", "It don’t matter."), .init("dash", "from вЂ“ to", "from – to"),
        .init("euro", "Цена 5 в‚¬", "Цена 5 €"), .init("number", "Дом в„– 5", "Дом № 5"), .init("emoji", "Ура рџЋ‰", "Ура 🎉"),
        .init("ö", "in KГ¶ln", "in Köln"), .init("Ü", "Гњber allem", "Über allem"),
        .init("twice", "in KР“В¶ln", "in Köln"),
        .init("Polish, 1250", "Nowy Ĺ›wiat", "Nowy świat"), .init("quotes, 1250", "said â€śhiâ€ť", "said “hi”"),
        .init("Russian, 1250", "ĐźŃ€Đ¸Đ˛ĐµŃ‚, мир", "Привет, мир"), .init("é, 1250", "the cafĂ© here", "the café here"),
        .init("Russian, 1254", "ĞŸÑ€Ğ¸Ğ²ĞµÑ‚, мир", "Привет, мир"), .init("emoji, 1254", "super ğŸŽ‰", "super 🎉"),
        .init("second letter", "RÃ©pondre Ã\u{A0} tous", "Répondre à tous"), .init("ș", "oraÈ™ul", "orașul"),
        .init("¿", "Â¿Lo ves?", "¿Lo ves?"),
        .init("Chinese and digits", "9æœˆ24æ—¥", "9月24日"), .init("Vietnamese", "má»™t hai", "một hai"),
    ])
    func amongHonestText(_ sample: NormalizeCase) throws { try sample.check() }
}
