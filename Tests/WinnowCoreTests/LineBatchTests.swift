import Testing

@testable import WinnowCore

func makeBatch(_ texts: [String], keyLengths: [Int]? = nil) -> LineBatch {
    var batch = LineBatch()
    for (index, text) in texts.enumerated() {
        let start = batch.raw.count
        batch.raw.append(contentsOf: text.utf8)
        batch.raw.append(0x0A)
        var line = Line(start: start, length: text.utf8.count, end: .lf, endLength: 1, flags: [], index: index)
        line.keyLength = UInt32(keyLengths?[index] ?? text.utf8.count)
        batch.lines.append(line)
        batch.verdicts.append(nil)
    }
    return batch
}

/// What the output would be.
func output(_ batch: LineBatch) -> [String] {
    batch.lines.indices.compactMap { batch.isKept($0) ? batch.string(Int(batch.lines[$0].source)) : nil }
}

private let why = Verdict(stage: 1, rule: 2, evidence: .pattern(3))
private let lost = Verdict(stage: 4, rule: 5, evidence: .none)
private let moved = Verdict(stage: 4, rule: 6, evidence: .run(lines: 7))

@Suite struct LineBatchTests {
    @Test func dropEmptiesThePlaceAndSaysWhy() {
        var batch = makeBatch(["a", "b", "c"])
        #expect(batch.drop(1, why) == true)
        #expect(output(batch) == ["a", "c"])
        #expect(!batch.isKept(1))
        #expect(batch.verdicts == [nil, why, nil])
    }

    @Test func dropDoesNothingTwice() {
        var batch = makeBatch(["a", "b"])
        #expect(batch.drop(0, why) == true)
        let again = Verdict(stage: 9, rule: 9, evidence: .none)
        #expect(batch.drop(0, again) == false)
        #expect(batch.verdicts[0] == why)
    }

    @Test(arguments: [LineFlags.protected, .piece, .separator])
    func untouchableLinesStay(_ flag: LineFlags) {
        var batch = makeBatch(["a", "b", "c"])
        batch.lines[1].flags.insert(flag)
        #expect(batch.drop(1, why) == false)
        #expect(batch.move(1, to: 0, lost: lost, moved: moved) == false)
        #expect(batch.move(2, to: 1, lost: lost, moved: moved) == false)
        #expect(output(batch) == ["a", "b", "c"])
        #expect(batch.verdicts == [nil, nil, nil])
    }

    @Test func moveTakesTheTextToTheWorseCopysPlace() {
        var batch = makeBatch(["a (cut)", "b", "a whole"])
        #expect(batch.move(2, to: 0, lost: lost, moved: moved) == true)
        #expect(output(batch) == ["a whole", "b"])
        #expect(batch.verdicts == [lost, nil, moved])
        #expect(batch.lines.map(\.source) == [2, 1, -1])
    }

    @Test func droppingAPlaceDropsTheTextThatMovedThere() {
        var batch = makeBatch(["a (cut)", "b", "a whole"])
        #expect(batch.move(2, to: 0, lost: lost, moved: moved) == true)
        #expect(batch.drop(0, why) == true)
        #expect(output(batch) == ["b"])
        // The text that goes is line 2's; line 0 was lost before.
        #expect(batch.verdicts == [lost, nil, why])
    }

    @Test func aProtectedTextIsNotDroppedWhereItMovedNorReplaced() {
        var batch = makeBatch(["x", "y", "z"])
        #expect(batch.move(2, to: 0, lost: lost, moved: moved) == true)
        batch.lines[2].flags.insert(.protected)
        #expect(batch.drop(0, why) == false)
        #expect(batch.move(1, to: 0, lost: lost, moved: moved) == false)
        #expect(output(batch) == ["z", "y"])
    }

    @Test func nothingMovesFromOrToAnEmptyPlace() {
        var batch = makeBatch(["a", "b", "c"])
        #expect(batch.drop(1, why) == true)
        #expect(batch.move(1, to: 0, lost: lost, moved: moved) == false)
        #expect(batch.move(2, to: 1, lost: lost, moved: moved) == false)
        #expect(output(batch) == ["a", "c"])
    }

    @Test func moveOfAMove() {
        var batch = makeBatch(["a", "b", "c"])
        #expect(batch.move(1, to: 0, lost: lost, moved: moved) == true)
        #expect(batch.move(2, to: 0, lost: lost, moved: moved) == true)
        #expect(output(batch) == ["c"])
        #expect(batch.verdicts == [lost, lost, moved])
    }

    @Test func restoreAllUndoesDropsAndMovesAndKeepsRewriting() {
        var batch = makeBatch(["a", "b", "c"])
        batch.rewrite(0, with: "A!".utf8, steps: Steps(step: 3))
        #expect(batch.drop(1, why) == true)
        #expect(batch.move(2, to: 0, lost: lost, moved: moved) == true)
        batch.restoreAll()
        #expect(output(batch) == ["A!", "b", "c"])
        #expect(batch.verdicts == [nil, nil, nil])
        #expect(batch.lines[0].steps == Steps(step: 3))
    }

