import Testing
import WinnowCore
import WinnowStages
import WinnowText

/// What holds for every input and every configuration.
@Suite struct PropertyTests {
    /// Fixed, so that a failure is found again; another one to look elsewhere.
    static let seeds: Range<UInt64> = 1..<61

    static func isUTF8(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

    static func isNFC(_ bytes: [UInt8]) throws -> Bool {
        let normalizer = try Normalizer(.nfc)
        return bytes.withUnsafeBufferPointer(normalizer.isNormalized)
    }

    // MARK: (a) Restore

    @Test(arguments: textFixtures) func restoresFixtures(_ path: String) throws {
        let bytes = try fixture(path)
        for window in windows {
            let outcome = try clean(bytes, Setup().with(window: window))
            let restored = try restore(outcome)
            let same = restored == bytes
            #expect(same, "\(path), \(window): \(firstDifference(restored, bytes))")
        }
    }

    @Test(arguments: seeds) func restoresHostileText(_ seed: UInt64) throws {
        var hostile = HostileText(seed: seed)
        let bytes = hostile.document()
        for window in windows {
            try expectRestored(bytes, Setup().with(window: window), seed)
        }
        for _ in 0..<4 { try expectRestored(bytes, hostile.setup(), seed) }
    }

    @Test(arguments: seeds) func restoresOtherEncodings(_ seed: UInt64) throws {
        var hostile = HostileText(seed: seed &+ 1_000_000)
        let bytes = hostile.document()
        let variants: [(String, [UInt8])] = [
            ("windows-1252", bytes), ("shift_jis", bytes), ("utf-16le", hostile.utf16(bytes)), ("auto", hostile.utf16(bytes)),
            ("auto", bytes), ("utf-16be", bytes),
        ]
        for (encoding, bytes) in variants {
            var setup = hostile.setup()
            setup.options["decode.encoding"] = .word(encoding)
            try expectRestored(bytes, setup, seed)
        }
    }

    private func expectRestored(_ bytes: [UInt8], _ setup: Setup, _ seed: UInt64) throws {
        let setup = setup
        let block = [1, 7, .max][Int(seed % 3)]
        func isWrong(_ bytes: [UInt8]) -> Bool {
            guard let outcome = try? clean(bytes, setup) else { return true }
            return (try? restore(outcome, block: block)) != bytes || !Self.isUTF8(outcome.output)
        }
        if isWrong(bytes) { fail("not restored, or the output is no UTF-8", bytes, setup, seed, while: isWrong) }
    }

    /// Records a failure with a small input that shows it.
    private func fail(
        _ message: String, _ bytes: [UInt8], _ setup: Setup, _ seed: UInt64, while isWrong: ([UInt8]) -> Bool,
        at location: SourceLocation = #_sourceLocation
    ) {
        let small = shrink(bytes, while: isWrong)
        let output = (try? clean(small, setup).output).map(quoted) ?? "none"
        Issue.record("\(message); seed \(seed), \(setup)\ninput  \(quoted(small))\noutput \(output)", sourceLocation: location)
    }

    // MARK: (b) Blocks

    static let blocks = [1, 2, 3, 7, 64, 4096]

    @Test(arguments: textFixtures) func blockSizeChangesNothing(_ path: String) throws {
        let bytes = try fixture(path)
        let whole = try clean(bytes)
        for block in Self.blocks {
            let same = try clean(bytes, block: block) == whole
            #expect(same, "\(path) in blocks of \(block)")
        }
    }

    @Test(arguments: seeds) func blockSizeChangesNothingHostile(_ seed: UInt64) throws {
        var hostile = HostileText(seed: seed &+ 2_000_000)
        let bytes = hostile.document()
        for setup in [Setup(), hostile.setup()] { expectSameForBlocks(bytes, setup, seed) }
    }

    @Test(arguments: seeds)
    func blockSizeChangesNothingInUTF16(_ seed: UInt64) throws {
        var hostile = HostileText(seed: seed &+ 2_500_000)
        let bytes = hostile.document(lines: 8)
        var setup = hostile.setup()
        setup.options["decode.encoding"] = .word("utf-16le")
        expectSameForBlocks(hostile.utf16(bytes), setup, seed)
    }

    private func expectSameForBlocks(_ bytes: [UInt8], _ setup: Setup, _ seed: UInt64) {
        func wrongBlock(_ bytes: [UInt8]) -> Int? {
            let whole = try? clean(bytes, setup)
            return Self.blocks.first { (try? clean(bytes, setup, block: $0)) != whole }
        }
        guard let block = wrongBlock(bytes) else { return }
        fail("another result in blocks of \(block)", bytes, setup, seed) { wrongBlock($0) != nil }
    }

    // MARK: (c) Idempotence

    @Test(arguments: textFixtures) func secondRunChangesNothing(_ path: String) throws {
        let once = try clean(try fixture(path)).output
        let twice = try clean(once).output
        let same = twice == once
        #expect(same, "\(path): \(firstDifference(once, twice))")
    }

    @Test(arguments: seeds) func secondRunChangesNothingHostile(_ seed: UInt64) throws {
        var hostile = HostileText(seed: seed &+ 3_000_000)
        let bytes = hostile.document(lines: 40)
        func isWrong(_ bytes: [UInt8]) -> Bool {
            guard let once = try? clean(bytes).output else { return true }
            return (try? clean(once).output) != once
        }
        if isWrong(bytes) { fail("a second run changes something", bytes, .defaults, seed, while: isWrong) }
    }

    // MARK: (d) Form

    @Test(arguments: seeds) func outputIsUTF8InNFC(_ seed: UInt64) throws {
        var hostile = HostileText(seed: seed &+ 4_000_000)
        let bytes = hostile.document(lines: 40)
        // A piece of an over-long line may begin in the middle of a combining sequence; lines here are shorter.
        let output = try clean(bytes).output
        #expect(Self.isUTF8(output), "seed \(seed): \(quoted(bytes))")
        for line in lines(of: output) {
            #expect(try Self.isNFC(line), "seed \(seed): \(quoted(line))\ninput \(quoted(bytes))")
        }
    }

    // MARK: (e) The ledger tells all

    @Test(arguments: textFixtures) func ledgerAccountsForFixtures(_ path: String) throws {
        let bytes = try fixture(path)
        try expectAccounted(bytes, path)
    }

    @Test(arguments: seeds) func ledgerAccountsForHostileText(_ seed: UInt64) throws {
        var hostile = HostileText(seed: seed &+ 5_000_000)
        try expectAccounted(hostile.document(lines: 40), "seed \(seed)")
    }

    /// Replays the ledger over the lines of the input: what has no entry must stand in the output as it was, in its place.
    private func expectAccounted(_ bytes: [UInt8], _ name: String) throws {
        let outcome = try clean(bytes)
        let all = try entries(of: outcome.ledger)
        for entry in all {
            #expect(
                ["drop", "rewrite", "move", "copy"].contains(entry.action), "\(name): \(entry.text)")
            if entry.action != "copy" {
                #expect(entry.stage.map { StageRegistry.stage(named: $0) != nil } == true, "\(name): \(entry.text)")
                let rules = entry.stage.flatMap { StageRegistry.stage(named: $0) }?.descriptor.ruleNames ?? []
                #expect(entry.rule.map(rules.contains) == true, "\(name): \(entry.text)")
                #expect(entry.hasEvidence, "\(name): \(entry.text)")
            }
        }
        let byLine = Dictionary(grouping: all.filter { $0.action != "copy" }) { $0.line }
        let input = lines(of: bytes)
        let output = lines(of: outcome.output)
        var next = 0
        for (index, line) in input.enumerated() {
            guard let entry = byLine[index + 1]?.first else {
                guard next < output.count, output[next] == line else {
                    Issue.record(
                        "\(name): line \(index + 1) has no entry and is not in the output: \(quoted(line))\ninput \(quoted(bytes))"
                    )
                    return
                }
                next += 1
                continue
            }
            #expect(byLine[index + 1]?.count == 1, "\(name): line \(index + 1) has two entries")
            if entry.action == "rewrite" { next += 1 }
        }
        #expect(
            next == output.count,
            "\(name): \(output.count - next) lines of the output come from nowhere\ninput \(quoted(bytes))")
        for entry in all { #expect((1...max(1, input.count)).contains(entry.line), "\(name): \(entry.text)") }
    }

