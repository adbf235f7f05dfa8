import TestSupport
import Testing
import WinnowCore
import WinnowText

@testable import WinnowIO
@testable import WinnowRun

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A folder of its own for each test, removed afterwards.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/winnow-cache-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw WinnowError(.system, "mkdtemp failed") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        func clear(_ path: String) {
            // A link is removed, not followed.
            if unlink(path) == 0 { return }
            for name in names(in: path) { clear("\(path)/\(name)") }
            rmdir(path)
        }
        clear(path)
    }
}

private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}

private func name(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
}

/// Makes a file look as if last used so many seconds ago.
private func age(_ path: String, _ seconds: Int) {
    let then = timespec(tv_sec: time(nil) - seconds, tv_nsec: 0)
    _ = utimensat(AT_FDCWD, path, [then, then], 0)
}

@Suite struct CacheFolderTests {
    @Test func whatIsStoredIsLoaded() throws {
        let top = try TemporaryFolder()
        let cache = CacheFolder("\(top.path)/a/b")
        #expect(cache.load(name(1)) == nil)
        cache.store([1, 2, 3], as: name(1))
        #expect(cache.load(name(1)) == [1, 2, 3])
        cache.store([4], as: name(1))
        #expect(cache.load(name(1)) == [4])
        #expect(names(in: cache.path) == [name(1)])
        #expect(mode("\(top.path)/a") == 0o700)
        #expect(mode(cache.path) == 0o700)
        #expect(mode("\(cache.path)/\(name(1))") == 0o600)
    }

    @Test func whereTheCacheIs() throws {
        let home = try TemporaryFolder().path
        #expect(CacheFolder.userCache(xdgCacheHome: "/x", home: "/") == "/x")
        #expect(CacheFolder.userCache(xdgCacheHome: "x", home: "/tmp") == "/tmp/.cache")
        #expect(CacheFolder.userCache(xdgCacheHome: nil, home: "/tmp") == "/tmp/.cache")
        #expect(CacheFolder.userCache(xdgCacheHome: "x", home: nil) == nil)
        #expect(CacheFolder.userCache(xdgCacheHome: nil, home: "tmp") == nil)
        // Removed with its object, which is gone.
        #expect(CacheFolder.userCache(xdgCacheHome: nil, home: home) == nil)
    }

