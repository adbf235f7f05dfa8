#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import WinnowCore

/// A mutex with a condition variable (POSIX threads).
final class Monitor: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func withLock<R>(_ body: () -> R) -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Waits, within `withLock`, until someone calls `wake`.
    func wait() { pthread_cond_wait(condition, mutex) }
    func wake() { pthread_cond_broadcast(condition) }
}

/// A thread (POSIX).
struct RunThread {
    private var thread: pthread_t

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// - Throws: `system` when there can be no more of them.
    init(_ run: @escaping @Sendable () -> Void) throws(WinnowError) {
        thread = pthread_t()
        let box = Unmanaged.passRetained(Body(run))
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        guard status == 0 else {
            box.release()
            throw WinnowError(.system, "cannot start a thread: \(String(cString: strerror(status)))")
        }
    }

    /// - Parameter worker: handed to the thread, which alone uses it from then on.
    init<Worker: AnyObject>(with worker: Worker, _ run: @escaping @Sendable (Worker) -> Void) throws(WinnowError) {
        let seat = Seat(worker: worker)
        try self.init { run(seat.worker) }
    }

    private struct Seat<Worker>: @unchecked Sendable { let worker: Worker }

    /// Waits for its end.
    func join() { pthread_join(thread, nil) }
}
