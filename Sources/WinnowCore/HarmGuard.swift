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

    /// The guard of a pipeline with a stage that may well take this share of a text. A share that was set stays.
    func granting(_ share: Double?) -> HarmGuard {
        guard let share, self.share == HarmGuard().share else { return self }
        return HarmGuard(share: max(share, self.share), onExceed: onExceed)
    }

    /// Whether more than `share` of the text goes.
    ///
    /// Text is measured in bytes of the keys: letters and digits, no punctuation, so that rules and decorations weigh nothing.
    /// A line whose copy is kept in another document (corpus scope) is not lost, and does not count.
    func isExceeded(by batch: borrowing LineBatch) -> Bool {
        guard share < 1 else { return false }
        var all = 0
        var safe = 0
        for index in batch.lines.indices {
            all += Int(batch.lines[index].keyLength)
            let source = Int(batch.lines[index].source)
            if source >= 0 {
                safe += Int(batch.lines[source].keyLength)
            } else if case .twin(let twin)? = batch.verdicts[index]?.evidence, Int(twin.document) != batch.document.ordinal {
                safe += Int(batch.lines[index].keyLength)
            }
        }
        return Double(all - safe) > share * Double(all)
    }
}
