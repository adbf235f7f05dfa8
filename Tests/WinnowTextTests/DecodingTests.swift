import TestSupport
import Testing
import WinnowCore

@testable import WinnowText

@Suite struct UTF8Tests {
    private func repair(_ bytes: [UInt8]) -> (text: [UInt8], count: Int) {
        var out: [UInt8] = []
        let count = bytes.withUnsafeBufferPointer { replaceInvalidUTF8($0, into: &out) }
        return (out, count)
    }

    private func check(_ bytes: [UInt8]) {
        let (text, count) = repair(bytes)
        let expected = Array(String(decoding: bytes, as: UTF8.self).utf8)
        if text != expected { Issue.record("\(hex(bytes)) became \(hex(text)), not \(hex(expected))") }
        // Every U+FFFD that was not in the input is counted.
        func marks(_ text: [UInt8]) -> Int { String(decoding: text, as: UTF8.self).unicodeScalars.count { $0 == "\u{FFFD}" } }
        if bytes.count < 3 || !bytes.indices.contains(where: { bytes[$0...].starts(with: [0xEF, 0xBF, 0xBD]) }) {
            if count != marks(text) { Issue.record("\(hex(bytes)): \(count) replacements counted, \(marks(text)) made") }
        }
    }

    /// Table 3-8 and those around it, Unicode Standard, section 3.9.
    @Test(
        arguments: [
            (
                [0xC0, 0xAF, 0xE0, 0x80, 0xBF, 0xF0, 0x81, 0x82, 0x41],
                "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}A", 8
            ),
            (
                [0xED, 0xA0, 0x80, 0xED, 0xBF, 0xBF, 0xED, 0xAF, 0x41],
                "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}A", 8
            ),
            (
                [0xF4, 0x91, 0x92, 0x93, 0xFF, 0x41, 0x80, 0xBF, 0x42],
                "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}A\u{FFFD}\u{FFFD}B", 7
            ),
            ([0xE1, 0x80, 0xE2, 0xF0, 0x91, 0x92, 0xF1, 0xBF, 0x41], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}A", 4),
            ([0x63, 0x61, 0x66, 0xE9], "caf\u{FFFD}", 1),
            ([0xEF, 0xBF, 0xBD], "\u{FFFD}", 0),
            ([], "", 0),
        ] as [([UInt8], String, Int)])
    func standardsExamples(_ bytes: [UInt8], _ text: String, _ count: Int) {
        #expect(repair(bytes).text == Array(text.utf8))
        #expect(repair(bytes).count == count)
    }

    @Test func hostileSequences() {
        let bytes: [UInt8] = [
            0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1,
            0xF4, 0xF5, 0xFF,
        ]
        for a in bytes {
            check([a])
            for b in bytes {
                check([a, b])
                for c in bytes {
                    check([a, b, c])
                    check([a, b, c, 0x80])
                    check([a, b, c, 0x41])
                }
            }
        }
    }

    @Test func randomBytes() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<20_000 {
            let length = Int(random.next() % 24)
            check(
                (0..<length).map { _ in
                    let r = random.next()
                    return r & 0x300 == 0 ? UInt8(truncatingIfNeeded: r) : UInt8(truncatingIfNeeded: r) | 0x80
                })
        }
    }

    @Test func everyCodePointGoesThere() {
        var all: [UInt8] = []
        for c in allScalars { appendScalar(c, to: &all) }
        #expect(repair(all).text == all)
        #expect(repair(all).count == 0)
    }

    @Test func scalarsThereAndBack() {
        for c in allScalars {
            let text = utf8(c)
            var i = 0
            let read = text.withUnsafeBufferPointer { nextScalar($0.baseAddress!, &i) }
            if read != c || i != text.count || Array(String(Character(Unicode.Scalar(c)!)).utf8) != text {
                Issue.record("\(hex(c))")
            }
        }
    }
}

