import TestSupport
import Testing
import WinnowCore

@testable import WinnowIO

/// A small run is killed at each of its system calls, SQLite's too, and looked at; then another run ends the work.
@Suite struct KillTests {
    private static let inputs = ["a.txt": "one\n", "c/d/e.txt": "two\n", "z": ""]

    private static func expected(_ configuration: String) -> [String: String] {
        inputs.mapValues { $0.uppercased() + configuration }
    }

    private func inputs() throws -> Scratch {
        let top = try Scratch(inMemory: true)
        for (name, text) in Self.inputs { try top.write("in/\(name)", text) }
        return top
    }

    private func run(
        _ top: Scratch, _ output: String, _ configuration: String, isNameless: Bool, fault: String? = nil
    ) throws -> Probe.Result {
        let (input, output) = ("\(top.path)/in", "\(top.path)/\(output)")
        return isNameless
            ? try Probe.run("run", input, output, configuration, "nameless", fault: fault)
            : try Probe.run("run", input, output, configuration, fault: fault)
    }

    /// How many calls, of one kind perhaps, a run makes.
    private func calls(_ top: Scratch, _ output: String, _ action: String, isNameless: Bool) throws -> Int {
        let result = try run(top, output, "new", isNameless: isNameless, fault: "\(action):1000000000")
        let line = result.output.split(separator: "\n").first { $0.hasPrefix("calls ") }
        return try #require(line.flatMap { Int($0.dropFirst(6)) }, "\(result)")
    }

    /// - Parameter before: the configuration of a run whose outputs are there already.
    private func killEverywhere(_ action: String, before: String?, isNameless: Bool) throws {
        let top = try inputs()
        if let before { #expect(try run(top, "whole", before, isNameless: isNameless).status == 0) }
        let count = try calls(top, "whole", action, isNameless: isNameless)
        #expect(count > 30)
        #expect(try top.tree("whole") == Self.expected("new"))
        let old = before.map(Self.expected) ?? [:]
        for number in 1...count {
            let name = "out-\(number)"
            let output = "\(top.path)/\(name)"
            if let before { #expect(try run(top, name, before, isNameless: isNameless).status == 0) }
            let killed = try run(top, name, "new", isNameless: isNameless, fault: "\(action):\(number)")
            #expect(killed.status == 128 + 9, "call \(number): \(killed)")

            // Under each name stands the old file, the new one, or none.
            let found = fileExists(output) ? try top.tree(name) : [:]
            for (file, text) in found where !file.contains(AtomicFile.prefix) {
                #expect(text == Self.expected("new")[file] || text == old[file], "call \(number): \(file)")
            }
            for file in old.keys { #expect(found[file] != nil, "call \(number): \(file) is gone") }
            // What the manifest calls done is there. Read from a copy: opening it would repair what the next run shall repair.
            if fileExists("\(output)/.winnow/manifest.db") {
                let copy = "copy-\(number)"
                for file in names(in: "\(output)/.winnow") {
                    try makeFolder(top.folder("\(copy)/.winnow"), isDurable: false)
                    try AtomicFile.write(
                        try readWhole("\(output)/.winnow/\(file)"), to: "\(top.path)/\(copy)/.winnow/\(file)")
                }
                let manifest = try Manifest(top.folder(copy))
                try manifest.verify()
                try manifest.forEach { record in
                    let text = found[record.input.path.description]
                    #expect(text != nil, "call \(number): \(record.input.path)")
                    // The row may be older than the file, never newer.
                    if record.configuration == "new" {
                        #expect(text == Self.expected("new")[record.input.path.description], "call \(number)")
                    }
                }
            }

            let resumed = try run(top, name, "new", isNameless: isNameless)
            #expect(resumed.status == 0, "call \(number): \(resumed)")
            #expect(try top.tree(name) == Self.expected("new"), "call \(number)")
            guard before == nil else { continue }
            let again = try run(top, name, "new", isNameless: isNameless)
            #expect(again.output.hasPrefix("made 0\n"), "call \(number): \(again)")
        }
    }

    @Test(arguments: [false, true]) func aFirstRunKilledAtEachCall(_ isNameless: Bool) throws {
        try killEverywhere("kill", before: nil, isNameless: isNameless)
    }

    @Test(arguments: [false, true]) func aFirstRunKilledInEachWrite(_ isNameless: Bool) throws {
        try killEverywhere("tear:write", before: nil, isNameless: isNameless)
    }

    @Test(arguments: [false, true]) func aRunOverOldOutputsKilledAtEachCall(_ isNameless: Bool) throws {
        try killEverywhere("kill", before: "old", isNameless: isNameless)
    }

    /// Every call fails once: the run may stop with a message, never leaves a cut file, and the next one ends the work.
    @Test(arguments: [false, true]) func eachCallFails(_ isNameless: Bool) throws {
        let top = try inputs()
        let count = try calls(top, "whole", "fail", isNameless: isNameless)
        for number in 1...count {
            let name = "out-\(number)"
            let failed = try run(top, name, "new", isNameless: isNameless, fault: "fail:\(number):28")
            #expect(failed.status == 0 || failed.status == 2, "call \(number): \(failed)")
            // A failure that nobody is told of did no harm.
            #expect(failed.status == 0 || !failed.errors.isEmpty, "call \(number)")
            #expect(!failed.errors.contains("SQLite:"), "call \(number): \(failed)")
            let found = fileExists("\(top.path)/\(name)") ? try top.tree(name) : [:]
            for (file, text) in found where !file.contains(AtomicFile.prefix) {
                #expect(text == Self.expected("new")[file], "call \(number): \(file)")
            }
            let resumed = try run(top, name, "new", isNameless: isNameless)
            #expect(resumed.status == 0, "call \(number): \(resumed)")
            #expect(try top.tree(name) == Self.expected("new"), "call \(number)")
        }
    }
}
