import WinnowText

/// An inverted index of shingles over the kept lines of a document: finds every line that may be similar, and few others.
///
/// All shingles of a line are indexed. A similar line shares at least `needed` of the n shingles asked for, so that it is met
/// among any n − needed + 1 of them: the rarest are looked up, the others never (the prefix filter of Chaudhuri, Ganti and
/// Kaushik 2006, with an order that follows what the index holds). What is met fewer times than it must is not returned.
///
/// Lines are numbered as they come (`serial`); those before `oldest` are forgotten, and what they took is used again. A list of
/// postings is a chain of blocks of one cache line each: most lists are one block, and reading one costs one access.
final class ShingleIndex {
    /// Postings of one slot, the newest at the end of the first block.
    private struct Block {
        /// The block with older postings; -1 at the end.
        var next: Int32
        var count: Int32
        var serials: InlineArray<14, Int32>
    }

    private static let slotBits = 16
    private static let slots = 1 << slotBits

    // Memory by pointers: millions of postings are gone through, and none may cost a check.

    /// First block of each slot, and how many postings it has; a slot is the upper bits of a shingle's hash.
    private let heads = UnsafeMutablePointer<Int32>.allocate(capacity: slots)
    private let counts = UnsafeMutablePointer<UInt32>.allocate(capacity: slots)
    @exclusivity(unchecked) private var blocks = Growing<Block>(1 << 12)
    /// First block that is free; -1 for none.
    @exclusivity(unchecked) private var free: Int32 = -1
    /// How often each line was met in the query at hand, by serial from `firstSerial` on; from `oldest` on, all zero
    /// between queries.
    @exclusivity(unchecked) private var hits = Growing<UInt16>(1 << 12)
    /// The part of each line in the number of shingles that it must share with a similar one.
    @exclusivity(unchecked) private var shares = Growing<UInt16>(1 << 12)
    @exclusivity(unchecked) private var firstSerial = 0
    private var shingles = LineShingles()
    /// The slots of the line that was read last.
    @exclusivity(unchecked) private var line = Growing<Int32>(1 << 10)
    /// Bit widths of the counts of the line's slots, and the first blocks of the lists that are gone through.
    @exclusivity(unchecked) private var widths = Growing<UInt8>(1 << 10)
    @exclusivity(unchecked) private var lists = Growing<Int32>(1 << 10)
    /// What the last query found: serial numbers less `oldest`.
    @exclusivity(unchecked) private(set) var found = Growing<UInt32>(1 << 12)
    private let bound: BitmapBound
    @exclusivity(unchecked) private(set) var nextSerial = 0
    /// Lines before this serial number are forgotten.
    @exclusivity(unchecked) private(set) var oldest = 0

    init(_ bound: BitmapBound) {
        self.bound = bound
        removeAll()
    }

    deinit {
        heads.deallocate()
        counts.deallocate()
        blocks.deallocate()
        hits.deallocate()
        shares.deallocate()
        found.deallocate()
        widths.deallocate()
        lists.deallocate()
        line.deallocate()
    }

    func removeAll() {
        heads.update(repeating: -1, count: Self.slots)
        counts.update(repeating: 0, count: Self.slots)
        blocks.count = 0
        free = -1
        hits.count = 0
        firstSerial = 0
        nextSerial = 0
        oldest = 0
    }

    /// Blocks that were ever taken: memory in use.
    var blockCount: Int { blocks.count }

    /// Forgets the lines before this serial number.
    func forget(before serial: Int) {
        oldest = serial
        // What is kept for forgotten lines is given up now and then.
        let surplus = oldest - firstSerial
        if surplus > 1024, surplus > hits.count / 2 {
            hits.count -= surplus
            shares.base.update(from: shares.base + surplus, count: hits.count)
            hits.base.update(repeating: 0, count: hits.count)
            firstSerial = oldest
        }
    }

    /// Takes the shingles of the line that `insert` and `find` are about.
    func read(_ view: LineView) {
        var count = shingles.read(view)
        // A line that repeats itself is asked for each of its shingles once.
        if view.shingles * 2 < count { count = shingles.removeRepeats(count) }
        line.reserve(count)
        for k in 0..<count { line.base[k] = Int32(truncatingIfNeeded: shingles.hashes[k] >> UInt64(64 - Self.slotBits)) }
        line.count = count
    }

    /// Indexes the line that was read last; returns its serial number.
    /// - Complexity: O(shingles)
    func insert(_ sketch: Sketches.Sketch) -> Int {
        let serial = Int32(truncatingIfNeeded: nextSerial)
        let (heads, counts, line) = (heads, counts, line)
        for k in 0..<line.count {
            let slot = Int(line.base[k])
            var head = heads[slot]
            if head >= 0 {
                let block = blocks.base + Int(head)
                // One posting a slot: that another shingle of the line fell into it makes no difference to who asks.
                if block.pointee.serials[Int(block.pointee.count) - 1] == serial { continue }
                if block.pointee.count == 14 { head = makeRoom(slot, head) }
            } else {
                head = takeBlock(before: -1)
                heads[slot] = head
            }
            let block = blocks.base + Int(head)
            block.pointee.serials[Int(block.pointee.count)] = serial
            block.pointee.count += 1
            counts[slot] += 1
        }
        hits.reserve(nextSerial - firstSerial + 1)
        shares.reserve(nextSerial - firstSerial + 1)
        hits.base[nextSerial - firstSerial] = 0
        shares.base[nextSerial - firstSerial] = UInt16(truncatingIfNeeded: bound.share(sketch))
        nextSerial += 1
        hits.count = nextSerial - firstSerial
        return nextSerial - 1
    }