@Suite struct LineScannerTests {
    struct Found: Equatable, CustomStringConvertible {
        var content: [UInt8]
        var end: LineEnd
        var description: String { "\(hex(content)) \(end)" }
    }

    /// The lines of `bytes` when they come in pieces that end at `cuts`, as the reader asks for them.
    private func lines(_ bytes: [UInt8], _ unit: CodeUnit, cuts: [Int]) -> [Found] {
        let scanner = LineScanner(unit: unit)
        var found: [Found] = []
        var position = 0
        for end in cuts + [bytes.count] {
            bytes[..<end].withUnsafeBufferPointer { buffer in
                while let hit = scanner.next(in: buffer, from: position, atEnd: end == bytes.count) {
                    found.append(Found(content: Array(buffer[position..<hit.contentEnd]), end: hit.end))
                    #expect(hit.next > hit.contentEnd)
                    position = hit.next
                }
            }
        }
        if position < bytes.count { found.append(Found(content: Array(bytes[position...]), end: .none)) }
        return found
    }

    /// The same, unit by unit.
    private func reference(_ bytes: [UInt8], _ unit: CodeUnit) -> [Found] {
        let width = unit.width
        let little =
            switch unit {
            case .byte: true
            case .utf16(let little), .utf32(let little): little
            }
        func value(_ i: Int) -> Int? {
            guard i + width <= bytes.count else { return nil }
            let piece = bytes[i..<i + width]
            return (little ? piece.reversed() : Array(piece)).reduce(0) { $0 << 8 | Int($1) }
        }
        var found: [Found] = []
        var content: [UInt8] = []
        var i = 0
        while let c = value(i) {
            i += width
            switch c {
            case 0x0A: found.append(Found(content: content, end: .lf))
            case 0x0D where value(i) == 0x0A:
                i += width
                found.append(Found(content: content, end: .crlf))
            case 0x0D: found.append(Found(content: content, end: .cr))
            default:
                content += bytes[i - width..<i]
                continue
            }
            content = []
        }
        content += bytes[i...]
        if !content.isEmpty { found.append(Found(content: content, end: .none)) }
        return found
    }

    private static let texts = [
        "", "a", "\n", "\r", "\r\n", "a\nb\nc\n", "a\nb\nc", "a\r\nb\r\n", "a\rb\rc\r", "\n\n\n", "\r\r\n\n\r", "a\r\r\nb\n\rc",
        "é\r\n漢\r字\n",
        "no end \u{85} \u{2028} here", "\r\n\r\n", "x\u{B}y\u{C}z\n", "\0\r\0\n",
    ]
    static let units: [CodeUnit] = [
        .byte, .utf16(littleEndian: true), .utf16(littleEndian: false), .utf32(littleEndian: true), .utf32(littleEndian: false),
    ]

    private func encode(_ text: String, _ unit: CodeUnit) -> [UInt8] {
        switch unit {
        case .byte: Array(text.utf8)
        case .utf16(let little):
            text.utf16.flatMap { little ? [UInt8($0 & 0xFF), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        case .utf32(let little):
            text.unicodeScalars.flatMap { scalar in
                let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: scalar.value >> $0) }
                return little ? bytes.reversed() : bytes
            }
        }
    }

