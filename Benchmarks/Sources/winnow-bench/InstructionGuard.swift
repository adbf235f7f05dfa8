import BenchReport
import Corpus
import Foundation

/// `make bench-guard`: counts winnow's instructions, which do not depend on the machine's load or speed.
struct InstructionGuard {
    private let winnow: String
    private let figures: String
    private let work: String
    private let languages: [Language]
    private let isUpdate: Bool

    private let seed: UInt64 = 1
    private let size = 200_000
    private let tolerance = 0.03
    private static let whole = "all stages"
    private static let start = "start-up and tables"

    init(_ options: Options) throws {
        winnow = try options.text("winnow")
        figures = try options.text("figures")
        work = try options.text("work")
        languages = try Corpus.languages(in: try options.text("words"))
        isUpdate = options.has("update")
    }

    /// - Returns: whether all is as committed.
    func run() throws -> Bool {
        let corpus = try CorpusFiles.make(languages, seed: seed, size: size, in: "\(work)/corpora")
        let now = try count(corpus)
        let rows = [Self.whole] + StageChain.steps.map(\.name) + [Self.start]
        let committed = try? JSONDecoder().decode(GuardFigures.self, from: Data(contentsOf: URL(fileURLWithPath: figures)))
        let report = GuardReport(
            now, committed: committed ?? now, rows: rows, whole: Self.whole, inputBytes: corpus.bytes, tolerance: tolerance)
        print("Instructions over \(Format.grouped(corpus.bytes)) bytes, one thread:\n\n\(report.table.text)")
        if isUpdate {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try (encoder.encode(now) + Data("\n".utf8)).write(to: URL(fileURLWithPath: figures))
            print("Written to \(figures).")
            return true
        }
        guard committed != nil else { throw BenchError("cannot read \(figures); `make bench-guard UPDATE=1` writes it") }
        switch report.outcome {
        case .within:
            print("All within \(Format.percent(tolerance)) of the committed counts.")
            return true
        case .beyond:
            print("More than \(Format.percent(tolerance)) away. If that is meant: `make bench-guard UPDATE=1`, and commit it.")
            return false
        case .incomparable(let versions):
            print("warning: not compared, since the committed counts were made with other versions (\(versions)).")
            return true
        case .otherCorpus:
            print("The corpus is not the one of the committed counts. If that is meant: `make bench-guard UPDATE=1`.")
            return false
        }
    }

    /// Counts of the growing chain; the differences are the stages'.
    ///
    /// Tables that are filled when a character is first seen would drown the stages of so small a corpus. So a stage's count is
    /// that of the corpus read a second time, and the start-up is what the first time took more.
    private func count(_ corpus: CorpusFiles) throws -> GuardFigures {
        let twice = "\(work)/corpora/twice.txt"
        let text = try Data(contentsOf: URL(fileURLWithPath: corpus.pages))
        try (text + Data([0x0C, 0x0A]) + text).write(to: URL(fileURLWithPath: twice))
        var instructions: [String: Int] = [:]
        var before = 0
        for step in StageChain.steps {
            let once = try count(step.flags, input: corpus.pages)
            let total = try count(step.flags, input: twice) - once
            instructions[step.name] = total - before
            instructions[Self.whole] = total
            instructions[Self.start] = once - total
            before = total
        }
        return GuardFigures(
            corpus: "seed \(seed), \(corpus.bytes) bytes, \(corpus.fingerprint)",
            versions: [
                "swift": Facts.swift, "icu": Facts.icu(winnow: winnow),
                "valgrind": Commands.version(["valgrind", "--version"], #"valgrind-(\S+)"#) ?? "unknown",
                "processor": Facts.hasAVX2 ? "x86-64 with AVX2" : "without AVX2",
            ], instructions: instructions)
    }

    private func count(_ flags: [String], input: String) throws -> Int {
        // No variable of the caller's, and no hashing with a seed of the moment. Valgrind shows programs one and the same kind of
        // processor, without AVX-512, wherever AVX2 is there.
        let run = try Commands.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", winnow, "--no-config", "-q"]
                + ["--threads", "1", "--separator", "form-feed"] + flags,
            environment: ["SWIFT_DETERMINISTIC_HASHING": "1"], input: input)
        guard run.status == 0, let match = run.errors.firstMatch(of: /Collected : (\d+)/), let count = Int(match.1) else {
            throw BenchError("callgrind failed:\n\(run.errors)")
        }
        return count
    }
}
