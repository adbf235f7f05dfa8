import Testing

@testable import WinnowCore

/// The message of an error as a terminal shows it.
@Suite struct WinnowErrorTests {
    private func error(_ location: WinnowError.Location?, hint: String? = nil) -> String {
        WinnowError(.usage, "no such key", hint: hint, at: location).text
    }

    @Test func withoutPlace() {
        #expect(error(nil) == "no such key")
        #expect(error(nil, hint: "look again") == "no such key\n  look again")
    }

    @Test func placeAsFarAsKnown() {
        #expect(error(.init(file: "p.yml")) == "p.yml: no such key")
        #expect(error(.init(file: "p.yml", line: 3)) == "p.yml:3: no such key")
        #expect(error(.init(file: "p.yml", line: 3, column: 7)) == "p.yml:3:7: no such key")
    }

    @Test func sourceIsShownOnlyWithAColumn() {
        #expect(error(.init(file: "p.yml", line: 3, source: "stagess:")) == "p.yml:3: no such key")
    }

    @Test func caretStandsUnderTheColumn() {
        let text = error(.init(file: "p.yml", line: 3, column: 5, source: "    formm: nfc"), hint: "did you mean 'form'?")
        #expect(
            text == """
                p.yml:3:5: no such key
                      formm: nfc
                      ^
                  did you mean 'form'?
                """)
    }

    @Test func caretAtTheFirstColumn() {
        #expect(error(.init(file: "f", line: 1, column: 1, source: "x: 1")) == "f:1:1: no such key\n  x: 1\n  ^")
    }

    @Test func tabsBeforeTheCaretStayTabs() {
        #expect(
            error(.init(file: "f", line: 1, column: 4, source: "\t \tbad: 1")) == "f:1:4: no such key\n  \t \tbad: 1\n  \t \t^")
        #expect(error(.init(file: "f", line: 1, column: 5, source: "key\tbad")) == "f:1:5: no such key\n  key\tbad\n     \t^")
    }

    @Test func columnsAreScalarsNotBytes() {
        // "é" is two bytes and one column.
        #expect(error(.init(file: "f", line: 1, column: 4, source: "né: x")) == "f:1:4: no such key\n  né: x\n     ^")
    }

    @Test func columnBehindTheEndOfTheLine() {
        // The caret stands at the end of what there is, not somewhere in the void.
        #expect(error(.init(file: "f", line: 1, column: 9, source: "abc")) == "f:1:9: no such key\n  abc\n     ^")
    }
}

/// "Did you mean …?"
@Suite struct NearestNameTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var word: String
        var names: [String]
        var nearest: String?
        var testDescription: String { "\(word) among \(names)" }
    }

    static let stages = ["decode", "normalize", "boilerplate", "near-duplicates", "blank-lines"]

    @Test(arguments: [
        Case(word: "normalise", names: stages, nearest: "normalize"),
        Case(word: "decod", names: stages, nearest: "decode"),
        Case(word: "decodde", names: stages, nearest: "decode"),
        Case(word: "DECODE", names: stages, nearest: "decode"),
        Case(word: "near_duplicates", names: stages, nearest: "near-duplicates"),
        Case(word: "blanklines", names: stages, nearest: "blank-lines"),
        Case(word: "boiler", names: stages, nearest: nil),
        Case(word: "frobnicate", names: stages, nearest: nil),
        Case(word: "decode", names: [], nearest: nil),
        // At most a third of the longer word, but at least one letter.
        Case(word: "ab", names: ["ac"], nearest: "ac"),
        Case(word: "ab", names: ["cd"], nearest: nil),
        Case(word: "abcdef", names: ["abcdxy"], nearest: "abcdxy"),
        Case(word: "abcdef", names: ["abcxyz"], nearest: nil),
        // The nearest wins; of equally near ones, the first.
        Case(word: "shares", names: ["chares", "share", "shared"], nearest: "chares"),
        Case(word: "stages", names: ["stage-s", "stagess", "stages"], nearest: "stages"),
        // Distance counts scalars: one letter differs.
        Case(word: "größe", names: ["grösse", "grüße"], nearest: "grüße"),
    ])
    func nearest(_ sample: Case) {
        #expect(nearestName(to: sample.word, among: sample.names) == sample.nearest)
    }

    @Test func distanceIsLevenshteins() {
        // kitten → sitting is 3, and 3 > 7 / 3 = 2; sitten → sitting is 2.
        #expect(nearestName(to: "kitten", among: ["sitting"]) == nil)
        #expect(nearestName(to: "sitten", among: ["sitting"]) == "sitting")
    }
}
