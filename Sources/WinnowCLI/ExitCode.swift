/// What the process tells its caller.
public enum ExitCode: Int32, Sendable {
    /// Done.
    case success = 0
    /// A check found something.
    case found = 1
    /// Wrong usage, or input that could not be read.
    case failure = 2
}
