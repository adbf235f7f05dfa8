import Testing
import WinnowCore

@Suite struct CheckLimitTests {
    private let kind = LimitSubject.kind(.mojibake)

    @Test(arguments: [
        ("0", "at most 0"), ("3", "at most 3"), ("0.02", "at most 0.02"), ("2%", "at most 0.02"), ("..3", "at most 3"),
        ("0.1..", "at least 0.1"), ("10%..50%", "0.1 to 0.5"), ("3..10", "3 to 10"), ("1.0", "at most 1"),
    ]) func boundsAreRead(_ text: String, _ expected: String) {
        #expect(Bound(text, of: kind)?.description == expected)
    }

    @Test(arguments: ["", "..", "x", "-1", "1e3", "5..3", "0,5", "nan", "%", "1 ", "..x", "3...5"])
    func others(_ text: String) { #expect(Bound(text, of: kind) == nil) }

    @Test func wholeNumbersCountFindingsAndNothingElse() throws {
        #expect(Bound("1", of: kind)?.isCount == true && Bound("1.0", of: kind)?.isCount == false)
        let measure = try #require(LimitSubject("words-per-line"))
        #expect(Bound("1", of: measure)?.isCount == false)
    }

    @Test func theErrorComesBeforeTheWarning() throws {
        var counts = FindingCounts()
        counts[.mojibake] = 3
        counts[.emptyDocument] = 1
        let limits: [LimitSubject: Limit] = [
            .kind(.mojibake): Limit(error: Bound(most: 0.1), warn: Bound(most: 2, isCount: true)),
            .kind(.emptyDocument): Limit(error: Bound(most: 0.4)),
            .kind(.notNFC): Limit(error: Bound(most: 0, isCount: true)),
        ]
        func found(lines: Int, documents: Int) -> [String] {
            CheckOptions.violations(
                of: CheckOptions.sorted(limits), file: nil, counts: counts, lines: lines, documents: documents,
                sums: MeasureSums()
            ).map { "\($0.level.rawValue) \($0.text)" }
        }
        #expect(found(lines: 100, documents: 2) == ["warning mojibake 3, at most 2", "error empty-document 0.5, at most 0.4"])
        #expect(found(lines: 10, documents: 10) == ["error mojibake 0.3, at most 0.1"])
        // A share of nothing is within every limit.
        #expect(found(lines: 0, documents: 0) == ["warning mojibake 3, at most 2"])
    }

    @Test(arguments: [
        (0.0, "0"), (0.5, "0.5"), (1.0, "1"), (0.00004, "0"), (0.00005, "0.0001"), (12.3456, "12.3456"), (-0.25, "-0.25"),
    ])
    func figures(_ value: Double, _ text: String) { #expect(figure(value) == text) }

    @Test func everyKindHasItsIndex() {
        for (index, kind) in FindingKind.allCases.enumerated() { #expect(kind.index == index) }
        #expect(Set(LimitSubject.names).count == LimitSubject.names.count)
    }
}
