import Synchronization
import TestSupport
import Testing
import WinnowCore

@testable import WinnowIO

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A folder of its own for each test, removed afterwards.
final class Scratch {
    let path: String

    /// - Parameter inMemory: where there is such a folder; nothing waits for a disk there.
    init(inMemory: Bool = false) throws {
        let place = inMemory && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(place)/winnow-batch-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw WinnowError(.system, "mkdtemp failed") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        func clear(_ path: Path) {
            // A link is removed, not followed.
            if path.withCString({ unlink($0) }) == 0 { return }
            _ = path.withCString { chmod($0, 0o700) }
            if let reader = try? FolderReader(path) {
                while let entry = try? reader.next() { clear(path.appending(Path(entry.name))) }
            }
            _ = path.withCString { rmdir($0) }
        }
        clear(Path(path))
    }

    func folder(_ name: String) -> Path { Path(path).appending(name) }

    /// Writes a file and makes the folders that it stands in.
    @discardableResult
    func write(_ name: String, _ text: String = "") throws -> Path { try write(Path(name), text) }

    @discardableResult
    func write(_ name: Path, _ text: String = "") throws -> Path {
        let path = Path(self.path).appending(name)
        try makeFolder(path.folder, isDurable: false)
        let file = try FileDescriptor.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
        defer { file.close() }
        try file.write(Array(text.utf8), name: "\(path)")
        return path
    }

    func text(_ name: String) -> String? {
        (try? readWhole("\(path)/\(name)")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// All files below a folder but winnow's own, by their relative paths.
    func tree(_ name: String) throws -> [String: String] {
        var files: [String: String] = [:]
        func add(_ folder: String, _ prefix: String) throws {
            for name in names(in: folder) where prefix + name != ".winnow" {
                if let status = try? FileStatus(Path("\(folder)/\(name)"), followingLinks: false), status.isFolder {
                    try add("\(folder)/\(name)", "\(prefix)\(name)/")
                } else {
                    files[prefix + name] = String(decoding: try readWhole("\(folder)/\(name)"), as: UTF8.self)
                }
            }
        }
        try add("\(path)/\(name)", "")
        return files
    }
}

private let starting = Mutex(())

/// A run of batch-probe.
final class Probe {
    struct Result {
        var output: String
        var errors: String
        /// 128 and the signal for a process that a signal ended.
        var status: Int32
    }

    let process: pid_t
    private let input: Int32
    private let output: Int32
    private let errors: Int32
    private var isOver = false

    private static let executable: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for path in [own] + CommandLine.arguments {
            guard let slash = path.lastIndex(of: "/") else { continue }
            let found = "\(path[..<slash])/batch-probe"
            if fileExists(found) { return found }
        }
        return "\(repository)/.build/debug/batch-probe"
    }()

    /// - Parameter shell: run by bash first: limits.
    init(_ arguments: [String], fault: String? = nil, shell: String? = nil) throws {
        // No other child may inherit an end of these pipes.
        (process, input, output, errors) = try starting.withLock { _ in try Self.start(arguments, fault, shell) }
    }

    private static func start(
        _ arguments: [String], _ fault: String?, _ shell: String?
    ) throws -> (pid_t, Int32, Int32, Int32) {
        var pipes: [Int32] = [0, 0, 0, 0, 0, 0]
        for index in stride(from: 0, to: 6, by: 2) {
            var pair: [Int32] = [0, 0]
            guard pipe(&pair) == 0 else { throw WinnowError(.system, "pipe failed") }
            for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            pipes[index] = pair[0]
            pipes[index + 1] = pair[1]
        }
        var words = [executable] + arguments
        if let shell { words = ["/bin/bash", "-c", "\(shell); exec \"$@\"", "bash"] + words }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, pipes[0], 0)
        posix_spawn_file_actions_adddup2(&actions, pipes[3], 1)
        posix_spawn_file_actions_adddup2(&actions, pipes[5], 2)
        // The threads of a test block signals, which a child would inherit.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = ["PATH=/usr/bin:/bin", fault.map { "WINNOW_FAULT=\($0)" }].compactMap
        {
            $0.map { strdup($0) }
        }
        environment.append(nil)
        defer {
            (pointers + environment).forEach { free($0) }
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
            for index in [0, 3, 5] { close(pipes[index]) }
        }
        var process: pid_t = 0
        guard posix_spawn(&process, words[0], &actions, &attributes, pointers, environment) == 0 else {
            throw WinnowError(.system, "cannot start \(words[0])")
        }
        return (process, pipes[1], pipes[2], pipes[4])
    }

    deinit { if !isOver { kill(process, SIGKILL); _ = try? finish() } }

    /// Waits for a line of output.
    func line() -> String {
        var text = ""
        var byte: UInt8 = 0
        while read(output, &byte, 1) == 1, byte != 10 { text.unicodeScalars.append(Unicode.Scalar(byte)) }
        return text
    }

    func signal(_ number: Int32) { kill(process, number) }

    /// Ends its input and waits for its end.
    func finish() throws -> Result {
        close(input)
        let text = try FileDescriptor(rawValue: output).readToEnd(name: "output")
        let told = try FileDescriptor(rawValue: errors).readToEnd(name: "errors")
        close(output)
        close(errors)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw WinnowError(.system, "waitpid failed") }
        }
        isOver = true
        return Result(
            output: String(decoding: text, as: UTF8.self), errors: String(decoding: told, as: UTF8.self),
            status: status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F)
    }

    static func run(_ arguments: String..., fault: String? = nil, shell: String? = nil) throws -> Result {
        try Probe(arguments, fault: fault, shell: shell).finish()
    }
}

/// The error that a call throws.
func failure(_ body: () throws(WinnowError) -> Void) -> WinnowError? {
    do throws(WinnowError) { try body() } catch { return error }
    return nil
}
