/// docs/performance.md: the figures of a run in tables, with what they are and what they are not.
public enum PerformanceReport {
    /// - Parameter chart: the file name of the chart beside the report.
    public static func markdown(_ results: Results, chart: String) -> String {
        [
            head(results, chart), throughput(results), growth(results), stages(results), starts(results),
            allocations(results), corpus(results), reproduce,
        ].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func head(_ results: Results, _ chart: String) -> String {
        let machine = results.machine
        let yardstick = results.figures.first { $0.kind == .yardstick }
        var out = """
            # Performance

            Written by `make bench` (words: `Benchmarks/Sources/BenchReport`). The yardstick, 1 x, is the least a normalizing tool can do:
            read, ICU's `normalizeUTF8` (NFC) over blocks of 1 MiB, write (`Benchmarks/peers/icu_filter.cpp`).

            ![Time relative to a bare ICU filter](\(chart))

            \(machine.processor), \(machine.cores) cores\(machine.vectors.isEmpty ? "" : " (\(machine.vectors.joined(separator: ", ")))"), \
            \(machine.memory) GiB, \(machine.system), \(machine.date). \(machine.versions.joined(separator: ", ")).

            """
        if let yardstick {
            out += """

                Ratios count; seconds are those of this machine, on which the yardstick takes in \
                \(Format.megabytes(yardstick.speed)) MB a second.

                """
        }
        return out
    }

    private static func throughput(_ results: Results) -> String {
        var out = "## Time and memory\n\n"
        for allCores in [false, true] {
            let figures = results.figures.filter { $0.allCores == allCores }
            guard !figures.isEmpty else { continue }
            out += allCores ? "\nOn all cores (the yardstick has one thread):\n\n" : "On one core:\n\n"
            var table = Table(["", "times the yardstick", "MB/s", "input, MB", "time", "peak memory, MB"])
            for figure in figures {
                let name = figure.kind == .winnow ? "**\(figure.name)**" : figure.name
                table.add([
                    name, Format.ratio(figure.ratio), Format.megabytes(figure.speed), Format.megabytes(Double(figure.bytes)),
                    Format.time(figure.wall), Format.megabytes(Double(figure.peak)),
                ])
            }
            out += table.markdown
        }
        let runs = results.figures.map(\.runs).max() ?? 0
        out += """

            \(runs > 1 ? "Best of \(runs) runs, of what takes longer than ten seconds the only one" : "One run"); before each run \
            the yardstick runs,
            and a ratio is to the best of just these. Wall time from the start of the process to its end, standard output to `/dev/null`;
            memory is the resident peak of the largest process. The peers do less: `uconv` normalizes, `rg` drops lines by a handful
            of rules, `awk` and `huniq` drop exact copies, rensa and datasketch near-copies, ftfy repairs characters.

            """
        if !results.missing.isEmpty { out += "\nNot installed where this ran: \(results.missing.joined(separator: ", ")).\n" }
        return out
    }

    private static func growth(_ results: Results) -> String {
        guard let first = results.growth.first else { return "" }
        func size(_ figure: Figure) -> String { Format.megabytes(Double(figure.bytes)) }
        var table = Table([
            "one core", "ms/MB at \(size(first.small)) MB", "ms/MB at \(size(first.large)) MB", "grows",
            "peak MB at \(size(first.medium)) MB", "peak MB at \(size(first.large)) MB", "grows",
        ])
        for row in results.growth {
            table.add([
                row.name, Format.number(1e9 / row.small.speed), Format.number(1e9 / row.large.speed), Format.ratio(row.time),
                Format.megabytes(Double(row.medium.peak)), Format.megabytes(Double(row.large.peak)), Format.ratio(row.memory),
            ])
        }
        return """
            ## Growth

            1 x is the same time a MB, and the same memory, whatever the size of the input. Time grows by less than 1 x where the
            start-up weighs on the small input.

            \(table.markdown)
            """
    }

    private static func stages(_ results: Results) -> String {
        guard !results.stages.isEmpty else { return "" }
        var table = Table(["stage", "share", "time"])
        for stage in results.stages {
            table.add([stage.name, Format.percent(stage.share), Format.time(stage.added)])
        }
        return """
            ## Where the time goes

            The chain is run with one stage after the other put in (`--stage`), on one core; a stage's share is what it adds. The
            folded forms of lines are made once for all stages that compare lines, and stand with the first of them here. A later
            stage sees what the earlier ones left, as in a real run.

            \(table.markdown)
            """
    }

    private static func starts(_ results: Results) -> String {
        guard let first = results.starts.first else { return "" }
        var table = Table(["one article of 3 KB", "ms", "relative"])
        for start in results.starts {
            table.add([start.name, Format.number(start.median * 1e3), Format.ratio(start.median / first.median)])
        }
        let runs = results.starts.map(\.runs).max() ?? 0
        return """
            ## Cold start

            Median of \(runs) runs, taken in turns: for scripts that call a command in a loop.

            \(table.markdown)
            """
    }

    private static func allocations(_ results: Results) -> String {
        guard !results.allocations.isEmpty else { return "" }
        var table = Table(["one thread", "calls for memory a MB", "MB asked for a MB"])
        for row in results.allocations {
            table.add([row.name, Format.number(row.calls), Format.megabytes(row.bytes)])
        }
        return """
            ## Allocations

            Calls of malloc, calloc, realloc, posix_memalign and aligned_alloc in steady state: those over an input less those over
            its first half.

            \(table.markdown)
            """
    }

    private static func corpus(_ results: Results) -> String {
        let facts = results.corpus
        return """
            ## The corpus

            Composed by a grammar from word lists of our own in \(facts.languages) languages (`Benchmarks/words`), with the debris
            of scraped pages; the same bytes for a seed on each machine. The one above has \(Format.grouped(facts.pages)) pages and
            \(Format.grouped(facts.lines)) lines of \(facts.bytesPerLine) bytes on average; \(Format.percent(facts.nonASCII)) of them hold \
            more than ASCII, \(Format.percent(facts.furniture)) are furniture.
            Copies of other lines of their page are \(Format.percent(facts.plantedCopies)), and winnow's `near-duplicates` \
            removes \(Format.percent(facts.foundCopies)) of the lines:
            copies with a date appended (\(Format.percent(facts.datedCopies))) stay, since lines that differ by a number are \
            different, and some others go as furniture.

            """
    }

    private static let reproduce = """
        ## Again

            make bench                                                    # all of this, in some minutes
            make bench BENCH_MEDIUM=5 BENCH_LARGE=50 BENCH_RUNS=1         # a quick look

        """
}
