import WinnowText

/// The last kept lines of a document, carried from window to window. Bounded in lines and in bytes; which lines are
/// forgotten depends on the input alone.
///
/// Pointers that it gives out are good until the next `append` or `removeAll`.
final class KeptMemory {
    static let mostBytes = 16 << 20

    private struct Entry {
        var sketch: Sketches.Sketch
        var number: Int
        /// Serial number in the index of shingles; -1 for none.
        var serial: Int
        var textStart: Int
        var textLength: Int
        var keyStart: Int
        var keyLength: Int
    }

    @exclusivity(unchecked) private var entries: [Entry] = []
    /// Texts and keys, each key between two spaces, with eight bytes to read behind the last.
    @exclusivity(unchecked) private var bytes = Growing<UInt8>(1 << 12)
    @exclusivity(unchecked) private var bitmaps = Growing<UInt64>(1 << 8)
    /// Entries before this one are forgotten; their memory is given back now and then.
    private var first = 0
    /// Lines that were forgotten since the run began.
    private(set) var forgotten = 0

    deinit {
        bytes.deallocate()
        bitmaps.deallocate()
    }

    func removeAll() {
        entries.removeAll(keepingCapacity: true)
        bytes.count = 0
        bitmaps.count = 0
        first = 0
    }

    func indices(last count: Int) -> Range<Int> { max(first, entries.count - count)..<entries.count }
    func sketch(_ index: Int) -> Sketches.Sketch { entries[index].sketch }
    func number(_ index: Int) -> Int { entries[index].number }
    func serial(_ index: Int) -> Int? { entries[index].serial < 0 ? nil : entries[index].serial }
    func setSerial(_ index: Int, _ serial: Int) { entries[index].serial = serial }

    func view(_ index: Int) -> LineView {
        let entry = entries[index]
        return LineView(
            text: UnsafeBufferPointer(start: bytes.base + entry.textStart, count: entry.textLength),
            key: UnsafeBufferPointer(start: bytes.base + entry.keyStart, count: entry.keyLength), entry.sketch)
    }

    @inline(__always)
    func bitmap(_ sketch: Sketches.Sketch) -> UnsafePointer<UInt64> { UnsafePointer(bitmaps.base + Int(sketch.bitmapStart)) }

    func append(
        _ view: LineView, _ sketch: Sketches.Sketch, bitmap: UnsafePointer<UInt64>, number: Int, serial: Int, limit: Int
    ) {
        guard limit > 0 else {
            forgotten += 1
            return
        }
        var sketch = sketch
        let start = bytes.count
        bytes.append(view.text)
        bytes.append(0x20, count: 1)
        let middle = bytes.count
        bytes.append(view.key)
        // One space belongs to the key; eight bytes more are there to be read, and written over by what comes next.
        bytes.append(0x20, count: 9)
        bytes.count -= 8
        sketch.bitmapStart = Int32(truncatingIfNeeded: bitmaps.count)
        bitmaps.append(UnsafeBufferPointer(start: bitmap, count: Int(sketch.bitmapWords)))
        entries.append(
            Entry(
                sketch: sketch, number: number, serial: serial, textStart: start, textLength: view.text.count,
                keyStart: middle, keyLength: view.key.count))
        let before = first
        first = max(first, entries.count - limit)
        while bytes.count - entries[first].textStart > Self.mostBytes { first += 1 }
        forgotten += first - before
        if first > limit + 1024 || bytes.count > 2 * Self.mostBytes { compact() }
    }

    private func compact() {
        guard first < entries.count else { return }
        let byteShift = entries[first].textStart
        let bitmapShift = Int(entries[first].sketch.bitmapStart)
        bytes.removeFirst(byteShift)
        bitmaps.removeFirst(bitmapShift)
        entries.removeFirst(first)
        first = 0
        for i in entries.indices {
            entries[i].textStart -= byteShift
            entries[i].keyStart -= byteShift
            entries[i].sketch.bitmapStart -= Int32(truncatingIfNeeded: bitmapShift)
        }
    }
}
