import WinnowCore
import WinnowText

/// Tells content from debris, line by line, by a small model of words, shapes and surroundings.
///
/// The pure half adds up what the features of each line say (`LineScorer`); this half looks at all lines of a window that still
/// stand, and is asked again in each round until nothing changes, so that a second run of winnow changes nothing.
/// - Complexity: a constant number of look-ups a line and round.
struct LineClassifier {
    /// How much may be lost for the sake of what goes.
    enum Profile: String, CaseIterable, Sendable {
        /// For text that was extracted or pasted: loses next to nothing.
        case article
        /// For whole pages as text.
        case page

        /// The share of a window's text that may go before the guard steps in, in hundredths.
        var share: Int { self == .article ? 80 : 90 }
    }

    /// A window is judged when it has this many lines of `Surroundings.long` words or more that end like sentences and score
    /// more than `proseScore`. Code, tables, lists and verse are nothing that the model was taught on.
    static let proseLines = 3
    static let proseScore: Int32 = 177
    /// Documents of fewer lines are short.
    static let short = 64
    /// Lines that score more stay: the trees are not asked.
    static let sure: Int32 = 64

    private let model: LineModel
    private let profile: Profile
    private let lines = PageLines()
    /// The lines that stood when the last round was judged, and whether blank lines stood before them: the same need no second look.
    private var judged: [Int32] = []
    private var features: LineFeatures

    init(_ model: LineModel, _ profile: Profile) {
        self.model = model
        self.profile = profile
        features = LineFeatures(model)
    }

    /// What the classifier would take.
    struct Finding {
        var place: Int
        /// The trees' sum, in 1024ths of log odds.
        var score: Int32
        /// Its index among the lines that were judged.
        var index: Int
    }

    /// A new window begins.
    mutating func begin() { judged.removeAll(keepingCapacity: true) }

    /// Fills in the places whose texts are debris, as far as the lines tell that now stand.
    /// - Parameter isFirst: whether the window begins its document, whose first line is never taken.
    mutating func find(_ batch: borrowing LineBatch, _ scores: [LineScore], isFirst: Bool, into found: inout [Finding]) {
        found.removeAll(keepingCapacity: true)
        collect(batch, scores)
        guard lines.count > 1, !isJudged() else { return }
        lines.addUp()
        // No score is needed to see that too few lines are long enough.
        guard lines.before[lines.count].sentences >= Self.proseLines else { return }
        lines.score(model)
        guard hasProse() else { return }
        findLines(from: isFirst ? 1 : 0, under: threshold(), into: &found)
    }

    /// How much over the threshold a score may be and still be near: one unit of log odds.
    static let slack: Int32 = 1024

    /// The lines that stand and are not far from being debris, with what they lack.
    mutating func nearest(
        _ batch: borrowing LineBatch, _ scores: [LineScore], isFirst: Bool
    ) -> [(finding: Finding, lacked: String)] {
        collect(batch, scores)
        guard lines.count > 1 else { return [] }
        lines.addUp()
        lines.score(model)
        let (threshold, hasProse) = (threshold(), hasProse())
        var found: [Finding] = []
        findLines(from: 0, under: threshold + Self.slack, into: &found)
        func lacked(_ finding: Finding) -> String {
            if finding.score >= threshold { return "lines go under \(Evidence.text(ofScore: threshold))" }
            if isFirst, finding.index == 0 { return "the first line of a document stays" }
            return hasProse ? "it is protected" : "fewer than \(Self.proseLines) lines of the document are surely prose"
        }
        return found.map { ($0, lacked($0)) }
    }

    /// Takes in the lines that stand and are not blank.
    private mutating func collect(_ batch: borrowing LineBatch, _ scores: [LineScore]) {
        lines.begin(batch.lines.count)
        var afterBlank = false
        for place in batch.lines.indices where batch.isKept(place) {
            let source = Int(batch.lines[place].source)
            guard batch.lines[source].flags.isDisjoint(with: [.blank, .separator]) else {
                afterBlank = true
                continue
            }
            lines.append(place: place, source: source, afterBlank: afterBlank, scores[source])
            afterBlank = false
        }
    }

