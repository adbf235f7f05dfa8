import WinnowCore
import WinnowIO

/// Workers that take whole files, the next free one the next file; for files that are no more work than a moment.
final class FileCrew: @unchecked Sendable {
    // All state below is guarded by `monitor`.
    private let monitor = Monitor()
    private var todo: [(turn: Int, file: InputFile)] = []
    private var next = 0
    private var turns = 0
    private var results: [FileResult] = []
    private var inFlight = 0
    private var isClosed = false
    private var threads: [RunThread] = []
    private let most: Int

    /// Starts a thread for each.
    init(_ cleaners: [FileCleaner]) throws(WinnowError) {
        // So that nobody waits for the one who hands out, who may look up a thousand files that are done.
        most = 32 * cleaners.count
        do throws(WinnowError) {
            for cleaner in cleaners {
                threads.append(try RunThread(with: cleaner) { [self] in work($0) })
            }
        } catch {
            close()
            throw error
        }
    }

    /// Hands out a file.
    /// - Returns: results that have come in; waits for some when much is under way.
    func submit(_ file: InputFile) -> [FileResult] {
        monitor.withLock {
            while inFlight >= most, results.isEmpty { monitor.wait() }
            todo.append((turns, file))
            turns += 1
            inFlight += 1
            monitor.wake()
            return takeResults()
        }
    }

    /// What comes in next, at least one; none when nothing is under way.
    func wait() -> [FileResult] {
        monitor.withLock {
            while inFlight > 0, results.isEmpty { monitor.wait() }
            return takeResults()
        }
    }

    /// Takes back what nobody has begun.
    func recall() {
        monitor.withLock {
            inFlight -= todo.count - next
            todo = []
            next = 0
        }
    }

    /// Waits for the threads to end; what was handed out is done first.
    func close() {
        monitor.withLock {
            isClosed = true
            monitor.wake()
        }
        for thread in threads { thread.join() }
        threads = []
    }

    private func takeResults() -> [FileResult] {
        let taken = results
        results = []
        inFlight -= taken.count
        return taken
    }

    private func work(_ cleaner: FileCleaner) {
        while let (turn, file) = take() {
            var result = cleaner.clean(file)
            result.turn = turn
            monitor.withLock {
                results.append(result)
                monitor.wake()
            }
        }
    }

    private func take() -> (turn: Int, file: InputFile)? {
        monitor.withLock {
            while next == todo.count, !isClosed { monitor.wait() }
            guard next < todo.count else { return nil }
            defer {
                if next == todo.count {
                    todo.removeAll(keepingCapacity: true)
                    next = 0
                }
            }
            next += 1
            return todo[next - 1]
        }
    }
}
