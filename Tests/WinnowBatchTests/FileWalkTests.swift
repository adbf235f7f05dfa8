import TestSupport
import Testing
import WinnowCore

@testable import WinnowIO

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

@Suite struct FileWalkTests {
    private struct Walked {
        var list: FileList
        var errors: [WinnowError]
        var relatives: [String] { list.map(\.relative.description) }
    }

    private func walk(
        _ paths: [Path], list: [UInt8]? = nil, _ change: (inout FileWalk.Options) throws -> Void = { _ in }
    ) throws -> Walked {
        var options = FileWalk.Options()
        try change(&options)
        var errors: [WinnowError] = []
        var walk = FileWalk(options) { errors.append($0) }
        paths.forEach { walk.add($0) }
        if let list { walk.add(list: list) }
        return Walked(list: try walk.files(), errors: errors)
    }

    private func refusal(_ paths: [Path], _ change: (inout FileWalk.Options) throws -> Void = { _ in }) throws -> WinnowError? {
        do { _ = try walk(paths, change) } catch let error as WinnowError { return error }
        return nil
    }

    @Test func filesAreSortedByTheBytesOfTheirPaths() throws {
        let top = try Scratch()
        let names = ["a", "a.txt", "a-/x", "b/c/d", "b/c.txt", "b.txt", "b/c-", "Z", "é", "~"]
        for name in names { try top.write(name) }
        let found = try walk([Path(top.path)])
        #expect(found.list.map(\.relative) == names.map { Path($0) }.sorted())
        #expect(found.errors.isEmpty)
        #expect(found.list.map(\.path) == found.list.map { Path(top.path).appending($0.relative) })
        #expect(found.list.contains(Path("b/c/d")))
        #expect(!found.list.contains(Path("b/c")))
    }

    @Test func theOrderAndSpellingOfArgumentsDoNotMatter() throws {
        let top = try Scratch()
        for name in ["x/a", "x/b/c", "y/d", "y/b.txt", "w/b/a"] { try top.write(name) }
        let paths = ["x", "y", "w", "./y//", "x/b/../"].map { top.folder($0) }
        let first = try walk(paths).relatives
        #expect(first == ["a", "b.txt", "b/a", "b/c", "d"])
        #expect(try walk(paths.reversed()).relatives == first)
        #expect(try walk(Array(paths.prefix(3))).relatives == first)
    }

    @Test func hiddenNamesAndLinksArePassedOver() throws {
        let top = try Scratch()
        for name in ["in/a", "in/.b", "in/.c/d", "in/e/.f", "out/g"] { try top.write(name) }
        symlink("\(top.path)/in/a", "\(top.path)/in/link")
        symlink("\(top.path)/out", "\(top.path)/in/folder")
        // A cycle.
        symlink("\(top.path)/in", "\(top.path)/in/e/up")
        mkfifo("\(top.path)/in/pipe", 0o600)
        let plain = try walk([top.folder("in")])
        #expect(plain.relatives == ["a"])
        #expect(plain.list.skipped == 4)
        #expect(try walk([top.folder("in")]) { $0.includesHidden = true }.relatives == [".b", ".c/d", "a", "e/.f"])
        #expect(try walk([top.folder("in")]) { $0.followsLinks = true }.relatives == ["a", "folder/g", "link"])
        // What is named is taken.
        #expect(try walk([top.folder("in/.b"), top.folder("in/link")]).relatives == [".b", "link"])
        #expect(try walk([top.folder("in/folder")]).relatives == ["g"])
        #expect(try walk([top.folder("in/.c")]).relatives == ["d"])
    }

    @Test func aLinkThatLeadsNowhereIsTold() throws {
        let top = try Scratch()
        try top.write("a")
        symlink("\(top.path)/none", "\(top.path)/b")
        let found = try walk([Path(top.path)]) { $0.followsLinks = true }
        #expect(found.relatives == ["a"])
        #expect(found.errors.map(\.location?.file) == ["\(top.path)/b"])
        #expect(try walk([Path(top.path)]).errors.isEmpty)
    }

    @Test func globsGoByThePathBelowTheRoot() throws {
        let top = try Scratch()
        for name in ["a.txt", "b.md", "news/a.txt", "news/old/a.txt", "old/news/c.txt", "z/x.tmp"] { try top.write(name) }
        func relatives(_ include: [String], _ exclude: [String]) throws -> [String] {
            try walk([Path(top.path)]) {
                $0.filter = GlobFilter(include: try include.map { try Glob($0) }, exclude: try exclude.map { try Glob($0) })
            }.relatives
        }
        #expect(try relatives(["*.txt"], []) == ["a.txt", "news/a.txt", "news/old/a.txt", "old/news/c.txt"])
        #expect(try relatives(["/news"], []) == ["news/a.txt", "news/old/a.txt"])
        #expect(try relatives([], ["old"]) == ["a.txt", "b.md", "news/a.txt", "z/x.tmp"])
        #expect(try relatives(["*.txt", "*.md"], ["news/old/", "/a.txt"]) == ["b.md", "news/a.txt", "old/news/c.txt"])
        #expect(try relatives(["**/old/*"], []) == ["news/old/a.txt", "old/news/c.txt"])
        // Not for what is named.
        #expect(try walk([top.folder("z/x.tmp")]) { $0.filter.exclude = [try Glob("*.tmp")] }.relatives == ["x.tmp"])
        // A walk and a look at single paths agree.
        let filter = GlobFilter(include: [try Glob("news")], exclude: [try Glob("old/")])
        let all = try walk([Path(top.path)]).list.map(\.relative)
        #expect(try walk([Path(top.path)]) { $0.filter = filter }.list.map(\.relative) == all.filter { filter.takes($0.bytes) })
    }

