import BenchReport
import Corpus
import Foundation

/// The measurements of `make bench`.
struct Suite {
    private let commands: Commands
    private let winnow: String
    private let peers: String
    private let python: String
    private let runs: Int
    private let seed: UInt64
    private let languages: [Language]
    private let sizes: (small: Int, medium: Int, large: Int)

    /// A run that takes longer is not repeated; in seconds.
    private let patience = 10.0
    private let coldRuns = 50

    init(_ options: Options) throws {
        commands = Commands(tools: try options.text("tools"), work: try options.text("work"))
        winnow = try options.text("winnow")
        peers = try options.text("peers")
        python = try options.text("python")
        runs = try options.number("runs")
        seed = UInt64(try options.number("seed"))
        languages = try Corpus.languages(in: try options.text("words"))
        sizes = (
            try options.number("small") * 1_000_000, try options.number("medium") * 1_000_000,
            try options.number("large") * 1_000_000
        )
    }

    func run() throws -> Results {
        let shown = [sizes.small, sizes.medium, sizes.large].map { Format.megabytes(Double($0)) }
        say("Composing corpora of \(shown.joined(separator: ", ")) MB")
        let small = try corpus(sizes.small)
        let medium = try corpus(sizes.medium)
        let half = try corpus(sizes.medium / 2)
        let large = try corpus(sizes.large)
        let hundredth = try corpus(sizes.large / 100)
        let article = try corpus(3000)

        let tally = medium.tally
        let lines = Double(tally.lines)
        let facts = CorpusFacts(
            seed: seed, languages: languages.count, pages: tally.pages, lines: tally.lines,
            bytesPerLine: tally.bytes / tally.lines, nonASCII: Double(tally.nonASCII) / lines,
            furniture: Double(tally.furniture) / lines, plantedCopies: Double(tally.copies) / lines,
            datedCopies: Double(tally.dated) / lines, foundCopies: Double(try foundCopies(medium.pages)) / lines)
        var results = Results(machine: Facts.machine(winnow: winnow), corpus: facts)

        for job in jobs() {
            if let reason = job.missing {
                if !results.missing.contains(reason) { results.missing.append(reason) }
                say("\(job.name): \(reason) is not installed, left out")
                continue
            }
            results.figures.append(try figure(job, over: job.isSlow ? small : medium))
        }
        results.figures += try jobs().filter { $0.usesCores && $0.missing == nil }.map {
            try figure($0, over: medium, allCores: true)
        }
        for job in jobs().filter({ $0.kind == .winnow }).prefix(2) {
            results.growth.append(
                Growth(
                    name: job.name, small: try figure(job, over: hundredth), medium: try figure(job, over: medium),
                    large: try figure(job, over: large)))
        }
        results.stages = try stages(medium)
        results.starts = try coldStarts(article)
        results.allocations = try allocations(half, medium)
        return results
    }

    // MARK: Throughput

    private struct Job {
        var name: String
        var kind: Figure.Kind
        var command: [String]
        var isEndless = false
        /// Whether more cores can help: several threads, or several processes.
        var usesCores = false
        /// Takes a second a MB or so: measured over the small corpus.
        var isSlow = false
        /// What it needs and is not there.
        var missing: String?
    }

    private var yardstick: [String] { ["\(commands.tools)/icu-filter"] }
    private var bare: [String] { [winnow, "--no-config", "-q"] }
    private let pages = ["--separator", "form-feed"]

    private func jobs() -> [Job] {
        let ledger = ["--ledger", "\(commands.work)/edits.jsonl"]
        var jobs = [
            Job(name: "bare ICU filter (NFC)", kind: .yardstick, command: yardstick),
            Job(name: "winnow, pages", kind: .winnow, command: bare + pages, usesCores: true),
            Job(name: "winnow, one endless document", kind: .winnow, command: bare, isEndless: true, usesCores: true),
            Job(name: "winnow with ledger", kind: .winnow, command: bare + pages + ledger, usesCores: true),
            Job(
                name: "winnow, copies in the whole corpus", kind: .winnow,
                command: bare + pages + ["--set", "near-duplicates.scope=corpus"], usesCores: true),
            Job(name: "uconv -x any-nfc", kind: .peer, command: ["uconv", "-x", "any-nfc"], missing: absent(["uconv"])),
            Job(
                name: "uconv | rg | awk", kind: .peer, command: ["\(peers)/shell.sh", "awk"], usesCores: true,
                missing: absent(["uconv", "rg", "awk"])),
            Job(
                name: "uconv | rg | huniq", kind: .peer, command: ["\(peers)/shell.sh", "huniq"], usesCores: true,
                missing: absent(["uconv", "rg", "huniq"])),
        ]
        for (name, word, modules) in [
            ("rensa", "rensa", ["rensa"]), ("ftfy", "ftfy", ["ftfy"]),
            ("ftfy, rules, rensa", "ftfy-rules-rensa", ["ftfy", "rensa"]), ("datasketch", "datasketch", ["datasketch"]),
        ] {
            jobs.append(
                Job(
                    name: name, kind: .peer, command: [python, "\(peers)/python.py", word], isSlow: word == "datasketch",
                    missing: modules.first { !isImportable($0) }))
        }
        return jobs
    }

    private func absent(_ names: [String]) -> String? { names.first { Commands.find($0) == nil } }

    private func isImportable(_ module: String) -> Bool {
        let run = try? Commands.run([python, "-c", "import \(module)"], environment: ProcessInfo.processInfo.environment)
        return run?.status == 0
    }

