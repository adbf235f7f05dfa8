import Foundation

/// What a command cost.
struct Cost {
    /// Seconds from its start to its end.
    var wall: Double
    /// Resident peak of its largest process, in bytes.
    var peak: Int
}

/// Runs other programs.
struct Commands {
    /// The folder with `measure`, and one for files of a moment.
    let tools: String
    let work: String

    /// Runs a command over a file, its output to nowhere.
    ///
    /// - Parameter allCores: else it stays on core 0.
    /// - Throws: when it fails.
    func measure(_ command: [String], input: String, allCores: Bool = false) throws -> Cost {
        let figures = "\(work)/figures.txt"
        let run = try Self.run(
            ["\(tools)/measure", allCores ? "all" : "0", input, figures] + command,
            environment: ProcessInfo.processInfo.environment)
        let text = try String(contentsOfFile: figures, encoding: .utf8)
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard run.status == 0, numbers.count == 4, numbers[3] == 0 else {
            throw BenchError("\(command.joined(separator: " ")) failed:\n\(run.errors)")
        }
        return Cost(wall: Double(numbers[0]) / 1e9, peak: numbers[2] * 1024)
    }

    /// Runs a command to its end; what it prints is small. Standard input is empty.
    static func run(
        _ command: [String], environment: [String: String], input: String = "/dev/null", keepsOutput: Bool = false
    ) throws -> (status: Int32, output: String, errors: String) {
        guard let path = command.first.flatMap(find) else { throw BenchError("no such command: \(command.first ?? "")") }
        guard let stdin = FileHandle(forReadingAtPath: input) else { throw BenchError("cannot read \(input)") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = Array(command.dropFirst())
        process.environment = environment
        process.standardInput = stdin
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = keepsOutput ? output : FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        let printed = keepsOutput ? output.fileHandleForReading.readDataToEndOfFile() : Data()
        let complaint = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: printed, as: UTF8.self), String(decoding: complaint, as: UTF8.self))
    }

    /// The path of a command, nil when it is not installed.
    static func find(_ name: String) -> String? {
        let files = FileManager.default
        if name.contains("/") { return files.isExecutableFile(atPath: name) ? name : nil }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.lazy.map { "\($0)/\(name)" }.first { files.isExecutableFile(atPath: $0) }
    }

    /// The first match of a regular expression's group in what a command prints; nil when there is none.
    static func version(_ command: [String], _ pattern: String) -> String? {
        guard let run = try? run(command, environment: ProcessInfo.processInfo.environment, keepsOutput: true),
            let expression = try? Regex(pattern), let match = (run.output + run.errors).firstMatch(of: expression),
            match.count > 1, let range = match[1].range
        else { return nil }
        return String((run.output + run.errors)[range])
    }
}
