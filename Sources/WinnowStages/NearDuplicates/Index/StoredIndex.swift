import WinnowCore
import WinnowText

/// The part of the index that stands on disk: segments of earlier runs, then those of this run, in order.
///
/// While all of it has room in memory, it is mapped. Else filters and directories are, and the rest is read as it is asked for.
/// Segments of this run are merged as they grow (an LSM tree of factor two, O'Neil et al. 1996): of n lines there are at most
/// log₂ n, and a line is written as often.
struct StoredIndex {
    private(set) var segments: [IndexSegment] = []
    /// Segments of earlier runs, and their documents.
    private let known: Int
    let knownDocuments: Int
    /// Entries of all segments.
    private(set) var count = 0
    /// Bytes of all segments; of what is asked for each line.
    private var bytes = 0
    private var hotBytes = 0
    /// Bytes of memory that it may take.
    private let limit: Int
    private var cache: PageCache?
    private var segmentsMade = 0

    /// - Throws: `input` for what is no segment; `limit` when there are too many lines.
    init(_ known: [any StoredSegment], limit: Int) throws(WinnowError) {
        self.limit = limit
        self.known = known.count
        var documents = 0
        for memory in known {
            let segment = try IndexSegment(memory)
            segment.firstDocument = documents
            documents += segment.layout.documents
            segments.append(segment)
        }
        knownDocuments = documents
        try place()
    }

    /// Appends a segment of this run, whose documents go on from those of earlier ones.
    mutating func append(_ memory: any StoredSegment) throws(WinnowError) {
        let segment = try IndexSegment(memory)
        segment.firstDocument = knownDocuments
        segments.append(segment)
        try place()
    }

    private mutating func place() throws(WinnowError) {
        count = 0
        bytes = 0
        hotBytes = 0
        for segment in segments {
            segment.firstEntry = count
            count += segment.layout.entries
            bytes += segment.bytes
            hotBytes += segment.at.hotEnd
        }
        guard count < 1 << 31 else { throw WinnowError(.limit, "the index holds more than two billion lines") }
        guard bytes > limit else { return }
        let cache = cache ?? PageCache(bytes: limit / 4)
        self.cache = cache
        for segment in segments where segment.cache == nil {
            segmentsMade += 1
            segment.read(through: cache, as: segmentsMade)
        }
    }

    /// Makes one of the last two segments of this run while they are of a size.
    /// - Throws: `system`.
    mutating func mergeOwn(on disk: any SegmentStore) throws(WinnowError) {
        while own.count > 1, segments[segments.count - 2].bytes < 2 * segments[segments.count - 1].bytes {
            let merge = SegmentMerge(
                segments.suffix(2).map { SegmentMerge.Input(segment: $0, id: SegmentID(high: 0, low: 0)) }, isOneRun: true)
            let merged = try disk.store { (output) throws(WinnowError) in try merge.write(to: output) }
            segments.removeLast(2)
            try append(merged)
        }
    }

    /// Bytes of memory that it takes.
    var memory: Int { bytes > limit ? hotBytes : bytes }

    /// Segments that this run wrote, and their entries.
    var own: ArraySlice<IndexSegment> { segments[known...] }
    var ownCount: Int { own.reduce(0) { $0 + $1.layout.entries } }

    /// What went wrong while something was read.
    var failure: WinnowError? { cache?.failure }

    private func segment(of index: Int) -> IndexSegment {
        // There are few.
        segments.last { $0.firstEntry <= index } ?? segments[0]
    }

    /// An entry, with the ordinal of its document in the whole index.
    func entry(_ index: Int) -> IndexEntry {
        let segment = segment(of: index)
        var entry = segment.entry(index - segment.firstEntry)
        entry.document += UInt32(truncatingIfNeeded: segment.firstDocument)
        return entry
    }

    func text(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        let segment = segment(of: index)
        return segment.text(segment.entry(index - segment.firstEntry))
    }

    /// Calls `body` with the entries whose key may have this hash, until it returns false.
    func forEachUnique(_ hash: UInt64, _ body: (Int, IndexEntry) -> Bool) {
        let key = UInt32(truncatingIfNeeded: hash >> 32)
        for segment in segments where segment.mayHold(key, .unique) {
            var goesOn = true
            segment.forEach(key, in: segment.unique) { value in
                goesOn = body(segment.firstEntry + value, segment.entry(value))
                return goesOn
            }
            if !goesOn { return }
        }
    }

    /// Calls `body` with the anchors of a band key, in order.
    func forEachAnchor(_ key: UInt32, _ body: (IndexSegment, Int) -> Void) {
        for segment in segments where segment.mayHold(key, .band) {
            segment.forEach(key, in: segment.buckets) { value in
                body(segment, value)
                return true
            }
        }
    }

    /// Anchors of a band key, at most `most`.
    func anchors(_ key: UInt32, most: Int) -> Int {
        var count = 0
        for segment in segments where count < most && segment.mayHold(key, .band) {
            segment.forEach(key, in: segment.buckets) { _ in
                count += 1
                return count < most
            }
        }
        return count
    }

    /// The name of a document of an earlier run.
    func knownName(_ ordinal: Int) -> String? {
        guard ordinal < knownDocuments else { return nil }
        guard let segment = segments[..<known].last(where: { $0.firstDocument <= ordinal }) else { return nil }
        return segment.name(ordinal - segment.firstDocument)
    }
}
