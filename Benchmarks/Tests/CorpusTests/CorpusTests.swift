import Corpus
import Testing

/// The folder of the package.
private let package = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

@Suite struct CorpusTests {
    private func corpus(seed: UInt64, size: Int) throws -> (bytes: [UInt8], endless: [UInt8], tally: Tally) {
        var bytes: [UInt8] = []
        var endless: [UInt8] = []
        let tally = try Corpus.compose(
            Corpus.languages(in: "\(package)/words"), seed: seed, size: size, pages: { bytes += $0 },
            endless: { endless += $0 })
        return (bytes, endless, tally)
    }

    /// When this fails and word lists or grammar were changed on purpose: put the new hash here and `make bench-guard UPDATE=1`.
    @Test func sameBytesForASeed() throws {
        let (bytes, endless, tally) = try corpus(seed: 1, size: 1_000_000)
        var hash = Fingerprint()
        hash.update(bytes)
        #expect(hash.hex == "a2506bc2ebe01feb")
        #expect(bytes.count >= 1_000_000 && bytes.count < 1_002_000)
        #expect(bytes.last == 0x0A)
        #expect(endless.count == bytes.count - 2 * (tally.pages - 1))
        #expect(String(validating: bytes, as: UTF8.self) != nil)

        // What README.md promises of the text.
        let share = Double(tally.nonASCII) / Double(tally.lines)
        #expect((0.4...0.6).contains(share), "\(share) of lines hold more than ASCII")
        let length = Double(tally.bytes) / Double(tally.lines)
        #expect((85...115).contains(length), "a line has \(length) bytes")
    }

    @Test func aShorterCorpusIsTheBeginningOfALonger() throws {
        let short = try corpus(seed: 7, size: 20_000)
        let long = try corpus(seed: 7, size: 40_000)
        #expect(long.bytes.starts(with: short.bytes))
        #expect(try corpus(seed: 8, size: 20_000).bytes != short.bytes)
    }

    @Test func splitMixMatchesItsReference() {
        // First outputs for seed 1234567 of the authors' C code.
        var random = SplitMix64(seed: 1_234_567)
        #expect(random.next() == 6_457_827_717_110_365_317)
        #expect(random.next() == 3_203_168_211_198_807_973)
    }
}

@Suite struct GrammarTests {
    private func expand(_ text: String) throws -> String {
        let grammar = try Grammar(text, start: ["a"])
        var random = SplitMix64(seed: 1)
        var bytes: [UInt8] = []
        if let symbol = grammar.symbol("a") { grammar.expand(symbol, into: &bytes, using: &random) }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func slotsCapitalsAndNumbers() throws {
        #expect(try expand("# comment\n[a]\n{^b}, {b} {7-7}\n[b]\n{c}\n[c]\néclair") == "Éclair, éclair 7")
    }

    @Test func mistakesAreErrors() {
        #expect(throws: GrammarError.self) { try expand("[a]\n{b}") }
        #expect(throws: GrammarError.self) { try expand("[a]\n{b}\n[b]\n{a}") }
        #expect(throws: GrammarError.self) { try expand("[a]\nopen {b") }
        #expect(throws: GrammarError.self) { try expand("text\n[a]\nb") }
    }
}
