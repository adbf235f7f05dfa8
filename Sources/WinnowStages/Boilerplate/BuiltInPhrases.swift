import CRules
import WinnowCore

/// winnow's own rule packs, compiled into the binary from `Rules/*.yml` (`make rules`) as a hash table that is ready when the
/// process starts. `RulePackTests` holds that the compiled form is current.
enum BuiltInPhrases {
    static let languages: [String] = (0..<wr_language_count()).map { String(cString: wr_language($0)) }
    static let kinds: [String] = (0..<wr_kind_count()).map { String(cString: wr_kind($0)) }
    static var count: Int { wr_phrase_count() }
    static var longest: Int { wr_longest() }

    static func phrase(_ index: Int) -> PhraseTable.Phrase {
        let phrase = wr_phrases()[index]
        return PhraseTable.Phrase(
            kind: phrase.kind, anchor: RulePack.Anchor.allCases[Int(phrase.anchor)], tokens: phrase.tokens,
            language: phrase.language)
    }

    static func text(_ index: Int) -> String { String(cString: wr_text(wr_phrases()[index].text)) }

    private static let mask = wr_slot_count() - 1

    /// Calls `body` with the index of each phrase of this hash.
    @inline(__always)
    static func forEach(_ hash: UInt64, _ body: (Int) -> Void) {
        guard let slots = wr_slots() else { return }
        var i = Int(truncatingIfNeeded: hash) & mask
        while slots[i] != 0 {
            let slot = slots[i]
            if slot >> 20 == tag(hash), wr_phrases()[Int(slot & 0xFFFFF) - 1].hash == hash { body(Int(slot & 0xFFFFF) - 1) }
            i = (i + 1) & mask
        }
    }

    @inline(__always)
    private static func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 52) }

    /// The slots of a table of these hashes, as the rule compiler writes them.
    static func slots(for hashes: [UInt64]) -> [UInt32] {
        var size = 64
        while size < hashes.count * 2 { size *= 2 }
        var slots = [UInt32](repeating: 0, count: size)
        for (index, hash) in hashes.enumerated() {
            var i = Int(truncatingIfNeeded: hash) & (size - 1)
            while slots[i] != 0 { i = (i + 1) & (size - 1) }
            slots[i] = tag(hash) << 20 | UInt32(index + 1)
        }
        return slots
    }
}
