import Synchronization
import WinnowCore
import WinnowText

/// In how many documents each line stands, of all and of each site; filled from many threads, then only read.
final class FurnitureCounts: @unchecked Sendable {
    // `parts` guard themselves while they are filled; nothing is written after `end`.

    /// A host or a folder.
    struct Site {
        var hash: UInt64
        var documents: Int
    }

    /// The lines whose hash begins with the part's number.
    private final class Part: Sendable {
        let table = Mutex(CountTable())
    }

    private static let partCount = 64

    let bySite: Bool
    private let parts: [Part]
    private let sites = Mutex<[UInt64: Int]>([:])
    private let documents = Atomic<Int>(0)
    private var limit = Int.max
    private let isFull = Atomic<Bool>(false)

    init(bySite: Bool) {
        self.bySite = bySite
        parts = (0..<Self.partCount).map { _ in Part() }
    }

    static func hash(_ site: String) -> UInt64 {
        Array(site.utf8).withUnsafeBufferPointer { hash64($0, seed: 1) }
    }

    /// - Parameter memory: bytes that it may take.
    func begin(memory: Int) {
        limit = memory / Self.partCount
        documents.store(0, ordering: .relaxed)
        isFull.store(false, ordering: .relaxed)
        sites.withLock { $0 = [:] }
        for part in parts { part.table.withLock { $0 = CountTable() } }
    }

    /// Counts a document.
    /// - Parameter hashes: of its lines, each once.
    func add(_ hashes: [UInt64], site: UInt64) {
        documents.wrappingAdd(1, ordering: .relaxed)
        for hash in hashes { count(hash) }
        guard bySite else { return }
        sites.withLock { $0[site, default: 0] += 1 }
        for hash in hashes { count(mix64(hash ^ site)) }
    }

    private func count(_ hash: UInt64) {
        parts[Int(hash >> 58)].table.withLock { table in
            if table.bytesAfterInsertion <= limit { table.add(hash) } else { isFull.store(true, ordering: .relaxed) }
        }
    }

    /// - Throws: `limit` when there was not memory enough.
    func end() throws(WinnowError) {
        guard isFull.load(ordering: .relaxed) else { return }
        throw WinnowError(
            .limit,
            "furniture: counting the lines takes more than the \(limit * Self.partCount >> 20) MiB that `limits: memory` allows",
            hint: "allow more (--memory, or limits: {memory: 8GiB}), or clean the corpus in parts")
    }

    /// Documents that were counted.
    var all: Int { documents.load(ordering: .relaxed) }
    func documents(_ hash: UInt64) -> Int { parts[Int(hash >> 58)].table.withLock { $0.count(of: hash) } }
    func documents(_ hash: UInt64, of site: Site) -> Int { documents(mix64(hash ^ site.hash)) }

    func site(_ name: String) -> Site {
        let hash = Self.hash(name)
        return Site(hash: hash, documents: sites.withLock { $0[hash] ?? 0 })
    }
}

/// Counts by 64-bit hash: open addressing with linear probing, at most two thirds full.
struct CountTable {
    private var keys: [UInt64] = Array(repeating: 0, count: 16)
    private var counts: [UInt32] = Array(repeating: 0, count: 16)
    private var used = 0

    /// Bytes of memory, if one key more comes.
    var bytesAfterInsertion: Int { 12 * (3 * (used + 1) > 2 * keys.count ? 2 : 1) * keys.count }

    private func place(_ key: UInt64) -> Int {
        // The first bits chose the table.
        var place = Int(truncatingIfNeeded: key) & (keys.count - 1)
        while counts[place] != 0, keys[place] != key { place = (place + 1) & (keys.count - 1) }
        return place
    }

    func count(of key: UInt64) -> Int { Int(counts[place(key)]) }

    mutating func add(_ key: UInt64) {
        let place = place(key)
        if counts[place] == 0 {
            keys[place] = key
            used += 1
        }
        counts[place] = counts[place] == .max ? .max : counts[place] + 1
        if 3 * used > 2 * keys.count { grow() }
    }

    private mutating func grow() {
        let old = (keys, counts)
        keys = Array(repeating: 0, count: 2 * old.0.count)
        counts = Array(repeating: 0, count: 2 * old.0.count)
        for (key, count) in zip(old.0, old.1) where count != 0 {
            let place = place(key)
            keys[place] = key
            counts[place] = count
        }
    }
}
