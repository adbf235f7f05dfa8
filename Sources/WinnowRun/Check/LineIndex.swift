import WinnowCore

/// Where a line was first met, by a hash of its key: 16 bytes a slot, at most three quarters full. In input order.
struct LineIndex {
    struct Place {
        var document: UInt32
        var line: UInt32
    }

    private var hashes: [UInt64]
    private var places: [Place]
    private var count = 0
    private let limit: Int

    /// - Parameter limit: bytes that it may take.
    init(limit: Int) {
        self.limit = limit
        hashes = [UInt64](repeating: 0, count: 1 << 12)
        places = [Place](repeating: Place(document: 0, line: 0), count: 1 << 12)
    }

    /// The place of an equal line that was met before; else this one is noted.
    /// - Throws: `limit`.
    mutating func find(_ hash: UInt64, orAdd place: Place) throws(WinnowError) -> Place? {
        var index = Int(truncatingIfNeeded: hash) & (hashes.count - 1)
        while hashes[index] != 0 {
            if hashes[index] == hash { return places[index] }
            index = (index + 1) & (hashes.count - 1)
        }
        hashes[index] = hash
        places[index] = place
        count += 1
        if 4 * count > 3 * hashes.count { try grow() }
        return nil
    }

    private mutating func grow() throws(WinnowError) {
        let size = 2 * hashes.count
        guard 24 * size <= limit else {
            throw WinnowError(
                .limit, "no memory is left to remember lines: \(count) are known",
                hint: "raise `limits: memory` (--memory), or compare no lines across files (--within-files)")
        }
        var newHashes = [UInt64](repeating: 0, count: size)
        var newPlaces = [Place](repeating: Place(document: 0, line: 0), count: size)
        for (hash, place) in zip(hashes, places) where hash != 0 {
            var index = Int(truncatingIfNeeded: hash) & (size - 1)
            while newHashes[index] != 0 { index = (index + 1) & (size - 1) }
            newHashes[index] = hash
            newPlaces[index] = place
        }
        (hashes, places) = (newHashes, newPlaces)
    }
}
