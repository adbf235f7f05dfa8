import Testing
import WinnowCore
import WinnowIO

@testable import WinnowRun

@Suite struct CheckPartsTests {
    @Test func hunksOfADiff() {
        let diff = """
            diff --git a.txt a.txt
            --- a.txt
            +++ a.txt
            @@ -3 +3,2 @@ some heading
            -+++ not a name
            ++++ nor this
            +@@ -1 +1 @@
            @@ -9,2 +10,0 @@
            -gone
            -gone
            --- /dev/null
            +++ "new \\"x\\"\\303\\274\\t.txt"
            @@ -0,0 +1 @@
            +one
            --- with space.txt\t
            +++ with space.txt\t
            @@ -1 +1 @@
            -a
            +b
            """
        let files = ChangedLines.parse(Array(diff.utf8)).map { "\($0.path.bytes) \($0.ranges)" }
        func line(_ name: String, _ ranges: [ClosedRange<Int>]) -> String { "\(Array(name.utf8)) \(ranges)" }
        #expect(files == [line("a.txt", [3...4]), line("new \"x\"ü\t.txt", [1...1]), line("with space.txt", [1...1])])
    }

    @Test func linesAreKnownByTheirFirstPlace() throws {
        var index = LineIndex(limit: 1 << 20)
        for k in 1...5000 as ClosedRange<UInt64> {
            #expect(try index.find(k &* 0x9E37_79B9_7F4A_7C15, orAdd: .init(document: UInt32(k), line: 1)) == nil)
        }
        for k in 1...5000 as ClosedRange<UInt64> {
            #expect(try index.find(k &* 0x9E37_79B9_7F4A_7C15, orAdd: .init(document: 0, line: 9))?.document == UInt32(k))
        }
        #expect(throws: WinnowError.self) {
            for k in 6000...90_000 as ClosedRange<UInt64> { _ = try index.find(k, orAdd: .init(document: 0, line: 0)) }
        }
    }

    @Test func whatRecursMostStays() {
        var list = TopRecurrences()
        for k in 0..<20_000 as Range<UInt64> {
            for key in [k + 1000, k % 3] {
                list.add(
                    key, { Recurrence(kind: .boilerplate, text: "\(key)", place: .init(file: "a")) },
                    other: .init(file: "a", line: Int(k)), text: "")
            }
        }
        let top = list.top(5)
        #expect(top.map(\.text) == ["0", "1", "2"] && top.map(\.count) == [6667, 6667, 6666])
        #expect(top[0].others.map(\.line) == [0, 3, 6, 9, 12])
    }

    @Test func aBaselineIsReadAsItIsWritten() throws {
        let key = Baseline.Key(file: "a b.txt", kind: "mojibake", fingerprint: 0xAB)
        let other = Baseline.Key(file: "a b.txt", kind: "boilerplate", fingerprint: 1)
        let text = Baseline.text([key: 2, other: 1])
        #expect(
            String(decoding: text, as: UTF8.self)
                == Baseline.header + "boilerplate 0000000000000001 1 a b.txt\nmojibake 00000000000000ab 2 a b.txt\n")
        #expect(try Baseline(path: "x", bytes: text).known == [key: 2, other: 1])
        // As git merges it: one line twice is two findings.
        #expect(try Baseline(path: "x", bytes: text + Array("mojibake 00000000000000ab 1 a b.txt\n".utf8)).known[key] == 3)
        #expect(throws: WinnowError.self) { try Baseline(path: "x", bytes: Array("mojibake".utf8)) }
    }

    @Test func programsAreRun() throws {
        let result = try ChildProcess.run("sh", ["-c", "yes | head -c 300000; yes no | head -c 300000 >&2; exit 3"])
        #expect(result.output.count == 300_000 && result.errors.count == 300_000 && result.status == 3)
        #expect(throws: WinnowError.self) { try ChildProcess.run("no-such-program-here", []) }
    }
}
