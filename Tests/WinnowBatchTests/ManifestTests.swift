import TestSupport
import Testing
import WinnowCore

@testable import WinnowIO

@Suite struct ManifestTests {
    private final class Clock {
        var seconds = 0.0
    }

    private func input(_ path: String, size: Int64 = 10, modified: Int64 = 1_700_000_000_123_456_789) -> Manifest.Input {
        .init(path: Path(path), size: size, modified: modified)
    }

    private func record(_ path: String, output: String? = nil, configuration: String = "c1") -> Manifest.Record {
        .init(
            input(path), hash: "aa", configuration: configuration,
            output: output.map { .init(path: Path($0), size: 4, hash: "bb") })
    }

    /// Rows that another connection sees: those that were committed.
    private func committed(_ top: Scratch) throws -> Int64 {
        try Database(Manifest.path(in: Path(top.path))).number("SELECT count(*) FROM file")
    }

    @Test func whatIsRecordedIsReadAgain() throws {
        let top = try Scratch()
        var first = record("a", output: "out/a")
        first.counts.linesIn = 1
        first.counts.linesOut = 2
        first.counts.bytesIn = 3
        first.counts.bytesOut = 1 << 40
        first.counts.dropped = 5
        first.counts.rewritten = 6
        var odd = record("")
        odd.input.path = Path([0xFF, 0x0A, 0x27])
        odd.output = .init(path: Path([0xFE]), size: 0, hash: "")
        var failed = record("f")
        failed.state = .failed("no 'such' file\n")
        let all = [first, record("b", configuration: "c'2"), failed, odd]
        do {
            let manifest = try Manifest(Path(top.path))
            for record in all.reversed() { try manifest.record(record) }
            #expect(try manifest.record(of: Path("a")) == first)
            try manifest.flush()
        }
        let manifest = try Manifest(Path(top.path))
        try manifest.verify()
        var found: [Manifest.Record] = []
        try manifest.forEach { found.append($0) }
        #expect(found == all)
        #expect(try manifest.record(of: odd.input.path) == odd)
        #expect(try manifest.record(of: Path("none")) == nil)
        #expect(try manifest.count() == 4)
    }

    @Test func inputsAreDoneUntilSomethingChanges() throws {
        let top = try Scratch()
        try top.write("out/a", "1234")
        let manifest = try Manifest(Path(top.path))
        func status(_ input: Manifest.Input, _ configuration: String = "c1", hash: String? = nil) throws -> Manifest.Status {
            guard let hash else { return try manifest.status(of: input, configuration: configuration) }
            return try manifest.status(of: input, configuration: configuration) { hash }
        }
        #expect(try status(input("a")) == .new)
        let done = record("a", output: "out/a")
        try manifest.record(done)
        for _ in 1...2 {
            #expect(try status(input("a")) == .done(done))
            #expect(try status(input("a", size: 11)) == .changed)
            #expect(try status(input("a", size: 11), hash: "aa") == .changed)
            #expect(try status(input("a", modified: 5)) == .changed)
            #expect(try status(input("a", modified: 5), hash: "ab") == .changed)
            #expect(try status(input("a"), "c2") == .configured)
            // The second time from the file.
            try manifest.flush()
        }
        // Touched only: the hash decides, and need not be asked for again.
        var touched = done
        touched.input.modified = 5
        #expect(try status(input("a", modified: 5), hash: "aa") == .done(touched))
        #expect(try status(input("a", modified: 5)) == .done(touched))
        try top.write("out/a", "12345")
        #expect(try status(input("a", modified: 5)) == .outputLost)
        unlinkFile("\(top.path)/out/a")
        #expect(try status(input("a", modified: 5)) == .outputLost)
        // No output was wanted.
        try manifest.record(record("b"))
        #expect(try status(input("b")) == .done(record("b")))
        var failed = record("c")
        failed.state = .failed("why")
        try manifest.record(failed)
        #expect(try status(input("c")) == .failedBefore)
    }

    private func unlinkFile(_ path: String) { _ = path.withCString(sysUnlink) }

