import TestSupport
import Testing
import WinnowCore
import WinnowIO
import WinnowRun

/// What `winnow why` says of a line agrees with input and output, line by line.
@Suite struct LineFinderTests {
    private func finder(_ outcome: Outcome) -> LineFinder {
        LineFinder(outputName: "out", inputName: nil) {
            MemorySource(outcome.output, name: "out")
        } ledger: {
            () throws(WinnowError) in
            try LedgerReader(MemorySource(outcome.ledger, name: "ledger"))
        }
    }

    private func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        if lines.last == [] { lines.removeLast() }
        return lines
    }

    @Test(arguments: textFixtures) func everyLineIsAccountedFor(_ path: String) throws {
        let bytes = try fixture(path)
        let outcome = try clean(bytes)
        let input = lines(bytes)
        let output = lines(outcome.output)
        guard !bytes.contains(0x0D), input.count < 60 else { return }
        var standing = 0
        for (index, line) in input.enumerated() {
            let found = try finder(outcome).find(.input(record: 0, line: index + 1)).account
            let account = try #require(found)
            let own = try LineFinder.find(
                line: index + 1, of: MemorySource(bytes), document: "-", shown: "-",
                in: try LedgerReader(MemorySource(outcome.ledger)))
            #expect(account.input.bytes == line && own?.input == account.input && own?.fate == account.fate)
            #expect((account.fate == .kept) == (account.reason == nil))
            guard let text = account.output else {
                #expect(account.fate != .kept && account.fate != .rewritten)
                continue
            }
            standing += 1
            #expect(account.fate == .kept ? text.bytes == line : text.bytes != line || account.reason != nil)
            let place = text.place.line
            #expect(output[place - 1] == text.bytes)
            let back = try finder(outcome).find(.output(record: 0, line: place)).account
            #expect(back?.input == account.input && back?.output == text)
        }
        #expect(standing == output.count)
        #expect(try finder(outcome).find(.input(record: 0, line: input.count + 1)).account == nil)
        #expect(try finder(outcome).find(.output(record: 0, line: output.count + 1)).account == nil)
    }

    @Test func whatWasChangedIsNotBelieved() throws {
        var outcome = try clean(Array("Home | News\nA line.\n".utf8))
        outcome.output[0] ^= 1
        #expect(throws: WinnowError.self) { try finder(outcome).find(.output(record: 0, line: 1)) }
    }
}
