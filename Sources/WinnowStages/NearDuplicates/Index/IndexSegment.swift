import WinnowCore
import WinnowText

/// A line as the index keeps it.
struct IndexEntry {
    /// Offset of the text of a kept line; hash of the key of another.
    var place: UInt64
    /// Two bits of 64 numbers of the signature.
    var sketch: (UInt64, UInt64)
    var document: UInt32
    var line: UInt32
    /// Hash of the words that hold a digit.
    var numbers: UInt32
    /// Length of the text of a kept line; for another, the entry that it repeats, with `isGone` set.
    var lengthOrKeeper: UInt32

    static let isGone: UInt32 = 1 << 31
    /// In place of the entry that is repeated: a segment does not tell it.
    static let unknownKeeper = isGone - 1
    var isKept: Bool { lengthOrKeeper & Self.isGone == 0 }
    var keeper: UInt32 { lengthOrKeeper & ~Self.isGone }
}

/// The form of a segment (docs/index-format.md): a header of 64 bytes, then sections, each at a multiple of eight bytes.
/// Numbers are little-endian.
struct SegmentLayout: Equatable {
    /// "winseg1" and a zero byte.
    static let magic: UInt64 = 0x0031_6765_736E_6977
    static let headerBytes = 64

    var entries = 0
    var textBytes = 0
    var postings = 0
    var nameRuns = 0
    var nameBytes = 0
    var documents = 0
    var sources = 0

    /// Offsets of the sections.
    struct Sections {
        var sources = 0
        var entries = 0
        var texts = 0
        var unique = 0
        var buckets = 0
        var nameRuns = 0
        var names = 0
        var end = 0
    }

    var uniqueBits: Int { StaticTable.bits(for: entries) }
    var bucketBits: Int { StaticTable.bits(for: postings) }

    var sections: Sections {
        var at = Self.headerBytes
        func section(_ bytes: Int) -> Int {
            defer { at += (bytes + 7) / 8 * 8 }
            return at
        }
        var all = Sections()
        all.sources = section(sources * MemoryLayout<SegmentSource>.stride)
        all.entries = section(entries * MemoryLayout<IndexEntry>.stride)
        all.texts = section(textBytes)
        all.unique = section(StaticTable.bytes(entries))
        all.buckets = section(StaticTable.bytes(postings))
        all.nameRuns = section(nameRuns * MemoryLayout<SegmentNameRun>.stride)
        all.names = section(nameBytes)
        all.end = at
        return all
    }

    var header: [UInt64] {
        [Self.magic] + [entries, textBytes, postings, nameRuns, nameBytes, documents, sources].map { UInt64($0) }
    }

    init() {}

    /// - Returns: nil when the bytes are no segment.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.headerBytes, let base = bytes.baseAddress else { return nil }
        let numbers = (0..<8).map { base.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self).littleEndian }
        // Nothing here is so large that offsets could overflow.
        guard numbers[0] == Self.magic, numbers[1...].allSatisfy({ $0 < 1 << 40 }) else { return nil }
        let counts = numbers[1...].map { Int($0) }
        (entries, textBytes, postings, nameRuns) = (counts[0], counts[1], counts[2], counts[3])
        (nameBytes, documents, sources) = (counts[4], counts[5], counts[6])
        guard entries < 1 << 31, postings < 1 << 32, sections.end == bytes.count else { return nil }
    }
}

/// Which run the entries of a merged segment come from.
struct SegmentSource {
    /// Hash of the segment that the run wrote.
    var id: SegmentID
    var firstEntry: UInt64
    var firstDocument: UInt64
}

/// `DocumentNameRun` in a segment; the name begins where that of the run before ends.
struct SegmentNameRun {
    var first: UInt64
    var record: UInt64
    var nameEnd: UInt64
}

/// From 32-bit keys to values, in order: pairs that are sorted by key, the low half of the key first, and a directory by the
/// first bits.
///
/// The low half first, since that is the order in which `LinearHashTable` can be gone through.
struct StaticTable {
    struct Pair {
        var key: UInt32
        var value: UInt32
    }

    private let directory: UnsafePointer<UInt32>
    private let pairs: UnsafePointer<Pair>
    private let shift: UInt32
    let count: Int

    /// About eight pairs to each entry of the directory.
    static func bits(for pairs: Int) -> Int {
        var bits = 4
        while bits < 28, pairs >> bits > 8 { bits += 1 }
        return bits
    }

    static func bytes(_ pairs: Int) -> Int { directoryBytes(pairs) + pairs * MemoryLayout<Pair>.stride }

