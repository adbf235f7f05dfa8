import WinnowCore
import WinnowText

/// The part of the index that stands on disk: segments of earlier runs, then those of this run, in order.
struct StoredIndex {
    private(set) var segments: [IndexSegment] = []
    /// Segments of earlier runs, and their documents.
    private(set) var known = 0
    private(set) var knownDocuments = 0
    /// Entries of all segments.
    private(set) var count = 0
    /// Looks since pages were given back, and how many there may be.
    private var looks = 0
    private let mostLooks: Int

    /// - Parameter memory: bytes that pages may take.
    init(_ known: [any MappedSegment], memory: Int) throws(WinnowError) {
        // A look touches two pages as a rule.
        mostLooks = max(1 << 10, memory / (2 * 4096))
        for memory in known { try append(memory) }
        self.known = segments.count
        knownDocuments = segments.reduce(0) { $0 + $1.layout.documents }
    }

    /// - Throws: `input` when it is no segment; `limit` when there are too many lines.
    mutating func append(_ memory: any MappedSegment) throws(WinnowError) {
        let segment = try IndexSegment(memory)
        segment.firstEntry = count
        segment.firstDocument = segments.last.map { $0.firstDocument + $0.layout.documents } ?? 0
        count += segment.layout.entries
        guard count < 1 << 31 else { throw WinnowError(.limit, "the index holds more than two billion lines") }
        segments.append(segment)
    }

    /// Segments that this run wrote.
    var own: ArraySlice<IndexSegment> { segments[known...] }
    var ownCount: Int { count - (segments.count > known ? segments[known].firstEntry : count) }

    private func segment(of index: Int) -> IndexSegment {
        // There are few.
        segments.last { $0.firstEntry <= index } ?? segments[0]
    }

    /// An entry, with the ordinal of its document in the whole index.
    func entry(_ index: Int) -> IndexEntry {
        let segment = segment(of: index)
        var entry = segment.entries[index - segment.firstEntry]
        entry.document += UInt32(truncatingIfNeeded: segment.firstDocument)
        return entry
    }

    func text(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        let segment = segment(of: index)
        return segment.text(segment.entries[index - segment.firstEntry])
    }

    /// Calls `body` with the entries whose key may have this hash, until it returns false.
    mutating func forEachUnique(_ hash: UInt64, _ body: (Int, IndexEntry) -> Bool) {
        let key = UInt32(truncatingIfNeeded: hash >> 32)
        look(segments.count)
        for segment in segments {
            var goesOn = true
            segment.unique.forEach(key) { value in
                guard value < segment.layout.entries else { return true }
                goesOn = body(segment.firstEntry + Int(value), segment.entries[Int(value)])
                return goesOn
            }
            if !goesOn { return }
        }
    }

    /// Calls `body` with the anchors of a band key, in order, until it returns false.
    mutating func forEachAnchor(_ key: UInt32, _ body: (Int, IndexEntry, IndexSegment) -> Bool) {
        look(segments.count)
        for segment in segments {
            var goesOn = true
            segment.buckets.forEach(key) { value in
                guard value < segment.layout.entries else { return true }
                goesOn = body(segment.firstEntry + Int(value), segment.entries[Int(value)], segment)
                return goesOn
            }
            if !goesOn { return }
        }
    }

    /// Anchors of a band key, at most `most`.
    mutating func anchors(_ key: UInt32, most: Int) -> Int {
        var count = 0
        look(segments.count)
        for segment in segments where count < most {
            segment.buckets.forEach(key) { _ in
                count += 1
                return count < most
            }
        }
        return count
    }

    /// Bounds the memory of pages.
    private mutating func look(_ times: Int) {
        looks += times
        guard looks > mostLooks else { return }
        looks = 0
        for segment in segments { segment.memory.releasePages() }
    }

    /// The name of a document of an earlier run.
    func knownName(_ ordinal: Int) -> String? {
        guard let segment = segments[..<known].last(where: { $0.firstDocument <= ordinal }) else { return nil }
        return segment.name(ordinal - segment.firstDocument)
    }
}
