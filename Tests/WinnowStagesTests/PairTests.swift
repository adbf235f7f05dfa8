import TestSupport
import Testing
import WinnowCore
import WinnowIO
import WinnowText

@testable import WinnowStages

/// Pairs of lines in six scripts, labelled by hand (Fixtures/pairs): what is one statement twice, and what only looks like it.
@Suite struct PairTests {
    /// The least share of equal and of edited pairs of which one line goes, and the greatest of different ones.
    private static let bounds: [(script: String, equal: Double, edited: Double, different: Double)] = [
        ("arabic", 0.92, 0.60, 0.17), ("devanagari", 0.96, 0.76, 0.09), ("han", 0.95, 0.55, 0.15), ("hangul", 0.90, 0.48, 0.09),
        ("japanese", 0.96, 0.44, 0.11), ("thai", 0.98, 0.65, 0.22),
    ]

    @Test func allScriptsHaveBounds() {
        #expect(files(in: "Fixtures/pairs", ending: ".tsv").map { String($0.dropLast(4)) } == Self.bounds.map(\.script))
    }

    @Test(arguments: bounds.map(\.script)) func pairs(_ script: String) throws {
        let bound = try #require(Self.bounds.first { $0.script == script })
        let text = String(decoding: try readWhole("\(repository)/Fixtures/pairs/\(script).tsv"), as: UTF8.self)
        let run = try StageRun(NearDuplicates.self)
        var counts: [String: (gone: Int, all: Int)] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            try #require(parts.count == 3, "\(line)")
            let kept = try run.decide([parts[1], parts[2]]).output.count
            counts[parts[0], default: (0, 0)].all += 1
            if kept < 2 { counts[parts[0], default: (0, 0)].gone += 1 }
        }
        func share(_ label: String) throws -> Double {
            let count = try #require(counts[label])
            return Double(count.gone) / Double(count.all)
        }
        #expect(counts.values.reduce(0) { $0 + $1.all } >= 300)
        #expect(try share("equal") >= bound.equal)
        #expect(try share("edited") >= bound.edited)
        #expect(try share("different") <= bound.different)
    }
}
