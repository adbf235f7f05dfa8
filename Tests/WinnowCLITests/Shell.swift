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
        // The results stand outside of the folder in which the script runs.
        let wrapper = """
            mkdir "$1/work" && cd "$1/work" || exit 99
            unset WINNOW_CONFIG WINNOW_NO_CACHE NO_COLOR
            export LC_ALL=C.UTF-8 PATH="$4:$PATH" HOME="$1" XDG_CACHE_HOME="$1/cache"
            bash "$2" < "$3" > "$1/stdout" 2> "$1/stderr"
            """
        return try withTemporaryFolder { top in
            let status = try runBash(wrapper, [top, script, input, products])
            return Result(
                output: String(decoding: try readWhole("\(top)/stdout"), as: UTF8.self),
                errors: String(decoding: try readWhole("\(top)/stderr"), as: UTF8.self), status: status)
        }
    }
}
