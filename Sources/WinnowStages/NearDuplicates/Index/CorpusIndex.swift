import WinnowCore
import WinnowText

/// What the near-duplicate stage remembers of all lines of a run, and of those before it (corpus scope).
///
/// Lines with equal keys are one unique line. Each band bucket keeps its first `anchors` unique lines as anchors, kept or
/// not. A unique line goes if and only if a similar anchor of one of its buckets was itself kept: so the work a line is
/// bounded, nothing is removed through a chain, and the result depends on the input order alone.
///
/// Of a kept line its text is stored, and its key is made anew where it is compared; of others, the hash of the key. Lines are
/// numbered in order: first those on disk (`StoredIndex`: of earlier runs, and what of this one no longer fits in memory), then
/// those in memory.
final class CorpusIndex: KeptState {
    static let anchors = 8

    /// A line as it is asked for and inserted.
    struct Line {
        var view: LineView
        /// Hash of its key.
        var hash: UInt64
        var bandKeys: UnsafeBufferPointer<UInt32>
        var sketch: SIMD2<UInt64>
    }

    let minHash: MinHash
    private let leastAgreement: Int
    private let numbersMayDiffer: Bool
    @exclusivity(unchecked) private var stored: StoredIndex
    private let disk: (any SegmentStore)?
    /// Lines before those in memory.
    @exclusivity(unchecked) private var base: Int
    @exclusivity(unchecked) private var entries = Growing<IndexEntry>(1 << 10)
    @exclusivity(unchecked) private var texts = Growing<UInt8>(1 << 16)
    /// Unique lines by the hash of their key, and anchors by band key.
    @exclusivity(unchecked) private var unique = LinearHashTable()
    @exclusivity(unchecked) private var buckets = LinearHashTable()
    @exclusivity(unchecked) private(set) var candidates = Growing<UInt32>(1 << 10)
    @exclusivity(unchecked) private var storedCandidates = Growing<UInt32>(1 << 10)
    private let folder = Folder()
    /// The key of the entry that was looked at last, between two spaces.
    @exclusivity(unchecked) private var key = Growing<UInt8>(1 << 12)
    /// Bytes that it may take, pages of the part on disk included.
    let limit: Int
    /// What tables take that hold nothing: a limit below it is no reason to write each line to disk by itself.
    private let emptyBytes: Int

    /// - Parameters:
    ///   - threshold: the least similarity that is looked for.
    /// - Throws: `input` when what earlier runs kept is no segment.
    init(threshold: Double, numbersMayDiffer: Bool, resources: SharedResources) throws(WinnowError) {
        minHash = MinHash(threshold: threshold)
        leastAgreement = MinHash.leastAgreement(threshold: threshold)
        self.numbersMayDiffer = numbersMayDiffer
        limit = resources.memory
        disk = resources.disk
        stored = try StoredIndex(resources.known, limit: limit / 2)
        base = stored.count
        emptyBytes = unique.bytes + buckets.bytes
    }

    deinit {
        entries.deallocate()
        texts.deallocate()
        unique.deallocate()
        buckets.deallocate()
        candidates.deallocate()
        storedCandidates.deallocate()
        key.deallocate()
    }

    /// Bytes of memory in use.
    var bytes: Int { entries.count * MemoryLayout<IndexEntry>.stride + texts.count + unique.bytes + buckets.bytes }
    /// Unique lines.
    var count: Int { base + entries.count }

    // MARK: Look up

    /// The unique line with this key, if it was seen: the kept line that stands for it, and whether that is the line itself;
    /// -1 for a line on disk that went, whose keeper is not known any more and is found among the candidates again.
    func keeper(of line: Line) -> (entry: Int, isItself: Bool)? {
        var found: (Int, Bool)?
        if base > 0 {
            stored.forEachUnique(line.hash) { index, entry in
                if !entry.isKept {
                    if entry.place == line.hash { found = (-1, false) }
                } else if Matcher.isEqual(view(index).key, line.view.key) {
                    found = (index, true)
                }
                return found == nil
            }
            if found != nil { return found }
        }
        unique.forEach(UInt32(truncatingIfNeeded: line.hash >> 32)) { index in
            guard found == nil else { return }
            let entry = entries.base[Int(index)]
            if !entry.isKept {
                if entry.place == line.hash { found = (Int(entry.keeper), false) }
            } else if Matcher.isEqual(view(base + Int(index)).key, line.view.key) {
                found = (base + Int(index), true)
            }
        }
        return found
    }

