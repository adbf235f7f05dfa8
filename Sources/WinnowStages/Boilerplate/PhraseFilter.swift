import CRules
import WinnowCore
import WinnowText

/// A Bloom filter of one hash over the beginnings and ends of all built-in phrases: most lines stop at their first token.
///
/// A phrase that begins or consists of tokens t0 t1 t2 sets the bits of (t0), (t0 t1) and (t0 t1 t2); one that ends a line, those
/// of its ends, hashed from the last token backwards and with another seed.
struct PhraseFilter {
    private static let size = 1 << 15
    /// Where the hash of an end begins; that of a beginning begins at 0.
    static let endSeed: UInt64 = 0x656E_64

    private(set) var words = [UInt64](repeating: 0, count: Self.size)

    mutating func add(_ tokens: Tokens, anchor: RulePack.Anchor) {
        if anchor == .end {
            var hash = Self.endSeed
            for k in (0..<tokens.count).reversed() {
                hash = mix64(hash ^ tokens.hashes[k])
                set(hash)
            }
        } else {
            for k in 0..<tokens.count { set(tokens.prefixes[k]) }
        }
    }

    private mutating func set(_ hash: UInt64) {
        words[Int(truncatingIfNeeded: hash >> 6) & (words.count - 1)] |= 1 << (hash & 63)
    }

    private static let mask = wr_filter_words() - 1

    /// Whether any built-in phrase may begin (or end) with what this is the hash of.
    @inline(__always)
    static func mayContain(_ hash: UInt64) -> Bool {
        wr_filter()[Int(truncatingIfNeeded: hash >> 6) & mask] & 1 << (hash & 63) != 0
    }
}