    /// Makes room in the first block of a slot, which is full: forgets what may be forgotten, or puts an empty one before it.
    private func makeRoom(_ slot: Int, _ head: Int32) -> Int32 {
        let first = Int32(truncatingIfNeeded: oldest)
        let block = blocks.base + Int(head)
        var kept: Int32 = 0
        for k in 0..<14 where block.pointee.serials[k] >= first {
            block.pointee.serials[Int(kept)] = block.pointee.serials[k]
            kept += 1
        }
        guard kept < 14 else {
            // All of the first block is in use. A line has one posting here at most: when there are twice as many postings as
            // lines, half of them are those of forgotten lines, at the end.
            if Int(counts[slot]) > 2 * (nextSerial - oldest) + 28 { trim(slot, head) }
            let new = takeBlock(before: head)
            heads[slot] = new
            return new
        }
        // Older blocks hold older lines: those are gone too.
        block.pointee.count = kept
        freeBlocks(behind: head)
        counts[slot] = UInt32(truncatingIfNeeded: kept)
        return head
    }

    /// Frees the blocks of a slot that hold forgotten lines alone.
    private func trim(_ slot: Int, _ head: Int32) {
        var last = head
        var count = blocks.base[Int(head)].count
        while case let next = blocks.base[Int(last)].next, next >= 0 {
            let block = blocks.base + Int(next)
            if Int(block.pointee.serials[Int(block.pointee.count) - 1]) < oldest { break }
            count += block.pointee.count
            last = next
        }
        freeBlocks(behind: last)
        counts[slot] = UInt32(truncatingIfNeeded: count)
    }

    private func freeBlocks(behind last: Int32) {
        var rest = blocks.base[Int(last)].next
        blocks.base[Int(last)].next = -1
        while rest >= 0 {
            let next = blocks.base[Int(rest)].next
            blocks.base[Int(rest)].next = free
            free = rest
            rest = next
        }
    }

    private func takeBlock(before next: Int32) -> Int32 {
        var block = free
        if block >= 0 {
            free = blocks.base[Int(block)].next
        } else {
            blocks.reserve(blocks.count + 1)
            block = Int32(truncatingIfNeeded: blocks.count)
            blocks.count += 1
        }
        blocks.base[Int(block)].next = next
        blocks.base[Int(block)].count = 0
        return block
    }

    /// Fills `found` with the lines that share as many shingles with the line that was read last as a similar one must, in
    /// order.
    ///
    /// - Parameter most: postings that may be gone through.
    /// - Returns: false, and nothing was done, where the shingles are so common that there are more.
    /// - Complexity: O(shingles + postings of the rarer ones + lines)
    func find(_ sketch: Sketches.Sketch, most: Int) -> Bool {
        let needed = bound.neededWithAny(sketch)
        let (heads, counts, slots, n) = (heads, counts, line.base, line.count)
        // The most frequent shingles are skipped, as many as may be: by the bit width of their counts, which is close enough.
        var sizes = InlineArray<33, Int>(repeating: 0)
        var sums = InlineArray<33, Int>(repeating: 0)
        widths.reserve(n)
        for k in 0..<n {
            let count = counts[Int(slots[k])]
            let width = Self.width(count)
            widths.base[k] = UInt8(truncatingIfNeeded: width)
            sizes[width] += 1
            sums[width] += Int(count)
        }
        var maySkip = max(0, needed - 1)
        var boundary = 32
        while boundary > 0, sizes[boundary] <= maySkip {
            maySkip -= sizes[boundary]
            boundary -= 1
        }
        var cost = 0
        for width in 0...boundary { cost += sums[width] }
        if cost > most { return false }
        let skipped = max(0, needed - 1)
        // The lists that are gone through, fetched ahead.
        lists.reserve(n)
        let blocks = blocks.base
        var listCount = 0
        for k in 0..<n {
            let width = Int(widths.base[k])
            if width > boundary || width == 0 { continue }
            if width == boundary, maySkip > 0 {
                maySkip -= 1
                continue
            }
            let head = heads[Int(slots[k])]
            lists.base[listCount] = head
            listCount += 1
            Kernels.prefetch(blocks + Int(head))
        }
        let hits = hits.base - firstSerial
        let first = Int32(truncatingIfNeeded: oldest)
        let firstCounted = Int32(truncatingIfNeeded: firstSerial)
        for k in 0..<listCount {
            var next = lists.base[k]
            while next >= 0 {
                let block = blocks + Int(next)
                let count = Int(block.pointee.count)
                let eldest = block.pointee.serials[0]
                if eldest >= firstCounted {
                    // What is counted for forgotten lines is never looked at.
                    for i in 0..<count { hits[Int(block.pointee.serials[i])] &+= 1 }
                } else {
                    for i in 0..<count where block.pointee.serials[i] >= first { hits[Int(block.pointee.serials[i])] &+= 1 }
                }
                next = eldest < first ? -1 : block.pointee.next
            }
        }
        // Each line must share its part and this one's, less what was not looked up.
        let start = oldest - firstSerial
        let lines = self.hits.count - start
        found.reserve(lines)
        found.count = Kernels.reached(
            self.hits.base + start, shares.base + start, count: lines, least: bound.share(sketch) - skipped, into: found.base)
        return true
    }

    @inline(__always)
    private static func width(_ count: UInt32) -> Int { 32 - count.leadingZeroBitCount }
}
