/// A line that stays although a rule nearly took it: what `winnow explain --near` shows.
public struct NearMiss: Equatable, Sendable {
    /// Index of the line in its batch.
    public var line: Int
    /// The rule, and what it saw: the verdict that the line escaped.
    public var verdict: Verdict
    /// What was missing, in words, to stand behind "but".
    public var lacked: String

    public init(line: Int, verdict: Verdict, lacked: String) {
        self.line = line
        self.verdict = verdict
        self.lacked = lacked
    }
}
