#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import TestSupport
import WinnowCore
import WinnowIO
import WinnowRun
import WinnowStages
import WinnowText

// MARK: Running

/// What a test asks of a pipeline: the defaults of all stages, with what it changes.
struct Setup: Sendable, CustomStringConvertible {
    /// Options by "stage.option".
    var options: [String: OptionValue] = [:]
    /// Stages that run; all when nil.
    var stages: [String]?
    var protect: [String] = []
    var harmGuard = HarmGuard()
    var window = Window()
    var separator = Separator.none

    static let defaults = Setup()

    var entries: [(name: String, options: OptionValues)] {
        StageRegistry.descriptors.filter { stages?.contains($0.name) ?? true }.map { descriptor in
            var values = OptionValues(defaultsOf: descriptor.options)
            for option in descriptor.options {
                if let value = options["\(descriptor.name).\(option.name)"] { values[option.name] = value }
            }
            return (descriptor.name, values)
        }
    }

    var description: String {
        let changed = options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return "stages \(stages ?? ["all"]), \(changed), window \(window.lines) lines \(window.bytes) bytes, protect \(protect)"
    }

    func with(window: Window) -> Setup {
        var copy = self
        copy.window = window
        return copy
    }
}

/// Everything that a run gives.
struct Outcome: Equatable {
    var output: [UInt8]
    var ledger: [UInt8]
    var statistics: String
}

/// Documents with the names "1", "2", … go through one run; a single one is named "-".
func clean(
    _ documents: [[UInt8]], _ setup: Setup = .defaults, block: Int = .max, threads: Int = 1
) throws(WinnowError) -> Outcome {
    let entries = setup.entries
    let pipeline = try PipelineBuilder.pipeline(stages: entries, protect: setup.protect, harmGuard: setup.harmGuard)
    let output = MemorySink()
    let ledger = MemorySink()
    let run = try CleanRun(
        pipeline, window: setup.window, encoding: try PipelineBuilder.encoding(of: entries),
        separator: setup.separator, threads: threads, output: BatchWriter(output, hashing: true),
        ledger: try LedgerWriter(ledger, pipeline: pipeline, winnow: "test", configuration: "test"))
    for (index, bytes) in documents.enumerated() {
        try run.clean(MemorySource(bytes, name: documents.count == 1 ? "-" : "\(index + 1)", block: block))
    }
    try run.finish()
    return Outcome(output: output.bytes, ledger: ledger.bytes, statistics: text(of: run.statistics))
}

func clean(_ bytes: [UInt8], _ setup: Setup = .defaults, block: Int = .max) throws(WinnowError) -> Outcome {
    try clean([bytes], setup, block: block)
}

func clean(_ text: String, _ setup: Setup = .defaults) throws(WinnowError) -> String {
    String(decoding: try clean(Array(text.utf8), setup).output, as: UTF8.self)
}

/// The input, from the output and the ledger.
func restore(_ outcome: Outcome, block: Int = .max) throws(WinnowError) -> [UInt8] {
    let sink = MemorySink()
    let restore = Restore(
        output: MemorySource(outcome.output, name: "output", block: block),
        ledger: try LedgerReader(MemorySource(outcome.ledger, name: "ledger", block: block)), into: sink)
    try restore.run()
    return sink.bytes
}

private func text(of s: Statistics) -> String {
    let counts = s.sorted.map { "\($0.stage)/\($0.rule) \($0.dropped) \($0.rewritten) \($0.moved) \($0.bytes)" }
    return
        "\(s.documents) \(s.linesIn) \(s.linesOut) \(s.bytesIn) \(s.bytesOut) guard \(s.guarded) \(String(describing: s.firstGuarded)) "
        + "invalid \(s.invalidLines) \(String(describing: s.firstInvalid)) \(counts)"
}

// MARK: Lines and ledgers

/// Lines with their ends; LF, CR LF and CR end a line.
func lines(of bytes: [UInt8]) -> [[UInt8]] {
    var out: [[UInt8]] = []
    var line: [UInt8] = []
    var i = 0
    while i < bytes.count {
        line.append(bytes[i])
        let ends = bytes[i] == 0x0A || bytes[i] == 0x0D && !(i + 1 < bytes.count && bytes[i + 1] == 0x0A)
        if ends {
            out.append(line)
            line = []
        }
        i += 1
    }
    if !line.isEmpty { out.append(line) }
    return out
}

/// One change as the ledger records it.
struct Entry {
    var line: Int
    var action: String
    var to: Int?
    var stage: String?
    var rule: String?
    var hasEvidence: Bool
    var text: String
}

func entries(of ledger: [UInt8]) throws -> [Entry] {
    let record = try JSONRecord()
    var out: [Entry] = []
    for line in ledger.split(separator: 0x0A) {
        if let problem = Array(line).withUnsafeBufferPointer(record.parse) { throw WinnowError(.bug, "ledger: \(problem)") }
        guard let number = record.integer("line") else { continue }
        let text = String(decoding: line, as: UTF8.self)
        out.append(
            Entry(
                line: number, action: record.string("action") ?? "?", to: record.integer("to"), stage: record.string("stage"),
                rule: record.string("rule"), hasEvidence: text.contains("\"evidence\":{"), text: text))
    }
    return out
}

// MARK: Fixtures

func fixture(_ path: String) throws(WinnowError) -> [UInt8] { try readWhole("\(repository)/Fixtures/\(path)") }

/// Paths of all text fixtures, below Fixtures.
/// All clean texts; of the articles, which are many, two a language.
let textFixtures: [String] =
    files(in: "Fixtures/articles", ending: ".txt").filter { $0.hasSuffix("-01.txt") || $0.hasSuffix("-02.txt") }.map {
        "articles/\($0)"
    }
    + files(in: "Fixtures/clean", ending: ".txt").map { "clean/\($0)" }

/// The first place where two byte strings differ, readable.
func firstDifference(_ a: [UInt8], _ b: [UInt8]) -> String {
    var i = 0
    while i < a.count, i < b.count, a[i] == b[i] { i += 1 }
    if i == a.count, i == b.count { return "equal" }
    func around(_ x: [UInt8]) -> String { quoted(Array(x[max(0, min(i, x.count) - 40)..<min(x.count, i + 80)])) }
    return "at byte \(i) of \(a.count) and \(b.count): \(around(a)) | \(around(b))"
}

/// Bytes as a Swift-like literal, so that a failure can be pasted into a test.
func quoted(_ bytes: [UInt8]) -> String {
    var out = "\""
    for byte in bytes {
        switch byte {
        case 0x0A: out += "\\n"
        case 0x0D: out += "\\r"
        case 0x22: out += "\\\""
        case 0x20..<0x7F: out += String(UnicodeScalar(byte))
        default:
            let digits = String(byte, radix: 16)
            out += "\\x" + (digits.count == 1 ? "0" : "") + digits
        }
    }
    return out + "\""
}
