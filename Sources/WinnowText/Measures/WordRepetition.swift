import WinnowCore

/// Repetition of sequences of words as Gopher measures it (Rae et al. 2021, table A1), over one window.
///
/// A sequence can be repeated only where the two shorter ones that it is made of are: each length looks only at places that the
/// one before left over, so that ordinary prose costs one table, of pairs.
struct WordRepetition {
    /// Hash and characters of each word.
    let hashes = Scratch<UInt64>()
    let lengths = Scratch<UInt32>()
    private let sequences = Scratch<UInt64>()
    private let slotOf = Scratch<UInt32>()
    private let isOpen = Scratch<Bool>()
    private var table = HashCounts()

    init() {}

    mutating func measure(_ words: Int, into sums: inout MeasureSums) {
        guard words >= 2 else { return }
        sequences.reserve(words)
        slotOf.reserve(words)
        isOpen.reserve(words)
        for i in 0..<words {
            sequences.base[i] = mix64(hashes.base[i])
            isOpen.base[i] = true
        }
        var isRepeated = true
        for n in 2...10 where words >= n {
            if isRepeated { isRepeated = count(n, words) }
            switch n {
            case 2...4: sums[top(n)] += topCharacters(n, words, isRepeated)
            default:
                guard isRepeated else { return }
                sums[repeated(n)] += repeatedCharacters(n, words)
            }
        }
    }

    private func top(_ n: Int) -> Counter { n == 2 ? .top2 : n == 3 ? .top3 : .top4 }
    private func repeated(_ n: Int) -> Counter { Counter(rawValue: Counter.repeated5.rawValue + n - 5) ?? .repeated5 }

    /// Counts the sequences of n words, where both of n - 1 words are repeated.
    /// - Returns: whether any is met twice.
    private mutating func count(_ n: Int, _ words: Int) -> Bool {
        let places = words - n + 1
        let open = isOpen.base
        var candidates = 0
        for i in 0..<places {
            open[i] = open[i] && open[i + 1]
            if open[i] { candidates += 1 }
        }
        table.begin(candidates)
        let slots = slotOf.base
        let hash = sequences.base
        for i in 0..<places where open[i] {
            hash[i] = mix64(hash[i] &* 0x9E37_79B9_7F4A_7C15 ^ hashes.base[i + n - 1])
            slots[i] = UInt32(truncatingIfNeeded: table.add(hash[i], at: i))
        }
        var isRepeated = false
        for i in 0..<places where open[i] {
            open[i] = table.slots.base[Int(slots[i])].count > 1
            isRepeated = isRepeated || open[i]
        }
        return isRepeated
    }

    /// Characters of the most frequent sequence, with a space between words, each time that it is met; the first of several.
    private func topCharacters(_ n: Int, _ words: Int, _ isRepeated: Bool) -> Int {
        var best = (count: UInt32(1), place: 0)
        if isRepeated {
            for i in 0...(words - n) where isOpen.base[i] {
                let slot = table.slots.base[Int(slotOf.base[i])]
                if slot.count > best.count { best = (slot.count, i) }
            }
        }
        return (characters(best.place, n) + n - 1) * Int(best.count)
    }

    /// Characters of sequences that were met before, none counted twice.
    private func repeatedCharacters(_ n: Int, _ words: Int) -> Int {
        var sum = 0
        var i = 0
        // A count of 0 marks a sequence that was met; the table is done with.
        while i <= words - n {
            guard isOpen.base[i] else {
                i += 1
                continue
            }
            let slot = Int(slotOf.base[i])
            if table.slots.base[slot].count == 0 {
                sum += characters(i, n)
                i += n
            } else {
                table.slots.base[slot].count = 0
                i += 1
            }
        }
        return sum
    }

    private func characters(_ start: Int, _ n: Int) -> Int {
        (start..<start + n).reduce(0) { $0 + Int(lengths.base[$1]) }
    }
}
