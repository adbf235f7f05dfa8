import WinnowCore
import WinnowText

/// What the near-duplicate stage remembers of all lines of a run (corpus scope).
///
/// Lines with equal keys are one unique line. Each band bucket keeps its first `anchors` unique lines as anchors, kept or
/// not. A unique line goes if and only if a similar anchor of one of its buckets was itself kept: so the work a line is
/// bounded, nothing is removed through a chain, and the result depends on the input order alone.
///
/// Of a kept line its text is stored, and its key is made anew where it is compared; of others, the hash of the key.
final class CorpusIndex {
    static let anchors = 8

    private struct Entry {
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
        var isKept: Bool { lengthOrKeeper & Self.isGone == 0 }
    }

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
    @exclusivity(unchecked) private var entries = Growing<Entry>(1 << 10)
    @exclusivity(unchecked) private var texts = Growing<UInt8>(1 << 16)
    /// Unique lines by the hash of their key, and anchors by band key.
    @exclusivity(unchecked) private var unique = LinearHashTable()
    @exclusivity(unchecked) private var buckets = LinearHashTable()
    @exclusivity(unchecked) private(set) var candidates = Growing<UInt32>(1 << 10)
    private let folder = Folder()
    /// The key of the entry that was looked at last, between two spaces.
    @exclusivity(unchecked) private var key = Growing<UInt8>(1 << 12)
    /// Bytes that it may take.
    let limit: Int

    /// - Parameters:
    ///   - threshold: the least similarity that is looked for.
    ///   - limit: bytes of memory; `isOverLimit` says when they are used up.
    init(threshold: Double, numbersMayDiffer: Bool, limit: Int) {
        minHash = MinHash(threshold: threshold)
        leastAgreement = MinHash.leastAgreement(threshold: threshold)
        self.numbersMayDiffer = numbersMayDiffer
        self.limit = limit
    }

    deinit {
        entries.deallocate()
        texts.deallocate()
        unique.deallocate()
        buckets.deallocate()
        candidates.deallocate()
        key.deallocate()
    }

    /// Bytes of memory in use.
    var bytes: Int { entries.count * MemoryLayout<Entry>.stride + texts.count + unique.bytes + buckets.bytes }
    var isOverLimit: Bool { bytes > limit }
    /// Unique lines.
    var count: Int { entries.count }

    /// The unique line with this key, if it was seen: the kept line that stands for it, and whether that is the line itself.
    func keeper(of line: Line) -> (entry: Int, isItself: Bool)? {
        var found: (Int, Bool)?
        unique.forEach(UInt32(truncatingIfNeeded: line.hash >> 32)) { index in
            guard found == nil else { return }
            let entry = entries.base[Int(index)]
            if !entry.isKept {
                if entry.place == line.hash { found = (Int(entry.lengthOrKeeper & ~Entry.isGone), false) }
            } else if Matcher.isEqual(view(Int(index)).key, line.view.key) {
                found = (Int(index), true)
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
        let numbers = UInt32(truncatingIfNeeded: line.view.numbers)
        var found = 0
        for k in 0..<candidates.count {
            let index = candidates.base[k]
            let entry = entries.base[Int(index)]
            let agreement = MinHash.agreement(line.sketch, SIMD2(entry.sketch.0, entry.sketch.1))
            guard agreement >= leastAgreement, entry.isKept,
                numbersMayDiffer || entry.numbers == numbers || mayBeCut(entry, line)
            else { continue }
            candidates.base[found] = index
            found += 1
        }
        candidates.count = found
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

    /// Whether one of the two ends with an ellipsis: then numbers may have been cut off.
    private func mayBeCut(_ entry: Entry, _ line: Line) -> Bool {
        BestCopy.isCut(line.view.text) || BestCopy.isCut(text(entry))
    }

    private func text(_ entry: Entry) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: texts.base + Int(entry.place), count: Int(entry.lengthOrKeeper))
    }

    func document(_ index: Int) -> Int { Int(entries.base[index].document) }
    func line(_ index: Int) -> Int { Int(entries.base[index].line) }

    /// A kept line as the matcher sees it; good until the next call.
    func view(_ index: Int) -> LineView {
        let text = text(entries.base[index])
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

    /// Remembers a unique line; `keeper` is the entry it repeats, nil when it was kept.
    func insert(_ line: Line, document: Int, number: Int, keeper: Int?) {
        let index = UInt32(truncatingIfNeeded: entries.count)
        var entry = Entry(
            place: line.hash, sketch: (line.sketch.x, line.sketch.y), document: UInt32(truncatingIfNeeded: document),
            line: UInt32(truncatingIfNeeded: number), numbers: UInt32(truncatingIfNeeded: line.view.numbers), lengthOrKeeper: 0)
        if let keeper {
            entry.lengthOrKeeper = UInt32(truncatingIfNeeded: keeper) | Entry.isGone
        } else {
            entry.place = UInt64(truncatingIfNeeded: texts.count)
            entry.lengthOrKeeper = UInt32(truncatingIfNeeded: line.view.text.count)
            texts.append(line.view.text)
        }
        entries.append(entry)
        unique.insert(UInt32(truncatingIfNeeded: line.hash >> 32), index)
        for band in 0..<minHash.bands { buckets.insert(line.bandKeys[band], index, most: Self.anchors) }
    }
}