    /// The pairs follow at a multiple of eight bytes.
    static func directoryBytes(_ pairs: Int) -> Int { (4 * (1 << bits(for: pairs) + 1) + 7) / 8 * 8 }

    /// The key as it is sorted by.
    @inline(__always)
    static func order(_ key: UInt32) -> UInt32 { key << 16 | key >> 16 }

    init(_ base: UnsafeRawPointer, count: Int) {
        directory = base.assumingMemoryBound(to: UInt32.self)
        pairs = (base + Self.directoryBytes(count)).assumingMemoryBound(to: Pair.self)
        shift = UInt32(32 - Self.bits(for: count))
        self.count = count
    }

    /// Calls `body` with the values of a key, in order, until it returns false.
    @inline(__always)
    func forEach(_ key: UInt32, _ body: (UInt32) -> Bool) {
        let slot = Int(Self.order(key) >> shift)
        // A directory that says what cannot be does no harm.
        let end = min(Int(directory[slot + 1]), count)
        var k = Int(directory[slot])
        while k < end {
            let pair = pairs[k]
            if pair.key == key, !body(pair.value) { return }
            k += 1
        }
    }

    subscript(index: Int) -> Pair { pairs[index] }
}

/// A part of the index that does not change any more: of an earlier run, or of this one when memory was full.
final class IndexSegment {
    let memory: any MappedSegment
    let layout: SegmentLayout
    let entries: UnsafeBufferPointer<IndexEntry>
    let texts: UnsafeBufferPointer<UInt8>
    let unique: StaticTable
    let buckets: StaticTable
    /// Index of its first entry, and ordinal of its first document, in the whole index.
    var firstEntry = 0
    var firstDocument = 0

    /// - Throws: `input` when the bytes are no segment.
    init(_ memory: any MappedSegment) throws(WinnowError) {
        guard let layout = SegmentLayout(memory.bytes), let base = memory.bytes.baseAddress else {
            throw WinnowError(.input, "a segment of the index has another form than this winnow knows")
        }
        self.memory = memory
        self.layout = layout
        let at = layout.sections
        entries = UnsafeBufferPointer(
            start: (base + at.entries).assumingMemoryBound(to: IndexEntry.self), count: layout.entries)
        texts = UnsafeBufferPointer(start: (base + at.texts).assumingMemoryBound(to: UInt8.self), count: layout.textBytes)
        unique = StaticTable(base + at.unique, count: layout.entries)
        buckets = StaticTable(base + at.buckets, count: layout.postings)
    }

    /// The text of a kept line; empty where the entry says what cannot be.
    @inline(__always)
    func text(_ entry: IndexEntry) -> UnsafeBufferPointer<UInt8> {
        let length = Int(entry.lengthOrKeeper)
        guard entry.isKept, entry.place <= texts.count, length <= texts.count - Int(entry.place) else {
            return UnsafeBufferPointer(rebasing: texts[..<0])
        }
        return UnsafeBufferPointer(rebasing: texts[Int(entry.place)..<Int(entry.place) + length])
    }

    /// The runs whose entries it holds; none when it is as its run wrote it.
    var sources: [SegmentSource] {
        guard let base = memory.bytes.baseAddress else { return [] }
        let at = (base + layout.sections.sources).assumingMemoryBound(to: SegmentSource.self)
        return (0..<layout.sources).map { at[$0] }
    }

    private func nameRun(_ index: Int) -> DocumentNameRun {
        guard let base = memory.bytes.baseAddress else { return DocumentNameRun(first: 0, name: "?") }
        let at = layout.sections
        let runs = (base + at.nameRuns).assumingMemoryBound(to: SegmentNameRun.self)
        let start = index == 0 ? 0 : Int(clamping: runs[index - 1].nameEnd)
        let end = min(Int(clamping: runs[index].nameEnd), layout.nameBytes)
        let bytes = UnsafeRawBufferPointer(start: base + at.names, count: layout.nameBytes)
        return DocumentNameRun(
            first: Int(clamping: runs[index].first), name: String(decoding: bytes[min(start, end)..<end], as: UTF8.self),
            record: Int(clamping: runs[index].record))
    }

    var names: [DocumentNameRun] { (0..<layout.nameRuns).map(nameRun) }

    /// The name of a document, counted from this segment's first.
    func name(_ document: Int) -> String? {
        var low = 0
        var high = layout.nameRuns
        while low < high {
            let middle = (low + high) / 2
            if nameRun(middle).first <= document { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : nameRun(low - 1).name(of: document)
    }
}
