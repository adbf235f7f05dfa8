import WinnowCore
import WinnowIO

/// What became of one file.
struct FileResult: Sendable {
    var file: InputFile
    /// Its place among those that are cleaned side by side.
    var turn: Int?
    /// As it was when it was opened; nil where it could not be.
    var input: Manifest.Input?
    /// XXH3-128 of the input, 32 hexadecimal digits.
    var inputHash = ""
    var output: Manifest.Output?
    var statistics: Statistics
    var error: WinnowError?
    /// Whether the error is one of the output, or leaves what the files share in doubt: the run cannot go on.
    var isFatal = false
    /// Whether it was left because the run shall stop.
    var isAbandoned = false
    /// Records whose text could not be read, and what is wrong with the first ones.
    var damaged = 0
    var problems: [WinnowError] = []

    /// Errors that are told of one file, at most; more are counted.
    static let mostProblems = 10

    init(_ file: InputFile, _ none: Statistics) {
        self.file = file
        statistics = none
    }

    mutating func note(_ problem: WinnowError) {
        damaged += 1
        if problems.count < Self.mostProblems { problems.append(problem) }
    }

    /// The row of the manifest; nil where nothing is to be noted.
    func row(_ configuration: String) -> Manifest.Record? {
        guard let input, !isFatal, !isAbandoned else { return nil }
        var counts = Manifest.Counts()
        counts.linesIn = Int64(statistics.linesIn)
        counts.linesOut = Int64(statistics.linesOut)
        counts.bytesIn = Int64(statistics.bytesIn)
        counts.bytesOut = Int64(statistics.bytesOut)
        for count in statistics.sorted {
            counts.dropped += Int64(count.dropped)
            counts.rewritten += Int64(count.rewritten)
        }
        return Manifest.Record(
            input, hash: inputHash, configuration: configuration, output: output, counts: counts,
            state: error.map { .failed($0.text) } ?? .done)
    }
}
