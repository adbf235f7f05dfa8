import TestSupport
import Testing
import WinnowCore
import WinnowIO
import WinnowRun

/// A batch of records and its ledgers give back the files.
@Suite struct RecordRestoreTests {
    /// What a batch makes of one file, and what comes back.
    private struct Result {
        var output: [UInt8]
        var ledger: String
        var restored: [UInt8]
        var isSame: Bool
    }

    private func roundTrip(
        _ bytes: [UInt8], _ name: String, _ setup: Setup = .defaults, scope: String = "document", dropsEmpty: Bool = false,
        threads: Int = 1, back: String? = nil
    ) throws -> Result {
        try withTemporaryFolder { folder in
            var setup = setup
            setup.options["near-duplicates.scope"] = .word(scope)
            let pipeline = try PipelineBuilder.pipeline(
                stages: setup.entries, protect: setup.protect, harmGuard: setup.harmGuard)
            var settings = BatchSettings(
                pipeline, window: setup.window, encoding: try PipelineBuilder.encoding(of: setup.entries),
                separator: setup.separator, fingerprint: "test", winnow: "test")
            settings.output = Path("\(folder)/out")
            settings.writesLedgers = true
            settings.dropsEmpty = dropsEmpty
            settings.isDurable = false
            settings.threads = threads
            try AtomicFile.write(bytes, to: "\(folder)/\(name)")
            var walk = FileWalk(FileWalk.Options()) { Issue.record("\($0.text)") }
            walk.add(Path("\(folder)/\(name)"))
            let files = try walk.files()
            let run = BatchRun(settings, .init(report: { if $0.code != .input { Issue.record("\($0.text)") } }))
            _ = try run.run(files)
            let path = settings.outputName(for: Path(name)).path
            let isSame = try BatchRestore.restore(path, of: Path("\(folder)/out"), to: Path("\(folder)/back"))
            let ledger = try unpacked(try readWhole("\(BatchSettings.ledger(of: path, in: Path("\(folder)/out")))"))
            return Result(
                output: try readWhole("\(folder)/out/\(path)"), ledger: String(decoding: ledger, as: UTF8.self),
                restored: try readWhole("\(folder)/back/\(back ?? name)"), isSame: isSame)
        }
    }

