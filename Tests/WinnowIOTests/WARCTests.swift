import TestSupport
import Testing
import WinnowCore
import WinnowIO

@Suite struct WARCTests {
    /// A record with the right length.
    private func record(_ fields: String, _ block: String, version: String = "1.0") -> String {
        "WARC/\(version)\r\n\(fields)Content-Length: \(block.utf8.count)\r\n\r\n\(block)\r\n\r\n"
    }

    private let conversion = "WARC-Type: conversion\r\nContent-Type: text/plain\r\n"
    private let share = { (text: String) in text.replacing("Share\n", with: "").replacing("Teilen\n", with: "") }

    // MARK: Reading

    @Test func textRecordsAreFound() throws {
        let bytes = try fixture("sample.warc")
        let (all, error) = records(bytes, .warc)
        #expect(error == nil)
        #expect(all.map(\.kind) == [.other, .text, .text, .other, .text])
        #expect(all.map(\.number) == [1, 2, 3, 4, 5])
        #expect(all.map(\.charset) == [nil, nil, "ISO-8859-1", nil, "utf-8"])
        #expect(text(all[1].text) == "The ferry leaves at noon.\nShare\nIt carries bread.\n")
        #expect(all[2].text.contains(0xE4))
        #expect(contents(of: all) == bytes)
        #expect(all.allSatisfy { $0.isWARC })
    }

    @Test(
        arguments: [
            ("WARC-Type: conversion\r\nContent-Type: text/plain\r\n", true),
            ("WARC-Type: resource\r\ncontent-TYPE: \t TEXT/plain ; charset=UTF-8\r\n", true),
            ("Content-Type: text/plain\r\n ; charset=utf-8\r\nwarc-type:conversion\r\n", true),
            ("WARC-Type: conversion\r\nContent-Type: text/html\r\n", false),
            ("WARC-Type: conversion\r\n", false),
            ("WARC-Type: response\r\nContent-Type: text/plain\r\n", false),
            ("WARC-Type: metadata\r\nContent-Type: text/plain\r\n", false),
            // A part of a payload.
            ("WARC-Type: resource\r\nContent-Type: text/plain\r\nWARC-Segment-Number: 1\r\n", false),
            ("WARC-Type: continuation\r\nContent-Type: text/plain\r\nWARC-Segment-Number: 2\r\n", false),
        ])
    func whatIsCleaned(_ fields: String, _ isText: Bool) throws {
        let bytes = Array(record(fields, "Share\nof text").utf8)
        let (all, error) = records(bytes, .warc)
        #expect(error == nil)
        #expect(all.map(\.kind) == [isText ? .text : .other])
        let changed = text(try rewrite(bytes, .warc, share))
        #expect(changed == (isText ? record(fields, "of text") : text(bytes)))
    }

    @Test func longRecordsComeInParts() throws {
        let block = String(repeating: "x", count: (5 << 19) + 3)
        let file = Array((record("WARC-Type: response\r\n", block) + record(conversion, block) + record(conversion, "a")).utf8)
        let limits = RecordLimits(record: 1 << 20)
        let (all, error) = records(file, .warc, limits: limits)
        #expect(error == nil)
        #expect(all.map(\.number) == [1, 1, 1, 2, 2, 2, 3])
        #expect(all.map(\.part.isLast) == [false, false, true, false, false, true, true])
        #expect(all[0].kind == .other)
        #expect(all[3].error?.code == .limit)
        #expect(all[6].kind == .text)
        #expect(contents(of: all) == file)
        #expect(records(file, .warc, limits: limits, block: 5000).records == all)
        #expect(records(file, .warc).records.map(\.number) == [1, 1, 1, 2, 3])
        // Sizes at which a part's end and a record's end come close.
        let around = record("WARC-Type: response\r\n", String(repeating: "x", count: 1 << 20)).utf8.count - (1 << 20)
        for size in (1 << 20) - around - 5...(1 << 20) - around + 5 {
            let file = Array(
                (record("WARC-Type: response\r\n", String(repeating: "x", count: size)) + record(conversion, "a")).utf8)
            let (all, error) = records(file, .warc)
            #expect(error == nil)
            #expect(contents(of: all) == file)
        }
    }

    // MARK: Writing

