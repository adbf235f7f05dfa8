import WinnowText

/// From 32-bit keys to the indices that were inserted with them: linear hashing (Litwin 1980) over groups of one cache line.
///
/// The table grows by one group at a time, so that it is never copied and takes about 8.4 bytes an index at any size. A group
/// holds ten indices, each with the upper half of its key; the number of the group is the lower half, or more of the key, so
/// that keys are compared whole. Indices of one key come back in order of insertion.
struct LinearHashTable {
    private struct Group {
        var values: InlineArray<10, UInt32>
        var tags: InlineArray<10, UInt16>
        /// Indices in this group, and above them the overflow group that goes on with it plus one; 0 for none.
        var state: UInt32

        /// Calls `body` with the places of a tag, in order.
        @inline(__always)
        static func forEach(_ group: UnsafeMutablePointer<Group>, _ tag: UInt16, _ body: (Int) -> Void) {
            // Four tags at a time: a zero half-word of x is found by its borrow; what stands above the first may be a false
            // hit, and is looked at.
            let tags = UnsafeRawPointer(group) + tagOffset
            let wanted = UInt64(tag) &* 0x0001_0001_0001_0001
            let x = (tags.loadUnaligned(as: UInt64.self) ^ wanted, (tags + 8).loadUnaligned(as: UInt64.self) ^ wanted)
            // The last two once more with the two before them.
            let y = (tags + 12).loadUnaligned(as: UInt64.self) ^ wanted
            func zeros(_ x: UInt64) -> UInt64 { (x &- 0x0001_0001_0001_0001) & ~x & 0x8000_8000_8000_8000 }
            if zeros(x.0) | zeros(x.1) | zeros(y) == 0 { return }
            let count = group.pointee.count
            for k in 0..<count where group.pointee.tags[k] == tag { body(k) }
        }

        private static let tagOffset = MemoryLayout<Group>.offset(of: \.tags) ?? 0

        var count: Int { Int(state & 15) }
        var next: Int { Int(state >> 4) - 1 }
    }

    /// Four more indices for a group that is full.
    private struct Overflow {
        var values: InlineArray<4, UInt32>
        var tags: InlineArray<4, UInt16>
        /// As in a group.
        var state: UInt32

        static let empty = Overflow(values: InlineArray(repeating: 0), tags: InlineArray(repeating: 0), state: 0)
        var count: Int { Int(state & 15) }
        var next: Int { Int(state >> 4) - 1 }
    }

    private static let room = 10
    private static let leastBits: UInt32 = 16

    private var groups: Growing<Group>
    private var overflow = Growing<Overflow>(64)
    /// First overflow group that is free; -1 for none.
    private var free = -1
    /// Groups below `split` are split already: their keys have one bit more.
    private var bits = Self.leastBits
    private var split: UInt32 = 0
    private(set) var count = 0

    init() {
        groups = Growing(1 << Int(Self.leastBits))
        addGroups(1 << Int(Self.leastBits))
    }

    func deallocate() {
        groups.deallocate()
        overflow.deallocate()
    }

    /// Bytes of memory in use.
    var bytes: Int { groups.count * MemoryLayout<Group>.stride + overflow.count * MemoryLayout<Overflow>.stride }

    private mutating func addGroups(_ more: Int) {
        groups.reserve(groups.count + more)
        for _ in 0..<more {
            (groups.base + groups.count).initialize(
                to: Group(values: InlineArray(repeating: 0), tags: InlineArray(repeating: 0), state: 0))
            groups.count += 1
        }
    }

    @inline(__always)
    private func position(_ key: UInt32) -> Int {
        let low = key & (1 << bits - 1)
        return Int(low < split ? key & (1 << (bits + 1) - 1) : low)
    }

    /// Fetches the group of a key, which will be asked for soon.
    @inline(__always)
    func prefetch(_ key: UInt32) { Kernels.prefetch(groups.base + position(key)) }

