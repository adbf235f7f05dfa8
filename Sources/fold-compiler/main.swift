// Writes the folds of all code points as C data, from the data of the ICU at hand: fold-compiler OUTPUT
import WinnowCore
import WinnowIO
import WinnowText

guard CommandLine.arguments.count == 2 else {
    FileDescriptor.standardError.print("usage: fold-compiler OUTPUT\n")
    exitProcess(2)
}
do throws(WinnowError) {
    try AtomicFile.write(Array(FoldCompiler.source().utf8), to: CommandLine.arguments[1])
} catch {
    FileDescriptor.standardError.print(error.text + "\n")
    exitProcess(2)
}
