import Testing
import WinnowCore
import WinnowText

@testable import WinnowStages

private typealias Kit = NormalizeKit

@Suite struct BlankLinesTests {
    /// The lines that come out of windows of one document; "." stands for a blank line.
    private func run(_ windows: [String], max: Int = 1, edges: Bool = true, with first: [any Stage] = []) throws -> String {
        var values = OptionValues(defaultsOf: BlankLines.descriptor.options)
        values["max"] = .integer(max)
        values["edges"] = .flag(edges)
        let decode = try Decode(OptionValues(defaultsOf: Decode.descriptor.options))
        let patterns = try PatternSet(["^keep"])
        let pipeline = try Pipeline(stages: [decode] + first + [try BlankLines(values)], harmGuard: HarmGuard()) {
            () throws(WinnowError) in try Keys(protecting: patterns)
        }
        let worker = try pipeline.makeWorker()
        let run = DocumentRun(pipeline, shared: try pipeline.makeShared())
        var out = ""
        for (index, window) in windows.enumerated() {
            let work = BatchWork()
            work.batch = Kit.batch(window.flatMap { ($0 == "." ? "" : String($0)).utf8 + [0x0A] })
            work.batch.isFirst = index == 0
            work.batch.isLast = index == windows.count - 1
            try worker.prepare(work)
            try run.judge(work)
            for place in work.batch.lines.indices where work.batch.isKept(place) {
                let text = work.batch.string(Int(work.batch.lines[place].source))
                out += text.isEmpty ? "." : text
            }
        }
        return out
    }

    @Test(arguments: [
        ("a..b", "a.b"), ("a.b", "a.b"), ("a.....b...c", "a.b.c"), ("..a", "a"), ("a..", "a"), (".", ""), ("...", ""),
        ("a", "a"), ("", ""), ("..a..b..", "a.b"), ("a b", "a.b"),
        ("a.\tb", "a.b"),
    ])
    func runsBecomeOneAndEdgesNone(_ text: String, _ clean: String) throws {
        let shown = try run([text]).replacing { $0 == " " || $0 == "\t" ? "." : $0 }
        #expect(shown == clean)
    }

    @Test(arguments: [(0, "ab"), (1, "a.b"), (2, "a..b"), (3, "a...b"), (9, "a...b")]) func max(_ max: Int, _ clean: String)
        throws
    {
        #expect(try run(["a...b"], max: max) == clean)
    }

    @Test func edgesSwitchedOff() throws {
        #expect(try run(["..a.."], edges: false) == ".a.")
        #expect(try run(["..a.."], max: 5, edges: false) == "..a..")
    }

    @Test
    func noneMeansNoneAtTheEdgesToo() throws {
        #expect(try run(["..a.b.."], max: 0, edges: false) == "ab")
    }

    /// Where a document is cut into windows does not matter, but for blank lines that a later window shows to be the end.
    @Test func runsAcrossWindows() throws {
        #expect(try run(["a.", ".b"]) == "a.b")
        #expect(try run(["a.", "..", ".b"]) == "a.b")
        #expect(try run(["a", ".b"]) == "a.b")
        #expect(try run([".", ".", "a"]) == "a")
        #expect(try run(["a..", "b"], max: 2) == "a..b")
        #expect(try run(["a..", ".b"], max: 2) == "a..b")
    }

    @Test(.disabled("a blank line that ends a window is written before it is known that the document ends there"))
    func theEndOfADocumentInTheNextWindow() throws {
        #expect(try run(["a.", "."]) == "a")
    }

    /// What other stages drop brings blank lines together: they run in rounds.
    @Test func blankLinesThatMeet() throws {
        var options = OptionValues(defaultsOf: Boilerplate.descriptor.options)
        options["drop"] = .words(["^X$"])
        let dropper = try Boilerplate(options)
        #expect(try run(["abc.X.def"], with: [dropper]) == "abc.def")
        #expect(try run(["X.abcdef.X"], with: [dropper]) == "abcdef")
    }

    @Test func aStageOfItsOwnIsNotJudgedByTheGuard() throws {
        #expect(BlankLines.isGuarded == false)
        #expect(try run([String(repeating: ".", count: 50) + "a" + String(repeating: ".", count: 50)]) == "a")
    }
}

extension String {
    fileprivate func replacing(_ change: (Character) -> Character) -> String { String(map(change)) }
}
