import BenchReport
import Testing

@Suite struct FormatTests {
    @Test func numbersKeepThreeDigits() {
        #expect(
            [0, 0.004, 0.525, 9.994, 9.996, 17.24, 99.96, 1234.4, -3.456].map(Format.number) == [
                "0.00", "0.00", "0.53", "9.99", "10.0", "17.2", "100", "1,234", "-3.46",
            ])
        #expect(Format.number(.infinity) == "–")
        #expect([0, 999, 1000, -1_234_567].map(Format.grouped) == ["0", "999", "1,000", "-1,234,567"])
    }

    @Test func unitsAndSigns() {
        #expect(Format.time(0.0031) == "3.10 ms")
        #expect(Format.time(2) == "2.00 s")
        #expect(Format.percent(0.42) == "42 %")
        #expect(Format.percent(0.031) == "3.1 %")
        #expect([0.0134, -0.05, -0.0001, 0].map(Format.change) == ["+1.3 %", "-5.0 %", "+0.0 %", "+0.0 %"])
    }

    @Test func tables() {
        var table = Table(["name", "x"])
        table.add(["a", "10"])
        table.add(["b | c", "9"])
        #expect(table.markdown == "| name | x |\n| --- | ---: |\n| a | 10 |\n| b \\| c | 9 |\n")
        #expect(table.text == "name    x\na      10\nb | c   9\n")
    }
}

@Suite struct ResultsTests {
    private func figure(_ name: String, _ kind: Figure.Kind, wall: Double) -> Figure {
        Figure(
            name: name, kind: kind, allCores: false, bytes: 20_000_000, wall: wall, yardstick: 0.05, peak: 9_000_000, runs: 3)
    }

    @Test func ratiosAndSpeeds() {
        let figure = figure("winnow", .winnow, wall: 0.5)
        #expect(figure.ratio == 10)
        #expect(figure.speed == 40_000_000)
    }

    @Test func growthIsTimePerByteAndMemory() {
        var small = figure("s", .winnow, wall: 0.1)
        small.bytes = 2_000_000
        var large = figure("l", .winnow, wall: 20)
        large.bytes = 200_000_000
        large.peak = 18_000_000
        let growth = Growth(name: "winnow", small: small, medium: figure("m", .winnow, wall: 1), large: large)
        #expect(abs(growth.time - 2) < 1e-9)
        #expect(growth.memory == 2)
    }

    @Test func sharesOfAChainAddUpToOne() {
        let costs = StageCost.costs(ofChain: [("read", 0.1), ("normalize", 0.3), ("all", 0.4)])
        #expect(costs.map(\.name) == ["read", "normalize", "all"])
        #expect(abs(costs.map(\.share).reduce(0, +) - 1) < 1e-9)
        #expect(abs(costs[1].share - 0.5) < 1e-9)
        #expect(StageCost.costs(ofChain: []).isEmpty)
    }

    @Test func allocationsAreOfTheSecondHalf() {
        let row = Allocations(name: "winnow", shorter: (100, 5_000_000), longer: (150, 7_000_000), difference: 10_000_000)
        #expect(row.calls == 5)
        #expect(row.bytes == 200_000)
    }

    @Test func medians() {
        #expect(median([3, 1, 2]) == 2)
        #expect(median([4, 1, 2, 3]) == 2)
        #expect(median([]) == 0)
    }

    @Test func chartHasABarForEachButTheYardstick() {
        let svg = Chart.svg(
            [figure("ICU", .yardstick, wall: 0.05), figure("winnow", .winnow, wall: 0.5), figure("a < b", .peer, wall: 50)],
            title: "Time")
        #expect(svg.contains("class=\"winnow\""))
        #expect(svg.contains("a &lt; b"))
        #expect(svg.contains(">1,000 x<"))
        #expect(svg.split(separator: "<rect").count == 3)
    }
}

@Suite struct GuardTests {
    private let committed = GuardFigures(
        corpus: "c", versions: ["icu": "72.1"], instructions: ["all": 1_000_000, "small": 1000])

    private func outcome(_ now: GuardFigures) -> GuardReport.Outcome {
        GuardReport(now, committed: committed, rows: ["all", "small"], whole: "all", inputBytes: 100, tolerance: 0.03).outcome
    }

    private func now(all: Int = 1_000_000, small: Int = 1000, corpus: String = "c", icu: String = "72.1") -> GuardFigures {
        GuardFigures(corpus: corpus, versions: ["icu": icu], instructions: ["all": all, "small": small])
    }

    @Test func toleranceInBothDirections() {
        #expect(outcome(now(all: 1_030_000)) == .within)
        #expect(outcome(now(all: 1_031_000)) == .beyond)
        #expect(outcome(now(all: 969_000)) == .beyond)
    }

    @Test func aRowTooSmallToMatter() {
        #expect(outcome(now(small: 1900)) == .within)
        #expect(outcome(now(small: 2100)) == .beyond)
    }

    @Test func otherVersionsAndCorpora() {
        #expect(outcome(now(all: 5, icu: "74.2")) == .incomparable("icu 72.1, here 74.2"))
        #expect(outcome(now(corpus: "d")) == .otherCorpus)
    }
}
