import Testing
import WinnowCore
import WinnowStages

@Suite struct LineInspectorTests {
    private func faults(_ bytes: [UInt8]) throws -> [String] {
        let inspector = try LineInspector()
        var found: [LineInspector.Fault] = []
        bytes.withUnsafeBufferPointer { inspector.inspect($0, into: &found) }
        return found.map { "\($0.kind.rawValue) \($0.column)+\($0.length) x\($0.count) \($0.detail)" }
    }

    @Test(arguments: [
        ("An ordinary line, “quoted” – with 3 € and naïve 漢字.", []),
        ("caf\u{C3}\u{A9} noir", ["mojibake 4+2 x1 \"Ã©\" for \"é\""]),
        ("a &amp; b", ["html-entity 3+5 x1 \"&amp;\""]),
        ("caf\u{C3}\u{A9} &lt;", ["mojibake 4+2 x1 \"Ã©\" for \"é\"", "html-entity 0+0 x1 \"&lt;\""]),
        ("e\u{301}t\u{E9}", ["not-nfc 1+2 x1 U+0065 U+0301"]),
        ("a\u{7}b\u{7}", ["control-character 2+1 x2 U+0007"]),
        ("é\u{A0}b\u{A0}c", ["odd-space 2+1 x2 U+00A0"]),
        ("a\u{200B}b\u{FEFF}", ["invisible-character 2+1 x2 U+200B"]),
        ("if \u{202E}x", ["bidi-control 4+1 x1 U+202E"]),
        // Right-to-left text may have what it closes.
        ("שלום \u{202A}abc\u{202C} עולם", []), ("שלום \u{202A}abc עולם", ["bidi-control 6+1 x1 U+202A without its end"]),
        ("שלום \u{2067}\u{202E}abc\u{2069} עולם", []),
        // An emoji's joiner, a soft hyphen that is debris.
        ("👩\u{200D}🚀", []), ("Donau\u{AD}dampf", ["invisible-character 6+1 x1 U+00AD"]),
    ]) func places(_ text: String, _ expected: [String]) throws { #expect(try faults(Array(text.utf8)) == expected) }

    @Test func bytesThatAreNoText() throws {
        #expect(try faults(Array("é".utf8) + [0xFF] + Array("b".utf8) + [0xC3]) == ["invalid-utf8 2+1 x2 byte 0xFF"])
    }
}
