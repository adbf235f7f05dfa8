import TestSupport
import Testing
import WinnowCore

@testable import WinnowIO

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

@Suite struct AtomicFileTests {
    private func write(_ text: String, to file: AtomicFile) throws {
        var text = text
        try text.withUTF8 { try file.write(UnsafeRawBufferPointer($0)) }
    }

    @Test func aFileAppearsWhenItIsWhole() throws {
        let top = try Scratch()
        let path = try top.write("a", "old")
        chmod("\(top.path)/a", 0o640)
        for isDurable in [true, false] {
            let file = try AtomicFile(path, isDurable: isDurable)
            try write("new", to: file)
            #expect(top.text("a") == "old")
            try file.commit()
            #expect(top.text("a") == "new")
            #expect(try FileStatus(path, followingLinks: false).permissions == 0o640)
            // Neither changes anything any more.
            file.abandon()
            try file.commit()
            #expect(names(in: top.path) == ["a"])
            try top.write("a", "old")
        }
    }

    /// Without a name until it is whole; where another file has it, that one is replaced as ever.
    @Test func namelessFilesGetTheirNameAtTheEnd() throws {
        let top = try Scratch(inMemory: true)
        guard AtomicFile.canBeNameless(in: Path(top.path), owner: "run") else { return }
        #expect(names(in: top.path).isEmpty)
        func make(_ text: String, commits: Bool = true) throws {
            let file = try AtomicFile(top.folder("a"), owner: "run", isDurable: false, isNameless: true)
            let before = names(in: top.path)
            try write(text, to: file)
            #expect(names(in: top.path) == before)
            if commits { try file.commit() } else { file.abandon() }
        }
        try make("lost", commits: false)
        #expect(names(in: top.path).isEmpty)
        try make("new")
        #expect(top.text("a") == "new")
        chmod("\(top.path)/a", 0o640)
        try make("newer")
        #expect(top.text("a") == "newer")
        #expect(try FileStatus(top.folder("a"), followingLinks: false).permissions == 0o640)
        // A link is replaced, not followed.
        try top.write("b", "old")
        unlink("\(top.path)/a")
        symlink("b", "\(top.path)/a")
        try make("newest")
        #expect(try FileStatus(top.folder("a"), followingLinks: false).isFile)
        #expect(top.text("a") == "newest")
        #expect(top.text("b") == "old")
        #expect(names(in: top.path) == ["a", "b"])
        // A folder is in the way.
        unlink("\(top.path)/a")
        try makeFolder(top.folder("a"), isDurable: false)
        #expect(throws: WinnowError.self) { try make("never") }
        #expect(names(in: top.path) == ["a", "b"])
    }

    @Test func whatIsAbandonedLeavesNothing() throws {
        let top = try Scratch()
        let path = try top.write("a", "old")
        do {
            let file = try AtomicFile(path)
            try write("new", to: file)
            #expect(names(in: top.path).count == 2)
            file.abandon()
            #expect(names(in: top.path) == ["a"])
            let other = try AtomicFile(path)
            try write("new", to: other)
        }
        #expect(names(in: top.path) == ["a"])
        #expect(top.text("a") == "old")
    }

    @Test func longAndOddNamesWork() throws {
        let top = try Scratch()
        for name in [Path(String(repeating: "x", count: 255)), Path([0xFF, 0x0A]), Path("-")] {
            let file = try AtomicFile(Path(top.path).appending(name))
            try write("text", to: file)
            try file.commit()
            #expect(try FileStatus(Path(top.path).appending(name), followingLinks: false).size == 4)
        }
    }