    @Test func lengthAndDigestsAreRight() throws {
        // The digests are Python's: hashlib and base64.
        let ferry = "The ferry leaves at noon.\nIt carries bread.\n"
        let bytes = try fixture("sample.warc")
        let sink = MemorySink()
        let writer = RecordWriter(sink)
        for record in records(bytes, .warc).records {
            let cleaned = record.number == 3 ? "Der Fährmann wartet nicht.\n" : share(text(record.text))
            try writer.write(record, text: record.kind == .text ? Array(cleaned.utf8)[...] : nil)
        }
        let result = text(sink.bytes)
        #expect(
            result.contains(
                "WARC-Block-Digest: sha1:MXD7B2EFMSC2JHEVG2MT2UFBNNQBYEN3\r\nWARC-Identified-Content-Language: eng\r\n"
                    + "Content-Type: text/plain\r\nContent-Length: \(ferry.utf8.count)\r\n\r\n\(ferry)\r\n\r\n"), "\(result)")
        #expect(
            result.contains(
                "warc-type: resource\r\nWARC-Target-URI: http://ferry.example/faehrmann\r\nWARC-Date: 2024-05-01T00:00:02.5Z\r\n"
                    + "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000003>\r\n"
                    + "WARC-Block-Digest: sha256:cb5974f490468908f1c2db28ed00eb32bf4fd44fadc855b15fbbd7db756ff3d1\r\nWARC-Payload-Digest: md5:GVLXG67JXXHBQ5IUMWNITPJH4Y======\r\n"
                    + "Content-Type: Text/Plain; charset=\"utf-8\"; format=flowed\r\nContent-Length: 28\r\n\r\n"), "\(result)")
        #expect(result.hasSuffix("Content-Type: text/plain;charset=utf-8\r\nContent-Length: 0\r\n\r\n\r\n\r\n"))
    }

    /// Each way of writing a digest is kept; "abc" is the test vector of FIPS 180-4 and RFC 1321.
    @Test(
        arguments: [
            ("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", "sha1:a9993e364706816aba3e25717850c26c9cd0d89d"),
            ("SHA-1:DA39A3EE5E6B4B0D3255BFEF95601890AFD80709", "SHA-1:A9993E364706816ABA3E25717850C26C9CD0D89D"),
            ("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5"),
            ("sha1:3i42h3s6nnfq2msvx7xzkyayscx5qbyj", "sha1:vgmt4nsha2awvor6evyxqugcnsonbwe5"),
            ("md5:d41d8cd98f00b204e9800998ecf8427e", "md5:900150983cd24fb0d6963f7d28e17f72"),
            ("md5:2QOYZWMPACZAJ2MABGMOZ6CCPY======", "md5:SAAVBGB42JH3BVUWH56SRYL7OI======"),
            ("md5:2QOYZWMPACZAJ2MABGMOZ6CCPY", "md5:SAAVBGB42JH3BVUWH56SRYL7OI"),
            (
                "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            ),
            (
                "sha256:4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ====",
                "sha256:XJ4BNP4PAHH6UQKBIDPF3LRCEOYAGYNDSYLXVHFUCD7WD4QACWWQ===="
            ),
            // What cannot be computed is not claimed.
            ("blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262", nil),
            ("sha1:2jmj7l5rSw0yVb/vlWAYkK/YBwk=", nil),
            ("sha1:", nil), ("da39a3ee5e6b4b0d3255bfef95601890afd80709", nil),
        ])
    func digestsKeepTheirSpelling(_ old: String, _ new: String?) throws {
        for name in ["WARC-Block-Digest", "warc-payload-digest"] {
            let before = record("\(conversion)\(name):  \(old) \r\nX-Last: 1\r\n", "Share\nabc")
            let after = record("\(conversion)\(new.map { "\(name):  \($0) \r\n" } ?? "")X-Last: 1\r\n", "abc")
            #expect(text(try rewrite(Array(before.utf8), .warc, share)) == after)
            #expect(try rewrite(Array(before.utf8), .warc, { $0 }) == Array(before.utf8))
        }
    }

    @Test(
        arguments: [
            ("text/plain", "text/plain"), ("text/plain; charset=utf-8", "text/plain; charset=utf-8"),
            ("text/plain; charset=UTF8", "text/plain; charset=UTF8"),
            (
                "text/plain;x=\"a;charset=b\" ; CharSet = \"windows-1252\";y=z",
                "text/plain;x=\"a;charset=b\" ; CharSet = \"utf-8\";y=z"
            ),
            ("text/plain; charset=us-ascii", "text/plain; charset=us-ascii"),
            ("text/plain; charset=", "text/plain; charset=utf-8"), ("text/plain; charset", "text/plain; charset"),
        ])
    func theCharsetIsRight(_ old: String, _ new: String) throws {
        let before = record("WARC-Type: conversion\r\nContent-Type: \(old)\r\n", "Share\nabc")
        let after = record("WARC-Type: conversion\r\nContent-Type: \(new)\r\n", "abc")
        #expect(text(try rewrite(Array(before.utf8), .warc, share)) == after)
    }

    @Test func emptyRecordsCanGo() throws {
        let request = record("WARC-Type: request\r\n", "")
        let bytes = Array((record(conversion, "Share\n") + request + record(conversion, "a")).utf8)
        #expect(text(try rewrite(bytes, .warc, dropsEmpty: true, share)) == request + record(conversion, "a"))
    }

    /// A record is a member (WARC 1.1, annex D; for zstd the same is usual).
    @Test(arguments: [Compression.gzip, .zstd]) func recordsArePackedOneByOne(_ kind: Compression) throws {
        let long = record("WARC-Type: response\r\n", String(repeating: "x", count: 3 << 20))
        let bytes = try fixture("sample.warc") + Array(long.utf8) + (try fixture("sample.warc"))
        let memory = MemorySink()
        let packer = try CompressingSink(memory, kind)
        let writer = RecordWriter(packer)
        let packedInput = try DecompressingSource(MemorySource(try pack(bytes, kind)))
        let reader = try WARCReader(packedInput)
        var record = Record()
        var sizes: [Int] = []
        while try reader.next(into: &record) {
            try writer.write(record)
            if record.part.isFirst { sizes.append(0) }
            sizes[sizes.count - 1] += record.bytes.count
        }
        try writer.finish()
        // Read member by member.
        let source = try DecompressingSource(MemorySource(memory.bytes))
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { room.deallocate() }
        var members: [Int] = []
        var unpacked: [UInt8] = []
        while true {
            let count = try source.read(into: room)
            if count == 0 { break }
            if source.member.number > members.count { members.append(0) }
            members[members.count - 1] += count
            unpacked.append(contentsOf: room[..<count])
        }
        #expect(members == sizes)
        #expect(unpacked == bytes)
    }

    // MARK: Damage

    @Test(
        arguments: [
            ("prose\n", "record 1 at byte 0: no WARC record begins here"),
            ("WARC/0.18\r\n", "'WARC/0.18' is no version"),
            ("WARC/1.0\r\nno colon\r\n\r\n", "without a colon"),
            ("WARC/1.0\r\n folded\r\n\r\n", "without a colon"),
            ("WARC/1.0\r\nWARC-Type: x\r\n\r\n", "no Content-Length"),
            ("WARC/1.0\r\nContent-Length: 1x\r\n\r\n", "no Content-Length"),
            ("WARC/1.0\r\nContent-Length: -1\r\n\r\n", "no Content-Length"),
            ("WARC/1.0\r\nContent-Length: 99999999999999999999\r\n\r\n", "no Content-Length"),
            ("WARC/1.0\r\nContent-Length: 9223372036854775807\r\n\r\n", "no Content-Length"),
            ("WARC/1.0\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", "no Content-Length"),
            ("WARC/1.0\r\nContent-Length: 4000000000000000000\r\n\r\n", "cut off"),
            ("WARC/1.0\r\nContent-Length: 1\r\n\r\nab\r\n\r\n", "at byte 32, no CR LF CR LF"),
            ("WARC/1.0\r\nContent-Length: 2\r\n\r\na\r\n\r\n", "cut off"),
            ("WARC/1.0\r\nContent-Length: 1\r\n\r\na\r\n", "cut off: the file ends at byte 34"),
            ("WARC/1.0\r\nContent-Length: 1\r\n", "cut off"),
            ("WAR", "cut off"),
        ])
    func brokenStructureIsTold(_ file: String, _ message: String) throws {
        for block in [1, .max] {
            let (all, error) = records(Array(file.utf8), .warc, block: block)
            #expect(all.isEmpty)
            #expect(error?.code == .input)
            #expect(error?.text.hasPrefix("in: record 1 at byte 0: ") == true)
            #expect(error?.message.contains(message) == true, "\(error?.text ?? "none")")
        }
        let good = record(conversion, "a")
        let (all, error) = records(Array((good + "\r\n").utf8), .warc)
        #expect(all.count == 1)
        #expect(
            error?.message == "record 2 at byte \(good.utf8.count): bytes that belong to no record"
                || error?.message.contains("cut off") == true)
    }

    @Test func headersHaveALimit() {
        let (_, error) = records(Array(("WARC/1.0\r\nX: " + String(repeating: "x", count: 2 << 20)).utf8), .warc)
        #expect(error?.message.contains("header is longer") == true)
        let lines = String(repeating: "X: y\r\n", count: 1 << 18)
        #expect(records(Array(("WARC/1.0\r\n" + lines).utf8), .warc).error?.message.contains("header is longer") == true)
        #expect(records([UInt8](repeating: 0x41, count: 3 << 20), .warc).error?.message.contains("no WARC record") == true)
    }

    @Test func damageLeavesWhatWasBefore() throws {
        let bytes = try fixture("sample.warc")
        let (good, _) = records(bytes, .warc)
        for place in bytes.indices {
            let before = good.prefix { $0.offset + $0.bytes.count <= place }
            let cut = records(Array(bytes[..<place]), .warc)
            #expect(cut.records.elementsEqual(before))
            #expect((cut.error == nil) == (before.map(\.bytes.count).reduce(0, +) == place))
            for bit: UInt8 in [0x01, 0x20] {
                var damaged = bytes
                damaged[place] ^= bit
                let flipped = records(damaged, .warc)
                #expect(flipped.records.prefix(before.count).elementsEqual(before))
                #expect(damaged.starts(with: contents(of: flipped.records)))
            }
        }
    }

    @Test func anySplitGivesTheSameRecords() throws {
        let bytes = try fixture("sample.warc")
        let (all, _) = records(bytes, .warc)
        for block in 1...64 { #expect(records(bytes, .warc, block: block).records == all) }
        for kind in [Compression.gzip, .zstd] {
            let packed = try pack(bytes, kind)
            for block in [1, 10, .max] {
                let reader = try WARCReader(DecompressingSource(MemorySource(packed, block: block)))
                var record = Record()
                var again: [Record] = []
                while try reader.next(into: &record) { again.append(record) }
                #expect(again == all)
            }
        }
    }

    // MARK: Other programs

    /// warcio reads what was written, and finds length and digests right.
    @Test(
        .enabled(if: pythonWithWarcio != nil, "needs warcio: .ci/python-tools installs it into .build/python"),
        arguments: [Compression.none, .gzip])
    func warcioAgrees(_ kind: Compression) throws {
        let python = try #require(pythonWithWarcio)
        let memory = MemorySink()
        let packer = try CompressingSink(memory, kind)
        let writer = RecordWriter(packer)
        for record in records(try fixture("sample.warc"), .warc).records {
            let cleaned = record.number == 3 ? "Der Fährmann wartet nicht.\n" : share(text(record.text))
            try writer.write(record, text: record.kind == .text ? Array(cleaned.utf8)[...] : nil)
        }
        try writer.finish()
        let script = """
            "$1" - <<'END'
            from warcio.archiveiterator import ArchiveIterator
            for r in ArchiveIterator(open('out', 'rb'), check_digests='raise'):
                body = r.content_stream().read()
                print(r.rec_type, r.digest_checker.passed, len(body), repr(body[:12]))
            END
            "$1" -m warcio.cli check out > /dev/null
            """
        let result = try bash(script, files: ["out": memory.bytes], arguments: [python])
        #expect(result.status == 0)
        #expect(
            text(result.output) == """
                warcinfo None 57 b'software: wr'
                conversion True 44 b'The ferry le'
                resource True 28 b'Der F\\xc3\\xa4hrman'
                response True 32 b'<p>The ferry'
                conversion None 0 b''

                """)
    }

    /// Files that warcio writes are read, and come out as they were.
    @Test(.enabled(if: pythonWithWarcio != nil, "needs warcio: .ci/python-tools installs it into .build/python"))
    func warcioIsRead() throws {
        let python = try #require(pythonWithWarcio)
        let script = """
            "$1" - <<'END'
            import io, sys
            from warcio.warcwriter import WARCWriter
            w = WARCWriter(sys.stdout.buffer, gzip=True, warc_version='1.1')
            w.write_record(w.create_warcinfo_record('a.warc.gz', {'software': 'test'}))
            for k in range(40):
                body = ('line %d\\nShare\\n' % k).encode() * (k * 3)
                w.write_record(w.create_warc_record('http://ferry.example/%d' % k, 'conversion', payload=io.BytesIO(body),
                    warc_content_type='text/plain'))
            END
            """
        let packed = try bash(script, arguments: [python]).output
        let (plain, error) = unpack(packed)
        #expect(error == nil)
        let (all, failure) = records(plain, .warc)
        #expect(failure == nil)
        #expect(all.count { $0.kind == .text } == 40)
        #expect(try rewrite(plain, .warc, { $0 }) == plain)
        let changed = try rewrite(plain, .warc, share)
        let check = try bash("\"$1\" -m warcio.cli check out > /dev/null", files: ["out": changed], arguments: [python])
        #expect(check.status == 0)
        #expect(changed.count < plain.count)
    }
}
