import WinnowCore
import WinnowStages
import WinnowText

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

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

    convenience init(
        _ type: any Stage.Type, _ change: [String: OptionValue] = [:], protect: [String] = []
    ) throws(WinnowError) {
        var options = OptionValues(defaultsOf: type.descriptor.options)
        for (name, value) in change { options[name] = value }
        try self.init(try type.init(options), protect: protect)
    }

    init(_ stage: any Stage, protect: [String] = []) throws(WinnowError) {
        let patterns = try PatternSet(protect)
        let decode = try Decode(OptionValues(defaultsOf: Decode.descriptor.options))
        pipeline = try Pipeline(stages: [decode, stage], harmGuard: HarmGuard(share: 1)) {
            () throws(WinnowError) in
            try Keys(protecting: patterns)
        }
        ruleNames = Swift.type(of: stage).descriptor.ruleNames
        worker = try pipeline.makeWorker()
        run = DocumentRun(pipeline, shared: try pipeline.makeShared())
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
