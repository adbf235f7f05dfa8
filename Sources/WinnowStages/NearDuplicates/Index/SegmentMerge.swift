import WinnowCore
import WinnowText

/// Makes one segment of many.
///
/// The entries of each run stay together, runs in the order of their ids, so that the result does not depend on the order or the
/// nesting of merges: of lines with equal keys the first stays, of a bucket the first `CorpusIndex.anchors`.
///
/// - Complexity: O(n · segments) in time; in memory one bit and a half an entry.
struct SegmentMerge {
    /// A segment to merge.
    struct Input {
        var segment: IndexSegment
        var id: SegmentID
    }

    /// Entries of one run within an input.
    private struct Part {
        var input: Int
        var id: SegmentID
        var entries: Range<Int>
        var documents: Range<Int>
        /// Where its entries and documents begin in the result.
        var firstEntry = 0
        var firstDocument = 0
    }

    private let inputs: [Input]
    private var parts: [Part] = []
    /// Parts of each input, in the order of its entries.
    private var partsOfInput: [[Int]]
    /// A bit for each entry of an input that does not stay; entries that stay before each word of 64.
    private var gone: [[UInt64]]
    private var stayedBefore: [[UInt32]] = []
    private var layout = SegmentLayout()
    private let folder = Folder()
    /// Whether the inputs are those of one run, in order.
    private let isOneRun: Bool

    /// - Parameter isOneRun: whether the inputs are what one run wrote piece by piece: no line stands in two, and their order is
    ///   that of the run.
    init(_ inputs: [Input], isOneRun: Bool = false) {
        self.inputs = isOneRun ? inputs : inputs.sorted { $0.id < $1.id }
        self.isOneRun = isOneRun
        partsOfInput = Array(repeating: [], count: inputs.count)
        gone = self.inputs.map { Array(repeating: 0, count: $0.segment.layout.entries / 64 + 1) }
        findParts()
        if !isOneRun { findCopies() }
        place()
    }

    private mutating func findParts() {
        for (index, input) in inputs.enumerated() {
            let layout = input.segment.layout
            var sources = input.segment.sources
            if sources.isEmpty { sources = [SegmentSource(id: input.id, firstEntry: 0, firstDocument: 0)] }
            for (k, source) in sources.enumerated() {
                let next = k + 1 < sources.count ? sources[k + 1] : nil
                let entries = Self.range(source.firstEntry, next?.firstEntry, layout.entries)
                let documents = Self.range(source.firstDocument, next?.firstDocument, layout.documents)
                parts.append(Part(input: index, id: source.id, entries: entries, documents: documents))
            }
        }
        if !isOneRun {
            parts.sort { ($0.id, $0.input) < ($1.id, $1.input) }
        }
        if !isOneRun { keepRunsOnce() }
        for (index, part) in parts.enumerated() { partsOfInput[part.input].append(index) }
        for input in inputs.indices {
            partsOfInput[input].sort { parts[$0].entries.lowerBound < parts[$1].entries.lowerBound }
        }
    }

    /// Of a run that several inputs have, one copy is enough: what a merge left out of another, it leaves out here too.
    private mutating func keepRunsOnce() {
        var kept: [Part] = []
        for part in parts {
            if kept.last?.id != part.id {
                kept.append(part)
                continue
            }
            for entry in part.entries { gone[part.input][entry / 64] |= 1 << UInt64(entry % 64) }
        }
        parts = kept
    }

    private static func range(_ start: UInt64, _ end: UInt64?, _ count: Int) -> Range<Int> {
        let start = min(Int(clamping: start), count)
        return start..<max(start, min(Int(clamping: end ?? UInt64(count)), count))
    }

    private func part(of entry: Int, in input: Int) -> Int {
        partsOfInput[input].first { parts[$0].entries.contains(entry) } ?? partsOfInput[input][0]
    }

    private func isGone(_ entry: Int, in input: Int) -> Bool { gone[input][entry / 64] >> UInt64(entry % 64) & 1 != 0 }

