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
    /// How many results the one who hands out waits for.
    private var wanted = Int.max
    /// Workers that wait for files.
    private var idle = 0
    /// Whether a result has come in that may end the run.
    private var isUrgent = false
    private var isClosed = false
    private var threads: [RunThread] = []
    private let most: Int
    private let workers: Int
    /// Files that a worker takes at a time.
    private static let group = 8

    /// Starts a thread for each.
    init(_ cleaners: [FileCleaner]) throws(WinnowError) {
        // So that nobody waits for the one who hands out, who may look up a thousand files that are done.
        most = 32 * cleaners.count
        workers = cleaners.count
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
            // Waking threads takes as long as cleaning a small file: it is done for many at a time.
            if inFlight >= most { waitForResults(most / 4) }
            todo.append((turns, file))
            turns += 1
            inFlight += 1
            if idle > 0, todo.count - next >= Self.group * idle || file.size > Self.small { monitor.wake() }
            return isUrgent || results.count >= Self.group || inFlight >= most ? takeResults() : []
        }
    }

    /// What comes in next, at least one; none when nothing is under way.
    func wait() -> [FileResult] {
        monitor.withLock {
            waitForResults(1)
            return takeResults()
        }
    }

    /// Waits until so many have come in, or all that are under way, or one that is urgent. Within the lock.
    private func waitForResults(_ count: Int) {
        wanted = count
        if idle > 0, next < todo.count { monitor.wake() }
        while results.count < min(wanted, inFlight), !isUrgent { monitor.wait() }
        wanted = .max
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
        isUrgent = false
        inFlight -= taken.count
        return taken
    }

    private func work(_ cleaner: FileCleaner) {
        var group: [(turn: Int, file: InputFile)] = []
        while take(&group) {
            var done: [FileResult] = []
            for (turn, file) in group {
                var result = cleaner.clean(file)
                result.turn = turn
                done.append(result)
                let isUrgent = result.error != nil || result.damaged > 0
                if isUrgent || file.size > Self.small { deliver(&done, isUrgent: isUrgent) }
            }
            deliver(&done)
        }
    }

    private static let small: Int64 = 1 << 16

    private func deliver(_ done: inout [FileResult], isUrgent: Bool = false) {
        monitor.withLock {
            results += done
            if isUrgent { self.isUrgent = true }
            if results.count >= min(wanted, inFlight) || isUrgent { monitor.wake() }
        }
        done.removeAll(keepingCapacity: true)
    }

    /// Takes some files; fewer where few are left, so that all workers have some.
    /// - Returns: false at the end.
    private func take(_ group: inout [(turn: Int, file: InputFile)]) -> Bool {
        group.removeAll(keepingCapacity: true)
        return monitor.withLock {
            while next == todo.count, !isClosed {
                idle += 1
                monitor.wait()
                idle -= 1
            }
            let count = min(Self.group, max(1, (todo.count - next) / (2 * workers)))
            var size: Int64 = 0
            while next < todo.count, group.count < count, size <= Self.small {
                size += todo[next].file.size
                group.append(todo[next])
                next += 1
            }
            if next == todo.count {
                todo.removeAll(keepingCapacity: true)
                next = 0
            }
            return !group.isEmpty
        }
    }
}
