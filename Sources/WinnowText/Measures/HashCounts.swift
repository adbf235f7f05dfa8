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

/// Slots of open addressing with linear probing, at most half full; 0 in a slot that is free.
private struct ProbeSlots {
    private let memory = Scratch<UInt64>()
    private(set) var base: UnsafeMutablePointer<UInt64>
    private(set) var mask = 0

    init() { base = memory.base }

    /// Empties them, with room for so many entries.
    mutating func begin(_ count: Int) {
        var size = 16
        while size < 2 * count { size *= 2 }
        memory.reserve(size)
        base = memory.base
        mask = size - 1
        base.initialize(repeating: 0, count: size)
    }
}

/// Hashes that were met.
struct HashSet {
    private var slots = ProbeSlots()

    init() {}

    /// Empties it, with room for so many different hashes.
    mutating func begin(_ count: Int) {
        slots.begin(count)
    }

    /// Adds a hash.
    /// - Returns: whether it was met before.
    @inline(__always)
    func add(_ hash: UInt64) -> Bool {
        let hash = max(hash, 1)
        let (slots, mask) = (slots.base, slots.mask)
        var index = Int(truncatingIfNeeded: hash >> 20) & mask
        while slots[index] != hash {
            if slots[index] == 0 {
                slots[index] = hash
                return false
            }
            index = (index + 1) & mask
        }
        return true
    }
}

/// Counts sequences by their hashes, which stand in an array by place.
struct SequenceCounts {
    /// The upper half of a hash and, below it, 1 more than the place where it was first met.
    private var slots = ProbeSlots()
    /// By the place where a sequence was first met. Places beyond those that were added have no meaning.
    let counts = Scratch<UInt32>()

    init() {}

    /// Empties it, with room for so many different sequences at places below `places`.
    mutating func begin(_ count: Int, places: Int) {
        slots.begin(count)
        counts.reserve(places)
    }

    /// Counts the sequence at a place, whose hash is `hashes[place]`.
    /// - Returns: where it was first met.
    @inline(__always)
    func add(_ place: Int, _ hashes: UnsafePointer<UInt64>) -> UInt32 {
        let hash = hashes[place]
        let counts = counts.base
        let (slots, mask) = (slots.base, slots.mask)
        var index = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[index]
            if slot == 0 {
                slots[index] = hash & ~0xFFFF_FFFF | UInt64(truncatingIfNeeded: place + 1)
                counts[place] = 1
                return UInt32(truncatingIfNeeded: place)
            }
            let first = Int(truncatingIfNeeded: slot & 0xFFFF_FFFF) - 1
            if (slot ^ hash) >> 32 == 0, hashes[first] == hash {
                counts[first] &+= 1
                return UInt32(truncatingIfNeeded: first)
            }
            index = (index + 1) & mask
        }
    }
}
