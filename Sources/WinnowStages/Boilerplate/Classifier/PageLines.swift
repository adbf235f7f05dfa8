/// The lines of a window that still stand, blank ones left out, in arrays side by side: what the classifier's second half looks at.
/// Memory is kept from window to window.
final class PageLines {
    private(set) var count = 0
    private var capacity = 0

    /// The place of each line in the batch.
    private(set) var place = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    /// The line whose text stands there.
    private(set) var source = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    /// 1 when a blank line stands before.
    private(set) var gap = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
    private(set) var numbers = UnsafeMutablePointer<LineNumbers>.allocate(capacity: 1)
    /// What its features say (see `LineModel.slots`).
    private(set) var sums = UnsafeMutablePointer<LineSums>.allocate(capacity: 1)
    /// How often the line stands in the window, at most 9, and whether it stood before.
    private(set) var repeats = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
    private(set) var isRepeat = UnsafeMutablePointer<Bool>.allocate(capacity: 1)
    /// Classes of length: see `Surroundings`.
    private(set) var width = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
    /// Scores in 128ths of log odds: by all features, and by the line's own alone; and as probabilities, in 1024ths.
    private(set) var joint = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    private(set) var lone = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    private(set) var jointShare = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    private(set) var loneShare = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    /// How far the nearest line is that is surely content or surely debris, above and below.
    private(set) var near = UnsafeMutablePointer<Nearest>.allocate(capacity: 1)
    /// Sums over all lines before: entry i is of lines 0..<i.
    private(set) var before = UnsafeMutablePointer<Sums>.allocate(capacity: 2)

    private var table: [Int32] = []

    struct Sums {
        var chars = 0
        var longs = 0
        var longChars = 0
        var sentences = 0
        /// Sums of `jointShare` and `loneShare`, and of the first times characters.
        var joint = 0
        var lone = 0
        var text = 0
    }

    struct Nearest {
        var goodAbove: Int32 = 0
        var goodBelow: Int32 = 0
        var badAbove: Int32 = 0
        var badBelow: Int32 = 0
        var loneBadAbove: Int32 = 0
    }

    deinit { free() }

    private func free() {
        place.deallocate()
        source.deallocate()
        gap.deallocate()
        numbers.deallocate()
        sums.deallocate()
        repeats.deallocate()
        isRepeat.deallocate()
        width.deallocate()
        joint.deallocate()
        lone.deallocate()
        jointShare.deallocate()
        loneShare.deallocate()
        near.deallocate()
        before.deallocate()
    }

    /// Empties it, with room for this many lines.
    func begin(_ lines: Int) {
        count = 0
        guard lines > capacity else { return }
        free()
        capacity = max(lines, 2 * capacity)
        place = .allocate(capacity: capacity)
        source = .allocate(capacity: capacity)
        gap = .allocate(capacity: capacity)
        numbers = .allocate(capacity: capacity)
        sums = .allocate(capacity: capacity)
        repeats = .allocate(capacity: capacity)
        isRepeat = .allocate(capacity: capacity)
        width = .allocate(capacity: capacity)
        joint = .allocate(capacity: capacity)
        lone = .allocate(capacity: capacity)
        jointShare = .allocate(capacity: capacity)
        loneShare = .allocate(capacity: capacity)
        near = .allocate(capacity: capacity)
        before = .allocate(capacity: capacity + 1)
    }

    @inline(__always)
    func append(place: Int, source: Int, afterBlank: Bool, _ score: LineScore) {
        let i = count
        self.place[i] = Int32(truncatingIfNeeded: place)
        self.source[i] = Int32(truncatingIfNeeded: source)
        gap[i] = afterBlank ? 1 : 0
        numbers[i] = score.numbers
        sums[i] = score.sums
        width[i] = Surroundings.width(score.numbers.words)
        count = i + 1
    }

    /// Sums of what is known of the lines by themselves.
    func addUp() {
        var sum = Sums()
        for i in 0..<count {
            before[i] = sum
            let line = numbers[i]
            let chars = Int(line.chars)
            sum.chars += chars
            if line.words >= Surroundings.long {
                sum.longs += 1
                sum.longChars += chars
            }
            if line.ending > 0, line.words >= 6 { sum.sentences += 1 }
        }
        before[count] = sum
        countRepeats()
    }