    /// A file as the folder, a folder below a file, one that nobody can write to, one that the owner may not write to.
    @Test func foldersThatCannotBeWrittenToAreNoError() throws {
        let top = try TemporaryFolder()
        try AtomicFile.write([], to: "\(top.path)/file")
        mkdir("\(top.path)/read-only", 0o500)
        for path in ["file", "file/below", "read-only", "read-only/below"].map({ "\(top.path)/\($0)" }) + [
            "/proc/winnow", "/proc",
        ] {
            let cache = CacheFolder(path)
            cache.store([1], as: name(1))
            // The rights of a folder do not bind root.
            if geteuid() != 0 || !path.contains("read-only") { #expect(cache.load(name(1)) == nil) }
        }
    }

    @Test func whatOthersCouldHaveWrittenIsNotLoaded() throws {
        let top = try TemporaryFolder()
        let cache = CacheFolder(top.path)
        let path = "\(top.path)/\(name(1))"
        for bits: mode_t in [0o620, 0o602] {
            cache.store([1], as: name(1))
            chmod(path, bits)
            #expect(cache.load(name(1)) == nil)
        }
        unlink(path)
        mkfifo(path, 0o600)
        #expect(cache.load(name(1)) == nil)
        unlink(path)
        symlink("/etc/passwd", path)
        #expect(cache.load(name(1)) == nil)
        unlink(path)
        mkdir(path, 0o700)
        #expect(cache.load(name(1)) == nil)
        // A folder in the way stays, and no temporary file is left.
        cache.store([1], as: name(1))
        #expect(names(in: top.path) == [name(1)])
    }

    @Test func theLeastRecentlyUsedGo() throws {
        let top = try TemporaryFolder()
        let cache = CacheFolder(top.path, mostFiles: 3)
        try AtomicFile.write([], to: "\(top.path)/somebody-elses")
        age("\(top.path)/somebody-elses", 9000)
        for number in 1...3 {
            cache.store([UInt8(number)], as: name(number))
            age("\(top.path)/\(name(number))", 100 - number)
        }
        // Used now, though stored first.
        #expect(cache.load(name(1)) == [1])
        cache.store([4], as: name(4))
        #expect(names(in: top.path) == [name(1), name(3), name(4), "somebody-elses"])
    }

    @Test func sizeIsLimitedToo() throws {
        let top = try TemporaryFolder()
        let cache = CacheFolder(top.path, mostBytes: 100)
        for number in 1...4 {
            cache.store([UInt8](repeating: 1, count: 40), as: name(number))
            age("\(top.path)/\(name(number))", 100 - number)
        }
        #expect(names(in: top.path) == [name(3), name(4)])
        // What would push out all others and itself is not written.
        cache.store([UInt8](repeating: 1, count: 101), as: name(5))
        #expect(names(in: top.path) == [name(3), name(4)])
    }

    @Test func aFileLeftByAKilledProcessGoesWithTheOthers() throws {
        let top = try TemporaryFolder()
        let cache = CacheFolder(top.path, mostFiles: 1)
        try AtomicFile.write([1], to: "\(top.path)/\(name(1)).abc")
        age("\(top.path)/\(name(1)).abc", 100)
        cache.store([2], as: name(2))
        #expect(names(in: top.path) == [name(2)])
    }

    @Test func writersAtOnceLeaveOneWholeFile() async throws {
        let top = try TemporaryFolder()
        let cache = CacheFolder(top.path)
        // Large, so that writers overlap; of different lengths, so that a mixture shows.
        let entries = (0..<4).map { [UInt8](repeating: UInt8($0), count: 1_000_000 + $0) }
        let hashes = Set(entries.map { $0.withUnsafeBufferPointer { hash64($0) } })
        cache.store(entries[0], as: name(1))
        await withTaskGroup { group in
            for entry in entries {
                group.addTask {
                    for _ in 1...100 {
                        cache.store(entry, as: name(1))
                        let found = cache.load(name(1)) ?? []
                        #expect(hashes.contains(found.withUnsafeBufferPointer { hash64($0) }))
                    }
                }
            }
        }
        #expect(names(in: top.path) == [name(1)])
    }
}

@Suite struct PipelineCacheTests {
    private static let setup = Setup(options: ["boilerplate.drop": .words(["^\\w+ ad$"])], protect: ["^\\w+ stays$"])

    private func pipeline(_ cache: CacheFolder?) throws(WinnowError) {
        _ = try PipelineBuilder.pipeline(
            stages: Self.setup.entries, protect: Self.setup.protect, harmGuard: HarmGuard(), cache: cache)
    }

    @Test func dropAndProtectAreKept() throws {
        let top = try TemporaryFolder()
        let cache = CacheFolder(top.path)
        try pipeline(cache)
        let stored = names(in: top.path)
        #expect(stored.count == 2)
        // A second start leaves the files as they are: they were believed.
        for name in stored { age("\(top.path)/\(name)", 100) }
        func inodes() -> [ino_t] {
            stored.map { name in
                var status = stat()
                return stat("\(top.path)/\(name)", &status) == 0 ? status.st_ino : 0
            }
        }
        let before = inodes()
        try pipeline(cache)
        #expect(names(in: top.path) == stored)
        #expect(inodes() == before)
    }

    /// Both compile at once and store both sets.
    @Test func startsAtOnceAgree() async throws {
        let top = try TemporaryFolder()
        let cache = CacheFolder(top.path)
        try await withThrowingTaskGroup { group in
            for _ in 1...4 { group.addTask { try pipeline(cache) } }
            try await group.waitForAll()
        }
        #expect(names(in: top.path).count == 2)
        let matcher = try PatternSet(["^\\w+ ad$"], cache: cache).makeMatcher()
        #expect(Array("an ad".utf8).withUnsafeBufferPointer(matcher.firstMatch) == 0)
        #expect(Array("an advert".utf8).withUnsafeBufferPointer(matcher.firstMatch) == nil)
    }

    @Test func separatorsAreKept() throws {
        let top = try TemporaryFolder()
        _ = try Separator("^\\w+ --$", cache: CacheFolder(top.path))
        #expect(names(in: top.path).count == 1)
    }
}