    // MARK: (f) Protection

    @Test(arguments: seeds) func protectedLinesStay(_ seed: UInt64) throws {
        var hostile = HostileText(seed: seed &+ 6_000_000)
        var setup = hostile.setup()
        setup.protect = ["^keepme [0-9]"]
        setup.options["normalize.form"] = .word("nfc")
        // Without the page's own hostility in the marked lines: they must be recognizable in the output.
        var input: [[UInt8]] = lines(of: hostile.document()).filter { $0.last == 0x0A }
        var marked: [String] = []
        for k in 0..<6 {
            let text = ["Related content", "Advertisement", "Image source: Reuters", "keepme keepme"][hostile.random.below(4)]
            let line = "keepme \(k % 3) \(text)"
            marked.append(line)
            input.insert(Array("\(line)\n".utf8), at: hostile.random.below(input.count + 1))
        }
        let bytes = Array(input.joined())
        let output = try clean(bytes, setup).output
        let kept = lines(of: output).map { String(decoding: $0.filter { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self) }
        for line in Set(marked) {
            #expect(
                kept.count { $0 == line } == marked.count { $0 == line },
                "seed \(seed), \(setup): \(line)\ninput \(quoted(bytes))")
        }
    }

    // MARK: Threads

    /// Enough documents and windows that the workers get some (a chunk is 512 batches).
    @Test(arguments: ["document", "corpus"]) func threadsChangeNothing(_ scope: String) throws {
        var hostile = HostileText(seed: 8_000_000)
        var documents: [[UInt8]] = (0..<620).map { _ in hostile.plainLine() + [0x0A] }
        documents += (0..<30).map { _ in hostile.document(lines: 6) + [0x0A] }
        documents.append(Array((0..<40).map { _ in hostile.document(lines: 6) + [0x0A] }.joined()))
        var setup = Setup(window: Window(lines: 20, bytes: 1 << 14))
        setup.options["near-duplicates.scope"] = .word(scope)
        let one = try clean(documents, setup)
        for threads in [2, 5] {
            let many = try clean(documents, setup, threads: threads)
            let sameOutput = many.output == one.output
            let sameStatistics = many.statistics == one.statistics
            #expect(sameOutput && sameStatistics, "\(threads) threads")
            let sameLedger = many.ledger == one.ledger
            #expect(sameLedger, "\(threads) threads: \(firstDifference(many.ledger, one.ledger))")
        }
        let restored = try restore(one) == Array(documents.joined())
        #expect(restored)
    }

