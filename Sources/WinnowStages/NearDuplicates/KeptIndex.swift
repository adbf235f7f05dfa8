import WinnowCore
import WinnowText

/// A kept line that later lines of its document are compared with.
struct KeptLine {
    var sketch: Sketches.Sketch
    /// The place in the window where its text stands; -1 for a line of an earlier window.
    var place: Int32
    /// Position among the lines with text of the window, for neighbourhood; -1 for earlier windows.
    var position: Int32
    /// Line of the window, or index into the memory of earlier ones.
    var source: Int32
}

/// Which kept lines stand behind the numbers of a `ShingleIndex`, while windows pass and the list of kept lines is made anew in each
/// pass.
///
/// The index is made when it is first asked, which short documents never do.
struct KeptIndex {
    private let bound: BitmapBound
    private var index: ShingleIndex?
    /// Whether the index holds lines of this document.
    private(set) var isUsed = false
    /// How many of the kept lines the index knows.
    private var known = 0
    /// The kept line that each serial number from `oldest` on stands for; -1 for none.
    private var keptBySerial: [Int32] = []
    private var oldest = 0
    /// The serial number of each line of the window; -1 for none.
    private var serials: [Int32] = []
    /// The kept lines that the last query found, in order; one may stand there twice.
    private(set) var candidates: [Int32] = []

    /// Postings that may be gone through for each kept line, before comparing the line with all of them is less work: measured.
    private static let postingsALine = 48

    init(_ bound: BitmapBound) { self.bound = bound }

    /// Forgets the last document.
    mutating func begin() { isUsed = false }

    /// A window of so many lines begins.
    mutating func beginWindow(lines: Int) {
        serials.refill(with: -1, count: lines)
    }

    /// A pass over the window begins, in which `kept` are the lines of earlier windows alone: they keep their numbers.
    mutating func beginPass(_ kept: [KeptLine], _ memory: KeptMemory) {
        guard isUsed, let index else { return }
        oldest = index.nextSerial
        for serial in serials where serial >= 0 { oldest = min(oldest, Int(serial)) }
        for line in kept { if let serial = memory.serial(Int(line.source)) { oldest = min(oldest, serial) } }
        index.forget(before: oldest)
        keptBySerial.refill(with: -1, count: index.nextSerial - oldest)
        for k in kept.indices {
            if let serial = memory.serial(Int(kept[k].source)) { keptBySerial[serial - oldest] = Int32(truncatingIfNeeded: k) }
        }
        known = kept.count
    }

    /// Fills `candidates` with the kept lines from `first` on that may be similar to a line of the window; false, and nothing is
    /// found, where going through all of them is less work.
    mutating func find(
        _ line: Int, from first: Int, _ kept: [KeptLine], _ memory: KeptMemory, _ batch: borrowing LineBatch,
        _ texts: WindowTexts
    ) -> Bool {
        let index = index ?? ShingleIndex(bound)
        self.index = index
        if !isUsed { build(index, kept, memory) }
        while known < kept.count {
            let sketch = kept[known].sketch
            if sketch.isComparable { number(Int(kept[known].source), sketch, as: known, index, batch, texts) }
            known += 1
        }
        candidates.removeAll(keepingCapacity: true)
        index.read(texts.view(line, batch.lines[line]))
        guard index.find(texts.sketches[line], most: Self.postingsALine * kept.count) else { return false }
        for k in 0..<index.found.count {
            let entry = keptBySerial[index.oldest + Int(index.found.base[k]) - oldest]
            if entry >= first { insertCandidate(entry) }
        }
        return true
    }

    /// Keeps the candidates in order: most come so, but a better copy that took a place has a number of its own.
    private mutating func insertCandidate(_ entry: Int32) {
        var k = candidates.count
        candidates.append(entry)
        while k > 0, candidates[k - 1] > entry {
            candidates[k] = candidates[k - 1]
            k -= 1
        }
        candidates[k] = entry
    }

    /// A better copy took the place of a kept line.
    mutating func replace(_ entry: Int, by line: Int, _ batch: borrowing LineBatch, _ texts: WindowTexts) {
        let sketch = texts.sketches[line]
        guard isUsed, entry < known, let index, sketch.isComparable else { return }
        number(line, sketch, as: entry, index, batch, texts)
    }

    /// The number of a line of the window that is to be remembered; -1 for none.
    mutating func serial(of line: Int, _ sketch: Sketches.Sketch, _ view: LineView) -> Int {
        guard isUsed, let index, sketch.isComparable else { return -1 }
        if serials[line] >= 0 { return Int(serials[line]) }
        index.read(view)
        return index.insert(sketch)
    }

    /// Begins with the lines of earlier windows.
    private mutating func build(_ index: ShingleIndex, _ kept: [KeptLine], _ memory: KeptMemory) {
        index.removeAll()
        isUsed = true
        oldest = 0
        keptBySerial.removeAll(keepingCapacity: true)
        known = 0
        while known < kept.count, kept[known].place < 0 {
            let source = Int(kept[known].source)
            if kept[known].sketch.isComparable {
                index.read(memory.view(source))
                memory.setSerial(source, insert(kept[known].sketch, as: known, index))
            }
            known += 1
        }
    }

    private mutating func insert(_ sketch: Sketches.Sketch, as entry: Int, _ index: ShingleIndex) -> Int {
        keptBySerial.append(Int32(truncatingIfNeeded: entry))
        return index.insert(sketch)
    }

    /// Lets the number of a line of the window stand for an entry; a line gets its number once.
    private mutating func number(
        _ line: Int, _ sketch: Sketches.Sketch, as entry: Int, _ index: ShingleIndex, _ batch: borrowing LineBatch,
        _ texts: WindowTexts
    ) {
        if serials[line] >= 0 {
            keptBySerial[Int(serials[line]) - oldest] = Int32(truncatingIfNeeded: entry)
        } else {
            index.read(texts.view(line, batch.lines[line]))
            serials[line] = Int32(truncatingIfNeeded: insert(sketch, as: entry, index))
        }
    }
}
