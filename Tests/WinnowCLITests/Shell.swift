import TestSupport
import WinnowCore
import WinnowIO

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Runs scripts with the built `winnow` on the PATH.
enum Shell {
    struct Result {
        var output: String
        var errors: String
        var status: Int32
    }

    /// The folder of the test bundle, which is that of the executable too.
    static let products: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for path in [CommandLine.arguments.first ?? "", own] + CommandLine.arguments {
            guard let slash = path.lastIndex(of: "/") else { continue }
            let folder = String(path[..<slash])
            if fileExists("\(folder)/winnow") { return folder }
        }
        return "\(repository)/.build/debug"
    }()

    static func folders(in folder: String) -> [String] {
        files(in: folder, ending: "").filter { !$0.hasPrefix(".") && fileExists("\(repository)/\(folder)/\($0)/cmd") }
    }

    /// Runs a script in an empty folder of its own, which is removed afterwards.
    static func run(script: String, input: String) throws -> Result {
        var template = Array("/tmp/winnow-cli-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw WinnowError(.system, "mkdtemp failed") }
        let top = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { _ = try? spawn("rm -rf \"$1\"", [top]) }
        // The results stand outside of the folder in which the script runs.
        let wrapper = """
            mkdir "$1/work" && cd "$1/work" || exit 99
            unset WINNOW_CONFIG WINNOW_NO_CACHE NO_COLOR
            export LC_ALL=C.UTF-8 PATH="$4:$PATH" HOME="$1" XDG_CACHE_HOME="$1/cache"
            bash "$2" < "$3" > "$1/stdout" 2> "$1/stderr"
            """
        let status = try spawn(wrapper, [top, script, input, products])
        return Result(
            output: String(decoding: try readWhole("\(top)/stdout"), as: UTF8.self),
            errors: String(decoding: try readWhole("\(top)/stderr"), as: UTF8.self), status: status)
    }

    private static func spawn(_ script: String, _ arguments: [String]) throws -> Int32 {
        let words = ["bash", "-c", script, "bash"] + arguments
        var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        pointers.append(nil)
        defer { pointers.forEach { free($0) } }
        var process: pid_t = 0
        guard posix_spawn(&process, "/bin/bash", nil, nil, pointers, environ) == 0 else {
            throw WinnowError(.system, "cannot start bash")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw WinnowError(.system, "waitpid failed") }
        }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }
}
