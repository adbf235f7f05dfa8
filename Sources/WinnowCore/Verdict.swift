/// Why a line was dropped, moved or replaced: which rule of which stage, and what it saw.
public struct Verdict: Equatable, Sendable {
    /// Position of the stage in the pipeline.
    public var stage: UInt8
    /// Index into the stage's `ruleNames`.
    public var rule: UInt16
    public var evidence: Evidence

    public init(stage: UInt8, rule: UInt16, evidence: Evidence) {
        self.stage = stage
        self.rule = rule
        self.evidence = evidence
    }
}

/// What a rule saw. Small and flat, so that a batch holds one a line without allocating.
public enum Evidence: Equatable, Sendable {
    case none
    /// A phrase or pattern of a rule pack, by its index in the stage's `patterns`.
    case pattern(UInt32)
    /// A line of a block, with the input line number of the block's head.
    case block(head: UInt32, pattern: UInt32)
    /// A kept line that says the same.
    case twin(Twin)
    /// A shape or structure that has no pattern, such as a menu: how many lines took part.
    case run(lines: UInt32)
    /// Stands in so many of so many documents.
    case documents(count: UInt32, of: UInt32)
    /// A classifier's score, in 1024ths of log odds: how much rather content than debris the line is. Its reasons stand in the
    /// batch's `reasons` from `first` on, where they were asked for.
    case score(Int32, first: UInt32, count: UInt32)

    /// A score as a number of log odds with two decimals: "-3.41".
    public static func text(ofScore score: Int32) -> String {
        let hundredths = (abs(Int(score)) * 100 + 512) / 1024
        let digits = String(hundredths % 100)
        return (score < 0 ? "-" : "") + "\(hundredths / 100)." + (digits.count < 2 ? "0" : "") + digits
    }
}

/// Something that weighed in a classifier's score.
public struct Reason: Equatable, Sendable {
    /// The stage's number for the feature.
    public var feature: UInt16
    /// How much it said for (positive) or against the line, in 1024ths of log odds.
    public var weight: Int32
    /// Where the feature has one, its value.
    public var value: Int32?
    /// The part of the line's text that it is about; empty where it is about none.
    public var start: UInt32
    public var length: UInt32

    public init(feature: UInt16, weight: Int32, value: Int32? = nil, start: UInt32 = 0, length: UInt32 = 0) {
        self.feature = feature
        self.weight = weight
        self.value = value
        self.start = start
        self.length = length
    }
}

/// The kept line that a removed line repeats, with the exact figures of the comparison.
public struct Twin: Equatable, Sendable {
    public enum Measure: UInt8, Sendable {
        /// The keys are equal.
        case equal
        /// |A ∩ B| / |A ∪ B| of the shingle sets.
        case jaccard
        /// One is the beginning or the end of the other: shared length over the longer one's length, in characters.
        case containment
    }

    /// Ordinal of the document that holds the twin.
    public var document: UInt32
    /// 1-based input line number of the twin in its document.
    public var line: UInt32
    /// Numerator and denominator of the similarity, so that no rounding enters.
    public var shared: UInt32
    public var total: UInt32
    public var measure: Measure

    public init(document: UInt32, line: UInt32, shared: UInt32, total: UInt32, measure: Measure) {
        self.document = document
        self.line = line
        self.shared = shared
        self.total = total
        self.measure = measure
    }
}

/// The named steps of a line stage that altered a line, as a bit set over the stage's `ruleNames`.
public struct Steps: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32
    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
    @inlinable public init(step: Int) { rawValue = 1 << UInt32(step) }
}
