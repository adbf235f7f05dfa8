/// Counts of instructions over a fixed corpus, as committed and as counted now.
public struct GuardFigures: Codable, Equatable, Sendable {
    /// Size and fingerprint of the corpus.
    public var corpus: String
    /// What the counts depend on beside winnow's code: versions of the compiler, ICU and Valgrind, and the instruction set.
    public var versions: [String: String]
    /// Instructions by row.
    public var instructions: [String: Int]

    public init(corpus: String, versions: [String: String], instructions: [String: Int]) {
        self.corpus = corpus
        self.versions = versions
        self.instructions = instructions
    }
}

/// The comparison of counts with those committed.
public struct GuardReport {
    public enum Outcome: Equatable, Sendable {
        case within
        /// At least one row is beyond the tolerance, in either direction.
        case beyond
        /// The committed counts were made with other versions, and say nothing here.
        case incomparable(String)
        /// The committed counts were made over another corpus.
        case otherCorpus
    }

    public var outcome: Outcome
    public var table: Table

    /// - Parameters:
    ///   - rows: the rows in order.
    ///   - inputBytes: the size of the corpus.
    ///   - whole: the row of the whole; a change below a thousandth of it counts for none, however small its row.
    ///   - tolerance: the share a row may change by.
    public init(
        _ now: GuardFigures, committed: GuardFigures, rows: [String], whole: String, inputBytes: Int, tolerance: Double
    ) {
        var table = Table(["", "committed", "now", "a byte", "change", ""])
        var isBeyond = false
        let floor = Double(committed.instructions[whole] ?? 0) / 1000
        for row in rows {
            let new = now.instructions[row] ?? 0
            guard let old = committed.instructions[row], old > 0 else {
                isBeyond = true
                table.add([row, "–", Format.grouped(new), Format.number(Double(new) / Double(inputBytes)), "", "new"])
                continue
            }
            let change = Double(new - old) / Double(old)
            let counts = abs(change) > tolerance && Double(abs(new - old)) > floor
            isBeyond = isBeyond || counts
            table.add([
                row, Format.grouped(old), Format.grouped(new), Format.number(Double(new) / Double(inputBytes)),
                Format.change(change), counts ? (new > old ? "slower" : "faster") : "",
            ])
        }
        self.table = table
        let different = Set(now.versions.keys).union(committed.versions.keys).sorted().filter {
            now.versions[$0] != committed.versions[$0]
        }
        if now.corpus != committed.corpus {
            outcome = .otherCorpus
        } else if !different.isEmpty {
            let list = different.map { "\($0) \(committed.versions[$0] ?? "–"), here \(now.versions[$0] ?? "–")" }
            outcome = .incomparable(list.joined(separator: "; "))
        } else {
            outcome = isBeyond ? .beyond : .within
        }
    }
}
