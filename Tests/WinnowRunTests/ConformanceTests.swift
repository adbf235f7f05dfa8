import Testing
import WinnowCore
import WinnowIO
import WinnowRun
import WinnowStages

/// What every stage owes, by its descriptor alone and behind `decode`. A new stage is tested by being in the registry.
@Suite struct ConformanceTests {
    static let names = StageRegistry.descriptors.map(\.name)

    static let texts: [[UInt8]] = [
        [], [0x0A], Array("\n\n\n".utf8), Array(" \n\t\n\r\n\r".utf8), Array("One line.\n".utf8), Array("No line end".utf8),
        Array("\u{FEFF}Caf\u{E9}\u{A0}&amp; cre\u{301}me\r\n\r\nRelated content\rRelated content\n\n\n\u{E9}\u{200B}\n".utf8),
        Array(
            "Photo: Reuters\nSame words in a line that is long enough to count.\nSame words in a line that is long enough to count.\n"
                .utf8),
        [0xFF, 0xC3, 0x0A, 0xE2, 0x82, 0x0D, 0x0A, 0xF0, 0x9F, 0x98, 0x0A, 0x00, 0x80, 0xC0, 0xAF],
    ]

    private func setup(_ name: String, _ window: Window = Window()) -> Setup {
        Setup(stages: [name], window: window)
    }

    @Test(arguments: names) func blocksOfAnySize(_ name: String) throws {
        for text in Self.texts {
            let whole = try clean(text, setup(name))
            for block in 1...max(1, text.count) {
                let same = try clean(text, setup(name), block: block) == whole
                #expect(same, "\(name), blocks of \(block): \(quoted(text))")
            }
            let restored = try restore(whole) == text
            #expect(restored, "\(name): \(quoted(text))")
        }
    }

    @Test(arguments: names) func everySplit(_ name: String) throws {
        for text in Self.texts {
            let whole = try clean(text, setup(name))
            for split in 0...text.count {
                let source = SplitSource(text, at: split)
                let entries = setup(name).entries
                let output = MemorySink()
                let run = try CleanRun(
                    try PipelineBuilder.pipeline(stages: entries, protect: [], harmGuard: HarmGuard()), window: Window(),
                    encoding: try PipelineBuilder.encoding(of: entries), output: BatchWriter(output), ledger: nil)
                try run.clean(source)
                try run.finish()
                let same = output.bytes == whole.output
                #expect(same, "\(name), split at \(split): \(quoted(text))")
            }
        }
    }

    @Test(arguments: names) func twiceIsOnce(_ name: String) throws {
        for text in Self.texts + [try fixture("articles/en-01.txt"), try fixture("articles/ru-01.txt")] {
            let once = try clean(text, setup(name)).output
            let twice = try clean(once, setup(name)).output
            #expect(twice == once, "\(name): \(quoted(text))")
        }
    }

    /// Two runs side by side, and one after the other: a stage has no memory beyond its run.
    @Test(arguments: names) func runsAreIndependent(_ name: String) throws {
        let a = try fixture("articles/en-01.txt")
        let b = try fixture("articles/de-01.txt")
        let first = try clean(a, setup(name))
        _ = try clean(b, setup(name))
        let again = try clean(a, setup(name)) == first
        #expect(again)
        // Document after document in one run is the same as each by itself, as long as the scope is no corpus.
        let both = try clean([a, b], setup(name)).output
        let apart = try clean(a, setup(name)).output + clean(b, setup(name)).output
        #expect(both == apart)
    }

    @Test(arguments: names) func windowOfOneLine(_ name: String) throws {
        for text in Self.texts {
            let outcome = try clean(text, setup(name, Window(lines: 1, bytes: 1024)))
            let restored = try restore(outcome) == text
            #expect(restored, "\(name): \(quoted(text))")
        }
    }

    @Test func emptyAndBlankInput() throws {
        #expect(try clean("") == "")
        #expect(try clean("\n \n\t\n") == "")
        #expect(try clean("\n\nText.") == "Text.\n")
        #expect(try clean("\u{FEFF}") == "")
        #expect(try clean("\u{FEFF}Text.\n") == "Text.\n")
    }

    /// A stage that works on single lines may stand nowhere behind one that looks at the document.
    @Test func order() throws {
        let all = Setup().entries
        for (index, descriptor) in StageRegistry.descriptors.enumerated() where descriptor.scope == .line && index > 0 {
            var entries = all
            entries.append(entries.remove(at: index))
            #expect(throws: WinnowError.self) {
                try PipelineBuilder.pipeline(stages: entries, protect: [], harmGuard: HarmGuard())
            }
        }
        #expect(throws: WinnowError.self) {
            try PipelineBuilder.pipeline(
                stages: [("no-such-stage", OptionValues(defaultsOf: []))], protect: [], harmGuard: HarmGuard())
        }
        #expect(throws: WinnowError.self) {
            try PipelineBuilder.pipeline(stages: all.reversed(), protect: [], harmGuard: HarmGuard())
        }
    }
}

/// Gives its bytes in two blocks.
private final class SplitSource: ByteSource {
    let name = "-"
    private let bytes: [UInt8]
    private let split: Int
    private var next = 0

    /// Between the blocks the writer pauses: what is decided goes out.
    var hasBytes: Bool { next != split }

    init(_ bytes: [UInt8], at split: Int) {
        self.bytes = bytes
        self.split = split
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let end = min(next < split ? split : bytes.count, next + buffer.count)
        let count = end - next
        buffer.copyBytes(from: bytes[next..<end])
        next = end
        return count
    }
}
