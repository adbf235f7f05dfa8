#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import CSystem
import WinnowCore

/// SIGINT and SIGTERM as a wish that a run asks for between two files: finish or abandon what is in flight, then end.
///
/// A second signal ends the process at once, by the signal itself. Two within 0.1 s count as one, since timeout(1) sends two.
/// Calls that wait are continued after the handler, so no library sees EINTR; who waits for long polls `descriptor` too.
public enum Signals {
    /// Begins to catch; for the rest of the process. A file that grows beyond `ulimit -f` is an error of the call from now on,
    /// not the end of the process.
    /// - Throws: `system`.
    public static func catchAll() throws(WinnowError) {
        signal(SIGXFSZ, SIG_IGN)
        guard csys_catch_signals() >= 0 else { throw .system("signals") }
    }

    /// The signal that came; nil so far.
    public static var caught: Int32? {
        let number = csys_caught_signal()
        return number == 0 ? nil : number
    }

    /// Readable once a signal came; nothing may be read from it. Only after `catchAll`.
    public static var descriptor: FileDescriptor { FileDescriptor(rawValue: csys_catch_signals()) }

    /// What a shell shows of a process that a signal ended: 130 for SIGINT, 143 for SIGTERM.
    public static func exitCode(_ signal: Int32) -> Int32 { 128 + signal }
}
