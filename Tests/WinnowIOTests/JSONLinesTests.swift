import CKernels
import TestSupport
import Testing
import WinnowCore
import WinnowIO

@Suite struct JSONLinesTests {
    private func read(_ line: String, _ field: String = "text") throws -> Record {
        let (all, error) = records(Array(line.utf8), .jsonl, field: try FieldPath(field))
        if let error { throw error }
        return try #require(all.first)
    }

    // MARK: Finding the text

    @Test(
        arguments: [
            (#"{"text":"a"}"#, "text", "a"),
            (#"  { "x" : [1,{"text":"no"}] , "text" :  "a"  }  "#, "text", "a"),
            (#"{"text":"a\n\"\\\/\b\f\r\tA\u00e9\ud83d\ude80é"}"#, "text", "a\n\"\\/\u{8}\u{C}\r\tAé🚀é"),
            (#"{"a":{"b":{"c":"deep"}},"a.b.c":"flat"}"#, "a.b.c", "deep"),
            (#"{"a":{"b":{"c":"deep"}},"a.b.c":"flat"}"#, #"a\.b\.c"#, "flat"),
            (#"{"te\u0078t":"escaped name"}"#, "text", "escaped name"),
            (#"{"":"","text":"last","x":{},"y":[]}"#, "text", "last"),
            // The last one counts.
            (#"{"text":"one","text":"two"}"#, "text", "two"),
            (#"{"a":{"t":"one"},"a":{"t":"two","t":"three"}}"#, "a.t", "three"),
            // Halves of surrogate pairs.
            (#"{"text":"<\ud800>","x":"\udc00\ud800"}"#, "text", "<\u{FFFD}>"),
            (#"{"text":"\ud800\ud83d\ude80\ude80\\ud800"}"#, "text", "\u{FFFD}🚀\u{FFFD}\\ud800"),
            // Numbers that no machine word holds.
            (#"{"n":123456789012345678901234567890,"m":-1E+999,"o":[0,-0.0e-0],"text":"a"}"#, "text", "a"),
        ])
    func findsTheText(_ line: String, _ field: String, _ expected: String) throws {
        let record = try read(line, field)
        #expect(record.kind == .text, "\(record.error?.text ?? "")")
        #expect(text(record.text) == expected)
        #expect(text(record.bytes) == line)
    }

    @Test(
        arguments: [
            (#"{"x":"a"}"#, "it has no field 'text'"),
            (#"{}"#, "it has no field 'text'"),
            (#"{"text":null}"#, "its field 'text' is no string"),
            (#"{"text":{"text":"a"}}"#, "its field 'text' is no string"),
            (#"["text"]"#, "no object"),
            (#""text""#, "no object"),
            (#"{"text":"a""#, "not a JSON object"),
            (#"{"text":"a"} {"#, "not a JSON object"),
            (#"{"text":"a"}{"text":"b"}"#, "not a JSON object"),
            (#"{"text":"a","n":01}"#, "not a JSON object"),
            (#"{"text":"\ud800","n":0x1}"#, "not a JSON object"),
            (#"{"text":"\ud800","n":1.}"#, "not a JSON object"),
            (#"{"text":"\ud80g"}"#, "not a JSON object"),
            (#"{"text":"\ud800"#, "not a JSON object"),
            (#"{"text":"a","n":NaN}"#, "not a JSON object"),
            (#"{"text":"a\x"}"#, "not a JSON object"),
            ("{\"text\":\"a\tb\"}", "not a JSON object"),
            (#"{'text':'a'}"#, "not a JSON object"),
            (#"{"text":"a",}"#, "not a JSON object"),
            ("prose", "not a JSON object"),
            ("\u{0}", "not a JSON object"),
        ])
    func tellsWhatIsWrong(_ line: String, _ message: String) throws {
        let good = #"{"text":"good"}"#
        let (all, error) = records(Array("\(good)\n\(line)\n\(good)\n".utf8), .jsonl)
        #expect(error == nil)
        #expect(all.count == 3)
        let problem = try #require(all.dropFirst().first?.error)
        #expect(problem.code == .input)
        #expect(problem.text.hasPrefix("in:2: record 2 at byte 16: "), "\(problem.text)")
        #expect(problem.message.contains(message), "\(problem.text)")
        // What is wrong with one does not touch the others.
        #expect(all.map(\.number) == [1, 2, 3])
        #expect(all.last.map { text($0.text) } == "good")
        #expect(all.map { text($0.bytes) }.joined() == "\(good)\n\(line)\n\(good)\n")
    }

    @Test func invalidUTF8IsTold() throws {
        let (all, _) = records(Array(#"{"text":""#.utf8) + [0xFF] + Array(#""}"#.utf8), .jsonl)
        #expect(all.first?.error?.message.contains("UTF-8") == true)
    }

    @Test func nestingHasALimit() throws {
        for (depth, isGood) in [(1000, true), (1100, false), (100_000, false)] {
            let line = #"{"text":"a","x":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
            #expect(try (read(line).kind == .text) == isGood)
        }
    }

    @Test(arguments: ["", ".", "a.", ".a", "a..b", "a\\"]) func pathsThatAreNone(_ path: String) {
        #expect(throws: WinnowError.self) { try FieldPath(path) }
    }

    // MARK: Lines

    @Test func whatStandsBetweenStays() throws {
        let bytes = Array("\u{FEFF}{\"text\":\"a\"}\r\n\n \t\r\n{\"text\":\"b\"}".utf8)
        let (all, error) = records(bytes, .jsonl)
        #expect(error == nil)
        #expect(all.map(\.kind) == [.between, .text, .between, .between, .text])
        #expect(all.map(\.number) == [0, 1, 1, 1, 2])
        #expect(all.map(\.line) == [1, 1, 2, 3, 4])
        #expect(all.map(\.offset) == [0, 3, 17, 18, 22])
        #expect(try rewrite(bytes, .jsonl, { $0 }) == bytes)
        #expect(records([], .jsonl).records.isEmpty)
    }

    @Test func longLinesComeInParts() throws {
        let long = #"{"text":""# + String(repeating: "x", count: 3 << 20) + #""}"#
        let file = Array("{\"text\":\"a\"}\n\(long)\n{\"text\":\"b\"}\n".utf8)
        let limits = RecordLimits(record: 2 << 20)
        let (all, error) = records(file, .jsonl, limits: limits)
        #expect(error == nil)
        #expect(all.map(\.number) == [1, 2, 2, 2, 2, 3])
        #expect(all.map(\.part.isFirst) == [true, true, false, false, false, true])
        #expect(all.map(\.part.isLast) == [true, false, false, false, true, true])
        #expect(contents(of: all) == file)
        #expect(all[1].error?.code == .limit)
        #expect(all[1].error?.text.hasPrefix("in:2: record 2 at byte 13: its line is longer than 2097152 bytes") == true)
        #expect(all.last?.line == 3)
        for block in [4096, 1 << 20] { #expect(records(file, .jsonl, limits: limits, block: block).records == all) }
        // A line of just the limit is none.
        let exact = RecordLimits(record: long.utf8.count)
        #expect(records(file, .jsonl, limits: exact).records.count == 3)
    }

    // MARK: Writing

    /// The vector code against a plain loop: every byte at every place around the ends of vectors.
    @Test func whatMustBeEscapedIsFound() {
        for length in [0, 1, 31, 32, 33, 64, 100] {
            for place in 0..<length {
                for byte in UInt8.min...UInt8.max {
                    var text = [UInt8](repeating: 0x61, count: length)
                    text[place] = byte
                    if place + 2 < length { text[place + 2] = 0x22 }
                    let expected = text.firstIndex { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C } ?? length
                    #expect(wk_find_escape(text, length) == expected, "byte \(byte) at \(place) of \(length)")
                }
            }
        }
    }

    @Test func onlyTheTextChanges() throws {
        let bytes = try fixture("sample.jsonl")
        let changed = text(
            try rewrite(bytes, .jsonl) {
                $0.replacing("Share\n", with: "").replacing("caf\u{E9}", with: "tea \"\u{1}\n\u{7F}é\"")
            })
        let expected = text(bytes)
            .replacing(#"noon.\nShare\nIt"#, with: #"noon.\nIt"#)
            .replacing(
                #""caf\u00e9 \ud83d\ude80 \/ tab\t end" , "other""#,
                with: #""tea \"\u0001\n\#u{7F}é\" 🚀 / tab\t end" , "other""#)
        #expect(changed == expected)
    }

    @Test func emptyRecordsCanGo() throws {
        let bytes = Array(
            "{\"text\":\"Share\",\"n\":1}\n{\"text\":\"a\"}\n\n{\"text\":\" \"}\n{\"no\":1}\n{\"text\":\"Share\"}".utf8)
        let clean = { (text: String) in text.replacing("Share", with: "") }
        #expect(text(try rewrite(bytes, .jsonl, dropsEmpty: true, clean)) == "{\"text\":\"a\"}\n\n{\"no\":1}\n")
        #expect(text(try rewrite(bytes, .jsonl, clean)) == text(bytes).replacing("Share", with: ""))
    }

    // MARK: Properties

    /// A file of records with names, spaces, escapes and line ends at random.
    static func file(_ seed: UInt64) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        let spaces = ["", "", " ", "  ", "\t"]
        let pieces = [
            "a", "text", "é", "🚀", #"\n"#, #"\""#, #"\\"#, #"\u00e9"#, #"\ud83d\ude80"#, #"\ud800"#, "{", "]", ",", ":", #"\/"#,
        ]
        let numbers = ["0", "-1.50", "1E5", "123456789012345678901", "1e400", "-0"]
        func space() -> String { spaces[random.below(spaces.count)] }
        func string() -> String { "\"" + (0..<random.below(6)).map { _ in pieces[random.below(pieces.count)] }.joined() + "\"" }
        // A name that is not "text".
        func other() -> String { "\"_\(string().dropFirst())" }
        func value(_ depth: Int) -> String {
            switch random.below(depth > 2 ? 4 : 6) {
            case 0: numbers[random.below(numbers.count)]
            case 1: ["true", "false", "null"][random.below(3)]
            case 2, 3: string()
            case 4: "[" + (0..<random.below(4)).map { _ in space() + value(depth + 1) + space() }.joined(separator: ",") + "]"
            default: object(depth + 1)
            }
        }
        func object(_ depth: Int) -> String {
            "{"
                + (0..<random.below(4)).map { _ in "\(space())\(string())\(space()):\(space())\(value(depth))\(space())" }
                .joined(separator: ",") + "}"
        }
        var out = random.chance(1, in: 4) ? "\u{FEFF}" : ""
        let count = random.below(8)
        for k in 0..<count {
            if random.chance(1, in: 4) { out += space() + "\n" }
            let before = random.chance(1, in: 2) ? "" : "\(other()):\(value(0)),"
            let behind = random.chance(1, in: 2) ? "" : ",\(other()) : \(value(0))"
            out += "{\(before)\"text\"\(space()):\(space())\(string())\(behind)}"
            if k < count - 1 || random.chance(1, in: 2) { out += random.chance(1, in: 3) ? "\r\n" : "\n" }
        }
        return Array(out.utf8)
    }

    @Test(arguments: 1..<UInt64(200)) func anySplitGivesTheSameRecords(_ seed: UInt64) throws {
        let bytes = Self.file(seed)
        let (all, error) = records(bytes, .jsonl)
        #expect(error == nil)
        #expect(all.allSatisfy { $0.error == nil }, "\(all.compactMap { $0.error?.text }) in \(text(bytes))")
        #expect(contents(of: all) == bytes)
        #expect(try rewrite(bytes, .jsonl, { $0 }) == bytes)
        for block in [1, 2, 3, 7, 50] { #expect(records(bytes, .jsonl, block: block).records == all) }
    }

    @Test func damageTouchesOneLine() throws {
        let bytes = try fixture("sample.jsonl")
        let (good, _) = records(bytes, .jsonl)
        for place in bytes.indices {
            for bit: UInt8 in [0x01, 0x20, 0x80] {
                var damaged = bytes
                damaged[place] ^= bit
                let (all, error) = records(damaged, .jsonl)
                #expect(error == nil)
                #expect(contents(of: all) == damaged)
                let before = good.prefix { $0.offset + $0.bytes.count <= place }
                #expect(all.prefix(before.count).elementsEqual(before))
            }
            let (all, _) = records(Array(bytes[..<place]), .jsonl)
            #expect(contents(of: all) == Array(bytes[..<place]))
        }
    }

    // MARK: Other programs

    /// Python reads the same texts, and of what was written the same records but for the text.
    @Test func pythonAgrees() throws {
        try #require(hasTool("python3"), ".ci/setup installs it")
        var file: [UInt8] = []
        for seed in 1..<UInt64(120) {
            file += Self.file(seed).split(separator: 0x0A).filter { $0.contains(UInt8(ascii: "{")) }
                .flatMap { $0.drop { $0 != UInt8(ascii: "{") } + [0x0A] }
        }
        file += try fixture("sample.jsonl")
        let (all, _) = records(file, .jsonl)
        // Texts, one a line, in hexadecimal digits: no JSON of ours.
        let texts = all.filter { $0.kind == .text }.map { record in
            record.text.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + "\n"
        }.joined()
        let changed = try rewrite(file, .jsonl) { "<\($0)\n\u{1}\"\\>" }
        let script = """
            python3 - <<'END'
            import json, re
            def mend(s): return re.sub('[\\ud800-\\udfff]', '\\ufffd', s)
            def rows(name): return [json.loads(l) for l in open(name, encoding='utf-8-sig', newline='\\n').read().split('\\n') if l.strip()]
            old, new, texts = rows('old'), rows('new'), open('texts').read().split('\\n')[:-1]
            assert len(old) == len(new) == len(texts) > 300, (len(old), len(new), len(texts))
            for a, b, t in zip(old, new, texts):
                assert list(a) == list(b)
                assert mend(a['text']).encode() == bytes.fromhex(t), (a, t)
                assert b['text'] == '<' + mend(a['text']) + '\\n\\x01"\\\\>', (a, b)
                a['text'] = b['text'] = 0
                assert repr(a) == repr(b)
            print('agreed')
            END
            """
        let result = try bash(script, files: ["old": file, "new": changed, "texts": Array(texts.utf8)])
        #expect(result.status == 0)
        #expect(text(result.output) == "agreed\n")
    }
}