    private func unpacked(_ bytes: [UInt8]) throws -> [UInt8] {
        let source = try DecompressingSource(MemorySource(bytes))
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)
        defer { block.deallocate() }
        var out: [UInt8] = []
        while true {
            let count = try source.read(into: block)
            if count == 0 { return out }
            out.append(contentsOf: block[..<count])
        }
    }

    // MARK: Made-up records

    /// A JSON literal with each character spelled in one of the ways that RFC 8259 allows; some are no Unicode.
    private func literal(_ text: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var out: [UInt8] = [0x22]
        let style = random.below(6)
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            let escapes = style == 0 ? random.chance(1, in: 9) : style == 1 ? scalar.value > 0x7E : false
            if mustEscape || escapes {
                if mustEscape, style > 1 || random.chance(1, in: 2), let short = Self.short[scalar] {
                    out += short.utf8
                    continue
                }
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: style == 0 && random.chance(1, in: 2))
                    out += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
                }
            } else if scalar == "/", style == 2 {
                out += "\\/".utf8
            } else {
                out += String(scalar).utf8
            }
        }
        if random.chance(1, in: 30) { out += "\\ud800".utf8 }
        return out + [0x22]
    }

    private static let short: [Unicode.Scalar: String] = [
        "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u{8}": "\\b", "\u{C}": "\\f", "\"": "\\\"", "\\": "\\\\",
    ]

    private func jsonLines(_ seed: UInt64) -> [UInt8] {
        var text = HostileText(seed: seed)
        var out: [UInt8] = seed % 5 == 0 ? [0xEF, 0xBB, 0xBF] : []
        for _ in 0..<text.random.below(14) {
            switch text.random.below(12) {
            case 0: out += " \t".utf8
            case 1: out += "{\"text\": nonsense \u{1}".utf8 + (text.random.chance(1, in: 2) ? [0xFF] : [])
            case 2: out += "{\"other\":1}".utf8
            case 3: out += "{\"text\":\" \\n\"}".utf8
            default:
                let document =
                    text.random.chance(1, in: 9) ? Array("Share this page\nHome | News | Sport\n".utf8) : text.document()
                out += "{ \"id\":1,\"text\" : ".utf8
                out += literal(document, &text.random)
                out += ", \"u\":\"a\\/b\"}".utf8
            }
            out += text.random.chance(1, in: 4) ? [0x0D, 0x0A] : [0x0A]
        }
        if text.random.chance(1, in: 3) { out += "{\"text\":\"no end of line\"}".utf8 }
        return out
    }

    private func warc(_ seed: UInt64) -> [UInt8] {
        var text = HostileText(seed: seed)
        var out: [UInt8] = []
        for number in 0..<1 + text.random.below(10) {
            var block = text.document()
            let type = ["conversion", "resource", "request"][text.random.below(3)]
            var charset = ""
            switch text.random.below(5) {
            case 0: charset = "; charset=UTF-8"
            case 1: charset = "; charset=windows-1252"
            case 2:
                charset = "; charset=utf-16le"
                block = String(decoding: block, as: UTF8.self).utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            case 3: charset = "; charset=no-such"
            default: break
            }
            let end = text.random.chance(1, in: 4) ? "\n" : "\r\n"
            var header = "WARC/1.0\(end)WARC-Type: \(type)\(end)Content-Type: text/plain\(charset)\(end)"
            header += "WARC-Block-Digest: \(text.random.chance(1, in: 3) ? "sha1:ABC" : "none:é\u{1}")\(end)"
            var bytes = Array(header.utf8)
            if text.random.chance(1, in: 6) {
                bytes += "WARC-Payload-Digest: ".utf8
                bytes += [0xFF, 0xFE]
                bytes += end.utf8
            }
            out += bytes
            out += "Content-Length: \(block.count)\(end)X-Number: \(number)\(end)\(end)".utf8
            out += block
            out += [0x0D, 0x0A, 0x0D, 0x0A]
        }
        return out
    }

    // MARK: Tests

    @Test(arguments: PropertyTests.seeds) func madeUpJSONLComesBack(_ seed: UInt64) throws {
        let bytes = jsonLines(seed)
        for (scope, dropsEmpty) in [("document", seed % 2 == 0), ("corpus", seed % 2 == 1)] {
            let result = try roundTrip(bytes, "in.jsonl", scope: scope, dropsEmpty: dropsEmpty)
            let same = result.restored == bytes
            #expect(same && result.isSame, "\(scope): \(firstDifference(result.restored, bytes))")
        }
    }

    @Test(arguments: PropertyTests.seeds) func madeUpWARCComesBack(_ seed: UInt64) throws {
        let bytes = warc(seed)
        for (scope, dropsEmpty) in [("document", seed % 2 == 0), ("corpus", seed % 2 == 1)] {
            let result = try roundTrip(bytes, "in.warc", scope: scope, dropsEmpty: dropsEmpty)
            let same = result.restored == bytes
            #expect(same && result.isSame, "\(scope): \(firstDifference(result.restored, bytes))")
        }
    }

    @Test(arguments: ["sample.jsonl", "sample.warc"], [1, 3]) func fixturesComeBack(_ name: String, _ threads: Int) throws {
        let one = try readWhole("\(repository)/Fixtures/formats/\(name)")
        let bytes = (0..<200).flatMap { _ in one }
        let result = try roundTrip(bytes, name, threads: threads)
        let same = result.restored == bytes
        #expect(same, "\(firstDifference(result.restored, bytes))")
        let isCleaned = result.output != bytes
        #expect(isCleaned)
    }

    /// The spelling of a literal costs nothing where it is that of a common writer.
    @Test(
        arguments: [
            (#"{"text":"Share this page\nR\u00edver \u4f60\ud83d\ude80 falls\u007f"}"#, #""spelling":"ascii""#),
            (#"{"text":"Share this page\nR\u00EDver falls \/ x"}"#, #""spelling":"ascii,upper,slash""#),
            (#"{"text":"Share this page\nRíver \u003cb\u003e \u2028"}"#, #""spelling":"html""#),
            (#"{"text":"Share this page\nRíver / \b"}"#, nil),
            (#"{"text":"Share this page\n\u0052iver"}"#, #""literal":"\"Share this page\\n\\u0052iver\"""#),
        ] as [(String, String?)])
    func spellingsAreRecognized(_ line: String, _ wanted: String?) throws {
        let bytes = Array("\(line)\n".utf8)
        let result = try roundTrip(bytes, "in.jsonl")
        let same = result.restored == bytes
        #expect(same && result.output != bytes, "\(String(decoding: result.output, as: UTF8.self))")
        if let wanted {
            #expect(result.ledger.contains(wanted), "\(result.ledger)")
        } else {
            #expect(!result.ledger.contains("spelling") && !result.ledger.contains("literal"), "\(result.ledger)")
        }
    }

    /// A packed WARC file comes back as a member for each record, and with the very bytes where winnow had packed it.
    @Test func membersComeBack() throws {
        let bytes = try readWhole("\(repository)/Fixtures/formats/sample.warc")
        let memory = MemorySink()
        let packer = try CompressingSink(memory, .gzip)
        let members = WARCMembers(packer)
        for byte in bytes { try [byte].withUnsafeBytes { try members.write($0) } }
        try members.finish()
        let plain = try unpacked(memory.bytes) == bytes
        #expect(plain)
        let result = try roundTrip(memory.bytes, "in.warc.gz")
        let same = result.restored == memory.bytes
        #expect(same && result.isSame)
        let other = try roundTrip(bytes, "in.warc.gz")
        let stays = other.restored == bytes
        #expect(stays && other.isSame)
    }
}
