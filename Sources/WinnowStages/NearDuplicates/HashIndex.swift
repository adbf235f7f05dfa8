/// Finds, for a hash, the first and the last entry that was inserted with it: open addressing, emptied in one go.
///
/// A dictionary would do; this one allocates nothing from window to window and hashes nothing twice.
struct HashIndex {
    private var hashes: [UInt64] = []
    private var firsts: [Int32] = []
    private var lasts: [Int32] = []
    private var mask = 0

    /// Empties the index, with room for this many entries.
    mutating func reset(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        if hashes.count < size {
            hashes = Array(repeating: 0, count: size)
            firsts = Array(repeating: -1, count: size)
            lasts = Array(repeating: -1, count: size)
        } else {
            for i in 0..<size { firsts[i] = -1 }
        }
        mask = size - 1
    }

    mutating func insert(_ hash: UInt64, _ entry: Int) {
        let i = slot(hash)
        if firsts[i] < 0 {
            hashes[i] = hash
            firsts[i] = Int32(truncatingIfNeeded: entry)
        }
        lasts[i] = Int32(truncatingIfNeeded: entry)
    }

    func find(_ hash: UInt64) -> (first: Int, last: Int)? {
        let i = slot(hash)
        return firsts[i] < 0 ? nil : (Int(firsts[i]), Int(lasts[i]))
    }

    private func slot(_ hash: UInt64) -> Int {
        var i = Int(truncatingIfNeeded: hash) & mask
        while firsts[i] >= 0, hashes[i] != hash { i = (i + 1) & mask }
        return i
    }
}
