import TestSupport
import Testing
import WinnowCore
import WinnowIO
import WinnowRun
import WinnowText

/// The counts of a text, read in one window unless said otherwise.
func measures(_ bytes: [UInt8], window: Window = Window()) throws -> (sums: MeasureSums, distinct: Int) {
    let reader = try BatchReader(
        MemorySource(bytes, name: "-", block: .max), ordinal: 0, window: window, encoding: .named(.utf8), hashing: false)
    let measurer = TextMeasurer()
    var sums = MeasureSums()
    var batch = LineBatch()
    while try reader.next(into: &batch) { measurer.measure(batch, into: &sums) }
    return (sums, measurer.distinctLines.estimate)
}

func measures(_ text: String) throws -> MeasureSums { try measures(Array(text.utf8)).sums }

@Suite struct MeasureTests {
    private func ratio(_ name: String, _ text: String) throws -> [Int] {
        let measure = try #require(Measure.named(name))
        let sums = try measures(text)
        return [sums[measure.numerator], sums[measure.denominator]]
    }

    @Test(arguments: [
        // Blank lines at the ends, and the last line end, are no part of the document.
        ("duplicate-lines", "\n\na\nb\n\na\n\n", [1, 3]),
        ("duplicate-line-characters", "ab\ncd\nab\n", [2, 8]),
        ("duplicate-paragraphs", "a\nb\n\nc\n\na\nb\n\n\na\nb\n", [2, 4]),
        ("duplicate-paragraph-characters", "a\nb\n\na\nb", [3, 8]),
        // A line of spaces parts no paragraphs, and is no line of text.
        ("duplicate-paragraphs", "a\n \na", [0, 1]),
        ("short-lines", "a\n \na", [2, 2]),
        // Of pairs that are as frequent, the first one counts.
        ("top-2-gram", "aa bb aa bb c d", [10, 15]), ("top-2-gram", "one two three", [7, 13]),
        ("top-3-gram", "one two", [0, 7]),
        ("duplicate-5-grams", "a b c d e a b c d e", [5, 19]), ("duplicate-5-grams", "a b c d e f", [0, 11]),
        ("duplicate-10-grams", "a b c d e f g h i j a b c d e f g h i j", [10, 39]),
        ("mean-word-length", "ab, -- cdé !\n", [6, 2]), ("alphabetic-words", "a 1 b2 --", [2, 4]),
        ("ellipsis-to-word", "a... ..... … ....", [4, 4]), ("hash-to-word", "## a#", [3, 2]),
        ("bullet-lines", "- a\n • b\nc\n\n", [2, 3]), ("ellipsis-lines", "a… \nb...\nc..\n", [2, 3]),
        ("terminated-lines", "a.\nb\nc。\nd. \n", [2, 4]), ("newlines-to-words", "a b\n\nc\n", [2, 3]),
        ("short-lines", "123456789012345678901234567890\n1234567890123456789012345678901\n", [1, 2]),
        ("character-repetition", "ab\nab\n\n", [2, 4]),
        ("uppercase-lines", "ABc\nABcd\n", [1, 2]), ("numeric-lines", "42\n4 2\n", [1, 2]),
        ("one-word-lines", "a\nb c\n", [1, 2]),
        ("counter-lines", "3 likes\n(12.5K Views)\n3 like\nx 3 likes\n3 likes x\n1,2 shares!\n3likes\n", [3, 7]),
        ("uppercase", "AÉb1", [2, 4]), ("digits", "1٢x", [2, 3]), ("white-space", "a b\nc\u{A0}d\n", [3, 7]),
        ("script-latin", "aя", [1, 2]), ("script-cyrillic", "aя1", [1, 2]), ("script-han", "漢字か", [2, 3]),
        ("script-kana", "漢かカ", [2, 3]), ("script-hangul", "가a", [1, 2]), ("script-indic", "नத", [2, 2]),
        ("script-other", "აa", [1, 2]), ("script-greek", "αb", [1, 2]), ("script-arabic", "عb", [1, 2]),
        ("script-hebrew", "אb", [1, 2]), ("words-per-line", "a b\n\nc\n", [3, 2]),
        (
            "c4-long-word-lines", String(repeating: "x", count: 1001) + ".\n" + String(repeating: "x", count: 999) + ".\n",
            [1, 2]
        ),
    ]) func values(_ name: String, _ text: String, _ expected: [Int]) throws {
        #expect(try ratio(name, text) == expected, "\(name) of \(text)")
    }