    // MARK: Cases that random text found

    /// A last line without an end of which nothing is left takes no byte of the output.
    @Test(arguments: ["a\n\t", "\t", "a\n\u{200B}"])
    func restoresALastLineThatVanished(_ text: String) throws {
        var setup = Setup(stages: ["decode", "normalize"])
        setup.options["normalize.line-ends"] = .flag(false)
        let outcome = try clean(Array(text.utf8), setup)
        let restored = try? restore(outcome)
        let same = restored == Array(text.utf8)
        #expect(same, "\(quoted(outcome.output))")
    }

    /// Documents that do not end with a line end, written one behind the other.
    @Test func restoresDocumentsWithoutLastLineEnd() throws {
        var setup = Setup()
        setup.options["normalize.line-ends"] = .flag(false)
        for documents in [["a", "b"], ["a\u{200B}", "b\n"], ["a\r", "\nb"], ["a", "", "b\u{200B}"]] {
            let bytes = documents.map { Array($0.utf8) }
            let outcome = try clean(bytes, setup)
            let restored = try? restore(outcome)
            let same = restored == Array(bytes.joined())
            #expect(same, "\(documents): \(quoted(outcome.output))\n\(String(decoding: outcome.ledger, as: UTF8.self))")
        }
    }

    /// A block that ends within a UTF-16 unit: units are counted from the beginning of the line.
    @Test func halfAUnitAtTheEndOfABlock() throws {
        var setup = Setup()
        setup.options["decode.encoding"] = .word("utf-16le")
        // U+0A00 is no line feed, wherever a block ends.
        let bytes: [UInt8] = [0x00, 0x0A, 0x41, 0x00, 0x0A, 0x00]
        for block in 1...6 {
            #expect(
                String(decoding: try clean(bytes, setup, block: block).output, as: UTF8.self) == "\u{0A00}A\n",
                "blocks of \(block)")
        }
    }

    // MARK: Several documents

    @Test(arguments: 1..<UInt64(31)) func documentsOfOneRun(_ seed: UInt64) throws {
        var hostile = HostileText(seed: seed &+ 7_000_000)
        let documents = (0..<3).map { _ in hostile.document(lines: 10) }
        var setup = hostile.setup()
        setup.options["near-duplicates.scope"] = .word(seed % 2 == 0 ? "corpus" : "document")
        let outcome = try clean(documents, setup)
        let restored = try? restore(outcome)
        let same = restored == Array(documents.joined())
        #expect(same, "seed \(seed), \(setup): \(documents.map(quoted))")
        let parallel = try clean(documents, setup, threads: 4) == outcome
        #expect(parallel, "seed \(seed), \(setup): another result with four threads")
        if seed % 2 == 1 {
            let apart = try documents.map { try clean($0, setup).output }
            let isSum = outcome.output == Array(apart.joined())
            #expect(isSum, "seed \(seed): documents of one run touch each other")
        }
    }
}