    @Test func namesThatAreNoTextAreCarriedAsBytes() throws {
        let top = try Scratch()
        let names = [Path([0x61, 0xFF]), Path([0xC3, 0x28]), Path("line\nend"), Path([0xFE] + Array("/x".utf8))]
        for name in names { try top.write(name, "text") }
        let found = try walk([Path(top.path)])
        #expect(found.list.map(\.relative) == names.sorted())
        for file in found.list {
            let source = FileSource(try FileDescriptor.open(file.path, flags: O_RDONLY), name: "\(file.path)")
            var block = [UInt8](repeating: 0, count: 10)
            #expect(try block.withUnsafeMutableBytes { try source.read(into: $0) } == 4)
            #expect(file.size == 4)
        }
        #expect(Path([0x61, 0xFF]).description == "a\\xff")
        #expect(Path("line\nend").description == "line\\x0aend")
        #expect(Path("é/x y").description == "é/x y")
        #expect(try walk([Path(joinedPath(Array(top.path.utf8), [0xFE]))]).relatives == ["x"])
    }

    @Test func whatCannotBeReadIsToldAndTheRestIsWalked() throws {
        let top = try Scratch()
        try top.write("a")
        try top.write("locked/b")
        try top.write("z")
        chmod("\(top.path)/locked", 0)
        let found = try walk([Path(top.path), top.folder("none"), Path("/dev/null")])
        // The rights of a folder do not bind root.
        if geteuid() != 0 {
            #expect(found.relatives == ["a", "z"])
            #expect(found.errors.contains { $0.location?.file == "\(top.path)/locked" })
        }
        #expect(found.errors.contains { $0.location?.file == "\(top.path)/none" && $0.message == "No such file or directory" })
        #expect(found.errors.contains { $0.location?.file == "/dev/null" && $0.message.contains("no file") })
    }

    @Test func aWalkThatCannotReadOnePlaceGoesOn() throws {
        let top = try Scratch()
        for name in ["in/a.txt", "in/b/c.txt", "in/d/e.txt"] { try top.write(name, "x") }
        var told = 0
        for fault in (1...20).flatMap({ ["fail:open:\($0):13", "fail:stat:\($0):5"] }) {
            let result = try Probe.run("run", "\(top.path)/in", "\(top.path)/out-\(fault)", "!", fault: fault)
            guard result.status == 0, result.errors.hasPrefix("\(top.path)/in") else { continue }
            #expect(!result.output.hasPrefix("made 3\n"), "\(result)")
            told += 1
        }
        // Three folders are opened, three files looked at, and more.
        #expect(told >= 6)
    }

    @Test func listsNameFilesByNULOrLineEnds() throws {
        let top = try Scratch()
        for name in ["in/a", "in/b c", "in/d/e", "in/d/f.tmp"] { try top.write(name) }
        try top.write(Path("in/x\ny"))
        let absolute = Array("\(top.path)/in/".utf8)
        let below = top.path.dropFirst()
        let lines = absolute + Array("a\n\n".utf8) + absolute + Array("b c\n".utf8) + absolute + Array("d".utf8)
        let found = try walk([], list: lines) { $0.filter.exclude = [try Glob("*.tmp")] }
        #expect(found.relatives == ["a", "b c", "d/e"].map { "\(below)/in/\($0)" })
        let zero = absolute + Array("x\ny\0".utf8) + absolute + Array("a\0".utf8) + absolute + Array("a\0".utf8)
        #expect(try walk([], list: zero).relatives == ["\(below)/in/a", "\(below)/in/x\\x0ay"])
        #expect(throws: WinnowError.self) { try walk([], list: Array("../a\n".utf8)) }
        let missing = try walk([], list: Array("\(top.path)/none\n".utf8))
        #expect(missing.list.isEmpty && missing.errors.count == 1)
    }

    @Test func eachFileIsTakenOnce() throws {
        let top = try Scratch()
        for name in ["in/a", "in/b/c", "in/.h"] { try top.write(name) }
        symlink("\(top.path)/in", "\(top.path)/same")
        link("\(top.path)/in/a", "\(top.path)/in/hard")
        // As part of the folder, though named besides; a hard link is a file of its own.
        let paths = ["in", "in/a", "in/b", "in/b/c", "same", "in/.h", "same/.h"].map { top.folder($0) }
        #expect(try walk(paths).relatives == [".h", "a", "b/c", "hard"])
        #expect(try walk(paths.reversed()).relatives == [".h", "a", "b/c", "hard"])
        #expect(try walk([top.folder("in/b/c"), top.folder("same/b/c")]).relatives == ["c"])
        // Sizes are those of what is left.
        try top.write("in/b/c", "1234")
        #expect(try walk([top.folder("in"), top.folder("in/b/c")]).list.size == 4)
    }

