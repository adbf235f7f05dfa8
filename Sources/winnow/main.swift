import WinnowCLI
import WinnowIO

exitProcess(CLI.run(Array(CommandLine.arguments.dropFirst())).rawValue)
