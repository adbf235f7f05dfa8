import TestSupport
import Testing
import WinnowCore
import WinnowIO

@Suite struct FormatTests {
    @Test(
        arguments: [
            ("WARC/1.0\r\nWARC-Type: warcinfo", "a", Format.warc), ("WARC/x is prose", "a.txt", .text),
            ("{\"a\":1}\n", "a", .jsonl), ("\u{FEFF}\n\n {\"a\":1}", "a.txt", .jsonl),
            ("{\"n\":1e999,\"x\":\"\\ud800\"}\nx", "a", .jsonl),
            ("{\n  \"pretty\": 1\n}\n", "a", .text), ("{curly} prose", "a", .text), ("[1]\n", "a", .text), ("", "a", .text),
            ("{\"cut", "a", .text), ("{\"cut", "a.jsonl.zst", .jsonl), ("prose", "a.NDJSON", .jsonl),
            ("damaged", "a.warc.gz", .warc), ("", "a.warc.wet.gz", .warc), ("prose", "a.txt.gz", .text),
        ])
    func contentsThenName(_ first: String, _ name: String, _ format: Format) {
        #expect(Format.detect(Array(first.utf8), name: name) == format)
    }

    @Test func aLongFirstLine() {
        let line = Array(("{ \"text\": \"" + String(repeating: "x", count: Format.sampleSize)).utf8.prefix(Format.sampleSize))
        #expect(Format.detect(line, name: "a") == .jsonl)
        #expect(Format.detect([UInt8(ascii: "{")] + line.dropLast(), name: "a") == .text)
    }

    @Test func packedInputsAreOpened() throws {
        for (name, format) in [("sample.jsonl", Format.jsonl), ("sample.warc", .warc), ("sample.txt", .text)] {
            for kind in [Compression.none, .gzip, .zstd] {
                let bytes = try fixture(name)
                let input = try Input(MemorySource(try pack(bytes, kind), block: 100))
                #expect(input.format == format)
                #expect(input.source.compression == kind)
                let reader = try input.format.reader(input.source)
                var record = Record()
                var all: [UInt8] = []
                while try reader.next(into: &record) { all += record.bytes }
                #expect(all == bytes)
            }
        }
    }

    @Test func plainTextIsOneRecord() throws {
        for size in [0, 1, 1 << 20, (1 << 20) + 1, 5 << 19] {
            let bytes = prose(size, seed: UInt64(size) + 1)
            let (all, error) = records(bytes, .text)
            #expect(error == nil)
            #expect(all.allSatisfy { $0.kind == .text && $0.number == 1 })
            #expect(all.map(\.part.isFirst).filter { $0 }.count == min(1, all.count))
            #expect(all.last?.part.isLast ?? true)
            #expect(Array(all.map(\.text).joined()) == bytes)
            #expect(records(bytes, .text, block: 10_000).records == all)
        }
        let sink = MemorySink()
        let writer = RecordWriter(sink, encoder: RecordEncoder(dropsEmpty: true))
        for record in records(Array("Share\n".utf8), .text).records { #expect(try writer.write(record, text: []) == .changed) }
        #expect(sink.bytes.isEmpty)
    }
}
