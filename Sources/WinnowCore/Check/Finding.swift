/// Where something stands in a corpus.
public struct CorpusPlace: Equatable, Sendable {
    /// As it was named, relative to the current folder where it lies below it.
    public var file: String
    /// 1-based number of the record in its file; 0 in plain text.
    public var record: Int
    /// 1-based line of the document (of a record: in its text); 0 for the document as a whole.
    public var line: Int
    /// 1-based line of the file, for tools that know no records; 0 where the format does not count lines.
    public var fileLine: Int

    public init(file: String, record: Int = 0, line: Int = 0, fileLine: Int = 0) {
        self.file = file
        self.record = record
        self.line = line
        self.fileLine = fileLine
    }

    /// `news/a.txt:12`, or `pages.jsonl#3:12` in the third record.
    public var text: String {
        (record > 0 ? "\(file)#\(record)" : file) + (line > 0 ? ":\(line)" : "")
    }
}

/// Something that is wrong at a place, and why.
public struct Finding: Sendable {
    /// What the line repeats, with the exact figure of the comparison.
    public struct Twin: Equatable, Sendable {
        public var place: CorpusPlace
        public var similarity: WinnowCore.Twin
        /// The line, cut as that of the finding; nil where it is out of sight: in another document, or far above.
        public var text: String?

        public init(place: CorpusPlace, similarity: WinnowCore.Twin, text: String? = nil) {
            self.place = place
            self.similarity = similarity
            self.text = text
        }
    }

    public var kind: FindingKind
    public var place: CorpusPlace
    /// 1-based, in code points, and how many; 0 where the line as a whole is meant.
    public var column = 0
    public var length = 0
    /// What `clean` would do; nil where it would do nothing.
    public var action: String?
    /// Stage and rule that found it; `check` for detectors of its own.
    public var stage: String
    public var rule: String
    /// Why, in one line: what the rule saw.
    public var message: String
    public var twin: Twin?
    /// The line as it is, cut to `mostText` code points; U+FFFD for bytes that are no text.
    public var text: String
    /// Names the finding wherever its line stands in the file: XXH3-64 of kind, rule, file and the line's bytes.
    public var fingerprint: UInt64

    public static let mostText = 200

    public init(
        _ kind: FindingKind, _ place: CorpusPlace, stage: String, rule: String, message: String, text: String = "",
        fingerprint: UInt64 = 0
    ) {
        self.kind = kind
        self.place = place
        self.stage = stage
        self.rule = rule
        self.message = message
        self.text = text
        self.fingerprint = fingerprint
    }

    /// 16 hexadecimal digits.
    public var fingerprintText: String {
        let digits = String(fingerprint, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// `stage/rule`.
    public var ruleID: String { "\(stage)/\(rule)" }
}

/// A line that rules of a stage would remove, each by itself, as if no other rule had removed a line.
public struct ClaimedLine: Equatable, Sendable {
    public var place: CorpusPlace
    /// Position of its document among all that are read, from 0.
    public var document: Int
    /// The line as it is, cut as that of a finding.
    public var text: String
    public var stage: String
    /// Names of the rules, at least one.
    public var rules: [String]

    public init(place: CorpusPlace, document: Int, text: String, stage: String, rules: [String]) {
        self.place = place
        self.document = document
        self.text = text
        self.stage = stage
        self.rules = rules
    }
}