    /// Of unique lines with one key, all but the first go.
    private mutating func findCopies() {
        var group: [(part: Int, entry: Int, input: Int)] = []
        var copies: [(input: Int, entry: Int)] = []
        forEachKey(\.unique) { _, members in
            guard members.count > 1 else { return }
            group = members.filter { !isGone(Int($0.value), in: $0.input) }
                .map { (part(of: Int($0.value), in: $0.input), Int($0.value), $0.input) }
            group.sort { ($0.part, $0.entry) < ($1.part, $1.entry) }
            var hashes: [UInt64] = []
            for member in group {
                let hash = keyHash(member.entry, in: member.input)
                if hashes.contains(hash) { copies.append((member.input, member.entry)) } else { hashes.append(hash) }
            }
        }
        for copy in copies { gone[copy.input][copy.entry / 64] |= 1 << UInt64(copy.entry % 64) }
    }

    private func keyHash(_ index: Int, in input: Int) -> UInt64 {
        let segment = inputs[input].segment
        let entry = segment.entry(index)
        guard entry.isKept else { return entry.place }
        var key: [UInt8] = []
        folder.fold(segment.text(entry), into: &key)
        return key.withUnsafeBufferPointer { hash64($0) }
    }

    /// Gives entries and documents their places in the result, and counts.
    private mutating func place() {
        for index in parts.indices {
            let part = parts[index]
            parts[index].firstEntry = layout.entries
            parts[index].firstDocument = layout.documents
            let segment = inputs[part.input].segment
            for entry in part.entries where !isGone(entry, in: part.input) {
                layout.entries += 1
                layout.textBytes += segment.text(segment.entry(entry)).count
            }
            layout.documents += part.documents.count
        }
        stayedBefore = gone.map { words in
            var count: UInt32 = 0
            return words.map { word in
                defer { count += UInt32(64 - word.nonzeroBitCount) }
                return count
            }
        }
        forEachBucket { _, _ in layout.postings += 1 }
        if !isOneRun {
            layout.sources = parts.count
            let names = names
            layout.nameRuns = names.count
            layout.nameBytes = names.reduce(0) { $0 + $1.name.utf8.count }
        }
    }

    /// The index of an entry in the result.
    private func place(of entry: Int, in input: Int) -> Int {
        let part = parts[part(of: entry, in: input)]
        return part.firstEntry + stayed(before: entry, in: input) - stayed(before: part.entries.lowerBound, in: input)
    }

    private func stayed(before entry: Int, in input: Int) -> Int {
        let mask = (UInt64(1) << UInt64(entry % 64)) - 1
        return Int(stayedBefore[input][entry / 64]) + (~gone[input][entry / 64] & mask).nonzeroBitCount
    }

    /// Goes through the pairs of a table of all inputs, key by key.
    private func forEachKey(
        _ table: KeyPath<IndexSegment, StaticTable>, _ body: (UInt32, [(input: Int, value: UInt32)]) -> Void
    ) {
        let segments = inputs.map(\.segment)
        let tables = segments.map { $0[keyPath: table] }
        var next = Array(repeating: 0, count: tables.count)
        var members: [(input: Int, value: UInt32)] = []
        var steps = 0
        defer { releasePages() }
        while true {
            steps += 1
            if steps % 0x4000 == 0 { releasePages() }
            var least: UInt32?
            for (k, table) in tables.enumerated() where next[k] < table.count {
                let order = StaticTable.order(segments[k].pair(next[k], of: table).key)
                if least.map({ order < $0 }) ?? true { least = order }
            }
            guard let least else { return }
            members.removeAll(keepingCapacity: true)
            for (k, table) in tables.enumerated() {
                while next[k] < table.count {
                    let pair = segments[k].pair(next[k], of: table)
                    guard StaticTable.order(pair.key) == least else { break }
                    // What cannot be is left out.
                    if pair.value < segments[k].layout.entries { members.append((k, pair.value)) }
                    next[k] += 1
                }
            }
            // The order of a key is its halves swapped, and so back.
            body(StaticTable.order(least), members)
        }
    }

