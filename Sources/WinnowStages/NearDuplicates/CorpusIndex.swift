import WinnowCore
import WinnowText

/// What the near-duplicate stage remembers of all lines of a run (corpus scope).
///
/// Lines with equal keys are one unique line. Each band bucket keeps its first `anchors` unique lines as anchors, kept or
/// not. A unique line goes if and only if a similar anchor of one of its buckets was itself kept: so the work a line is
/// bounded, nothing is removed through a chain, and the result depends on the input order alone.
final class CorpusIndex {
    static let anchors = 8

    struct Entry {
        var hash: UInt64
        var keyStart: Int
        var textStart: Int
        var keyLength: Int32
        var textLength: Int32
        var numbers: UInt64
        var characters: Int32
        var document: UInt32
        var line: UInt32
        /// The entry that took its place; its own index when it was kept.
        var keeper: Int32
    }

    private(set) var entries: [Entry] = []
    private var bytes: [UInt8] = []
    /// Unique lines by the hash of their key, and anchors by band key.
    private var unique = OpenTable()
    private var buckets = OpenTable()
    private let minHash = MinHash()
    private var shingler = Shingler()
    private var shingles: [UInt64] = []
    private var least: [UInt32] = []
    private var seen: [Int32] = []

    /// The band keys of a line.
    func bandKeys(_ key: UnsafeBufferPointer<UInt8>) -> [UInt64] {
        shingles.removeAll(keepingCapacity: true)
        shingler.shingle(key, into: &shingles)
        var keys: [UInt64] = []
        keys.reserveCapacity(MinHash.bands)
        minHash.bandKeys(shingles, least: &least, into: &keys)
        return keys
    }

    /// The unique line with this key, if it was seen.
    func entry(hash: UInt64, key: UnsafeBufferPointer<UInt8>) -> Int? {
        unique.first(hash) { index in
            entries[index].hash == hash && view(index) { $0.key.elementsEqual(key) }
        }
    }

    /// Kept anchors of the buckets, in input order, each once.
    func candidates(_ bandKeys: [UInt64]) -> [Int] {
        seen.removeAll(keepingCapacity: true)
        for key in bandKeys {
            buckets.forEach(key) { index in
                if entries[index].keeper == Int32(index) { seen.append(Int32(index)) }
            }
        }
        seen.sort()
        var out: [Int] = []
        for index in seen where out.last != Int(index) { out.append(Int(index)) }
        return out
    }

    func view<R>(_ index: Int, _ body: (LineView) -> R) -> R {
        let entry = entries[index]
        return bytes.withUnsafeBufferPointer { all in
            body(
                LineView(
                    text: UnsafeBufferPointer(rebasing: all[entry.textStart..<entry.textStart + Int(entry.textLength)]),
                    key: UnsafeBufferPointer(rebasing: all[entry.keyStart..<entry.keyStart + Int(entry.keyLength)]),
                    characters: Int(entry.characters), shingles: Int(entry.characters), isComparable: true, numbers: entry.numbers))
        }
    }

    /// Remembers a unique line; `keeper` is the entry it repeats, nil when it was kept.
    func insert(_ line: LineView, hash: UInt64, bandKeys: [UInt64], document: Int, number: Int, keeper: Int?) {
        let index = entries.count
        // The key stands between two spaces, with eight bytes behind it.
        if bytes.count >= 8 { bytes.removeLast(8) }
        let textStart = bytes.count
        bytes.append(contentsOf: line.text)
        bytes.append(0x20)
        let keyStart = bytes.count
        bytes.append(contentsOf: line.key)
        for _ in 0..<9 { bytes.append(0x20) }
        entries.append(
            Entry(
                hash: hash, keyStart: keyStart, textStart: textStart, keyLength: Int32(truncatingIfNeeded: line.key.count),
                textLength: Int32(truncatingIfNeeded: line.text.count), numbers: line.numbers,
                characters: Int32(truncatingIfNeeded: line.characters),
                document: UInt32(truncatingIfNeeded: document), line: UInt32(truncatingIfNeeded: number),
                keeper: Int32(truncatingIfNeeded: keeper ?? index)))
        unique.insert(hash, index)
        for key in bandKeys where buckets.count(key) < Self.anchors { buckets.insert(key, index) }
    }
}

/// Open addressing from 64-bit keys to indices, in order of insertion among equal keys. A slot holds the upper half of a
/// key; what it finds is checked by the caller (unique lines) or by verification (buckets).
struct OpenTable {
    private var tags: [UInt32] = Array(repeating: 0, count: 1024)
    /// Index + 1; 0 is empty.
    private var values: [UInt32] = Array(repeating: 0, count: 1024)
    private var used = 0

    @inline(__always)
    private func tag(_ key: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: key >> 32) }
    /// A table of up to 2³² slots needs no more than the tag.
    @inline(__always)
    private func position(_ tag: UInt32) -> Int { Int(tag &* 0x9E37_79B1) & (values.count - 1) }

    mutating func insert(_ key: UInt64, _ index: Int) {
        if (used + 1) * 4 > values.count * 3 { grow() }
        put(tag(key), UInt32(truncatingIfNeeded: index + 1))
        used += 1
    }

    private mutating func put(_ tag: UInt32, _ value: UInt32) {
        var i = position(tag)
        while values[i] != 0 { i = (i + 1) & (values.count - 1) }
        tags[i] = tag
        values[i] = value
    }

    func first(_ key: UInt64, where matches: (Int) -> Bool) -> Int? {
        let wanted = tag(key)
        var i = position(wanted)
        while values[i] != 0 {
            if tags[i] == wanted, matches(Int(values[i]) - 1) { return Int(values[i]) - 1 }
            i = (i + 1) & (values.count - 1)
        }
        return nil
    }

    func forEach(_ key: UInt64, _ body: (Int) -> Void) {
        _ = first(key) {
            body($0)
            return false
        }
    }

    func count(_ key: UInt64) -> Int {
        var count = 0
        forEach(key) { _ in count += 1 }
        return count
    }

    /// Doubles the table. Slots are moved in index order, so that equal keys stay in order of insertion.
    private mutating func grow() {
        let order = values.indices.filter { values[$0] != 0 }.sorted { values[$0] < values[$1] }
        let moved = order.map { (tags[$0], values[$0]) }
        tags = Array(repeating: 0, count: tags.count * 2)
        values = Array(repeating: 0, count: values.count * 2)
        for (tag, value) in moved { put(tag, value) }
    }
}
