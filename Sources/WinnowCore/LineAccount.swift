/// What a ledger tells of one line of an input or an output.
public struct LineAccount: Sendable {
    /// A line, of a record where `record` is not 0; the number of the line is 0 where all lines are meant.
    public struct Place: Equatable, Sendable, CustomStringConvertible {
        public var file: String
        public var record: Int
        public var line: Int

        public init(file: String, record: Int = 0, line: Int) {
            self.file = file
            self.record = record
            self.line = line
        }

        public var description: String {
            file + (record > 0 ? "#\(record)" : "") + (line > 0 ? ":\(line)" : "")
        }
    }

    public struct Text: Equatable, Sendable {
        public var place: Place
        /// Without its line end; need not be UTF-8.
        public var bytes: [UInt8]

        public init(place: Place, bytes: [UInt8]) {
            self.place = place
            self.bytes = bytes
        }
    }

    public enum Fate: Equatable, Sendable {
        case kept
        case removed
        /// Another text stands in its place: its own, rewritten, or a better copy's.
        case rewritten
        /// Its text stands in the place of a line before it.
        case moved(to: Int)
        /// The record's text became empty.
        case droppedRecord
        /// The record is damaged.
        case leftOutRecord(reason: String)

        /// One word, for programs.
        public var name: String {
            switch self {
            case .kept: "kept"
            case .removed: "removed"
            case .rewritten: "rewritten"
            case .moved: "moved"
            case .droppedRecord: "record dropped"
            case .leftOutRecord: "record left out"
            }
        }
    }

    /// Why; all that the ledger says.
    public struct Reason: Sendable {
        public var stage: String
        public var rule: String
        public var pattern: String?
        /// Line of the heading of a block.
        public var block: Int?
        /// Lines in a row.
        public var lines: Int?
        /// In how many documents it stands, and of how many.
        public var documents: (count: Int, of: Int)?
        public var twin: (file: String, line: Int)?
        /// Four decimals.
        public var similarity: String?
        public var measure: String?
        /// A classifier's, with two decimals, and the features that weighed most, in words.
        public var score: String?
        public var features: [String] = []
        /// Steps that altered characters, as "stage/step".
        public var steps: [String] = []

        public init(stage: String, rule: String) {
            self.stage = stage
            self.rule = rule
        }
    }

    public var fate: Fate
    /// Without a text where a record was left out.
    public var input: Text
    /// What stands in its place in the output; nil where nothing does.
    public var output: Text?
    public var reason: Reason?
    /// The line that it repeats, as it was in the input.
    public var twin: Text?
    /// Where the twin, or the text that was moved, stands in the output.
    public var twinOutput: Place?
    /// Why the twin's text is not shown.
    public var problem: String?

    public init(fate: Fate, input: Text, output: Text? = nil, reason: Reason? = nil) {
        self.fate = fate
        self.input = input
        self.output = output
        self.reason = reason
    }
}
