/// A value beyond a limit.
public struct Violation: Sendable {
    public var subject: LimitSubject
    /// The file; nil for all files together.
    public var file: String?
    public var level: LimitLevel
    public var value: Double
    public var bound: Bound

    public init(subject: LimitSubject, file: String?, level: LimitLevel, value: Double, bound: Bound) {
        self.subject = subject
        self.file = file
        self.level = level
        self.value = value
        self.bound = bound
    }

    /// `near-duplicate 0.0312, at most 0.02`.
    public var text: String {
        "\(subject.name) \(bound.isCount ? "\(Int(value))" : figure(value)), \(bound.description)"
    }
}

extension LimitSubject {
    /// What a limit on it is compared with: of a kind, the number of findings or their share; nil for a share of nothing.
    public func value(isCount: Bool, counts: FindingCounts, lines: Int, documents: Int, sums: MeasureSums) -> Double? {
        switch self {
        case .measure(let index): return Measure.all[index].value(sums)
        case .kind(let kind):
            if isCount { return Double(counts[kind]) }
            let all = kind.isOfLine ? lines : documents
            return all > 0 ? Double(counts[kind]) / Double(all) : nil
        }
    }
}

extension CheckOptions {
    /// What is beyond its limit, in the order of `LimitSubject.names`.
    /// - Parameters:
    ///   - counts: of findings that count: without those of a baseline.
    ///   - lines, documents: what shares of findings are shares of.
    public static func violations(
        of limits: [(subject: LimitSubject, limit: Limit)], file: String?, counts: FindingCounts, lines: Int, documents: Int,
        sums: MeasureSums
    ) -> [Violation] {
        limits.compactMap { subject, limit in
            for (level, bound) in [(LimitLevel.error, limit.error), (.warning, limit.warn)] {
                guard let bound else { continue }
                let value = subject.value(
                    isCount: bound.isCount, counts: counts, lines: lines, documents: documents, sums: sums)
                if let value, !bound.allows(value) {
                    return Violation(subject: subject, file: file, level: level, value: value, bound: bound)
                }
            }
            return nil
        }
    }
}

/// What was found in one file.
public struct CheckedFile: Sendable {
    public var name: String
    public var documents = 0
    public var lines = 0
    /// Findings that count, and those of the baseline.
    public var counts = FindingCounts()
    public var known = 0
    public var sums: MeasureSums
    public var violations: [Violation] = []
    /// The first findings that count, a few.
    public var first: [Finding] = []

    public static let mostFirst = 3

    public init(name: String, stages: Int) {
        self.name = name
        sums = MeasureSums(stages: stages)
    }
}

/// Something that recurs, and how often: a line of furniture, a line with its copies.
public struct Recurrence: Sendable {
    public var kind: FindingKind
    /// The line; of copies, the one that is kept.
    public var text: String
    /// Whether `text` is that of the line at `place`; otherwise that line was out of sight, and it is the text of its first copy.
    public var isTextOfPlace: Bool
    public var place: CorpusPlace
    public var count = 0
    /// Places of the first copies, and their texts.
    public var others: [CorpusPlace] = []
    public var otherTexts: [String] = []

    public init(kind: FindingKind, text: String, isTextOfPlace: Bool = true, place: CorpusPlace) {
        self.kind = kind
        self.text = text
        self.isTextOfPlace = isTextOfPlace
        self.place = place
    }
}

/// How the values of documents are spread: twenty bins of equal width and what lies above.
public struct Distribution: Equatable, Sendable {
    public static let bins = 20
    public var counts = [Int](repeating: 0, count: bins + 1)
    /// Where the last bin ends.
    public var top: Double

    public init(top: Double) { self.top = top }

    public mutating func add(_ value: Double) {
        counts[max(0, min(Self.bins, Int(min(value / top, 2) * Double(Self.bins))))] += 1
    }

    /// For a measure: shares lie between 0 and 1.
    public static func of(_ measure: Measure) -> Distribution {
        switch measure.name {
        case "mean-word-length": Distribution(top: 20)
        case "words-per-line": Distribution(top: 100)
        default: Distribution(top: 1)
        }
    }
}

/// What `check` found: counts, measures, what is beyond which limit, and lists of bounded length.
public struct CheckResult: Sendable {
    /// What a baseline knows, and what became of it.
    public struct BaselineResult: Sendable {
        public var file: String
        /// Findings that it knows and that are still there; that are not there any more; of files that were not checked.
        public var known = 0
        public var fixed = 0
        public var missing = 0
        /// The first fixed ones: kind and file.
        public var fixedFirst: [(kind: String, file: String, count: Int)] = []

        public init(file: String) { self.file = file }
    }

    public var winnow: String
    /// Names of the pipeline's stages, in the order of `MeasureSums.removedLines`.
    public var stages: [String]
    public var files = 0
    /// Files that could not be read, and damaged records.
    public var failed = 0
    public var damaged = 0
    public var documents = 0
    public var lines = 0
    /// Bytes of text.
    public var bytes = 0
    /// Findings that count.
    public var counts = FindingCounts()
    /// Files that have findings of a kind.
    public var filesWith = FindingCounts()
    public var sums: MeasureSums
    /// By HyperLogLog: 0.8 % standard error.
    public var distinctLines = 0
    /// Of each measure over documents.
    public var distributions: [Distribution]
    public var limits: [(subject: LimitSubject, limit: Limit)] = []
    /// Those of the corpus, then those of files, by name; the first `mostListed`.
    public var violations: [Violation] = []
    public var errors = 0
    public var warnings = 0
    /// The files with most to be done about, at most `mostFiles`.
    public var worst: [CheckedFile] = []
    /// The first findings of each kind that count, in the order of the input; at most `mostListed` a kind.
    public var listed: [Finding] = []
    public var copies: [Recurrence] = []
    public var furniture: [Recurrence] = []
    public var baseline: BaselineResult?
    /// The revision that lines were compared with.
    public var since: String?

    public static let mostListed = 5000
    public static let mostFiles = 1000

    public init(winnow: String, stages: [String]) {
        self.winnow = winnow
        self.stages = stages
        sums = MeasureSums(stages: stages.count)
        distributions = Measure.all.map(Distribution.of)
    }

    public var passes: Bool { errors == 0 }

    /// The listed findings with how bad they are, the worst first, else in the order of the input: as bad as the worst limit on
    /// their kind that is exceeded, of the corpus or of their file.
    public func ranked() -> [(level: LimitLevel, finding: Finding)] {
        struct Key: Hashable {
            var file: String?
            var kind: FindingKind
        }
        var levels: [Key: LimitLevel] = [:]
        for violation in violations {
            guard case .kind(let kind) = violation.subject else { continue }
            let key = Key(file: violation.file, kind: kind)
            levels[key] = max(levels[key] ?? .note, violation.level)
        }
        var byLevel: [LimitLevel: [Finding]] = [:]
        for finding in listed {
            let own = levels[Key(file: finding.place.file, kind: finding.kind)] ?? .note
            byLevel[max(own, levels[Key(file: nil, kind: finding.kind)] ?? .note), default: []].append(finding)
        }
        return [LimitLevel.error, .warning, .note].flatMap { level in (byLevel[level] ?? []).map { (level, $0) } }
    }
}
