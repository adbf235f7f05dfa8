import WinnowCore
import WinnowStages
import WinnowText

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

let repository: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
}()

/// Names of the files of a folder of the repository that end so, sorted.
func files(in folder: String, ending: String) -> [String] {
    guard let handle = opendir("\(repository)/\(folder)") else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name.hasSuffix(ending) { names.append(name) }
    }
    return names.sorted()
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ n: Int) -> Int { Int.random(in: 0..<n, using: &self) }
    mutating func chance(_ one: Int, in n: Int) -> Bool { below(n) < one }
}

/// What became of a document: stages run over lines in memory, without files, formats or line ends.
struct Decided {
    /// The lines of the output.
    var output: [String]
    /// By the index of the line in the document.
    var verdicts: [Int: (rule: String, evidence: Evidence)] = [:]
    /// Line that stands in the place of each line; nil where none does.
    var sources: [Int?] = []
}

/// Runs one document stage over documents, one after the other.
final class StageRun {
    private let pipeline: Pipeline
    private let worker: PipelineWorker
    private let run: DocumentRun
    private let work = BatchWork()
    private let ruleNames: [String]
    private var ordinal = 0

    init(_ type: any Stage.Type, _ change: [String: OptionValue] = [:], protect: [String] = []) throws(WinnowError) {
        var options = OptionValues(defaultsOf: type.descriptor.options)
        for (name, value) in change { options[name] = value }
        let patterns = try PatternSet(protect)
        let decode = try Decode(OptionValues(defaultsOf: Decode.descriptor.options))
        pipeline = try Pipeline(stages: [decode, try type.init(options)], harmGuard: HarmGuard(share: 1)) {
            () throws(WinnowError) in
            try Keys(protecting: patterns)
        }
        ruleNames = type.descriptor.ruleNames
        worker = try pipeline.makeWorker()
        run = DocumentRun(pipeline, shared: pipeline.makeShared())
    }

    /// Decides over a document in windows of so many lines.
    func decide(_ lines: [String], window: Int = .max) throws(WinnowError) -> Decided {
        var decided = Decided(output: [])
        let document = Document(ordinal: ordinal, name: "\(ordinal)")
        ordinal += 1
        var first = 0
        repeat {
            let end = window < lines.count - first ? first + window : lines.count
            work.batch.reset(document: document, firstLine: first + 1, offset: 0)
            for line in lines[first..<end] {
                let bytes = Array(line.utf8)
                work.batch.lines.append(
                    Line(
                        start: work.batch.raw.count, length: bytes.count, end: .lf, endLength: 1, flags: [],
                        index: work.batch.lines.count))
                work.batch.verdicts.append(nil)
                work.batch.raw += bytes
                work.batch.raw.append(0x0A)
            }
            work.batch.isFirst = first == 0
            work.batch.isLast = end == lines.count
            try worker.prepare(work)
            try run.judge(work)
            for place in work.batch.lines.indices {
                let source = Int(work.batch.lines[place].source)
                decided.sources.append(source < 0 ? nil : first + source)
                if source >= 0 { decided.output.append(work.batch.string(source)) }
                if let verdict = work.batch.verdicts[place] {
                    decided.verdicts[first + place] = (ruleNames[Int(verdict.rule)], verdict.evidence)
                }
            }
            first = end
        } while first < lines.count
        return decided
    }
}
