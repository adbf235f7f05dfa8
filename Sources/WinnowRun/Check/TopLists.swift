import WinnowCore

/// What recurs most, in bounded memory: when there is no more room, what was met least often goes (lossy counting, Manku and
/// Motwani 2002). A count may then be too small, never too large.
struct TopRecurrences {
    private static let room = 4096
    static let mostPlaces = 5
    private var entries: [UInt64: Recurrence] = [:]

    mutating func add(_ key: UInt64, _ make: () -> Recurrence, other: CorpusPlace, text: String) {
        if let index = entries.index(forKey: key) {
            entries.values[index].count += 1
            guard entries.values[index].others.count < Self.mostPlaces else { return }
            entries.values[index].others.append(other)
            entries.values[index].otherTexts.append(text)
            return
        }
        if entries.count >= Self.room { forget() }
        var new = make()
        new.count = 1
        new.others = [other]
        new.otherTexts = [text]
        entries[key] = new
    }

    /// Counts one more of what is known and has its first places.
    /// - Returns: whether there is such a thing.
    mutating func count(_ key: UInt64) -> Bool {
        guard let index = entries.index(forKey: key), entries.values[index].others.count == Self.mostPlaces else {
            return false
        }
        entries.values[index].count += 1
        return true
    }

    private mutating func forget() {
        var least = 1
        while entries.count > Self.room / 2 {
            entries = entries.filter { $0.value.count > least }
            least *= 2
        }
    }

    /// The first so many by count, then by key: the same on every machine.
    func top(_ count: Int) -> [Recurrence] {
        entries.filter { $0.value.count > 1 }.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(count).map(
            \.value)
    }
}

/// The files with most to be done about.
struct WorstFiles {
    private var files: [CheckedFile] = []
    private let weights: [Int]

    /// - Parameter weights: of a finding of each kind.
    init(weights: [Int]) { self.weights = weights }

    mutating func add(_ file: CheckedFile) {
        guard file.counts.total > 0 || !file.violations.isEmpty else { return }
        files.append(file)
        if files.count >= 2 * CheckResult.mostFiles { files = sorted }
    }

    private func weight(_ file: CheckedFile) -> Int {
        let own = file.violations.reduce(0) { $0 + ($1.level == .error ? 1_000_000 : 1000) }
        return own + file.counts.found.reduce(0) { $0 + $1.count * weights[$1.kind.index] }
    }

    var sorted: [CheckedFile] {
        let weighed = files.map { (weight($0), $0) }
        let order = weighed.sorted { a, b in
            (b.0, b.1.counts.total, a.1.name) < (a.0, a.1.counts.total, b.1.name)
        }
        return order.prefix(CheckResult.mostFiles).map(\.1)
    }
}
