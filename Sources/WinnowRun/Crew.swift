import WinnowCore

/// Workers over a bounded number of chunks: the reader takes a free chunk, fills it and submits it; a worker processes it; the
/// worker whose chunk is next in input order delivers it, and all that follow and are done, then frees them. A reader that is
/// ahead waits for a free chunk, so memory does not grow.
final class Crew: @unchecked Sendable {
    // All state below is guarded by `monitor`, but for `deliver`, which one worker at a time calls.
    private let monitor = Monitor()
    private let deliver: (Chunk) -> Bool
    private var free: [Chunk]
    private var todo: [Chunk] = []
    private var done: [Int: Chunk] = [:]
    private var nextToSubmit = 0
    private var nextToDeliver = 0
    private var isDelivering = false
    private var isStopped = false
    private var isClosed = false
    private var threads: [RunThread] = []

    /// - Parameters:
    ///   - chunks: all the chunks that there are.
    ///   - deliver: called in input order, on any thread, one at a time; returns false to stop everything.
    init(chunks: [Chunk], deliver: @escaping (Chunk) -> Bool) {
        free = chunks
        self.deliver = deliver
    }

    /// Starts a thread for each worker.
    func start(_ workers: [ChunkWorker]) throws(WinnowError) {
        for worker in workers {
            threads.append(try RunThread(with: worker) { [self] in work($0) })
        }
    }

    /// A chunk to fill; nil when everything was stopped.
    func take() -> Chunk? {
        monitor.withLock {
            while free.isEmpty, !isStopped { monitor.wait() }
            return isStopped ? nil : free.popLast()
        }
    }

    func submit(_ chunk: Chunk) {
        monitor.withLock {
            chunk.sequence = nextToSubmit
            nextToSubmit += 1
            todo.append(chunk)
            monitor.wake()
        }
    }

    /// Waits until all that was submitted is delivered, or everything was stopped, and ends the threads.
    func finish() {
        monitor.withLock {
            while nextToDeliver < nextToSubmit, !isStopped { monitor.wait() }
            isClosed = true
            monitor.wake()
        }
        for thread in threads { thread.join() }
        threads.removeAll()
    }

    /// Waits until all that was submitted is delivered, or everything was stopped.
    func drain() {
        monitor.withLock {
            while nextToDeliver < nextToSubmit, !isStopped { monitor.wait() }
        }
    }

    private func work(_ worker: ChunkWorker) {
        while true {
            let chunk: Chunk? = monitor.withLock {
                while todo.isEmpty, !isClosed, !isStopped { monitor.wait() }
                return isStopped || todo.isEmpty ? nil : todo.removeFirst()
            }
            guard let chunk else { return }
            worker.process(chunk)
            deliverInOrder(chunk)
        }
    }

    private func deliverInOrder(_ chunk: Chunk) {
        var next: Chunk? = monitor.withLock {
            done[chunk.sequence] = chunk
            return isDelivering ? nil : takeNext()
        }
        while let ready = next {
            let goesOn = deliver(ready)
            next = monitor.withLock {
                ready.reset()
                free.append(ready)
                nextToDeliver += 1
                isDelivering = false
                if !goesOn { isStopped = true }
                monitor.wake()
                return isStopped ? nil : takeNext()
            }
        }
    }

    /// The chunk that is next in order, when it is done; whoever takes it delivers. Within the lock.
    private func takeNext() -> Chunk? {
        guard let chunk = done.removeValue(forKey: nextToDeliver) else { return nil }
        isDelivering = true
        return chunk
    }
}