    @Test func ends() {
        #expect(
            lines(Array("one\ntwo\r\nthree\rfour".utf8), .byte, cuts: []) == [
                Found(content: Array("one".utf8), end: .lf), Found(content: Array("two".utf8), end: .crlf),
                Found(content: Array("three".utf8), end: .cr), Found(content: Array("four".utf8), end: .none),
            ])
    }

    /// The same lines at every split of the buffer, once and twice.
    @Test(arguments: units) func everySplit(_ unit: CodeUnit) {
        for text in Self.texts {
            let bytes = encode(text, unit)
            let expected = reference(bytes, unit)
            #expect(lines(bytes, unit, cuts: []) == expected)
            for a in 0...bytes.count {
                #expect(lines(bytes, unit, cuts: [a]) == expected, "\(text.debugDescription) cut at \(a)")
                for b in a...bytes.count where bytes.count < 30 {
                    if lines(bytes, unit, cuts: [a, b]) != expected {
                        Issue.record("\(text.debugDescription) cut at \(a) and \(b)")
                    }
                }
            }
        }
    }

    @Test(arguments: units) func randomUnitsAtRandomSplits(_ unit: CodeUnit) {
        var random = SplitMix64(seed: 8)
        for _ in 0..<3000 {
            let bytes = (0..<Int(random.next() % 40)).map { _ in
                [0x0A, 0x0D, 0x00, 0x61, 0xC3][Int(random.next() % 5)] as UInt8
            }
            let cuts = (0..<3).map { _ in Int(random.next() % UInt64(bytes.count + 1)) }.sorted()
            let found = lines(bytes, unit, cuts: cuts)
            if found != reference(bytes, unit) { Issue.record("\(hex(bytes)) at \(cuts): \(found)") }
        }
    }

    /// Bytes 0A and 0D inside other UTF-16 and UTF-32 units end no line: ഊ is U+0D0A, ਊ U+0A0A.
    @Test(arguments: units.dropFirst()) func bytesInsideUnitsAreNoLineEnds(_ unit: CodeUnit) {
        let bytes = encode("\u{D0A}\u{A0A}\u{A0D}\u{D0D}\u{10A0D}\u{A00}\u{D00}", unit)
        #expect(lines(bytes, unit, cuts: []) == [Found(content: bytes, end: .none)])
    }

    @Test func aCarriageReturnAtTheEndWaits() {
        let bytes = Array("a\r".utf8)
        bytes.withUnsafeBufferPointer { buffer in
            let scanner = LineScanner(unit: .byte)
            #expect(scanner.next(in: buffer, from: 0, atEnd: false) == nil)
            #expect(scanner.next(in: buffer, from: 0, atEnd: true)?.end == .cr)
        }
    }

    /// The cut of an over-long line splits no character.
    @Test func cutSplitsNoSequence() {
        var random = SplitMix64(seed: 9)
        let letters: [UInt32] = [0x61, 0xE9, 0x6F22, 0x1F600]
        for _ in 0..<2000 {
            let scalars = (0..<12).map { _ in letters.randomElement(using: &random)! }
            let bytes = scalars.flatMap(utf8)
            let limit = 4 + Int(random.next() % UInt64(bytes.count - 4))
            let cut = bytes.withUnsafeBufferPointer { LineScanner(unit: .byte).cut(in: $0, from: 0, limit: limit) }
            #expect(cut <= limit && cut > limit - 4)
            #expect(String(validating: bytes[..<cut], as: UTF8.self) != nil, "\(hex(bytes)) at \(cut)")
        }
    }

    @Test func cutMovesOnInBytesThatAreNoText() {
        let bytes = [UInt8](repeating: 0x80, count: 20)
        let cut = bytes.withUnsafeBufferPointer { LineScanner(unit: .byte).cut(in: $0, from: 5, limit: 7) }
        #expect(cut > 5 && cut <= 7)
    }

    @Test(arguments: [
        (CodeUnit.utf16(littleEndian: true), 10, 10), (.utf16(littleEndian: true), 11, 10),
        (.utf32(littleEndian: false), 11, 8),
    ])
    func cutSplitsNoUnit(_ unit: CodeUnit, _ limit: Int, _ cut: Int) {
        [UInt8](repeating: 0x61, count: 20).withUnsafeBufferPointer { buffer in
            #expect(LineScanner(unit: unit).cut(in: buffer, from: 0, limit: limit) == cut)
            #expect(LineScanner(unit: unit).cut(in: buffer, from: 1, limit: limit + 1) == cut + 1)
        }
    }

    /// Nor does it part a pair of surrogates.
    @Test
    func cutSplitsNoSurrogatePair() {
        let bytes = encode("ab😀cd", .utf16(littleEndian: true))
        let cut = bytes.withUnsafeBufferPointer { LineScanner(unit: .utf16(littleEndian: true)).cut(in: $0, from: 0, limit: 6) }
        #expect(cut == 4)
    }
}

