import TestSupport
import Testing
import WinnowCore

@testable import WinnowIO

/// The file of an index: what is added is there whole or not at all, and damage is found.
@Suite struct IndexFileTests {
    private static func append(_ text: String, to index: IndexFile, replacing: Set<SegmentID> = []) throws {
        _ = try index.append(form: "form", replacing: replacing) { (output) throws(WinnowError) in
            try Array(text.utf8).withBytes { (bytes) throws(WinnowError) in try output(bytes) }
        }
    }

    private static func contents(_ path: Path) throws -> [String] {
        let index = try IndexFile(path, form: nil, writing: false)
        return try index.segments.map { segment in
            let mapped = try index.map(segment)
            return withExtendedLifetime(mapped) { String(decoding: mapped.bytes, as: UTF8.self) }
        }
    }

    @Test func segmentsComeBack() throws {
        let top = try Scratch()
        let path = top.folder("i")
        do {
            let index = try IndexFile(path, form: "form", writing: true)
            #expect(index.segments.isEmpty)
            for text in ["one", "two, longer", "three"] { try Self.append(text, to: index) }
        }
        #expect(try Self.contents(path) == ["one", "two, longer", "three"])
        do {
            let index = try IndexFile(path, form: "form", writing: true)
            try Self.append("four", to: index, replacing: [index.segments[1].id])
            let mapped = try index.map(index.segments[0])
            var part = [UInt8](repeating: 0, count: 2)
            try part.withUnsafeMutableBytes { buffer in
                try Result { () throws(WinnowError) in try mapped.read(at: 1, into: buffer) }.get()
            }
            #expect(part == Array("ne".utf8))
        }
        #expect(try Self.contents(path) == ["one", "three", "four"])
    }

    @Test func anEmptyFileIsAnEmptyIndex() throws {
        let top = try Scratch()
        let path = try top.write("i")
        #expect(try IndexFile(path, form: "form", writing: true).segments.isEmpty)
        #expect(try Self.contents(path) == [])
    }

    @Test func anotherFormIsRefused() throws {
        let top = try Scratch()
        let path = top.folder("i")
        try Self.append("one", to: try IndexFile(path, form: "form", writing: true))
        let error = #expect(throws: WinnowError.self) { try IndexFile(path, form: "other", writing: false) }
        #expect(error?.code == .input && error?.message.contains("form") == true && error?.hint != nil)
        for text in ["", "short", String(repeating: "no index of ours ", count: 1000)] {
            let other = try top.write("other", text)
            let error = #expect(throws: WinnowError.self) { try IndexFile(other, form: nil, writing: false) }
            #expect(error?.message.contains("no index") == true)
        }
    }

    @Test func oneRunAtATime() throws {
        let top = try Scratch()
        let path = top.folder("i")
        let first = try IndexFile(path, form: "form", writing: true)
        for writing in [true, false] {
            let error = #expect(throws: WinnowError.self) { try IndexFile(path, form: "form", writing: writing) }
            #expect(error?.message.contains("another run") == true)
        }
        withExtendedLifetime(first) {}
    }

    /// A byte that was flipped anywhere is found, or stands where nothing is read.
    @Test func damageIsFound() throws {
        let top = try Scratch(inMemory: true)
        let path = top.folder("i")
        do {
            let index = try IndexFile(path, form: "form", writing: true)
            for text in ["one", "two, longer"] { try Self.append(text, to: index) }
        }
        let good = try readWhole("\(path)")
        let expected = try Self.contents(path)
        var found = 0
        // The headers and their surroundings, the segments, the directories.
        let places = Array(stride(from: 0, to: 4096, by: 9)) + Array(stride(from: 4096, to: good.count, by: 1))
        for place in places where place < 4096 || good[place] != 0 {
            var bad = good
            bad[place] ^= 1 << UInt8(place % 8)
            let file = try top.write("bad")
            try AtomicFile.write(bad, to: "\(file)")
            do {
                #expect(try Self.contents(file) == expected, "byte \(place)")
            } catch let error as WinnowError {
                #expect(error.code == .input)
                found += 1
            }
        }
        #expect(found > 20)
    }

    @Test func cutsAreFound() throws {
        let top = try Scratch(inMemory: true)
        let path = top.folder("i")
        do {
            let index = try IndexFile(path, form: "form", writing: true)
            for text in ["one", "two, longer"] { try Self.append(text, to: index) }
        }
        let good = try readWhole("\(path)")
        for length in Array(stride(from: 1, to: good.count, by: 97)) + [good.count - 1] {
            try AtomicFile.write(Array(good[..<length]), to: "\(top.path)/cut")
            let error = #expect(throws: WinnowError.self) { try Self.contents(top.folder("cut")) }
            #expect(error?.code == .input, "\(length) bytes")
        }
        // What a killed run left behind the end does not count.
        try AtomicFile.write(good + Array("garbage".utf8), to: "\(top.path)/longer")
        #expect(try Self.contents(top.folder("longer")) == ["one", "two, longer"])
    }

    /// A kill at any call, also in the middle of a write, leaves the old index or the new one; then it can be added to.
    @Test(arguments: ["kill", "tear"]) func killsLeaveOldOrNew(_ action: String) throws {
        let top = try Scratch(inMemory: true)
        func add(_ index: String, _ text: String, fault: String? = nil) throws -> Probe.Result {
            try Probe.run("index", "\(top.path)/\(index)", text, fault: fault)
        }
        let whole = try add("whole", "one", fault: "\(action):1000000")
        let calls = try #require(
            whole.output.split(separator: "\n").first { $0.hasPrefix("calls ") }.flatMap { Int($0.dropFirst(6)) })
        #expect(calls > 10)
        for before in [[], ["one"]] {
            for number in 1...calls + 4 {
                let name = "\(before.count)-\(number)"
                for text in before { #expect(try add(name, text).status == 0) }
                let killed = try add(name, "two", fault: "\(action):\(number)")
                if fileExists("\(top.path)/\(name)") {
                    let found = try Self.contents(top.folder(name))
                    #expect(found == before || found == before + ["two"], "call \(number): \(killed)")
                }
                #expect(try add(name, "three").status == 0)
                #expect(try Self.contents(top.folder(name)).last == "three")
            }
        }
    }
}