    /// What was gone through is not asked for soon: memory stays bounded.
    private func releasePages() {
        for input in inputs { input.segment.memory.releasePages(from: input.segment.at.hotEnd) }
    }

    private func forEachUnique(_ body: (UInt32, UInt32) -> Void) { forEachPlace(\.unique, most: .max, body) }
    private func forEachBucket(_ body: (UInt32, UInt32) -> Void) { forEachPlace(\.buckets, most: CorpusIndex.anchors, body) }

    /// Goes through a table of the result: of each key the first places in order.
    private func forEachPlace(
        _ table: KeyPath<IndexSegment, StaticTable>, most: Int, _ body: (UInt32, UInt32) -> Void
    ) {
        var places: [UInt32] = []
        forEachKey(table) { key, members in
            places.removeAll(keepingCapacity: true)
            for member in members where !isGone(Int(member.value), in: member.input) {
                places.append(UInt32(truncatingIfNeeded: place(of: Int(member.value), in: member.input)))
            }
            places.sort()
            for place in places.prefix(most) { body(key, place) }
        }
    }

    /// Names of the documents of all parts.
    private var names: [DocumentNameRun] {
        var all: [DocumentNameRun] = []
        for part in parts {
            let runs = inputs[part.input].segment.names
            for (k, run) in runs.enumerated() {
                let end = k + 1 < runs.count ? runs[k + 1].first : inputs[part.input].segment.layout.documents
                let first = max(run.first, part.documents.lowerBound)
                guard first < min(end, part.documents.upperBound) else { continue }
                var moved = run
                if run.record != 0 { moved.record += first - run.first }
                moved.first = part.firstDocument + first - part.documents.lowerBound
                all.append(moved)
            }
        }
        return all
    }

    /// Entries in the result.
    var entries: Int { layout.entries }

    /// Writes the result.
    /// - Parameters:
    ///   - names: of the documents of one run, whose segments name none.
    ///   - documents: how many one run has.
    func write(
        names runNames: [DocumentNameRun] = [], documents: Int = 0, to output: @escaping SegmentOutput
    ) throws(WinnowError) {
        guard layout.entries < 1 << 31, layout.postings < 1 << 32 else {
            throw WinnowError(.limit, "the index would hold more lines than a segment can", hint: "merge fewer indexes")
        }
        var layout = layout
        let names = isOneRun ? runNames : self.names
        if isOneRun {
            layout.documents = documents
            layout.nameRuns = names.count
            layout.nameBytes = names.reduce(0) { $0 + $1.name.utf8.count }
        }
        var writer = SegmentWriter(output)
        writer.appendHeader(layout)
        writer.append(
            isOneRun
                ? []
                : parts.map {
                    SegmentSource(id: $0.id, firstEntry: UInt64($0.firstEntry), firstDocument: UInt64($0.firstDocument))
                })
        writer.appendTables(layout, unique: forEachUnique, buckets: forEachBucket)
        var textStart: UInt64 = 0
        forEachEntry { segment, entry, part in
            var entry = entry
            if entry.isKept {
                let count = segment.text(entry).count
                entry.place = textStart
                textStart += UInt64(count)
                entry.lengthOrKeeper = UInt32(count)
            }
            let shift = isOneRun ? 0 : part.firstDocument - part.documents.lowerBound
            entry.document = UInt32(truncatingIfNeeded: Int(entry.document) + shift)
            writer.append(entry)
        }
        writer.align()
        forEachEntry { segment, entry, _ in if entry.isKept { writer.append(UnsafeRawBufferPointer(segment.text(entry))) } }
        writer.align()
        writer.append(names, from: 0)
        try writer.finish()
    }

    private func forEachEntry(_ body: (IndexSegment, IndexEntry, Part) -> Void) {
        for part in parts {
            let segment = inputs[part.input].segment
            for entry in part.entries where !isGone(entry, in: part.input) {
                body(segment, segment.entry(entry), part)
                if entry % 0x4000 == 0 { releasePages() }
            }
        }
    }
}
