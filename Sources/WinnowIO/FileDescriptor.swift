#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import CSystem
import WinnowCore

/// A file descriptor. All input and output of winnow goes through the methods of this type: one seam, where tests can make
/// the system fail.
public struct FileDescriptor: Equatable, Sendable {
    public let rawValue: Int32

    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let standardInput = FileDescriptor(rawValue: 0)
    public static let standardOutput = FileDescriptor(rawValue: 1)
    public static let standardError = FileDescriptor(rawValue: 2)

    /// The C function is `open`.
    /// - Throws: `system` with the path and the reason.
    public static func open(_ path: String, flags: Int32, mode: mode_t = 0) throws(WinnowError) -> FileDescriptor {
        try open(Path(path), flags: flags, mode: mode)
    }

    public static func open(_ path: Path, flags: Int32, mode: mode_t = 0) throws(WinnowError) -> FileDescriptor {
        while true {
            let fd = path.withCString { sysOpen($0, flags | O_CLOEXEC, mode) }
            if fd >= 0 { return FileDescriptor(rawValue: fd) }
            if errno != EINTR { throw .system("\(path)") }
        }
    }

    /// Opens an input for reading. A folder is refused here, where the message can say so.
    public static func openForReading(_ path: String) throws(WinnowError) -> FileDescriptor {
        let file = try open(path, flags: O_RDONLY)
        var status = stat()
        if fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            file.close()
            throw folder(path)
        }
        return file
    }

    /// The C function is `dup`.
    func duplicate(name: String) throws(WinnowError) -> FileDescriptor {
        let fd = fcntl(rawValue, F_DUPFD_CLOEXEC, 0)
        guard fd >= 0 else { throw .system(name) }
        return FileDescriptor(rawValue: fd)
    }

    public func close() { _ = sysClose(rawValue) }

    /// The C function is `read`; interrupted calls are repeated.
    /// - Returns: how many bytes were read, 0 at the end.
    public func read(into buffer: UnsafeMutableRawBufferPointer, name: String) throws(WinnowError) -> Int {
        while true {
            let count = sysRead(rawValue, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno != EINTR { throw .system(name) }
        }
    }

    /// Writes all bytes. The C function is `write`; short and interrupted calls are continued.
    /// - Throws: `closedPipe` when nobody reads any more, `system` otherwise.
    public func write(_ bytes: UnsafeRawBufferPointer, name: String) throws(WinnowError) {
        var done = 0
        while done < bytes.count {
            let count = sysWrite(rawValue, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            if count >= 0 {
                done += count
            } else if errno == EPIPE {
                throw WinnowError(.closedPipe, "nobody reads the output any more")
            } else if errno == EAGAIN {
                // A pipe that its owner made non-blocking: wait until it takes more.
                var poll = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
                _ = sysPoll(&poll, 1, -1)
            } else if errno != EINTR {
                throw .system(name)
            }
        }
    }

    /// Writes a message; failure to do so is not worth another message.
    public func print(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            _ = Result { () throws(WinnowError) in try write(UnsafeRawBufferPointer(bytes), name: "message") }
        }
    }

    public func synchronize(name: String) throws(WinnowError) {
        // Pipes and some file systems cannot be synchronized; that is no failure of ours.
        if sysFsync(rawValue) != 0, errno != EINVAL, errno != EROFS, errno != ENOTSUP { throw .system(name) }
    }

    /// Whether bytes, or the end, can be read without waiting. The C function is `poll`.
    public var isReadable: Bool {
        var poll = pollfd(fd: rawValue, events: Int16(POLLIN), revents: 0)
        return sysPoll(&poll, 1, 0) != 0
    }

    /// Waits for bytes or the end.
    /// - Throws: `closedPipe` when nobody reads `output` any more.
    func waitUntilReadable(watching output: FileDescriptor) throws(WinnowError) {
        while true {
            var polls = [
                pollfd(fd: rawValue, events: Int16(POLLIN), revents: 0), pollfd(fd: output.rawValue, events: 0, revents: 0),
            ]
            let count = sysPoll(&polls, nfds_t(polls.count), -1)
            if count < 0, errno == EINTR { continue }
            if polls[0].revents != 0 || count < 0 { return }
            // POLLERR is what a pipe without a reader reports; a terminal or a file never does.
            if polls[1].revents & Int16(POLLERR) != 0 { throw WinnowError(.closedPipe, "nobody reads the output any more") }
            if polls[1].revents != 0 { return }
        }
    }

    public var isTerminal: Bool { isatty(rawValue) == 1 }
}

extension WinnowError {
    /// What the system said of the last call.
    static func system(_ file: String) -> WinnowError {
        WinnowError(.system, String(cString: strerror(errno)), at: .init(file: file))
    }
}

/// Ends the process; the C function is `exit`.
public func exitProcess(_ code: Int32) -> Never { exit(code) }

/// Writing to a pipe that nobody reads shall be an error of the call, not the end of the process.
public func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

/// The value of an environment variable, if it is set and not empty.
public func environment(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
}

/// Checks that an input can be read, without opening it: opening and closing a named pipe would end its writer.
/// - Throws: `system` with the reason.
public func checkReadable(_ path: String) throws(WinnowError) {
    if path == "-" { return }
    guard access(path, R_OK) == 0 else { throw .system(path) }
    var status = stat()
    guard stat(path, &status) == 0 else { throw .system(path) }
    if status.st_mode & S_IFMT == S_IFDIR { throw folder(path) }
}

private func folder(_ path: String) -> WinnowError {
    WinnowError(.system, "is a folder, not a file", at: .init(file: path))
}

public func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Bytes of memory that this process may use: the machine's, or what its control group allows.
public func memoryOfMachine() -> Int {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let machine = pages > 0 ? pages * sysconf(Int32(_SC_PAGESIZE)) : 1 << 32
    guard let text = try? readWhole("/sys/fs/cgroup/memory.max"),
        let limit = Int(String(decoding: text, as: UTF8.self).split(separator: "\n").first ?? "")
    else { return machine }
    return min(machine, limit)
}

/// Cores that this process may run on.
public func availableCores() -> Int { Int(csys_available_cores()) }
