// A small batch over the blocks of WinnowIO, which tests kill, limit and run twice. No part of winnow.
import WinnowCore
import WinnowIO

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Writes every file in upper case below the output folder; what is done already is left.
func run(_ input: String, _ output: Path, configuration: String, isNameless: Bool) throws(WinnowError) {
    let lock = try RunLock(output)
    defer { lock.release() }
    AtomicFile.removeLeftovers(in: output, owner: lock.owner)
    var options = FileWalk.Options()
    options.output = output
    var walk = FileWalk(options) { FileDescriptor.standardError.print("\($0.text)\n") }
    walk.add(Path(input))
    let files = try walk.files()
    try files.checkOutputs()
    let manifest = try Manifest(output)
    var made = 0
    for file in files {
        let status = try FileStatus(file.path, followingLinks: true)
        let input = Manifest.Input(path: file.relative, size: status.size, modified: status.modified)
        if case .done = try manifest.status(of: input, configuration: configuration) { continue }
        let text = try readWhole(file.path.description).map { $0 >= 0x61 && $0 <= 0x7A ? $0 - 0x20 : $0 }
        let path = output.appending(file.relative)
        try makeFolder(path.folder, isDurable: !isNameless)
        let sink = try AtomicFile(path, owner: lock.owner, isDurable: !isNameless, isNameless: isNameless)
        let bytes = text + Array(configuration.utf8)
        var failure: WinnowError?
        bytes.withUnsafeBytes { bytes in
            do throws(WinnowError) {
                // In two parts, so that a file can be half-written.
                try sink.write(UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]))
                try sink.write(UnsafeRawBufferPointer(rebasing: bytes[(bytes.count / 2)...]))
            } catch { failure = error }
        }
        if let failure { throw failure }
        try sink.commit()
        made += 1
        try manifest.record(
            .init(
                input, hash: "-", configuration: configuration,
                output: .init(path: file.relative, size: Int64(bytes.count), hash: "-")))
        // Several transactions in one small run.
        if made % 2 == 0 { try manifest.flush() }
    }
    try manifest.flush()
    say("made \(made)")
    #if DEBUG
        say("calls \(Faults.count)")
    #endif
}

/// Waits for the end of standard input.
func waitForEnd() throws(WinnowError) {
    var block = [UInt8](repeating: 0, count: 64)
    while try block.withUnsafeMutableBytes({ buffer in
        Result { () throws(WinnowError) in try FileDescriptor.standardInput.read(into: buffer, name: "input") }
    }).get() > 0 {}
}

func say(_ text: String) { FileDescriptor.standardOutput.print(text + "\n") }

func main(_ arguments: [String]) throws(WinnowError) {
    switch arguments.first {
    case "run":
        try Signals.catchAll()
        try run(
            arguments[1], Path(arguments[2]), configuration: arguments.count > 3 ? arguments[3] : "",
            isNameless: arguments.count > 4)
    case "write":
        try Signals.catchAll()
        try AtomicFile.write([UInt8](repeating: 0x78, count: Int(arguments[2]) ?? 0), to: arguments[1])
    case "lock":
        let shard = try arguments.count > 2 ? Shard(arguments[2]) : nil
        let lock = try RunLock(Path(arguments[1]), shard: shard)
        say("held")
        try waitForEnd()
        lock.release()
    case "signals":
        try Signals.catchAll()
        say("ready")
        while Signals.caught == nil {
            var wait = pollfd(fd: Signals.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
            poll(&wait, 1, -1)
        }
        say("caught")
        try waitForEnd()
        exitProcess(Signals.exitCode(Signals.caught ?? 0))
    case "walk":
        // How long a walk takes, and what the list needs.
        let begun = monotonicSeconds()
        var walk = FileWalk { say($0.text) }
        walk.add(Path(arguments[1]))
        let files = try walk.files()
        let walked = monotonicSeconds()
        try files.checkOutputs()
        var usage = rusage()
        // RUSAGE_SELF
        getrusage(0, &usage)
        say(
            "\(files.count) files: \(walked - begun) s, outputs checked: \(monotonicSeconds() - walked) s, \(usage.ru_maxrss) KiB"
        )
    case "index":
        // Adds a segment.
        let index = try IndexFile(Path(arguments[1]), form: "form", writing: true)
        _ = try index.append(form: "form") { (output) throws(WinnowError) in
            var failure: WinnowError?
            Array(arguments[2].utf8).withUnsafeBytes { bytes in
                do throws(WinnowError) { try output(bytes) } catch { failure = error }
            }
            if let failure { throw failure }
        }
        #if DEBUG
            say("calls \(Faults.count)")
        #endif
    case "manifest":
        // How many rows a second are written and asked for.
        let count = Int(arguments[2]) ?? 0
        let manifest = try Manifest(Path(arguments[1]))
        func input(_ index: Int) -> Manifest.Input {
            .init(path: Path("folder-\(index / 1000)/page-\(index).txt"), size: 1234, modified: 1_700_000_000_000_000_000)
        }
        let begun = monotonicSeconds()
        for index in 0..<count {
            let digits = String(UInt64(index) &* 0x9E37_79B9_7F4A_7C15 | 1 << 63, radix: 16)
            try manifest.record(.init(input(index), hash: digits + digits, configuration: "c", output: nil))
        }
        try manifest.flush()
        let written = monotonicSeconds()
        for index in 0..<count { _ = try manifest.status(of: input(index), configuration: "c") }
        let asked = monotonicSeconds()
        say("\(count) rows: written \(Double(count) / (written - begun))/s, asked \(Double(count) / (asked - written))/s")
    default: throw WinnowError(.usage, "unknown command")
    }
}

do throws(WinnowError) { try main(Array(CommandLine.arguments.dropFirst())) } catch {
    FileDescriptor.standardError.print("\(error.text)\n")
    exitProcess(2)
}
