import WinnowText

/// Says of most keys that a segment does not have them, without a look at the disk: a Bloom filter (Bloom 1970) whose two bits
/// of a key stand in one word.
///
/// With eight bits a key, one in twenty of those that are not there passes.
enum KeyFilter {
    /// Of band keys, and of the hashes of whole keys.
    enum Kind: UInt64 {
        case band = 0
        case unique = 0x5DEE_CE66_D1CE_4E5B
    }

    /// Words for so many keys.
    static func words(_ keys: Int) -> Int { max(1, (keys + 7) / 8) }

    @inline(__always)
    static func place(_ key: UInt32, _ kind: Kind, words: Int) -> (word: Int, bits: UInt64) {
        let hash = mix64(UInt64(key) ^ kind.rawValue)
        // The upper half times the number of words, over 2³²: a number below it without a division.
        let word = Int((hash >> 32) * UInt64(words) >> 32)
        return (word, 1 << (hash & 63) | 1 << (hash >> 6 & 63))
    }
}
