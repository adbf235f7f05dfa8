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
    guard posix_spawn(&process, "/bin/bash", nil, nil, pointers, environ) == 0 else { throw SystemFailure(call: "posix_spawn") }
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
