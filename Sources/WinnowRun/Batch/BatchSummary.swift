import WinnowCore
import WinnowIO

/// What a batch did.
public struct BatchSummary: Sendable {
    /// Files that there are.
    public var files = 0
    public var cleaned = 0
    /// Files that an earlier run has done.
    public var skipped = 0
    public var failed = 0
    /// Records whose text could not be read.
    public var damaged = 0
    /// Bytes of files, as they are packed.
    public var packedIn: Int64 = 0
    public var packedOut: Int64 = 0
    /// Of the texts of this run.
    public var statistics: Statistics
    public var seconds = 0.0
    /// The signal that ended it.
    public var signal: Int32?
    /// Whether it ended at the first error.
    public var isStopped = false

    public init(_ pipeline: Pipeline) { statistics = Statistics(pipeline) }

    /// Files that nobody has looked at.
    public var left: Int { files - cleaned - skipped - failed }

    /// Bytes of text a second.
    public var rate: Double { seconds > 0 ? Double(statistics.bytesIn) / seconds : 0 }

    mutating func add(_ result: FileResult) {
        guard !result.isAbandoned else { return }
        damaged += result.damaged
        guard result.error == nil else {
            failed += 1
            return
        }
        cleaned += 1
        packedIn += result.input?.size ?? 0
        packedOut += result.output?.size ?? 0
        statistics.add(result.statistics)
        statistics.linesOut += result.statistics.linesOut
        statistics.bytesOut += result.statistics.bytesOut
    }
}
