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
        var filter = 0
        var uniqueDirectory = 0
        var bucketDirectory = 0
        /// What stands before is asked for each line, and had better stay in memory.
        var hotEnd = 0
        var unique = 0
        var buckets = 0
        var entries = 0
        var texts = 0
        var nameRuns = 0
        var names = 0
        var end = 0
    }

    var filterWords: Int { KeyFilter.words(entries + postings) }

    var sections: Sections {
        var at = Self.headerBytes
        func section(_ bytes: Int) -> Int {
            defer { at += (bytes + 7) / 8 * 8 }
            return at
        }
        var all = Sections()
        all.sources = section(sources * MemoryLayout<SegmentSource>.stride)
        all.filter = section(8 * filterWords)
        all.uniqueDirectory = section(StaticTable.directoryBytes(entries))
        all.bucketDirectory = section(StaticTable.directoryBytes(postings))
        all.hotEnd = at
        all.unique = section(entries * MemoryLayout<StaticTable.Pair>.stride)
        all.buckets = section(postings * MemoryLayout<StaticTable.Pair>.stride)
        all.entries = section(entries * MemoryLayout<IndexEntry>.stride)
        all.texts = section(textBytes)
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
    private let shift: UInt32
    let count: Int
    /// Where the pairs stand in the segment.
    let offset: Int

    /// About sixteen pairs to each entry of the directory.
    static func bits(for pairs: Int) -> Int {
        var bits = 4
        while bits < 28, pairs >> bits > 16 { bits += 1 }
        return bits
    }

    static func directoryBytes(_ pairs: Int) -> Int { 4 * (1 << bits(for: pairs) + 1) }

    /// The key as it is sorted by.
    @inline(__always)
    static func order(_ key: UInt32) -> UInt32 { key << 16 | key >> 16 }

    /// - Parameters:
    ///   - directory: in memory.
    ///   - offset: of the pairs in the segment.
    init(directory: UnsafeRawPointer, offset: Int, count: Int) {
        self.directory = directory.assumingMemoryBound(to: UInt32.self)
        self.offset = offset
        self.count = count
        shift = UInt32(32 - Self.bits(for: count))
    }

    /// The pairs among which those of a key are.
    @inline(__always)
    func range(of key: UInt32) -> Range<Int> {
        let slot = Int(Self.order(key) >> shift)
        // A directory that says what cannot be does no harm.
        let end = min(Int(directory[slot + 1]), count)
        return min(Int(directory[slot]), end)..<end
    }
}

/// A part of the index that does not change any more: of an earlier run, or of this one when memory was full.
final class IndexSegment {
    let memory: any StoredSegment
    let layout: SegmentLayout
    private let base: UnsafeRawPointer
    let at: SegmentLayout.Sections
    let unique: StaticTable
    let buckets: StaticTable
    private let filter: UnsafePointer<UInt64>
    private let filterWords: Int
    /// Index of its first entry, and ordinal of its first document, in the whole index.
    var firstEntry = 0
    var firstDocument = 0
    /// What reads all that is not asked for each line, rather than the mapping; and this segment's number there.
    @exclusivity(unchecked) private(set) var cache: PageCache?
    private var number = 0
    @exclusivity(unchecked) private var block = Growing<UInt8>(1 << 6)
    @exclusivity(unchecked) private var pairBlock = Growing<UInt8>(1 << 10)
    @exclusivity(unchecked) private var textBlock = Growing<UInt8>(1 << 12)

    /// - Throws: `input` when the bytes are no segment.
    init(_ memory: any StoredSegment) throws(WinnowError) {
        guard let layout = SegmentLayout(memory.bytes), let base = memory.bytes.baseAddress else {
            throw WinnowError(.input, "a segment of the index has another form than this winnow knows")
        }
        self.memory = memory
        self.layout = layout
        self.base = base
        at = layout.sections
        filter = (base + at.filter).assumingMemoryBound(to: UInt64.self)
        filterWords = layout.filterWords
        unique = StaticTable(directory: base + at.uniqueDirectory, offset: at.unique, count: layout.entries)
        buckets = StaticTable(directory: base + at.bucketDirectory, offset: at.buckets, count: layout.postings)
    }

    deinit {
        block.deallocate()
        pairBlock.deallocate()
        textBlock.deallocate()
    }

    var bytes: Int { at.end }

    /// Whether a key may be in the table of this kind.
    @inline(__always)
    func mayHold(_ key: UInt32, _ kind: KeyFilter.Kind) -> Bool {
        let (word, bits) = KeyFilter.place(key, kind, words: filterWords)
        return filter[word] & bits == bits
    }

    /// A part of the segment; good until the next call.
    @inline(__always)
    private func part(_ offset: Int, _ count: Int, _ block: inout Growing<UInt8>) -> UnsafeRawPointer {
        guard let cache else { return base + offset }
        block.reserve(count)
        cache.copy(offset..<offset + count, of: memory, number: number, to: block.base)
        return UnsafeRawPointer(block.base)
    }

    /// From now on only what is asked for each line stays mapped.
    func read(through cache: PageCache, as number: Int) {
        self.cache = cache
        self.number = number
        memory.releasePages(from: at.hotEnd)
    }

    func entry(_ index: Int) -> IndexEntry {
        let stride = MemoryLayout<IndexEntry>.stride
        return part(at.entries + index * stride, stride, &block).load(as: IndexEntry.self)
    }

    /// The text of a kept line, empty where the entry says what cannot be; good until the next call.
    func text(_ entry: IndexEntry) -> UnsafeBufferPointer<UInt8> {
        let length = Int(entry.lengthOrKeeper)
        guard entry.isKept, entry.place <= layout.textBytes, length <= layout.textBytes - Int(entry.place) else {
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        let start = part(at.texts + Int(entry.place), length, &textBlock)
        return UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: length)
    }

    /// Calls `body` with the values of a key, in order, until it returns false.
    func forEach(_ key: UInt32, in table: StaticTable, _ body: (Int) -> Bool) {
        let range = table.range(of: key)
        let stride = MemoryLayout<StaticTable.Pair>.stride
        // Its block is one of its own, since `body` may read entries.
        let pairs = part(table.offset + range.lowerBound * stride, range.count * stride, &pairBlock)
            .assumingMemoryBound(to: StaticTable.Pair.self)
        for k in 0..<range.count where pairs[k].key == key {
            if pairs[k].value < layout.entries, !body(Int(pairs[k].value)) { return }
        }
    }

    /// A pair of a table, for those who go through all of them.
    func pair(_ index: Int, of table: StaticTable) -> StaticTable.Pair {
        (base + table.offset).assumingMemoryBound(to: StaticTable.Pair.self)[index]
    }

    /// The runs whose entries it holds; none when it is as its run wrote it.
    var sources: [SegmentSource] {
        let all = (base + at.sources).assumingMemoryBound(to: SegmentSource.self)
        return (0..<layout.sources).map { all[$0] }
    }

    private func nameRun(_ index: Int) -> DocumentNameRun {
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