    @Test func rowsAreWrittenByTheThousandOrAfterASecond() throws {
        let top = try Scratch()
        let clock = Clock()
        let manifest = try Manifest(Path(top.path), clock: { clock.seconds })
        for number in 0..<999 { try manifest.record(record("\(number)")) }
        #expect(try committed(top) == 0)
        try manifest.record(record("999"))
        #expect(try committed(top) == 1000)
        clock.seconds = 100
        try manifest.record(record("x"))
        clock.seconds = 100.9
        try manifest.record(record("y"))
        #expect(try committed(top) == 1000)
        clock.seconds = 101
        try manifest.record(record("z"))
        #expect(try committed(top) == 1003)
        // The same input again has one row.
        for _ in 1...3 { try manifest.record(record("z")) }
        #expect(try manifest.count() == 1003)
    }

    @Test func rowsOfInputsThatAreGoneArePruned() throws {
        let top = try Scratch()
        let manifest = try Manifest(Path(top.path))
        for name in ["a", "b", "c"] { try manifest.record(record(name, output: name == "c" ? nil : "out/\(name)")) }
        #expect(try manifest.prune { $0 != Path("a") } == [Path("out/b")])
        #expect(try manifest.count() == 1)
        #expect(try manifest.record(of: Path("b")) == nil)
    }

    @Test func whatIsNoManifestIsRefused() throws {
        func refusal(_ bytes: [UInt8]) throws -> WinnowError? {
            let top = try Scratch()
            try makeFolder(top.folder(".winnow"))
            try AtomicFile.write(bytes, to: "\(top.path)/.winnow/manifest.db")
            return failure { () throws(WinnowError) in try Manifest(Path(top.path)).verify() }
        }
        let text = try #require(try refusal(Array(String(repeating: "no database ", count: 100).utf8)))
        #expect(text.code == .input)
        #expect(text.hint?.contains("done again") == true)
        // Empty is new.
        #expect(try refusal([]) == nil)

        let top = try Scratch()
        do {
            let manifest = try Manifest(Path(top.path))
            for number in 0..<2000 { try manifest.record(record("name-\(number)")) }
            try manifest.flush()
        }
        let whole = try readWhole("\(top.path)/.winnow/manifest.db")
        #expect(try refusal(whole) == nil)
        // Cut, and with pages of other bytes.
        #expect(try refusal(Array(whole.prefix(whole.count / 2)))?.code == .input)
        #expect(try refusal(Array(whole.prefix(5000)))?.code == .input)
        for page in [0, 1, 2, whole.count / 4096 / 2] {
            var damaged = whole
            for index in page * 4096 + 8..<page * 4096 + 108 { damaged[index] = 0xA5 }
            let error = try refusal(damaged)
            #expect(error?.code == .input, "page \(page): \(error.debugDescription)")
        }
    }

    @Test func otherVersionsAreRefused() throws {
        let top = try Scratch()
        _ = try Manifest(Path(top.path))
        let path = Manifest.path(in: Path(top.path))
        func refusal(_ sql: String) throws -> WinnowError? {
            try Database(path).run(sql)
            return failure { () throws(WinnowError) in _ = try Manifest(Path(top.path)) }
        }
        let newer = try #require(try refusal("PRAGMA user_version = 2"))
        #expect(newer.message.contains("newer winnow (version 2, known here: 1)"))
        #expect(newer.location?.file == "\(path)")
        #expect(try refusal("PRAGMA user_version = 1") == nil)
        #expect(try refusal("DROP TABLE file")?.message.contains("tables are missing") == true)
        #expect(try refusal("PRAGMA application_id = 5")?.message.contains("another program") == true)
    }

    @Test func anotherProgramMayRead() throws {
        let top = try Scratch()
        let manifest = try Manifest(Path(top.path))
        try manifest.record(record("a"))
        let reader = try Database(Manifest.path(in: Path(top.path)))
        try reader.run("BEGIN; SELECT * FROM file")
        #expect(try reader.number("SELECT count(*) FROM file") == 0)
        try reader.run("COMMIT")
        try manifest.flush()
        #expect(try reader.number("SELECT count(*) FROM file") == 1)
    }

    @Test func partsHaveManifestsOfTheirOwn() throws {
        #expect(Manifest.path(in: Path("out")) == Path("out/.winnow/manifest.db"))
        #expect(Manifest.path(in: Path("out"), shard: try Shard("3/16")) == Path("out/.winnow/manifest-3-of-16.db"))
    }
}
