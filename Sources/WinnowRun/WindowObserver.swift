import WinnowCore

/// Looks at the windows of a run on their way, instead of anybody writing them: what `check` adds.
protocol WindowObserver: AnyObject {
    /// One a thread.
    func makeWorker() throws(WinnowError) -> any WindowWorker
    /// A window that was decided, in input order, one at a time.
    /// - Parameter record: where it came from, if it was read from one.
    func deliver(_ work: Chunk.Work, record: RecordWork?) throws(WinnowError)
    /// A record whose text cannot be read.
    func deliver(damaged problem: WinnowError)
}

/// The part that depends on the window alone.
protocol WindowWorker: AnyObject {
    /// Called when the stages' pure work on the window is done; notes what is to be known at the ordered end in `observed`.
    func inspect(_ work: Chunk.Work)
}