    /// Characters outside ASCII count the same wherever the blocks part them that a line is looked at in.
    @Test func wideCharactersAcrossBlocks() throws {
        for at in 55...70 {
            let sums = try measures(String(repeating: "x", count: at) + "Éя\u{3000}漢𝔄٢… …\u{2003}b\u{301} #.\n")
            #expect(sums[.characters] == at + 15 && sums[.words] == 5, "\(at)")
            #expect(sums[.wordCharacters] == at + 11 && sums[.spaces] == 4, "\(at)")
            #expect(sums[.letters] == at + 5 && sums[.cyrillic] == 1 && sums[.han] == 1, "\(at)")
            #expect(sums[.uppercase] == 2 && sums[.digits] == 1 && sums[.ellipses] == 2 && sums[.hashes] == 1, "\(at)")
            #expect(sums[.alphabeticWords] == 3 && sums[.plainWords] == 3, "\(at)")
        }
    }

    @Test func nothingHasNoMeasures() throws {
        let sums = try measures("\n\n")
        #expect(sums[.documents] == 1 && sums[.lines] == 0)
        #expect(Measure.all.filter { $0.value(sums) != nil }.map(\.name) == ["c4-lorem-ipsum", "c4-curly-bracket"])
    }

    /// Sums of windows are those of the whole, but for what is repeated across windows.
    @Test func windowsAddUp() throws {
        let bytes = try readWhole("\(repository)/Fixtures/measures/repeats.txt")
        let whole = try measures(bytes)
        let parts = try measures(bytes, window: Window(lines: 7, bytes: 1 << 20))
        for counter in Counter.allCases {
            let (one, all) = (parts.sums[counter], whole.sums[counter])
            switch counter {
            case .repeatedLines, .repeatedLineCharacters, .repeatedParagraphs, .repeatedParagraphCharacters, .paragraphs,
                .top2, .top3, .top4, .repeated5, .repeated6, .repeated7, .repeated8, .repeated9, .repeated10,
                .repeatedTextLineCharacters, .loremIpsumDocuments, .curlyBracketDocuments:
                continue
            default: #expect(one == all, "\(counter)")
            }
        }
        #expect(parts.distinct == whole.distinct)
    }

    @Test(arguments: [10, 1000, 100_000]) func distinctLines(_ count: Int) throws {
        let text = (0..<2 * count).map { "line \($0 % count)\n" }.joined()
        let estimate = try measures(Array(text.utf8)).distinct
        #expect(abs(estimate - count) <= max(1, count / 50), "\(estimate)")
    }

    /// datatrove's own filters and functions, over texts of many languages.
    @Test(.enabled(if: pythonWithDatatrove != nil, "needs datatrove: .ci/python-tools installs it into .build/python"))
    func datatroveAgrees() throws {
        let python = try #require(pythonWithDatatrove)
        var parts: [String] = []
        for folder in ["Fixtures/articles", "Fixtures/clean", "Fixtures/measures"] {
            for name in files(in: folder, ending: ".txt") {
                let path = "\(repository)/\(folder)/\(name)"
                let sums = try measures(try readWhole(path)).sums
                let values = Measure.all.map { "\"\($0.name)\": [\(sums[$0.numerator]), \(sums[$0.denominator])]" }
                parts.append("\(JSONText.string(path)): {\(values.joined(separator: ", "))}")
            }
        }
        let found = try withTemporaryFolder { folder in
            try AtomicFile.write(Array("{\(parts.joined(separator: ",\n"))}".utf8), to: "\(folder)/values.json")
            let script = "\"$1\" \"$2\"/Tests/Peers/datatrove_measures.py < \"$3\"/values.json > \"$3\"/out 2>&1"
            _ = try runBash(script, [python, repository, folder])
            return String(decoding: try readWhole("\(folder)/out"), as: UTF8.self)
        }
        #expect(found == "\(parts.count * 29) values agree\n")
    }
}

/// Python with datatrove: the one that .ci/run sets up, else the user's; nil where neither has it.
let pythonWithDatatrove: String? = ["\(repository)/.build/python/bin/python3", "python3"].first {
    (try? runBash("\"$1\" -c 'import datatrove, regex' 2> /dev/null", [$0])) == 0
}