    @Test func twoFilesWithOneOutputAreAnError() throws {
        let top = try Scratch()
        for name in ["x/a", "x/n/b", "y/a", "z/n", "x/c.txt", "x/c.txt.gz"] { try top.write(name) }
        func error(_ names: [String], keeping: Bool = false, _ rename: (Path) -> Path = { $0 }) throws -> WinnowError? {
            let list = try walk(names.map { top.folder($0) }) { $0.keepsPaths = keeping }.list
            return failure { () throws(WinnowError) in try list.checkOutputs(rename: rename) }
        }
        #expect(try error(["x"]) == nil)
        let same = try #require(try error(["x", "y"]))
        #expect(same.code == .usage)
        #expect(same.message == "'\(top.path)/x/a' and '\(top.path)/y/a' would both be written to 'a'")
        #expect(try error(["x", "y"], keeping: true) == nil)
        // A file where a folder must be.
        #expect(try error(["x", "z"])?.message.contains("folder of other outputs") == true)
        #expect(
            try error(["x"]) { Path($0.bytes.suffix(3).elementsEqual(".gz".utf8) ? $0.bytes.dropLast(3) : $0.bytes[...]) }?
                .message.contains("'c.txt'") == true)
        try top.write("h/.winnow/manifest.db")
        let hidden = try walk([top.folder("h")]) { $0.includesHidden = true }.list
        #expect(failure { () throws(WinnowError) in try hidden.checkOutputs() }?.message.contains("winnow's own") == true)
    }

    @Test func pathsAreKeptWhenAskedFor() throws {
        let top = try Scratch()
        for name in ["x/a", "y/a"] { try top.write(name) }
        let below = top.path.dropFirst()
        let found = try walk([top.folder("x"), top.folder("y/./a")]) { $0.keepsPaths = true }
        #expect(found.relatives == ["\(below)/x/a", "\(below)/y/a"])
        #expect(try refusal([top.folder("x/../y")]) { $0.keepsPaths = true }?.message.contains("'..'") == true)
        #expect(try walk([top.folder("x/../y")]).relatives == ["a"])
        #expect(try refusal([Path("-")])?.hint?.contains("./-") == true)
    }

    @Test func outputsAreNoInputs() throws {
        let top = try Scratch()
        for name in ["in/a", "in/out/b", "in/out/c/d"] { try top.write(name) }
        #expect(try walk([top.folder("in")]) { $0.output = top.folder("in/out") }.relatives == ["a"])
        #expect(try refusal([top.folder("in")]) { $0.output = top.folder("in") }?.message.contains("output folder") == true)
        #expect(try refusal([top.folder("in/out/c")]) { $0.output = top.folder("in/out") } != nil)
        #expect(try refusal([top.folder("in/out/b")]) { $0.output = top.folder("in/./out/") } != nil)
        #expect(try walk([top.folder("in")]) { $0.output = top.folder("new") }.relatives == ["a", "out/b", "out/c/d"])
    }

    @Test func theCurrentFolderHasNoName() throws {
        #expect(Path(".").normalized == Path(""))
        #expect(Path("./a//b/./").normalized == Path("a/b"))
        #expect(Path("//a/../b").normalized == Path("/a/../b"))
        #expect(Path("/").normalized == Path("/"))
        #expect(Path("a").folder == Path("") && Path("/a").folder == Path("/") && Path("a/b").folder == Path("a"))
        #expect(Path("").appending("x") == Path("x") && Path("/").appending("x") == Path("/x"))
        // Tests run in some folder; it has files.
        #expect(try walk([Path(".")]).list.allSatisfy { $0.path == $0.relative })
    }

    @Test func shardsAreStableAndTogetherTheWhole() throws {
        let top = try Scratch()
        for number in 0..<300 { try top.write("in/\(number % 7)/\(number)") }
        let list = try walk([top.folder("in")]).list
        let parts = try (1...4).map { list.shard(try Shard("\($0)/4")) }
        #expect(parts.flatMap { $0.map(\.relative) }.sorted() == list.map(\.relative))
        for part in parts { #expect(part.count > 40) }
        // XXH3-64, as xxhsum -H3 has it: a change would tear running batches apart.
        #expect(xxh3(Array("a/b.txt".utf8)) == Self.known)
        #expect(Shard.index(of: Path("a/b.txt"), count: 16) == 1 + Int(Self.known % 16))
        for wrong in ["", "3", "0/4", "5/4", "1/0", "a/b", "1/2/3", "-1/2", "+1/2", "1/ 2"] {
            #expect(failure { () throws(WinnowError) in _ = try Shard(wrong) }?.code == .usage, "\(wrong)")
        }
    }

    private static let known: UInt64 = 0x3638_916f_4b45_8485
}