    /// The lines whose trees add up to less than `threshold`.
    private func findLines(from first: Int, under threshold: Int32, into found: inout [Finding]) {
        let windows = ScoreWindows(lines)
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: ScoreWindows.count) { numbers in
            guard let base = numbers.baseAddress else { return }
            for i in first..<lines.count where lines.joint[i] <= Self.sure && lines.numbers[i].words > 0 {
                windows.fill(i, base)
                if let score = model.sum(base, under: threshold) {
                    found.append(Finding(place: Int(lines.place[i]), score: score, index: i))
                }
            }
        }
    }

    /// Appends the five features that weighed most against a line to the batch's reasons.
    mutating func explain(_ finding: Finding, _ batch: inout LineBatch) {
        let i = finding.index
        var reasons = ClassifierReasons()
        var sink = ReasonSink(model: model)
        batch.withTexts { texts in
            let text = texts.text(batch.lines[Int(lines.source[i])])
            _ = features.read(text, into: &sink)
            for (feature, weight) in sink.found {
                var (start, end) = (0, 0)
                if !feature.tokens.isEmpty {
                    start = features.start(ofToken: feature.tokens.lowerBound)
                    end = features.end(ofToken: feature.tokens.upperBound - 1, in: text)
                }
                reasons.add(
                    Reason(
                        feature: UInt16(feature.kind.rawValue), weight: weight * 8, start: UInt32(start),
                        length: UInt32(end - start)))
            }
        }
        func neighbour(_ k: Int, _ j: Int, _ weight: (LineSums) -> Int16) {
            guard j >= 0, j < lines.count else { return }
            reasons.add(Reason(feature: ClassifierReasons.neighbours + UInt16(k), weight: Int32(weight(lines.sums[j])) * 8))
        }
        neighbour(0, i - 1, \.next)
        neighbour(1, i + 1, \.previous)
        neighbour(2, i - 2, \.secondNext)
        neighbour(3, i + 2, \.secondPrevious)
        let percent = Int32(truncatingIfNeeded: i * 100 / lines.count)
        Surroundings(lines).forEach(i) { number, index in
            reasons.add(
                Reason(
                    feature: ClassifierReasons.surroundings + UInt16(number), weight: Int32(model.context[index]) * 8,
                    value: percent))
        }
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * ScoreWindows.count) { numbers in
            guard let base = numbers.baseAddress else { return }
            ScoreWindows(lines).fill(i, base)
            let weights = base + ScoreWindows.count
            weights.initialize(repeating: 0, count: ScoreWindows.count)
            model.weigh(base, into: weights)
            // The line's own score is what the features above make up.
            for k in 1..<ScoreWindows.count {
                reasons.add(Reason(feature: ClassifierReasons.windows + UInt16(k), weight: weights[k], value: base[k]))
            }
        }
        batch.reasons.append(contentsOf: reasons.heaviest)
    }

    /// Whether these lines were judged just before; remembers them.
    private mutating func isJudged() -> Bool {
        func state(_ i: Int) -> Int32 { lines.source[i] << 1 | Int32(lines.gap[i]) }
        if judged.count == lines.count, (0..<lines.count).allSatisfy({ judged[$0] == state($0) }) { return true }
        judged.removeAll(keepingCapacity: true)
        for i in 0..<lines.count { judged.append(state(i)) }
        return false
    }

    private func hasProse() -> Bool {
        var found = 0
        for i in 0..<lines.count {
            let line = lines.numbers[i]
            if lines.joint[i] > Self.proseScore, line.words >= Surroundings.long, line.ending > 0 {
                found += 1
                if found == Self.proseLines { return true }
            }
        }
        return false
    }

    /// Lower, so that less goes, for short documents and for scripts without capitals.
    private func threshold() -> Int32 {
        let limits = model.thresholds
        var cased = 0
        var all = 0
        for i in 0..<lines.count where lines.numbers[i].words >= 4 {
            all += 1
            if lines.numbers[i].isCased { cased += 1 }
        }
        let isUsual = lines.count >= Self.short && 2 * cased >= all
        switch profile {
        case .article: return isUsual ? limits.article : limits.cautiousArticle
        case .page: return isUsual ? limits.page : limits.cautiousPage
        }
    }
}

/// The pure half: works out what each line says by itself. It has scratch memory, so there is one a thread.
struct LineScorer {
    private let model: LineModel
    private var features: LineFeatures

    init(_ model: LineModel) {
        self.model = model
        features = LineFeatures(model)
    }

    @inline(__always)
    mutating func score(_ text: UnsafeBufferPointer<UInt8>) -> LineScore {
        var sum = WeightSum(model)
        let numbers = features.read(text, into: &sum)
        return LineScore(numbers: numbers, sums: sum.sums)
    }
}
