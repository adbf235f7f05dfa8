import TestSupport
import Testing

@testable import WinnowCore

@Suite struct JSONTextTests {
    @Test(arguments: [
        ("", "\"\""), ("plain", "\"plain\""), ("a\"b", "\"a\\\"b\""), ("a\\b", "\"a\\\\b\""), ("a/b", "\"a/b\""),
        ("\n\r\t", "\"\\n\\r\\t\""), ("\u{0}\u{1}\u{1F}", "\"\\u0000\\u0001\\u001f\""), ("\u{7F}", "\"\\u007f\""),
        ("\u{8}\u{C}\u{1B}", "\"\\u0008\\u000c\\u001b\""), ("é漢😀\u{2028}", "\"é漢😀\u{2028}\""),
    ])
    func escapes(_ text: String, _ literal: String) {
        #expect(JSONText.string(text) == literal)
    }

    @Test(arguments: [0, 7, 10, -1, -10, 1_234_567, Int.max, Int.min]) func wholeNumbers(_ number: Int) {
        var out = Array("x".utf8)
        JSONText.append(number, to: &out)
        #expect(String(decoding: out, as: UTF8.self) == "x\(number)")
    }

    @Test func appendsBehindWhatIsThere() {
        var out = Array("{".utf8)
        JSONText.append(Array("k".utf8), to: &out)
        #expect(out == Array("{\"k\"".utf8))
    }

    /// Every code point comes out as itself or as an escape that a reader of RFC 8259 undoes.
    @Test func everyControlIsEscapedAndNothingElse() {
        for c in (0 as UInt32)...0x10FFFF {
            guard let scalar = Unicode.Scalar(c) else { continue }
            let literal = JSONText.string(String(Character(scalar)))
            let body = literal.unicodeScalars.dropFirst().dropLast()
            if c < 0x20 || c == 0x22 || c == 0x5C || c == 0x7F {
                #expect(body.first == "\\", "U+\(String(c, radix: 16))")
                #expect(!body.contains { $0.value < 0x20 || $0.value == 0x7F })
            } else if Array(body) != [scalar] {
                Issue.record("U+\(String(c, radix: 16)) became \(literal)")
            }
        }
    }

    private func base64(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        JSONText.appendBase64(bytes, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64Vectors(_ text: String, _ code: String) {
        #expect(base64(Array(text.utf8)) == "\"\(code)\"")
        #expect(JSONText.decodeBase64(code.utf8) == Array(text.utf8))
    }

    @Test func base64UsesTheStandardAlphabet() {
        #expect(base64([0xFB, 0xFF, 0xBF]) == "\"+/+/\"")
        #expect(JSONText.decodeBase64("+/+/".utf8) == [0xFB, 0xFF, 0xBF])
        #expect(JSONText.decodeBase64("-_-_".utf8) == nil)
        #expect(JSONText.decodeBase64("Zm 9v".utf8) == nil)
    }

    @Test func base64RoundTrip() {
        var random = SplitMix64(seed: 11)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            let code = base64(bytes)
            #expect(code.utf8.count == (length + 2) / 3 * 4 + 2)
            #expect(JSONText.decodeBase64(code.utf8.dropFirst().dropLast()) == bytes)
        }
    }

    @Test(
        arguments: ["Z", "Zg", "Zg=", "Zg==Zg==", "Zg==?", "=", "Zm9vZ"])
    func base64RefusesWhatIsNoBase64(_ code: String) {
        #expect(JSONText.decodeBase64(code.utf8) == nil)
    }
}
