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
    /// Where the sequence of a place was first met.
    private let firsts = Scratch<UInt32>()
    /// Where a sequence begins that is met more than once, in order.
    private let places = Scratch<UInt32>()
    private var placeCount = 0
    private var table = SequenceCounts()

    init() {}

    mutating func measure(_ words: Int, into sums: Counts) {
        guard words >= 2 else { return }
        sequences.reserve(words)
        firsts.reserve(words)
        places.reserve(words)
        countPairs(words)
        for n in 2...10 where words >= n {
            if n > 2, placeCount > 0 { count(n) }
            switch n {
            case 2...4: sums[top(n)] += topCharacters(n)
            default:
                guard placeCount > 0 else { return }
                sums[repeated(n)] += repeatedCharacters(n)
            }
        }
    }

    private func top(_ n: Int) -> Counter { n == 2 ? .top2 : n == 3 ? .top3 : .top4 }
    private func repeated(_ n: Int) -> Counter { Counter(rawValue: Counter.repeated5.rawValue + n - 5) ?? .repeated5 }

    private mutating func countPairs(_ words: Int) {
        table.begin(words - 1, places: words)
        let table = table
        let (hash, words, firsts, places) = (sequences.base, (base: hashes.base, count: words), firsts.base, places.base)
        for i in 0..<words.count - 1 {
            hash[i] = mix64(words.base[i] &* 0x9E37_79B9_7F4A_7C15 ^ words.base[i + 1])
            firsts[i] = table.add(i, hash)
        }
        let counts = table.counts.base
        var kept = 0
        for i in 0..<words.count - 1 {
            places[kept] = UInt32(truncatingIfNeeded: i)
            kept += counts[Int(firsts[i])] > 1 ? 1 : 0
        }
        placeCount = kept
    }

    /// Counts the sequences of n words, where both of n - 1 words are repeated.
    private mutating func count(_ n: Int) {
        let (hash, words, firsts, places) = (sequences.base, hashes.base, firsts.base, places.base)
        // Places that are followed by another.
        var candidates = 0
        for k in 0..<placeCount - 1 where places[k + 1] == places[k] + 1 {
            places[candidates] = places[k]
            candidates += 1
        }
        table.begin(candidates, places: 0)
        let table = table
        for k in 0..<candidates {
            let i = Int(places[k])
            hash[i] = mix64(hash[i] &* 0x9E37_79B9_7F4A_7C15 ^ words[i + n - 1])
            firsts[i] = table.add(i, hash)
        }
        let counts = table.counts.base
        var kept = 0
        for k in 0..<candidates {
            let place = places[k]
            places[kept] = place
            kept += counts[Int(firsts[Int(place)])] > 1 ? 1 : 0
        }
        placeCount = kept
    }

    /// Characters of the most frequent sequence, with a space between words, each time that it is met; the first of several.
    private func topCharacters(_ n: Int) -> Int {
        var best = (count: UInt32(1), place: 0)
        for k in 0..<placeCount {
            let i = Int(places.base[k])
            let count = table.counts.base[Int(firsts.base[i])]
            if count > best.count { best = (count, i) }
        }
        return (characters(best.place, n) + n - 1) * Int(best.count)
    }

    /// Characters of sequences that were met before, none counted twice.
    private func repeatedCharacters(_ n: Int) -> Int {
        var sum = 0
        var next = 0
        // A count of 0 marks a sequence that was met; the table is done with.
        for k in 0..<placeCount {
            let i = Int(places.base[k])
            guard i >= next else { continue }
            let first = Int(firsts.base[i])
            if table.counts.base[first] == 0 {
                sum += characters(i, n)
                next = i + n
            } else {
                table.counts.base[first] = 0
            }
        }
        return sum
    }

    private func characters(_ start: Int, _ n: Int) -> Int {
        (start..<start + n).reduce(0) { $0 + Int(lengths.base[$1]) }
    }
}
