/// What the process tells its caller.
public enum ExitCode: Int32, Sendable {
    /// Done.
    case success = 0
    /// A check found something, or some files of a batch could not be cleaned.
    case found = 1
    /// Wrong usage, or input that could not be read.
    case failure = 2
    /// A batch was ended by SIGINT or SIGTERM, and can be gone on with.
    case interrupted = 130
    case terminated = 143
}