    /// Best of the runs, each beside one of the yardstick.
    private func figure(_ job: Job, over corpus: CorpusFiles, allCores: Bool = false) throws -> Figure {
        let input = job.isEndless ? corpus.endless : corpus.pages
        let isWinnow = job.kind == .winnow
        let command = job.command + (isWinnow && !allCores ? ["--threads", "1"] : [])
        var best = Cost(wall: .infinity, peak: 0)
        var bestYardstick = Double.infinity
        var count = 0
        repeat {
            bestYardstick = min(bestYardstick, try commands.measure(yardstick, input: input).wall)
            let cost = try commands.measure(command, input: input, allCores: allCores)
            best = Cost(wall: min(best.wall, cost.wall), peak: max(best.peak, cost.peak))
            count += 1
        } while count < runs && best.wall < patience
        // One run of the yardstick is too short to stand for a moment.
        for _ in count..<max(count, runs) {
            bestYardstick = min(bestYardstick, try commands.measure(yardstick, input: input).wall)
        }
        // The yardstick is measured against itself: 1 x.
        if job.kind == .yardstick { best.wall = min(best.wall, bestYardstick) }
        let figure = Figure(
            name: job.name, kind: job.kind, allCores: allCores, bytes: corpus.bytes, wall: best.wall,
            yardstick: job.kind == .yardstick ? best.wall : bestYardstick, peak: best.peak, runs: count)
        let (size, memory) = (Format.megabytes(Double(figure.bytes)), Format.megabytes(Double(figure.peak)))
        let cost = "\(Format.ratio(figure.ratio)), \(Format.time(figure.wall)), memory \(memory) MB"
        say("\(figure.name), \(allCores ? "all cores" : "one core"), \(size) MB: \(cost)")
        return figure
    }

    // MARK: The rest

    private func stages(_ corpus: CorpusFiles) throws -> [StageCost] {
        say("Stages, one after the other put in")
        var walls = StageChain.steps.map { _ in Double.infinity }
        for _ in 0..<runs {
            for (index, step) in StageChain.steps.enumerated() {
                let cost = try commands.measure(bare + pages + ["--threads", "1"] + step.flags, input: corpus.pages)
                walls[index] = min(walls[index], cost.wall)
            }
        }
        return StageCost.costs(ofChain: zip(StageChain.steps, walls).map { ($0.name, $1) })
    }

    private func coldStarts(_ article: CorpusFiles) throws -> [ColdStart] {
        say("Cold starts")
        var programs: [(name: String, command: [String])] = [("winnow", bare)]
        if Commands.find("uconv") != nil { programs.append(("uconv -x any-nfc", ["uconv", "-x", "any-nfc"])) }
        programs.append(("bare ICU filter", yardstick))
        var walls = programs.map { _ in [Double]() }
        for _ in 0..<coldRuns {
            for (index, program) in programs.enumerated() {
                walls[index].append(try commands.measure(program.command, input: article.pages, allCores: true).wall)
            }
        }
        return zip(programs, walls).map { ColdStart(name: $0.name, median: median($1), runs: coldRuns) }
    }

    private func allocations(_ half: CorpusFiles, _ whole: CorpusFiles) throws -> [Allocations] {
        say("Allocations")
        return try [("pages", pages), ("one endless document", [])].map { name, flags in
            let counts = try [half, whole].map { corpus in
                try allocations(flags, input: flags.isEmpty ? corpus.endless : corpus.pages)
            }
            return Allocations(
                name: "winnow, \(name)", shorter: counts[0], longer: counts[1], difference: whole.bytes - half.bytes)
        }
    }

    private func allocations(_ flags: [String], input: String) throws -> (calls: Int, bytes: Int) {
        let file = "\(commands.work)/allocations.txt"
        var environment = ProcessInfo.processInfo.environment
        environment["LD_PRELOAD"] = "\(commands.tools)/alloc-count.so"
        environment["ALLOC_COUNT_FILE"] = file
        let run = try Commands.run(bare + flags + ["--threads", "1"], environment: environment, input: input)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard run.status == 0, numbers.count == 2 else { throw BenchError("counting allocations failed:\n\(run.errors)") }
        return (numbers[0], numbers[1])
    }

    /// How many lines the near-duplicates stage removes.
    private func foundCopies(_ path: String) throws -> Int {
        struct Statistics: Decodable {
            struct Rule: Decodable {
                var stage: String
                var dropped: Int
            }
            var rules: [Rule]
        }
        let run = try Commands.run(
            bare + pages + ["--stats=json"], environment: ProcessInfo.processInfo.environment, input: path)
        guard run.status == 0 else { throw BenchError("winnow failed:\n\(run.errors)") }
        let statistics = try JSONDecoder().decode(Statistics.self, from: Data(run.errors.utf8))
        return statistics.rules.filter { $0.stage == "near-duplicates" }.reduce(0) { $0 + $1.dropped }
    }

    private func corpus(_ size: Int) throws -> CorpusFiles {
        try CorpusFiles.make(languages, seed: seed, size: size, in: "\(commands.work)/corpora")
    }
}

/// winnow's stages put in one after the other: the last step is the default pipeline.
enum StageChain {
    static let steps: [(name: String, flags: [String])] = [
        ("read, decode, write", stages(["decode"])),
        ("normalize", stages(["normalize"])),
        ("keys, blank-lines", stages(["normalize", "blank-lines"])),
        ("boilerplate", stages(["normalize", "blank-lines", "boilerplate"])),
        ("near-duplicates", []),
    ]

    private static func stages(_ names: [String]) -> [String] { names.flatMap { ["--stage", $0] } }
}

/// A line of progress.
func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
