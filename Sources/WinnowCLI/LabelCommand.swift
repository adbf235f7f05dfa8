import WinnowCore
import WinnowIO
import WinnowRun
import WinnowStages

/// `winnow label`: what winnow makes of each line, to be corrected by somebody and then learned from (Training/README.md).
struct LabelCommand {
    private let settings: Settings
    private let names: [String]

    /// - Throws: `usage`; `input` when a file cannot be read.
    init(_ arguments: Arguments) throws(WinnowError) {
        settings = try Settings(arguments)
        try settings.checkOnePass()
        names = arguments.operands.isEmpty ? ["-"] : arguments.operands
        for name in names { try checkReadable(name) }
    }

    func run() throws(WinnowError) -> ExitCode {
        var pipeline = settings.pipeline
        pipeline.findsNearMisses = true
        var failure: WinnowError?
        let run = try CleanRun(
            pipeline, window: settings.window, encoding: settings.encoding, separator: settings.separator, output: nil,
            ledger: nil
        ) { work in
            guard failure == nil else { return }
            do throws(WinnowError) { try CLI.printOut(Self.rows(work, pipeline)) } catch { failure = error }
        }
        for name in names {
            if let failure { throw failure }
            try run.clean(try FileSource(name, watching: .standardOutput))
        }
        try run.finish()
        if let failure { throw failure }
        return .success
    }

    /// A row for each line of a decided window: a label, a tab, the line as `normalize` leaves it.
    private static func rows(_ work: BatchWork, _ pipeline: Pipeline) -> String {
        var labels: [Int: String] = [:]
        pipeline.forEachChange(in: work.batch) { change in
            // What is said twice says nothing of what it is.
            let isCopy = pipeline.stageName(change.verdict) == NearDuplicates.descriptor.name
            switch change.action {
            case .drop: labels[change.index] = isCopy ? "d" : "b"
            case .rewrite where isCopy: labels[change.index] = "d"
            case .move, .rewrite: break
            }
        }
        for miss in work.nearMisses where pipeline.stageName(miss.verdict) == Boilerplate.descriptor.name {
            labels[miss.line] = "?"
        }
        var out = ""
        for index in work.batch.lines.indices {
            let isText = work.batch.lines[index].flags.isDisjoint(with: [.blank, .separator])
            out += "\(isText ? labels[index] ?? "c" : "-")\t\(work.batch.string(index))\n"
        }
        return out
    }
}
