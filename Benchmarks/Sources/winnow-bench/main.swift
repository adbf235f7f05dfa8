import BenchReport
import Foundation

let usage = """
    usage: winnow-bench run --winnow FILE --tools DIR --peers DIR --words DIR --work DIR --python COMMAND
                            --small MB --medium MB --large MB --runs N --seed N --results FILE
           winnow-bench report RESULTS MARKDOWN CHART
           winnow-bench guard --winnow FILE --words DIR --work DIR --figures FILE [--update 1]
    `make bench` and `make bench-guard` call it.
    """

/// Calls the command that the words name.
///
/// - Returns: the exit code.
func command(_ words: [String]) throws -> Int32 {
    let options = try Options(words.dropFirst())
    switch words.first {
    case "run":
        let file = URL(fileURLWithPath: try options.text("results"))
        let results = try Suite(options).run()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(results).write(to: file)
        return 0
    case "report" where options.operands.count == 3:
        let files = options.operands.map { URL(fileURLWithPath: $0) }
        let results = try JSONDecoder().decode(Results.self, from: Data(contentsOf: files[0]))
        let markdown = PerformanceReport.markdown(results, chart: files[2].lastPathComponent)
        try Data(markdown.utf8).write(to: files[1])
        let title = "Time on one core, times that of a bare ICU filter (log scale; shorter is faster)"
        try Data(Chart.svg(results.figures.filter { !$0.allCores }, title: title).utf8).write(to: files[2])
        return 0
    case "guard":
        return try InstructionGuard(options).run() ? 0 : 1
    default:
        throw BenchError(usage)
    }
}

do {
    exit(try command(Array(CommandLine.arguments.dropFirst())))
} catch let error as BenchError {
    say("winnow-bench: \(error.message)")
} catch {
    say("winnow-bench: \(error)")
}
exit(2)
