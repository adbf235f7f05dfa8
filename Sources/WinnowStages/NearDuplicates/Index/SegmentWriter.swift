import WinnowCore

/// Writes the sections of a segment, one after the other, in blocks.
///
/// A failure is kept and told at the end, so that loops over tables need not throw.
struct SegmentWriter {
    private let output: SegmentOutput
    private var buffer: [UInt8] = []
    private var failure: WinnowError?
    /// Bytes so far.
    private(set) var count = 0

    private static let block = 1 << 18

    init(_ output: @escaping SegmentOutput) {
        self.output = output
        buffer.reserveCapacity(Self.block + 4096)
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        count += bytes.count
        if bytes.count >= Self.block {
            flush()
            write(bytes)
        } else {
            buffer.append(contentsOf: bytes)
            if buffer.count >= Self.block { flush() }
        }
    }

    mutating func append<Value: BitwiseCopyable>(_ value: Value) {
        withUnsafeBytes(of: value) { append($0) }
    }

    /// Fills up to a multiple of eight bytes: the end of a section.
    mutating func align() {
        while count % 8 != 0 { append(UInt8(0)) }
    }

    mutating func appendHeader(_ layout: SegmentLayout) {
        for number in layout.header { append(number.littleEndian) }
    }

    mutating func append(_ sources: [SegmentSource]) {
        for source in sources { append(source) }
        align()
    }

    /// Goes through the pairs of a table in order, as often as it is called.
    typealias Pairs = (_ body: (UInt32, UInt32) -> Void) -> Void

    /// Writes what is asked for each line, then the tables.
    mutating func appendTables(_ layout: SegmentLayout, unique: Pairs, buckets: Pairs) {
        appendFilter(layout, unique, buckets)
        appendDirectory(layout.entries, unique)
        appendDirectory(layout.postings, buckets)
        appendPairs(unique)
        appendPairs(buckets)
    }

    private mutating func appendPairs(_ pairs: Pairs) {
        pairs { key, value in append(StaticTable.Pair(key: key, value: value)) }
        align()
    }

    private mutating func appendFilter(_ layout: SegmentLayout, _ unique: Pairs, _ buckets: Pairs) {
        var filter = Array(repeating: UInt64(0), count: layout.filterWords)
        filter.withUnsafeMutableBufferPointer { filter in
            func set(_ key: UInt32, _ kind: KeyFilter.Kind) {
                let (word, bits) = KeyFilter.place(key, kind, words: filter.count)
                filter[word] |= bits
            }
            unique { key, _ in set(key, .unique) }
            buckets { key, _ in set(key, .band) }
        }
        filter.withUnsafeBytes { append($0) }
    }

    private mutating func appendDirectory(_ count: Int, _ pairs: Pairs) {
        let bits = StaticTable.bits(for: count)
        var directory = Array(repeating: UInt32(0), count: 1 << bits + 1)
        directory.withUnsafeMutableBufferPointer { directory in
            pairs { key, _ in directory[Int(StaticTable.order(key) >> UInt32(32 - bits)) + 1] += 1 }
            for slot in 1..<directory.count { directory[slot] += directory[slot - 1] }
        }
        directory.withUnsafeBytes { append($0) }
        align()
    }

    mutating func append(_ names: [DocumentNameRun], from firstDocument: Int) {
        var end = 0
        for run in names {
            end += run.name.utf8.count
            append(SegmentNameRun(first: UInt64(run.first - firstDocument), record: UInt64(run.record), nameEnd: UInt64(end)))
        }
        align()
        for run in names { Array(run.name.utf8).withUnsafeBytes { append($0) } }
        align()
    }

    private mutating func flush() {
        buffer.withUnsafeBytes { write($0) }
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func write(_ bytes: UnsafeRawBufferPointer) {
        guard failure == nil, !bytes.isEmpty else { return }
        do throws(WinnowError) { try output(bytes) } catch { failure = error }
    }

    /// - Throws: what went wrong on the way.
    mutating func finish() throws(WinnowError) {
        flush()
        if let failure { throw failure }
    }
}
