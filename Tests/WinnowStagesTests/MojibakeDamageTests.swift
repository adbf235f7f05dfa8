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

    @Test(arguments: Reader.allCases) func repaired(_ reader: Reader) throws {
        for times in 1...3 {
            var (all, repaired) = (0, 0)
            var missed: [String] = []
            for language in Self.languages {
                var (own, ownRepaired) = (0, 0)
                let lines = try Self.lines(language, most: 40)
                for line in lines {
                    own += 1
                    if try NormalizeKit.line(reader.read(line, times: times)) == NormalizeKit.visible(line) {
                        ownRepaired += 1
                    } else {
                        missed.append("\(language): \(line) : \(reader.read(line, times: times))")
                    }
                }
                print("FIG", reader, times, language, ownRepaired, own)
                all += own
                repaired += ownRepaired
            }
            print("SUM", reader, times, repaired, all)
            for m in missed.prefix(60) { print("MISS", reader, times, m) }
            #expect(all > 800)
            #expect(Double(repaired) / Double(all) >= 0.98, "\(repaired) of \(all)")
        }
    }

    /// One damaged word within an honest line of the same language.
    @Test(arguments: Reader.allCases) func repairedWords(_ reader: Reader) throws {
        var (all, repaired, harmed) = (0, 0, 0)
        for language in Self.languages {
            for line in try Self.lines(language, most: 30) {
                let words = line.split(separator: " ")
                guard words.count > 4,
                    let index = words.indices.max(by: {
                        words[$0].unicodeScalars.count { !$0.isASCII } < words[$1].unicodeScalars.count { !$0.isASCII }
                    })
                else { continue }
                var damaged = words.map(String.init)
                damaged[index] = reader.read(damaged[index], times: 1)
                let text = damaged.joined(separator: " ")
                let result = try NormalizeKit.line(text)
                all += 1
                if result == NormalizeKit.visible(line) {
                    repaired += 1
                } else if result != NormalizeKit.visible(text) {
                    harmed += 1; print("PART", reader, language, text, "|", line)
                } else {
                    print("LEFT", reader, language, text)
                }
            }
        }
        print("WORDS", reader, repaired, harmed, all)
    }

    static let cleanFiles =
        NormalizeKit.names(in: "Fixtures/clean", ending: ".txt") + NormalizeKit.names(in: "Fixtures/packs", ending: ".txt")

    @Test(arguments: cleanFiles) func harmsNothing(_ path: String) throws {
        for line in try NormalizeKit.lines(of: path) {
            for text in [line, line.uppercased(), line.lowercased()] {
                var scalars = NormalizeKit.scalars(text)
                if NormalizeKit.repair(&scalars) { Issue.record("\(text)") }
            }
        }
    }
}
