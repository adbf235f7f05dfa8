/// What a limit is set on.
public enum LimitSubject: Hashable, Sendable {
    case kind(FindingKind)
    /// By its position in `Measure.all`.
    case measure(Int)

    public init?(_ name: String) {
        if let kind = FindingKind(rawValue: name) {
            self = .kind(kind)
        } else if let index = Measure.all.firstIndex(where: { $0.name == name }) {
            self = .measure(index)
        } else {
            return nil
        }
    }

    public var name: String {
        switch self {
        case .kind(let kind): kind.rawValue
        case .measure(let index): Measure.all[index].name
        }
    }

    /// All that there are: kinds of findings, then measures.
    public static let names = FindingKind.allCases.map(\.rawValue) + Measure.all.map(\.name)
}

/// What a value may be.
public struct Bound: Equatable, Sendable, CustomStringConvertible {
    public var least: Double?
    public var most: Double?
    /// Whether it is a number of findings rather than a share.
    public var isCount: Bool

    public init(least: Double? = nil, most: Double? = nil, isCount: Bool = false) {
        self.least = least
        self.most = most
        self.isCount = isCount
    }

    /// Reads `0.02` and `2%` (a share, at most), `3` (of findings: so many at most), `0.1..`, `..10`, `3..10`.
    public init?(_ text: String, of subject: LimitSubject) {
        var least: Double?
        var most: Double?
        var isShare = false
        func number(_ word: Substring) -> Double? {
            var word = word
            let isPercent = word.hasSuffix("%")
            if isPercent { word = word.dropLast() }
            if isPercent || word.contains(".") { isShare = true }
            guard !word.isEmpty, word.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }), let value = Double(word)
            else { return nil }
            return isPercent ? value / 100 : value
        }
        if let dots = Self.dots(in: text) {
            let left = text[..<dots.lowerBound]
            let right = text[dots.upperBound...]
            guard !(left.isEmpty && right.isEmpty) else { return nil }
            if !left.isEmpty {
                guard let value = number(left) else { return nil }
                least = value
            }
            if !right.isEmpty {
                guard let value = number(right) else { return nil }
                most = value
            }
            if let least, let most, least > most { return nil }
        } else {
            guard let value = number(text[...]) else { return nil }
            most = value
        }
        var isOfKind = false
        if case .kind = subject { isOfKind = true }
        self.init(least: least, most: most, isCount: isOfKind && !isShare)
    }

    private static func dots(in text: String) -> Range<String.Index>? {
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] == ".", next < text.endIndex, text[next] == "." { return index..<text.index(after: next) }
            index = next
        }
        return nil
    }

    public static let form = "a number (0.02, 2%, 3) or a range (0.1.., ..10, 3..10)"

    public func allows(_ value: Double) -> Bool { value >= least ?? -.infinity && value <= most ?? .infinity }

    public var description: String {
        switch (least, most) {
        case (nil, let most?): "at most \(Self.number(most, isCount))"
        case (let least?, nil): "at least \(Self.number(least, isCount))"
        case (let least?, let most?): "\(Self.number(least, isCount)) to \(Self.number(most, isCount))"
        case (nil, nil): "anything"
        }
    }

    private static func number(_ value: Double, _ isCount: Bool) -> String { isCount ? "\(Int(value))" : figure(value) }
}

/// A value as reports show it: four decimals at most, by integer arithmetic, so that every machine prints the same.
public func figure(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e12 else { return "0" }
    let scaled = Int((value.magnitude * 10_000).rounded())
    var digits = String(scaled % 10_000)
    digits = String(repeating: "0", count: 4 - digits.count) + digits
    while digits.hasSuffix("0") { digits.removeLast() }
    return (value < 0 && scaled > 0 ? "-" : "") + "\(scaled / 10_000)" + (digits.isEmpty ? "" : ".\(digits)")
}

/// How bad it is to be beyond a limit.
public enum LimitLevel: String, Comparable, Sendable {
    case note
    case warning
    case error

    public static func < (a: LimitLevel, b: LimitLevel) -> Bool { a.rank < b.rank }
    private var rank: Int { self == .error ? 2 : self == .warning ? 1 : 0 }
}

/// The limits on one subject; nil is none.
public struct Limit: Equatable, Sendable {
    public var error: Bound?
    public var warn: Bound?

    public init(error: Bound? = nil, warn: Bound? = nil) {
        self.error = error
        self.warn = warn
    }
}

/// What `check:` in pipeline.yml says.
public struct CheckOptions: Equatable, Sendable {
    /// Limits for the files that a glob matches; they take the place of those for every file.
    public struct Group: Equatable, Sendable {
        public var glob: String
        public var location: WinnowError.Location?
        public var limits: [LimitSubject: Limit]

        public init(glob: String, location: WinnowError.Location?, limits: [LimitSubject: Limit]) {
            self.glob = glob
            self.location = location
            self.limits = limits
        }
    }

    /// Whether lines are compared across files.
    public var acrossFiles = true
    /// A document of fewer words is short.
    public var shortDocument = 5
    /// A document is mostly debris when the stages would take more than this share of its text.
    public var mostlyDebris = 0.5
    /// For all files together, and for each.
    public var corpus = CheckOptions.defaultCorpus
    public var file: [LimitSubject: Limit] = [:]
    public var groups: [Group] = []

    public init() {}

    /// Limits in the order of `LimitSubject.names`.
    public static func sorted(_ limits: [LimitSubject: Limit]) -> [(subject: LimitSubject, limit: Limit)] {
        LimitSubject.names.compactMap { name in
            LimitSubject(name).flatMap { subject in limits[subject].map { (subject, $0) } }
        }
    }

    static let defaultCorpus: [LimitSubject: Limit] = {
        let none = Bound(most: 0, isCount: true)
        func share(_ value: Double) -> Bound { Bound(most: value) }
        var limits: [LimitSubject: Limit] = [:]
        func set(_ kind: FindingKind, error: Bound? = nil, warn: Bound? = nil) {
            limits[.kind(kind)] = Limit(error: error, warn: warn)
        }
        set(.boilerplate, error: share(0.02), warn: none)
        set(.nearDuplicate, error: share(0.02), warn: none)
        set(.exactDuplicate, error: share(0.02), warn: none)
        set(.acrossFileDuplicate, error: share(0.05), warn: none)
        for kind: FindingKind in [.invalidUTF8, .foreignEncoding, .mojibake, .controlCharacter, .bidiControl, .emptyDocument] {
            set(kind, error: none)
        }
        for kind: FindingKind in [
            .htmlEntity, .notNFC, .invisibleCharacter, .oddSpace, .mixedLineEnds, .noFinalNewline, .shortDocument,
        ] {
            set(kind, warn: none)
        }
        set(.mostlyDebris, error: share(0.01), warn: none)
        func warn(_ name: String, _ bound: Bound) {
            if let subject = LimitSubject(name) { limits[subject] = Limit(warn: bound) }
        }
        // The limits that Gopher and FineWeb set on single documents, on the whole.
        warn("duplicate-lines", share(0.3))
        warn("duplicate-paragraphs", share(0.3))
        warn("duplicate-line-characters", share(0.2))
        warn("duplicate-paragraph-characters", share(0.2))
        warn("duplicate-5-grams", share(0.15))
        warn("duplicate-10-grams", share(0.1))
        warn("hash-to-word", share(0.1))
        warn("ellipsis-to-word", share(0.1))
        return limits
    }()
}
