/// The guard against harm: a window that would lose more than a share of its text is not believed to be all debris.
public struct HarmGuard: Equatable, Sendable {
    public enum Action: String, CaseIterable, Sendable {
        /// Pass the window through with normalization only.
        case pass
        /// Remove it all the same; it is counted.
        case drop
        /// Stop the run.
        case stop
    }

    /// The largest share of the text that may go, from 0 to 1; at 1 the guard never fires.
    public var share: Double
    public var onExceed: Action

    public init(share: Double = 0.8, onExceed: Action = .pass) {
        self.share = share
        self.onExceed = onExceed
    }

    /// Whether more than `share` of the text goes. Text is measured in bytes of the keys: letters and digits, no
    /// punctuation, so that rules and decorations weigh nothing. A copy whose text stands elsewhere counts as gone.
    func isExceeded(by batch: borrowing LineBatch) -> Bool {
        guard share < 1 else { return false }
        var all = 0
        var kept = 0
        for place in batch.lines.indices {
            all += Int(batch.lines[place].keyLength)
            let source = Int(batch.lines[place].source)
            if source >= 0 { kept += Int(batch.lines[source].keyLength) }
        }
        return Double(all - kept) > share * Double(all)
    }
}
