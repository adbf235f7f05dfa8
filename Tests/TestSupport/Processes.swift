#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// What the system refused a test.
public struct SystemFailure: Error {
    public var call: String
}

/// Runs a script of bash and waits for its end.
/// - Parameter arguments: $1, $2 and so on.
/// - Returns: the exit code, or 128 and the signal.
public func runBash(_ script: String, _ arguments: [String] = []) throws -> Int32 {
    let words = ["bash", "-c", script, "bash"] + arguments
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    pointers.append(nil)
    defer { pointers.forEach { free($0) } }
    var process: pid_t = 0
    // Threads of a test runner block signals, and what they start would inherit that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    guard posix_spawn(&process, "/bin/bash", nil, &attributes, pointers, environ) == 0 else {
        throw SystemFailure(call: "posix_spawn")
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
        guard errno == EINTR else { throw SystemFailure(call: "waitpid") }
    }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
}

/// Gives an empty folder, which goes afterwards with all that is in it.
public func withTemporaryFolder<Result>(_ body: (_ path: String) throws -> Result) throws -> Result {
    var template = Array("/tmp/winnow-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemFailure(call: "mkdtemp") }
    let path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { _ = try? runBash("rm -rf \"$1\"", [path]) }
    return try body(path)
}
