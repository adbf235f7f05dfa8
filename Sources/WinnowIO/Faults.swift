#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import Synchronization

/// Makes system calls fail, or ends the process at one, so that tests see what is left on disk. Debug builds only: a release
/// build neither counts calls nor reads the variable.
///
/// `WINNOW_FAULT` says what happens at the N-th call (from 1) of the process, or the N-th of one kind:
///
/// | value | meaning |
/// | --- | --- |
/// | `fail:N:ERRNO`, `fail:rename:N:ERRNO` | the call is not made and fails with that number |
/// | `kill:N`, `kill:fsync:N` | SIGKILL before the call |
/// | `tear:N`, `tear:write:N` | as `kill`, but half of the bytes of a write are written first |
public enum Faults {
    enum Call: String, Sendable {
        case open, close, read, write, fsync, truncate, rename, link, unlink, mkdir, stat, lock, spawn
    }

    #if DEBUG
        private enum Action: String { case fail, kill, tear }

        private struct Plan {
            var action: Action
            var call: Call?
            var number: Int
            var code: Int32 = EIO

            init?(_ text: String) {
                var words = text.split(separator: ":").map(String.init)
                guard words.count > 1, let action = Action(rawValue: words.removeFirst()) else { return nil }
                self.action = action
                call = Call(rawValue: words[0])
                if call != nil { words.removeFirst() }
                guard let first = words.first, let number = Int(first) else { return nil }
                self.number = number
                if words.count > 1, let code = Int32(words[1]) { self.code = code }
            }
        }

        private static let plan = environment("WINNOW_FAULT").flatMap(Plan.init)
        private static let calls = Atomic<Int>(0)

        /// Whether the environment asks for faults; SQLite's calls are led through the seam then.
        static var areAsked: Bool { plan != nil }

        /// How many calls were made that the plan counts: a plan far away counts all.
        public static var count: Int { calls.load(ordering: .relaxed) }

        /// Counts a call.
        /// - Returns: whether it fails now; `errno` is set.
        static func strike(_ call: Call, tearing: () -> Void = {}) -> Bool {
            guard let plan, plan.call == nil || plan.call == call else { return false }
            guard calls.wrappingAdd(1, ordering: .relaxed).newValue == plan.number else { return false }
            if plan.action == .fail {
                errno = plan.code
                return true
            }
            if plan.action == .tear { tearing() }
            kill(getpid(), SIGKILL)
            // The signal may take a moment; nothing may happen in it.
            while true { pause() }
        }
    #else
        @inline(__always) static func strike(_ call: Call, tearing: () -> Void = {}) -> Bool { false }
    #endif
}