    /// Fetches what `keeper` and `findCandidates` will read of a line that comes soon.
    func prefetch(_ line: Line) {
        unique.prefetch(UInt32(truncatingIfNeeded: line.hash >> 32))
        for band in 0..<minHash.bands { buckets.prefetch(line.bandKeys[band]) }
    }

    /// Fills `candidates` with the kept anchors of the line's buckets that may be similar, in input order, each once.
    func findCandidates(of line: Line) {
        candidates.count = 0
        for band in 0..<minHash.bands {
            buckets.forEach(line.bandKeys[band]) { index in
                candidates.append(index)
                Kernels.prefetch(entries.base + Int(index))
            }
        }
        var found = 0
        for k in 0..<candidates.count {
            let index = candidates.base[k]
            let entry = entries.base[Int(index)]
            guard mayBeSimilar(entry, line), numbersAllow(entry, line, text: { text(entry) }) else { continue }
            candidates.base[found] = UInt32(truncatingIfNeeded: base) + index
            found += 1
        }
        candidates.count = found
        if base > 0 { findStoredCandidates(of: line) }
        Self.sortOnce(&candidates)
    }

    private func findStoredCandidates(of line: Line) {
        storedCandidates.count = 0
        for band in 0..<minHash.bands {
            stored.forEachAnchor(line.bandKeys[band]) { segment, value in
                storedCandidates.append(UInt32(truncatingIfNeeded: segment.firstEntry + value))
            }
        }
        // A line shares several bands with one that is like it, and is read once.
        Self.sortOnce(&storedCandidates)
        for k in 0..<storedCandidates.count {
            let index = Int(storedCandidates.base[k])
            let entry = stored.entry(index)
            if mayBeSimilar(entry, line), numbersAllow(entry, line, text: { stored.text(index) }) {
                candidates.append(storedCandidates.base[k])
            }
        }
    }

    /// Sorts, and keeps one of each.
    private static func sortOnce(_ candidates: inout Growing<UInt32>) {
        guard candidates.count > 1 else { return }
        var all = UnsafeMutableBufferPointer(start: candidates.base, count: candidates.count)
        all.sort()
        var kept = 1
        for k in 1..<all.count where all[k] != all[kept - 1] {
            all[kept] = all[k]
            kept += 1
        }
        candidates.count = kept
    }

    @inline(__always)
    private func mayBeSimilar(_ entry: IndexEntry, _ line: Line) -> Bool {
        MinHash.agreement(line.sketch, SIMD2(entry.sketch.0, entry.sketch.1)) >= leastAgreement && entry.isKept
    }

    /// Whether the numbers are equal, or may differ: one of the two may end with an ellipsis that cut numbers off.
    @inline(__always)
    private func numbersAllow(_ entry: IndexEntry, _ line: Line, text: () -> UnsafeBufferPointer<UInt8>) -> Bool {
        numbersMayDiffer || entry.numbers == UInt32(truncatingIfNeeded: line.view.numbers) || BestCopy.isCut(line.view.text)
            || BestCopy.isCut(text())
    }