    @Test func onlyLeftoversOfTheOwnerAreRemoved() throws {
        let top = try Scratch()
        let digits = "0123456789abcdef"
        let own = [".winnow-tmp-run-\(digits)", "a/b/.winnow-tmp-run-\(digits)"]
        let others = [
            ".winnow-tmp-file-\(digits)", ".winnow-tmp-part-1-of-2-\(digits)", "a/.winnow-tmp-run-\(digits)0",
            "a/.winnow-tmp-run-0123456789abcdeg", "a/x.winnow-tmp-run-\(digits)",
        ]
        for name in own + others { try top.write("out/\(name)") }
        // Out of the tree, by a link.
        try top.write("elsewhere/.winnow-tmp-run-\(digits)")
        symlink("\(top.path)/elsewhere", "\(top.path)/out/link")
        try makeFolder(top.folder("out/.winnow-tmp-run-\(digits.reversed().map(String.init).joined())"))
        #expect(AtomicFile.removeLeftovers(in: top.folder("out"), owner: "run") == own.count)
        for name in own { #expect(!fileExists("\(top.path)/out/\(name)")) }
        for name in others { #expect(fileExists("\(top.path)/out/\(name)")) }
        #expect(fileExists("\(top.path)/elsewhere/.winnow-tmp-run-\(digits)"))
        #expect(AtomicFile.removeLeftovers(in: top.folder("none"), owner: "run") == 0)
    }

    @Test func foldersAreMade() throws {
        let top = try Scratch()
        try makeFolder(top.folder("a/b/c"))
        try makeFolder(top.folder("a/b/c"))
        #expect(try FileStatus(top.folder("a/b/c"), followingLinks: false).isFolder)
        try top.write("f")
        #expect(failure { () throws(WinnowError) in try makeFolder(top.folder("f")) }?.message.contains("in the way") == true)
        #expect(failure { () throws(WinnowError) in try makeFolder(top.folder("f/g")) }?.message == "Not a directory")
        let missing = failure { () throws(WinnowError) in _ = try AtomicFile(top.folder("none/x")) }
        #expect(missing?.text == "\(top.path)/none/x: No such file or directory")
    }

    /// What the system says is told with the name that was asked for and, where there is one, a way out; the old file stays.
    @Test(
        arguments: [
            ("fail:write:1:28", "No space left on device", "make room"),
            ("fail:fsync:1:28", "No space left on device", "make room"),
            ("fail:close:1:122", "Disk quota exceeded", "make room"), ("fail:open:1:13", "Permission denied", ""),
            ("fail:open:1:30", "Read-only file system", "mounted read-only"), ("fail:rename:1:5", "Input/output error", ""),
        ])
    func failuresAreTold(_ fault: String, _ reason: String, _ advice: String) throws {
        let top = try Scratch()
        try top.write("a", "old")
        let result = try Probe.run("write", "\(top.path)/a", "100", fault: fault)
        #expect(result.status == 2)
        #expect(result.errors.hasPrefix("\(top.path)/a: \(reason)\n"), "\(result)")
        #expect(result.errors.contains(advice))
        #expect(names(in: top.path) == ["a"])
        #expect(top.text("a") == "old")
    }

    @Test func aLimitOnTheSizeOfFilesIsAnError() throws {
        let top = try Scratch()
        let result = try Probe.run("write", "\(top.path)/a", "3000000", shell: "ulimit -f 1000")
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.hasPrefix("\(top.path)/a: File too large\n"), "\(result)")
        #expect(result.errors.contains("ulimit -f"))
        #expect(names(in: top.path).isEmpty)
    }

    /// The device is full: a real one, where this process may mount a small file system of its own.
    @Test func aFullDiskIsToldAndResumed() throws {
        let top = try Scratch()
        for number in 0..<20 { try top.write("in/\(number)", String(repeating: "x", count: 50_000)) }
        try makeFolder(top.folder("disk"))
        let script = """
            mount -t tmpfs -o size=500k none "\(top.path)/disk" 2> /dev/null || exit 77
            "$@"; status=$?
            find "\(top.path)/disk" -name '.winnow-tmp-*' | grep . && exit 78
            mount -o remount,size=3m "\(top.path)/disk" && "$@" > /dev/null && cp -r "\(top.path)/disk" "\(top.path)/copy"
            exit $status
            """
        try top.write("script", script)
        let result = try Probe.run(
            "run", "\(top.path)/in", "\(top.path)/disk", "", shell: "exec unshare -rm bash '\(top.path)/script' \"$@\"")
        if result.status == 77 || result.errors.contains("unshare") { return }
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains("No space left on device") && result.errors.contains("make room"), "\(result)")
        #expect(try top.tree("copy").mapValues(\.utf8.count) == top.tree("in").mapValues(\.utf8.count))
    }
}