    @Test func rewriteCollectsStepsAndKeepsTheRawText() {
        var batch = makeBatch(["one", "two"])
        batch.rewrite(1, with: "2".utf8, steps: Steps(step: 0))
        batch.rewrite(1, with: "zwei".utf8, steps: Steps(step: 5))
        #expect(batch.string(0) == "one")
        #expect(batch.string(1) == "zwei")
        #expect(batch.lines[1].steps == [Steps(step: 0), Steps(step: 5)])
        #expect(batch.raw == Array("one\ntwo\n".utf8))
    }

    @Test func resetEmptiesEverything() {
        var batch = makeBatch(["a"])
        batch.rewrite(0, with: "b".utf8, steps: Steps(step: 0))
        batch.reset(document: Document(ordinal: 3, name: "d"), firstLine: 10, offset: 99)
        #expect(batch.lines.isEmpty && batch.raw.isEmpty && batch.arena.isEmpty && batch.verdicts.isEmpty && batch.keys.isEmpty)
        #expect(batch.document == Document(ordinal: 3, name: "d"))
        #expect(batch.number(4) == 14)
        #expect(batch.offset == 99)
        #expect(!batch.isLast)
    }
}

@Suite struct TwinTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var shared: UInt32
        var total: UInt32
        var text: String
        var testDescription: String { "\(shared)/\(total)" }
    }

    /// Four decimals, half up, by integers.
    @Test(arguments: [
        Case(shared: 0, total: 0, text: "0.0000"), Case(shared: 0, total: 5, text: "0.0000"),
        Case(shared: 1, total: 2, text: "0.5000"), Case(shared: 1, total: 3, text: "0.3333"),
        Case(shared: 2, total: 3, text: "0.6667"), Case(shared: 7, total: 7, text: "1.0000"),
        Case(shared: 1, total: 20_000, text: "0.0001"), Case(shared: 1, total: 20_001, text: "0.0000"),
        Case(shared: 3, total: 20_000, text: "0.0002"), Case(shared: 1, total: 10_000, text: "0.0001"),
        Case(shared: 19_999, total: 20_000, text: "1.0000"), Case(shared: 9_999, total: 10_000, text: "0.9999"),
        Case(shared: 1, total: 100, text: "0.0100"), Case(shared: 1, total: 16, text: "0.0625"),
        Case(shared: .max, total: .max, text: "1.0000"), Case(shared: .max - 1, total: .max, text: "1.0000"),
        Case(shared: 1, total: .max, text: "0.0000"),
    ])
    func similarity(_ sample: Case) {
        let twin = Twin(document: 0, line: 1, shared: sample.shared, total: sample.total, measure: .jaccard)
        #expect(twin.similarity == sample.text)
    }

    @Test func measureNames() {
        func name(_ measure: Twin.Measure) -> String {
            Twin(document: 0, line: 1, shared: 1, total: 1, measure: measure).measureName
        }
        #expect(name(.equal) == "equal")
        #expect(name(.jaccard) == "jaccard")
        #expect(name(.containment) == "containment")
    }
}

@Suite struct HarmGuardTests {
    private func fires(_ share: Double, keys: [Int], dropping places: [Int]) -> Bool {
        var batch = makeBatch(keys.map { String(repeating: "x", count: $0) }, keyLengths: keys)
        for place in places { _ = batch.drop(place, why) }
        return HarmGuard(share: share).isExceeded(by: batch)
    }

    @Test func exactlyTheShareMayGo() {
        #expect(!fires(0.8, keys: [80, 20], dropping: [0]))
        #expect(fires(0.8, keys: [81, 19], dropping: [0]))
        #expect(!fires(0.5, keys: [1, 1], dropping: [1]))
        #expect(fires(0.5, keys: [1, 2], dropping: [1]))
    }

    @Test func atOneItNeverFires() {
        #expect(!fires(1, keys: [10, 10], dropping: [0, 1]))
        #expect(fires(0.99, keys: [10, 10], dropping: [0, 1]))
    }

    @Test func atZeroAnyLossFires() {
        #expect(fires(0, keys: [1, 99], dropping: [0]))
        #expect(!fires(0, keys: [1, 99], dropping: []))
    }

    @Test func linesWithoutLettersWeighNothing() {
        #expect(!fires(0, keys: [0, 50], dropping: [0]))
        #expect(!fires(0.5, keys: [0, 0], dropping: [0, 1]))
        #expect(!fires(0, keys: [], dropping: []))
    }

    /// A line whose copy another document keeps is not lost; one whose copy stood in this document is, as text.
    @Test(arguments: [(0 as UInt32, true), (1, false)]) func copiesInOtherDocuments(_ document: UInt32, _ fires: Bool) {
        var batch = makeBatch(["xxxxxxxxx", "y"], keyLengths: [9, 1])
        let twin = Twin(document: document, line: 1, shared: 1, total: 1, measure: .equal)
        #expect(batch.drop(0, Verdict(stage: 0, rule: 0, evidence: .twin(twin))) == true)
        #expect(HarmGuard(share: 0.8).isExceeded(by: batch) == fires)
    }

    @Test func aMovedTextStillStands() {
        var batch = makeBatch(["xx", "yyyyyyyy"], keyLengths: [2, 8])
        #expect(batch.move(1, to: 0, lost: lost, moved: moved) == true)
        #expect(!HarmGuard(share: 0.2).isExceeded(by: batch))  // 2 of 10 are gone
        #expect(HarmGuard(share: 0.19).isExceeded(by: batch))
    }
}
