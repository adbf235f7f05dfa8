// Compiles Sources/WinnowStages/Rules/*.yml to C data: rules-compiler OUTPUT PACK…
import WinnowConfig
import WinnowCore
import WinnowIO
import WinnowStages

let arguments = CommandLine.arguments.dropFirst()
guard let output = arguments.first, arguments.count > 1 else {
    FileDescriptor.standardError.print("usage: rules-compiler OUTPUT PACK…\n")
    exitProcess(2)
}
do throws(WinnowError) {
    var packs: [RulePack] = []
    for path in arguments.dropFirst().sorted() {
        packs.append(try RulePack(file: path, bytes: try readWhole(path), isBuiltIn: true))
    }
    let source = try RuleCompiler.source(for: packs)
    try AtomicFile.write(Array(source.utf8), to: output)
} catch {
    FileDescriptor.standardError.print(error.text + "\n")
    exitProcess(2)
}
