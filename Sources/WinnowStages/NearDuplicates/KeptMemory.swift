import WinnowText

/// The last kept lines of a document, carried from window to window. Bounded in lines and in bytes; which lines are
/// forgotten depends on the input alone.
struct KeptMemory {
    static let mostBytes = 16 << 20

    private struct Entry {
        var sketch: Sketches.Sketch
        var number: Int
        var text: Range<Int>
        var key: Range<Int>
    }

    private var entries: [Entry] = []
    private var bytes: [UInt8] = []
    private(set) var bitmaps: [UInt64] = []
    /// Entries before this one are forgotten; their memory is given back now and then.
    private var first = 0

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        bitmaps.removeAll(keepingCapacity: true)
        first = 0
    }

    func indices(last count: Int) -> Range<Int> { max(first, entries.count - count)..<entries.count }
    func sketch(_ index: Int) -> Sketches.Sketch { entries[index].sketch }
    func number(_ index: Int) -> Int { entries[index].number }

    func withView<R>(_ index: Int, _ body: (LineView) -> R) -> R {
        let entry = entries[index]
        return bytes.withUnsafeBufferPointer { all in
            body(
                LineView(
                    text: UnsafeBufferPointer(rebasing: all[entry.text]), key: UnsafeBufferPointer(rebasing: all[entry.key]),
                    characters: Int(entry.sketch.characters), isComparable: entry.sketch.isComparable,
                    numbers: entry.sketch.numbers))
        }
    }

    mutating func append(_ view: LineView, _ sketch: Sketches.Sketch, bitmaps source: [UInt64], number: Int, limit: Int) {
        guard limit > 0 else { return }
        var sketch = sketch
        let start = bytes.count
        bytes.append(contentsOf: view.text)
        let middle = bytes.count
        bytes.append(contentsOf: view.key)
        let bitmap = Int(sketch.bitmapStart)..<Int(sketch.bitmapStart + sketch.bitmapWords)
        sketch.bitmapStart = Int32(truncatingIfNeeded: bitmaps.count)
        bitmaps.append(contentsOf: source[bitmap])
        entries.append(Entry(sketch: sketch, number: number, text: start..<middle, key: middle..<bytes.count))
        first = max(first, entries.count - limit)
        while bytes.count - entries[first].text.lowerBound > Self.mostBytes { first += 1 }
        if first > limit + 1024 || bytes.count > 2 * Self.mostBytes { compact() }
    }

    private mutating func compact() {
        guard first < entries.count else { return }
        let byteShift = entries[first].text.lowerBound
        let bitmapShift = Int(entries[first].sketch.bitmapStart)
        bytes.removeFirst(byteShift)
        bitmaps.removeFirst(bitmapShift)
        entries.removeFirst(first)
        first = 0
        for i in entries.indices {
            entries[i].text = entries[i].text.lowerBound - byteShift..<entries[i].text.upperBound - byteShift
            entries[i].key = entries[i].key.lowerBound - byteShift..<entries[i].key.upperBound - byteShift
            entries[i].sketch.bitmapStart -= Int32(truncatingIfNeeded: bitmapShift)
        }
    }
}
