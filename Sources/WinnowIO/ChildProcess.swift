#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import CSystem
import WinnowCore

/// Runs another program, found on the PATH, and takes what it writes.
public enum ChildProcess {
    public struct Result: Sendable {
        public var output: [UInt8]
        public var errors: [UInt8]
        /// The exit code, or 128 and the signal.
        public var status: Int32
    }

    /// Waits for its end. Its standard input is empty; what it writes is held in memory.
    /// - Throws: `system` when there is no such program.
    public static func run(_ program: String, _ arguments: [String]) throws(WinnowError) -> Result {
        // Errors go to a file without a name: one pipe can be read without two programs waiting for each other.
        let errors = try temporary()
        defer { errors.close() }
        var ends: [Int32] = [-1, -1]
        guard sysPipe(&ends) == 0 else { throw .system(program) }
        let reading = FileDescriptor(rawValue: ends[0])
        defer { reading.close() }
        let process: pid_t
        do throws(WinnowError) {
            process = try spawn(program, arguments, output: ends[1], errors: errors.rawValue)
        } catch {
            FileDescriptor(rawValue: ends[1]).close()
            throw error
        }
        FileDescriptor(rawValue: ends[1]).close()
        let output = try reading.readToEnd(name: program)
        var status: Int32 = 0
        while sysWait(process, &status) < 0 {
            guard errno == EINTR else { throw .system(program) }
        }
        _ = lseek(errors.rawValue, 0, SEEK_SET)
        return Result(
            output: output, errors: try errors.readToEnd(name: program),
            status: status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F)
    }

    private static func temporary() throws(WinnowError) -> FileDescriptor {
        let fd = csys_nameless_file()
        guard fd >= 0 else { throw .system("a file in memory") }
        return FileDescriptor(rawValue: fd)
    }

    private static func spawn(
        _ program: String, _ arguments: [String], output: Int32, errors: Int32
    ) throws(WinnowError) -> pid_t {
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        defer { words.forEach { free($0) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        // A program that writes to a closed pipe shall end as it is used to.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var process: pid_t = 0
        let code = sysSpawn(&process, program, &actions, &attributes, words)
        guard code == 0 else { throw WinnowError(.system, String(cString: strerror(code)), at: .init(file: program)) }
        return process
    }
}
