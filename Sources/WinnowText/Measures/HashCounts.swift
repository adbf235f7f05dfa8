/// Memory for values without references that grows and is used again. Its contents are lost when it grows.
final class Scratch<Value: BitwiseCopyable> {
    @exclusivity(unchecked) private(set) var base: UnsafeMutablePointer<Value>
    @exclusivity(unchecked) private var capacity: Int

    init(_ capacity: Int = 256) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    func reserve(_ wanted: Int) {
        guard wanted > capacity else { return }
        base.deallocate()
        capacity = max(wanted, 2 * capacity)
        base = .allocate(capacity: capacity)
    }
}

/// Counts hashes: open addressing with linear probing, at most half full.
struct HashCounts {
    struct Slot: BitwiseCopyable {
        var hash: UInt64
        /// 0 in a slot that is free.
        var count: UInt32
        /// Where it was first met.
        var first: UInt32
    }

    private let memory = Scratch<Slot>()
    /// Valid until the next `begin`.
    private(set) var slots: UnsafeMutablePointer<Slot>
    private var mask = 0

    init() { slots = memory.base }

    /// Empties it, with room for so many different hashes.
    mutating func begin(_ count: Int) {
        var size = 16
        while size < 2 * count { size *= 2 }
        memory.reserve(size)
        slots = memory.base
        mask = size - 1
        slots.initialize(repeating: Slot(hash: 0, count: 0, first: 0), count: size)
    }

    /// Counts a hash.
    /// - Returns: its slot.
    @inline(__always)
    func add(_ hash: UInt64, at position: Int) -> Int {
        var index = Int(truncatingIfNeeded: hash >> 20) & mask
        while true {
            let slot = slots[index]
            if slot.count == 0 {
                slots[index] = Slot(hash: hash, count: 1, first: UInt32(truncatingIfNeeded: position))
                return index
            }
            if slot.hash == hash {
                slots[index].count = slot.count &+ 1
                return index
            }
            index = (index + 1) & mask
        }
    }
}
