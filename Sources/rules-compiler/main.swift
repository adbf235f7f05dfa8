// Compiles Sources/WinnowStages/Rules/*.yml to C data, and tells what they cover: rules-compiler OUTPUT TABLE PACK…
import WinnowConfig
import WinnowCore
import WinnowIO
import WinnowStages

let arguments = CommandLine.arguments.dropFirst()
guard let output = arguments.first, let table = arguments.dropFirst().first, arguments.count > 2 else {
    FileDescriptor.standardError.print("usage: rules-compiler OUTPUT TABLE PACK…\n")
    exitProcess(2)
}
do throws(WinnowError) {
    var packs: [RulePack] = []
    for path in arguments.dropFirst(2).sorted() {
        packs.append(try RulePack(file: path, bytes: try readWhole(path), isBuiltIn: true))
    }
    let source = try RuleCompiler.source(for: packs)
    try AtomicFile.write(Array(source.utf8), to: output)
    try AtomicFile.write(Array(RuleCompiler.coverage(of: packs).utf8), to: table)
} catch {
    FileDescriptor.standardError.print(error.text + "\n")
    exitProcess(2)
}