    private func countRepeats() {
        var size = 64
        while size < 2 * count { size *= 2 }
        if table.count < size { table = [Int32](repeating: -1, count: size) }
        table.withUnsafeMutableBufferPointer { table in
            let mask = UInt32(size - 1)
            for i in 0..<size { table[i] = -1 }
            for i in 0..<count {
                let hash = numbers[i].hash
                var slot = hash & mask
                while table[Int(slot)] >= 0, numbers[Int(table[Int(slot)])].hash != hash { slot = (slot + 1) & mask }
                if table[Int(slot)] < 0 {
                    table[Int(slot)] = Int32(truncatingIfNeeded: i)
                    (repeats[i], isRepeat[i]) = (1, false)
                } else {
                    let first = Int(table[Int(slot)])
                    repeats[first] = min(repeats[first] + 1, 9)
                    isRepeat[i] = true
                }
            }
            for i in 0..<count where isRepeat[i] {
                let hash = numbers[i].hash
                var slot = hash & mask
                while numbers[Int(table[Int(slot)])].hash != hash { slot = (slot + 1) & mask }
                repeats[i] = repeats[Int(table[Int(slot)])]
            }
        }
    }

    /// Scores all lines: their own features, those of their neighbours, their surroundings.
    func score(_ model: LineModel) {
        let surroundings = Surroundings(self)
        for i in 0..<count {
            var z = model.bias
            surroundings.forEach(i) { _, index in z &+= Int32(model.context[index]) }
            z &+= Int32(sums[i].own)
            if i > 0 { z &+= Int32(sums[i - 1].next) }
            if i + 1 < count { z &+= Int32(sums[i + 1].previous) }
            if i > 1 { z &+= Int32(sums[i - 2].secondNext) }
            if i + 2 < count { z &+= Int32(sums[i + 2].secondPrevious) }
            joint[i] = z
            lone[i] = Int32(sums[i].lone) &+ model.loneBias
            jointShare[i] = model.probability(z)
            loneShare[i] = model.probability(lone[i])
        }
        var (shares, lones, text) = (0, 0, 0)
        for i in 0...count {
            (before[i].joint, before[i].lone, before[i].text) = (shares, lones, text)
            guard i < count else { break }
            shares += Int(jointShare[i])
            lones += Int(loneShare[i])
            text += Int(jointShare[i]) * Int(numbers[i].chars)
        }
        findNearest()
    }

    private func findNearest() {
        func isGood(_ i: Int) -> Bool { jointShare[i] > 819 && numbers[i].words >= 8 }
        func distance(_ a: Int, _ b: Int) -> Int32 { Int32(truncatingIfNeeded: min(b - a, 300)) }
        var (good, bad, loneBad) = (-10_000, -10_000, -10_000)
        for i in 0..<count {
            near[i].goodAbove = distance(good, i)
            near[i].badAbove = distance(bad, i)
            near[i].loneBadAbove = distance(loneBad, i)
            if isGood(i) { good = i }
            if jointShare[i] < 102 { bad = i }
            if loneShare[i] < 102 { loneBad = i }
        }
        (good, bad) = (1_000_000, 1_000_000)
        for i in stride(from: count - 1, through: 0, by: -1) {
            near[i].goodBelow = distance(i, good)
            near[i].badBelow = distance(i, bad)
            if isGood(i) { good = i }
            if jointShare[i] < 102 { bad = i }
        }
    }
}

/// What the features of a line say, in 128ths of log odds.
struct LineSums {
    var own: Int16 = 0
    /// Of the next line, the previous, the second next, the second previous.
    var next: Int16 = 0
    var previous: Int16 = 0
    var secondNext: Int16 = 0
    var secondPrevious: Int16 = 0
    /// Of the line itself, when nothing else is known.
    var lone: Int16 = 0
}

/// What is known of a line by itself, worked out in the pure half.
struct LineScore {
    var numbers = LineNumbers()
    var sums = LineSums()
}

/// Adds up what the features of a line say.
struct WeightSum: FeatureSink {
    private let slots: UnsafePointer<UInt64>
    /// Sums of weights plus 128 each: bytes 2, 4, 6 and 3, 5, 7 of the slots in 16-bit lanes.
    private var even: UInt64 = 0
    private var odd: UInt64 = 0
    private var count = 0

    init(_ model: LineModel) { slots = model.slots }

    @inline(__always)
    mutating func take(_ feature: LineFeature) {
        let slot = UInt64(littleEndian: slots[Int(feature.hash & 0xFFFF)])
        let isKnown = slot & 0xFFFF == UInt64(feature.hash >> 16)
        let mask: UInt64 = isKnown ? .max : 0
        even &+= slot >> 16 & 0x00FF_00FF_00FF & mask
        odd &+= slot >> 24 & 0x00FF_00FF_00FF & mask
        count += isKnown ? 1 : 0
    }

    var sums: LineSums {
        func lane(_ lanes: UInt64, _ k: UInt64) -> Int16 {
            Int16(truncatingIfNeeded: Int(lanes >> (16 * k) & 0xFFFF) - 128 * count)
        }
        return LineSums(
            own: lane(even, 0), next: lane(odd, 0), previous: lane(even, 1), secondNext: lane(odd, 1),
            secondPrevious: lane(even, 2), lone: lane(odd, 2))
    }
}
