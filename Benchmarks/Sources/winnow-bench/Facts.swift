import BenchReport
import Foundation

/// What is known about the machine.
enum Facts {
    static func machine(winnow: String) -> Machine {
        let flags = Set(cpuinfo("flags").split(separator: " ").map(String.init))
        let vectors = [("avx2", "AVX2"), ("avx512bw", "AVX-512")].filter { flags.contains($0.0) }.map(\.1)
        let date = Date.now.formatted(.iso8601.year().month().day())
        return Machine(
            processor: cpuinfo("model name"), cores: ProcessInfo.processInfo.activeProcessorCount,
            memory: Int((Double(ProcessInfo.processInfo.physicalMemory) / 1_073_741_824).rounded()), vectors: vectors,
            system: osName, date: date, versions: versions(winnow: winnow))
    }

    /// A field of the first processor.
    static func cpuinfo(_ field: String) -> String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(field) }
        return line?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    }

    static var hasAVX2: Bool { cpuinfo("flags").split(separator: " ").contains("avx2") }

    static var swift: String { Commands.version(["swift", "--version"], #"Swift version (\S+)"#) ?? "unknown" }

    static func icu(winnow: String) -> String { Commands.version([winnow, "--version"], #"ICU ([0-9.]+)"#) ?? "unknown" }

    private static var osName: String {
        let text = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
        return line.map { $0.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" } } ?? "unknown"
    }

    private static func versions(winnow: String) -> [String] {
        let tools: [(name: String, command: [String], pattern: String)] = [
            ("winnow", [winnow, "--version"], #"winnow (\S+)"#),
            ("ripgrep", ["rg", "--version"], #"ripgrep (\S+)"#),
            ("huniq", ["huniq", "--version"], #"huniq (\S+)"#),
        ]
        let found = tools.compactMap { tool in
            Commands.version(tool.command, tool.pattern).map { "\(tool.name) \($0)" }
        }
        return found + ["Swift \(swift)", "ICU \(icu(winnow: winnow))"]
    }
}
