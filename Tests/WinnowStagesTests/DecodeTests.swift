import Testing
import WinnowCore
import WinnowText

@testable import WinnowStages

private typealias Kit = NormalizeKit

@Suite struct DecodeTests {
    private func decode(_ bytes: [UInt8], encoding: String, invalid: String = "replace") throws -> LineBatch {
        let known = try TextEncoding(named: encoding)
        var batch = Kit.batch(bytes, encoding: known.name, unit: known.unit)
        try Kit.decode(&batch, invalid: invalid)
        return batch
    }

    private func texts(_ batch: LineBatch) -> [String] { batch.lines.indices.map { batch.string($0) } }

    @Test func validTextIsNotTouched() throws {
        let batch = try decode(Array("żółć\nplain\n😀\n".utf8), encoding: "utf-8")
        #expect(texts(batch) == ["żółć", "plain", "😀"])
        for line in batch.lines {
            #expect(!line.isRewritten)
            #expect(line.steps == [])
        }
    }

    @Test func bytesThatAreNoTextAreReplacedWhereTheyStand() throws {
        let batch = try decode(
            Array("fine\ncaf".utf8) + [0xE9, 0x0A] + Array("x".utf8) + [0xC3, 0x0A, 0xF0, 0x9F], encoding: "utf-8")
        #expect(texts(batch) == ["fine", "caf\u{FFFD}", "x\u{FFFD}", "\u{FFFD}"])
        #expect(batch.lines.map { $0.steps == Steps(step: Decode.Step.invalid.rawValue) } == [false, true, true, true])
        for line in batch.lines { #expect(!line.flags.contains(.invalid)) }
    }

    @Test func orAreAnErrorWithTheirPlace() throws {
        let bytes = Array("fine\ncaf".utf8) + [0xE9, 0x0A]
        let error = #expect(throws: WinnowError.self) { try decode(bytes, encoding: "utf-8", invalid: "error") }
        #expect(error?.code == .input)
        #expect(error?.text.hasPrefix("doc.txt:2:4: not valid UTF-8\n") == true)
        #expect(throws: Never.self) { try decode(Array("fine é\n".utf8), encoding: "utf-8", invalid: "error") }
    }

    @Test(
        arguments: [
            ("windows-1252", [0x63, 0x61, 0x66, 0xE9, 0x0A, 0x93, 0x78, 0x94, 0x0D, 0x0A], ["café", "“x”"]),
            ("iso-8859-2", [0xBF, 0xF3, 0xB3, 0xE6, 0x0A], ["żółć"]), ("koi8-r", [0xF0, 0xD2, 0x0D, 0xC9], ["Пр", "и"]),
            ("shift_jis", [0x93, 0xFA, 0x96, 0x7B, 0x0A, 0x83, 0x5C, 0x0A], ["日本", "ソ"]),
            ("gb18030", [0xD6, 0xD0, 0x0A, 0x81, 0x30, 0x81, 0x30], ["中", "\u{80}"]),
            ("utf-16le", [0x61, 0x00, 0x0A, 0x00, 0x3D, 0xD8, 0x00, 0xDE, 0x0D, 0x00, 0x0A, 0x00], ["a", "😀"]),
            ("utf-16be", [0x00, 0x61, 0x00, 0x0D, 0x0D, 0x0A, 0x00, 0x0A], ["a", "\u{D0A}"]),
            ("utf-32le", [0x00, 0xF6, 0x01, 0x00, 0x0A, 0, 0, 0], ["😀"]),
        ] as [(String, [UInt8], [String])])
    func otherEncodings(_ name: String, _ bytes: [UInt8], _ lines: [String]) throws {
        let batch = try decode(bytes, encoding: name)
        #expect(texts(batch) == lines)
        // The input's own bytes stay, for the ledger.
        #expect(batch.raw == bytes)
        for line in batch.lines where line.isRewritten {
            #expect(line.steps.contains(Steps(step: Decode.Step.encoding.rawValue)))
        }
    }

    @Test func asciiInAnotherEncodingIsNotRewritten() throws {
        let batch = try decode(Array("plain\n".utf8), encoding: "windows-1252")
        #expect(!batch.lines[0].isRewritten)
    }

    @Test func unpairedSurrogates() throws {
        let bytes: [UInt8] = [0x61, 0x00, 0x3D, 0xD8, 0x0A, 0x00]
        let batch = try decode(bytes, encoding: "utf-16le")
        #expect(texts(batch) == ["a\u{FFFD}"])
        #expect(batch.lines[0].steps == [Steps(step: 0), Steps(step: 1)])
        #expect(throws: WinnowError.self) { try decode(bytes, encoding: "utf-16le", invalid: "error") }
    }

    /// A line end that the converter makes of other bytes must not part a line.
    @Test func convertersMakeNoLineEnds() throws {
        // U+000A cannot come from UTF-16 inside a line, but U+2028 and U+0085 can; they are no line ends here.
        let batch = try decode([0x61, 0x00, 0x28, 0x20, 0x62, 0x00, 0x85, 0x00], encoding: "utf-16le")
        #expect(texts(batch) == ["a\u{2028}b\u{85}"])
    }

    @Test func flagsAreThoseOfTheTextThatComesOut() throws {
        let batch = try decode([0xE9, 0x0A, 0x26, 0x0A, 0xA0, 0x0A, 0x61], encoding: "windows-1252")
        #expect(batch.lines.map(\.flags) == [.nonASCII, .ampersand, [.nonASCII, .invisible], []])
    }

    @Test func separatorsAreNotTouched() throws {
        var batch = Kit.batch([0xFF, 0x0A, 0xFF, 0x0A])
        batch.lines[0].flags.insert(.separator)
        try Kit.decode(&batch)
        #expect(Kit.output(batch) == [0xFF, 0x0A, 0xEF, 0xBF, 0xBD, 0x0A])
    }

    @Test func emptyInput() throws {
        #expect(try decode([], encoding: "utf-8").lines.isEmpty)
        #expect(texts(try decode([0x0A], encoding: "utf-8")) == [""])
    }
}