@Suite struct TextEncodingTests {
    @Test(
        arguments: [
            ("windows-1252", [0x93, 0x63, 0x61, 0x66, 0xE9, 0x94], "“café”"), ("iso-8859-2", [0xB1, 0xE6, 0xEA, 0xB3], "ąćęł"),
            ("koi8-r", [0xF0, 0xD2, 0xC9, 0xD7, 0xC5, 0xD4], "Привет"), ("windows-1251", [0xCF, 0xF0, 0xE8], "При"),
            ("shift_jis", [0x93, 0xFA, 0x96, 0x7B], "日本"), ("gb18030", [0xD6, 0xD0, 0xCE, 0xC4], "中文"),
            ("euc-kr", [0xC7, 0xD1], "한"), ("utf-16le", [0x61, 0x00, 0x3D, 0xD8, 0x00, 0xDE], "a😀"),
            ("utf-16be", [0x20, 0xAC], "€"),
            ("utf-32le", [0x00, 0xF6, 0x01, 0x00], "😀"),
        ] as [(String, [UInt8], String)])
    func decodes(_ name: String, _ bytes: [UInt8], _ text: String) throws {
        let converter = try LineConverter(try TextEncoding(named: name))
        var out: [UInt8] = []
        #expect(try converter.convert(bytes, into: &out) == 0)
        #expect(String(decoding: out, as: UTF8.self) == text)
        // A second line starts anew.
        out = []
        _ = try converter.convert(bytes, into: &out)
        #expect(String(decoding: out, as: UTF8.self) == text)
    }

    /// A byte that means nothing becomes U+FFFD. (ICU's tables of Big5 and GBK map 0xFF to a private-use character.)
    @Test(arguments: ["shift_jis", "euc-jp", "euc-kr", "gb18030"])
    func aBadByteBecomesAReplacementCharacter(_ name: String) throws {
        var out: [UInt8] = []
        #expect(try LineConverter(try TextEncoding(named: name)).convert([0x61, 0xFF, 0x62], into: &out) == 1)
        #expect(String(decoding: out, as: UTF8.self) == "a\u{FFFD}b")
    }

    @Test func badSequencesAreCounted() throws {
        var out: [UInt8] = []
        let lone: [UInt8] = [0x61, 0x00, 0x00, 0xD8, 0x62, 0x00]
        #expect(try LineConverter(try TextEncoding(named: "utf-16le")).convert(lone, into: &out) == 1)
        #expect(String(decoding: out, as: UTF8.self) == "a\u{FFFD}b")
    }

    @Test func unknownNames() {
        for name in ["utf-99", "", "nonsense", String(repeating: "x", count: 200)] {
            let error = #expect(throws: WinnowError.self) { try TextEncoding(named: name) }
            #expect(error?.code == .usage)
            #expect(error?.message == "unknown encoding '\(name)'")
        }
    }

    /// Encodings whose line ends are not those of ASCII cannot be read line by line.
    @Test(arguments: ["ibm-037", "ebcdic-cp-us", "utf-7"]) func unsupported(_ name: String) {
        let error = #expect(throws: WinnowError.self) { try TextEncoding(named: name) }
        #expect(error?.message.contains("is not supported") == true)
    }

    private func detect(_ bytes: [UInt8]) -> String { bytes.withUnsafeBufferPointer { TextEncoding.detect($0).name } }

    @Test func byteOrderMarks() {
        #expect(detect([0xEF, 0xBB, 0xBF, 0x61]) == "UTF-8")
        #expect(detect([0xFF, 0xFE, 0x61, 0x00]) == "UTF-16LE")
        #expect(detect([0xFE, 0xFF, 0x00, 0x61]) == "UTF-16BE")
        #expect(detect([0xFF, 0xFE, 0x00, 0x00, 0x61, 0, 0, 0]) == "UTF-32LE")
        #expect(detect([0x00, 0x00, 0xFE, 0xFF, 0, 0, 0, 0x61]) == "UTF-32BE")
    }

