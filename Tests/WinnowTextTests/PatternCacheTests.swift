import Synchronization
import Testing
import WinnowCore
import WinnowText

/// Keeps entries in memory, and lets tests damage them.
final class MemoryCache: PatternCache {
    struct State {
        var entries: [String: [UInt8]] = [:]
        var stores = 0
    }
    let state = Mutex(State())
    let leastCompileTime: Duration

    init(leastCompileTime: Duration = .zero) { self.leastCompileTime = leastCompileTime }

    func load(_ key: String) -> [UInt8]? { state.withLock { $0.entries[key] } }
    func store(_ bytes: [UInt8], as key: String) {
        state.withLock {
            $0.entries[key] = bytes
            $0.stores += 1
        }
    }

    var stores: Int { state.withLock { $0.stores } }
    var keys: Set<String> { state.withLock { Set($0.entries.keys) } }
    /// The only entry.
    var entry: [UInt8] {
        get { state.withLock { $0.entries.first?.value ?? [] } }
        set { state.withLock { state in for key in state.entries.keys { state.entries[key] = newValue } } }
    }
}

@Suite struct PatternCacheTests {
    static let patterns = ["^keep", "(?i)photo: ", "^\\d+$", "ń+$", "^$"]
    static let texts = [
        "keep", "a keep", "PHOTO: x", "photo:", "42", "４２", "koń", "ŃŃ", "", " ", String(repeating: "a", count: 5000),
    ]

    /// Which pattern each text matches.
    private func matches(_ cache: MemoryCache?, _ patterns: [String] = patterns) throws -> [Int?] {
        let matcher = try PatternSet(patterns, cache: cache).makeMatcher()
        return Self.texts.map { Array($0.utf8).withUnsafeBufferPointer(matcher.firstMatch) }
    }

    @Test func aHitMatchesAsAFreshSet() throws {
        let cache = MemoryCache()
        let fresh = try matches(nil)
        #expect(Set(fresh.map { $0 ?? -1 }) == [-1, 0, 1, 2, 3, 4])
        #expect(try matches(cache) == fresh)
        #expect(try matches(cache) == fresh)
        // A miss would have stored again.
        #expect(cache.stores == 1)
    }

    @Test func patternFlagsAndOrderDecideTheKey() throws {
        let cache = MemoryCache()
        for patterns in [
            ["a", "b"], ["b", "a"], ["a"], ["ab"], ["a", "b", "b"], ["a\nb"], ["a\n1 b"], ["a", "c"], ["A", "b"],
        ] {
            for ignoreCase in [false, true] { _ = try PatternSet(patterns, ignoreCase: ignoreCase, cache: cache) }
        }
        #expect(cache.keys.count == 18)
        #expect(cache.stores == 18)
        #expect(cache.keys.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
    }

    @Test func damageIsFoundAndRepaired() throws {
        let cache = MemoryCache()
        let fresh = try matches(cache)
        let whole = cache.entry
        // All of the header, and the beginning, the middle and the end of the database.
        let places = Array(0..<96) + Array(stride(from: 96, to: whole.count, by: whole.count / 50)) + [whole.count - 1]
        for (index, place) in places.enumerated() {
            var damaged = whole
            damaged[place] ^= 1 << UInt8(index % 8)
            cache.entry = damaged
            let stores = cache.stores
            #expect(try matches(cache) == fresh)
            #expect(cache.stores == stores + 1, "byte \(place)")
            #expect(cache.entry == whole)
        }
    }

    @Test(arguments: [0, 1, 7, 8, 16, 48, 56, 63, 64, 65, 100, -1, -2, -64]) func cutEntriesAreRebuilt(_ length: Int) throws {
        let cache = MemoryCache()
        let fresh = try matches(cache)
        let whole = cache.entry
        cache.entry = Array(whole.prefix(length >= 0 ? length : whole.count + length))
        #expect(try matches(cache) == fresh)
        #expect(cache.stores == 2)
        cache.entry = whole + [0]
        #expect(try matches(cache) == fresh)
        #expect(cache.stores == 3)
    }

    @Test func anEntryOfAnotherSetIsNotBelieved() throws {
        let other = MemoryCache()
        _ = try matches(other, ["x"])
        let cache = MemoryCache()
        let fresh = try matches(cache)
        cache.entry = other.entry
        #expect(try matches(cache) == fresh)
        #expect(cache.stores == 2)
    }

    /// Right by its header, but no database of this Vectorscan.
    @Test func whatVectorscanRefusesIsRebuilt() throws {
        let cache = MemoryCache()
        let fresh = try matches(cache)
        let whole = cache.entry
        func bytes(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }
        // The second word of a serialized database is the version of Vectorscan.
        var other = Array(whole.dropFirst(64))
        other[5] ^= 0xFF
        for database in [other, Array(repeating: 0, count: 1000), [1]] {
            let checksum = database.withUnsafeBufferPointer { hash64($0) }
            cache.entry = Array(whole.prefix(48)) + bytes(UInt64(database.count)) + bytes(checksum) + database
            let stores = cache.stores
            #expect(try matches(cache) == fresh)
            #expect(cache.stores == stores + 1)
        }
        // The same made up of the true database is believed: the header above is the right one.
        let database = Array(whole.dropFirst(64))
        cache.entry =
            Array(whole.prefix(48)) + bytes(UInt64(database.count)) + bytes(database.withUnsafeBufferPointer { hash64($0) })
            + database
        #expect(try matches(cache) == fresh)
        #expect(cache.stores == 4)
    }

    @Test func whatCompilesFastIsNotStored() throws {
        let cache = MemoryCache(leastCompileTime: .seconds(3600))
        #expect(try matches(cache) == matches(nil))
        #expect(cache.stores == 0)
    }

    @Test func emptyAndWrongSetsAreNotStored() throws {
        let cache = MemoryCache()
        _ = try PatternSet([], cache: cache)
        let error = #expect(throws: WinnowError.self) { try PatternSet(["fine", "(open"], cache: cache) }
        #expect(error == #expect(throws: WinnowError.self) { try PatternSet(["fine", "(open"]) })
        #expect(cache.stores == 0)
    }
}