    /// Calls `body` with the indices of a key, in order of insertion.
    @inline(__always)
    func forEach(_ key: UInt32, _ body: (UInt32) -> Void) {
        let tag = UInt16(truncatingIfNeeded: key >> 16)
        let group = groups.base + position(key)
        Group.forEach(group, tag) { body(group.pointee.values[$0]) }
        var next = group.pointee.next
        while next >= 0 {
            let more = overflow.base + next
            for k in 0..<more.pointee.count where more.pointee.tags[k] == tag { body(more.pointee.values[k]) }
            next = more.pointee.next
        }
    }

    /// Goes through all pairs by the lower half of the key, then the upper half, then in order of insertion: the order of
    /// `StaticTable`.
    func forEachInOrder(_ body: (UInt32, UInt32) -> Void) {
        var pairs: [(tag: UInt16, value: UInt32)] = []
        for lower in 0..<1 << 16 {
            pairs.removeAll(keepingCapacity: true)
            // All groups whose numbers end with these bits.
            for position in stride(from: lower, to: groups.count, by: 1 << 16) {
                let group = groups.base + position
                for k in 0..<group.pointee.count { pairs.append((group.pointee.tags[k], group.pointee.values[k])) }
                var next = group.pointee.next
                while next >= 0 {
                    let more = overflow.base + next
                    for k in 0..<more.pointee.count { pairs.append((more.pointee.tags[k], more.pointee.values[k])) }
                    next = more.pointee.next
                }
            }
            // Values of one key grow.
            pairs.sort { ($0.tag, $0.value) < ($1.tag, $1.value) }
            for pair in pairs { body(UInt32(pair.tag) << 16 | UInt32(lower), pair.value) }
        }
    }

    func count(_ key: UInt32) -> Int {
        var count = 0
        forEach(key) { _ in count += 1 }
        return count
    }

    /// Inserts an index, unless the key has `most` already.
    mutating func insert(_ key: UInt32, _ value: UInt32, most: Int = .max) {
        if most < .max, count(key) >= most { return }
        // At 85 in 100, one group in four overflows.
        if count * 20 > groups.count * Self.room * 17 { grow() }
        append(position(key), UInt16(truncatingIfNeeded: key >> 16), value)
        count += 1
    }

    private mutating func append(_ position: Int, _ tag: UInt16, _ value: UInt32) {
        let group = groups.base + position
        let count = group.pointee.count
        if count < Self.room {
            group.pointee.values[count] = value
            group.pointee.tags[count] = tag
            group.pointee.state += 1
            return
        }
        var last = -1
        var next = group.pointee.next
        while next >= 0, overflow.base[next].count == 4 {
            last = next
            next = overflow.base[next].next
        }
        if next < 0 {
            next = takeOverflow()
            let link = UInt32(truncatingIfNeeded: next + 1) << 4
            if last < 0 { group.pointee.state |= link } else { overflow.base[last].state |= link }
        }
        let more = overflow.base + next
        let k = more.pointee.count
        more.pointee.values[k] = value
        more.pointee.tags[k] = tag
        more.pointee.state += 1
    }

    private mutating func takeOverflow() -> Int {
        let new: Int
        if free >= 0 {
            new = free
            free = overflow.base[new].next
        } else {
            overflow.reserve(overflow.count + 1)
            new = overflow.count
            overflow.count += 1
        }
        (overflow.base + new).initialize(to: .empty)
        return new
    }

    /// Splits one group in two: the indices whose keys have the next bit set go to a new group.
    private mutating func grow() {
        // All bits of a key are used up at four billion groups.
        guard bits < 31 else { return }
        addGroups(1)
        let old = Int(split)
        let lower = UInt32(truncatingIfNeeded: old) & 0xFFFF
        let first = groups.base[old]
        groups.base[old].state = 0
        split += 1
        if split == 1 << bits {
            bits += 1
            split = 0
        }
        for k in 0..<first.count { move(first.tags[k], first.values[k], lower) }
        var next = first.next
        while next >= 0 {
            let more = overflow.base[next]
            overflow.base[next].state = UInt32(truncatingIfNeeded: free + 1) << 4
            free = next
            for k in 0..<more.count { move(more.tags[k], more.values[k], lower) }
            next = more.next
        }
    }

    private mutating func move(_ tag: UInt16, _ value: UInt32, _ lower: UInt32) {
        append(position(UInt32(tag) << 16 | lower), tag, value)
    }
}