    @Test func validUTF8IsUTF8() {
        #expect(detect([]) == "UTF-8")
        #expect(detect(Array("plain".utf8)) == "UTF-8")
        #expect(detect(Array("żółć".utf8)) == "UTF-8")
        // A sequence that the sample's end cuts is no fault.
        let full = [UInt8](repeating: 0x61, count: TextEncoding.sampleSize - 1) + [0xC3]
        #expect(detect(full) == "UTF-8")
    }

    @Test func otherEncodingsAreGuessed() throws {
        let russian =
            "Съешь же ещё этих мягких французских булок да выпей чаю. Широкая электрификация южных губерний даст мощный толчок подъёму сельского хозяйства."
        let koi: [UInt8] = russian.unicodeScalars.map { scalar in
            let table = Array("юабцдефгхийклмнопярстужвьызшэщчъЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ".unicodeScalars)
            if let i = table.firstIndex(of: scalar) { return UInt8(0xC0 + i) }
            return scalar == "ё" ? 0xA3 : UInt8(truncatingIfNeeded: scalar.value)
        }
        #expect(detect(koi) == (try TextEncoding(named: "koi8-r").name))
        let french = "Les élèves français étaient très contents de la fenêtre déjà réparée à Noël.".unicodeScalars.map {
            UInt8(truncatingIfNeeded: $0.value)
        }
        #expect(["ISO-8859-1", "windows-1252", "ibm-5348_P100-1997"].contains(detect(french)))
    }

    @Test func zeroBytesInEveryOtherPlaceAreUTF16() {
        let text = "The quick brown fox jumps over the lazy dog, and again and again."
        #expect(detect(text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }) == "UTF-16LE")
    }
}

@Suite struct PatternSetTests {
    private func match(_ patterns: [String], _ text: String, ignoreCase: Bool = false) throws -> Int? {
        let matcher = try PatternSet(patterns, ignoreCase: ignoreCase).makeMatcher()
        return Array(text.utf8).withUnsafeBufferPointer(matcher.firstMatch)
    }

    @Test func lowestIndexWins() throws {
        #expect(try match(["c", "b", "a"], "abc") == 0)
        #expect(try match(["x", "b", "a"], "abc") == 1)
        #expect(try match(["x", "y"], "abc") == nil)
    }

    @Test func anchorsAreTheLinesEnds() throws {
        #expect(try match(["^abc$"], "abc") == 0)
        #expect(try match(["^bc"], "abc") == nil)
        #expect(try match(["ab$"], "abc") == nil)
    }

    @Test func emptyTextAndEmptySet() throws {
        #expect(try match(["^$"], "") == 0)
        #expect(try match(["a"], "") == nil)
        #expect(try match([], "abc") == nil)
    }

    @Test func charactersNotBytes() throws {
        #expect(try match(["^.$"], "é") == 0)
        #expect(try match(["^\\w+$"], "źdźbło") == 0)
        #expect(try match(["ÉCOLE"], "école") == nil)
        #expect(try match(["ÉCOLE"], "école", ignoreCase: true) == 0)
    }

    @Test func badPatternsAreNamed() {
        let error = #expect(throws: WinnowError.self) { try PatternSet(["fine", "(open"]) }
        #expect(error?.code == .usage)
        #expect(error?.message.hasPrefix("pattern '(open' does not compile: ") == true)
        #expect(throws: WinnowError.self) { try PatternSet(["(a)\\1"]) }
        #expect(throws: WinnowError.self) { try PatternSet(["(?<=a)b"]) }
    }

    /// What takes a backtracking matcher until the end of days.
    @Test func hostileTextTakesLinearTime() throws {
        #expect(try match(["^(a+)+$"], String(repeating: "a", count: 100_000) + "!") == nil)
    }
}