    private func text(_ entry: IndexEntry) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: texts.base + Int(entry.place), count: Int(entry.lengthOrKeeper))
    }

    private func entry(_ index: Int) -> IndexEntry { index < base ? stored.entry(index) : entries.base[index - base] }

    func document(_ index: Int) -> Int { Int(entry(index).document) }
    func line(_ index: Int) -> Int { Int(entry(index).line) }

    /// A kept line as the matcher sees it; good until the next call.
    func view(_ index: Int) -> LineView {
        let text = index < base ? stored.text(index) : text(entries.base[index - base])
        key.reserve(Folder.room(for: text.count) + 16)
        key.base[0] = 0x20
        let folded = folder.fold(text, to: key.base + 1)
        for k in 0..<9 { key.base[1 + folded.length + k] = 0x20 }
        let bytes = UnsafeBufferPointer(start: key.base + 1, count: folded.length)
        let characters = folded.isWide ? Kernels.countCharacters(bytes) : folded.length
        return LineView(
            text: text, key: bytes, characters: characters, shingles: characters + 1, isComparable: true,
            numbers: folded.hasDigit ? Sketcher.numbers(bytes) : 0)
    }

    // MARK: Remember

    /// Remembers a unique line; `keeper` is the entry it repeats, nil when it was kept.
    func insert(_ line: Line, document: Int, number: Int, keeper: Int?) {
        let index = UInt32(truncatingIfNeeded: entries.count)
        var entry = IndexEntry(
            place: line.hash, sketch: (line.sketch.x, line.sketch.y), document: UInt32(truncatingIfNeeded: document),
            line: UInt32(truncatingIfNeeded: number), numbers: UInt32(truncatingIfNeeded: line.view.numbers), lengthOrKeeper: 0)
        if let keeper {
            entry.lengthOrKeeper = UInt32(truncatingIfNeeded: keeper) | IndexEntry.isGone
        } else {
            entry.place = UInt64(truncatingIfNeeded: texts.count)
            entry.lengthOrKeeper = UInt32(truncatingIfNeeded: line.view.text.count)
            texts.append(line.view.text)
        }
        entries.append(entry)
        unique.insert(UInt32(truncatingIfNeeded: line.hash >> 32), index)
        for band in 0..<minHash.bands {
            let key = line.bandKeys[band]
            let room = base > 0 ? Self.anchors - stored.anchors(key, most: Self.anchors) : Self.anchors
            if room > 0 { buckets.insert(key, index, most: room) }
        }
    }

    /// Makes room when memory is full: what is in it goes to disk.
    /// - Throws: `limit` when there is no disk; `system`.
    func makeRoom(_ place: WinnowError.Location) throws(WinnowError) {
        if let failure = stored.failure { throw failure }
        // What is on disk takes memory too; however much it is, some is left for new lines.
        guard bytes - emptyBytes > max(limit / 4, limit - emptyBytes - stored.memory) else { return }
        guard let disk else {
            throw WinnowError(
                .limit,
                "near-duplicates: the index of the corpus holds \(count) lines and takes more than the "
                    + "\(limit >> 20) MiB that `limits: memory` allows",
                hint: "allow more (--memory, or limits: {memory: 8GiB}), or clean the corpus in parts", at: place)
        }
        try store(on: disk)
    }

    private func store(on disk: any SegmentStore) throws(WinnowError) {
        // Documents keep their ordinals, which go on from those of earlier runs.
        let segment = try disk.store { [self] (output) throws(WinnowError) in
            try write(names: [], firstDocument: stored.knownDocuments, documents: 0, to: output)
        }
        try stored.append(segment)
        try stored.mergeOwn(on: disk)
        base = stored.count
        entries.count = 0
        texts.count = 0
        unique.deallocate()
        unique = LinearHashTable()
        buckets.deallocate()
        buckets = LinearHashTable()
    }

    /// Writes what is in memory as a segment.
    private func write(
        names: [DocumentNameRun], firstDocument: Int, documents: Int, to output: @escaping SegmentOutput
    ) throws(WinnowError) {
        var layout = SegmentLayout()
        layout.entries = entries.count
        layout.textBytes = texts.count
        layout.postings = buckets.count
        layout.documents = documents
        layout.nameRuns = names.count
        layout.nameBytes = names.reduce(0) { $0 + $1.name.utf8.count }
        var writer = SegmentWriter(output)
        writer.appendHeader(layout)
        writer.appendTables(
            layout, unique: { unique.forEachInOrder($0) }, buckets: { buckets.forEachInOrder($0) })
        for k in 0..<entries.count {
            var entry = entries.base[k]
            entry.document -= UInt32(truncatingIfNeeded: firstDocument)
            if !entry.isKept { entry.lengthOrKeeper = IndexEntry.isGone | IndexEntry.unknownKeeper }
            writer.append(entry)
        }
        writer.align()
        writer.append(UnsafeRawBufferPointer(start: texts.base, count: texts.count))
        writer.align()
        writer.append(names, from: firstDocument)
        try writer.finish()
    }

    // MARK: Later runs

    var knownDocuments: Int { stored.knownDocuments }
    func knownName(_ ordinal: Int) -> String? { stored.knownName(ordinal) }
    var hasNews: Bool { entries.count + stored.ownCount > 0 }

    func write(names: [DocumentNameRun], documents: Int, to output: @escaping SegmentOutput) throws(WinnowError) {
        guard stored.ownCount > 0, let disk else {
            try write(names: names, firstDocument: stored.knownDocuments, documents: documents, to: output)
            return
        }
        if entries.count > 0 { try store(on: disk) }
        let merge = SegmentMerge(
            stored.own.map { SegmentMerge.Input(segment: $0, id: SegmentID(high: 0, low: 0)) }, isOneRun: true)
        let own = names.map {
            DocumentNameRun(first: $0.first - stored.knownDocuments, name: $0.name, record: $0.record)
        }
        try merge.write(names: own, documents: documents, to: output)
    }
}
