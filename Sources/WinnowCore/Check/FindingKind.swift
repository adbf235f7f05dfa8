/// What may be wrong at a place of a corpus. The raw value is its name in limits and reports.
public enum FindingKind: String, CaseIterable, Sendable {
    // What the stages would take out or change.
    case boilerplate
    case nearDuplicate = "near-duplicate"
    case exactDuplicate = "exact-duplicate"
    case acrossFileDuplicate = "across-file-duplicate"
    case surplusBlankLine = "surplus-blank-line"
    case otherChange = "other-change"
    // Characters.
    case invalidUTF8 = "invalid-utf8"
    case mojibake
    case htmlEntity = "html-entity"
    case notNFC = "not-nfc"
    case controlCharacter = "control-character"
    case bidiControl = "bidi-control"
    case invisibleCharacter = "invisible-character"
    case oddSpace = "odd-space"
    case trailingSpace = "trailing-space"
    // Documents.
    case foreignEncoding = "foreign-encoding"
    case mixedLineEnds = "mixed-line-ends"
    case carriageReturns = "carriage-returns"
    case noFinalNewline = "no-final-newline"
    case emptyDocument = "empty-document"
    case shortDocument = "short-document"
    case mostlyDebris = "mostly-debris"

    /// Whether it is found in a line, and its share is one of lines; otherwise it is one of documents.
    public var isOfLine: Bool {
        switch self {
        case .foreignEncoding, .mixedLineEnds, .carriageReturns, .noFinalNewline, .emptyDocument, .shortDocument, .mostlyDebris:
            false
        default: true
        }
    }

    /// What it is, in a few words.
    public var title: String {
        switch self {
        case .boilerplate: "page furniture that cleaning would remove"
        case .nearDuplicate: "a line that says what another of its document says"
        case .exactDuplicate: "a line that another of its document repeats, but for case and punctuation"
        case .acrossFileDuplicate: "a line that stands in another file or record too"
        case .surplusBlankLine: "a blank line too many"
        case .otherChange: "another change that cleaning would make"
        case .invalidUTF8: "bytes that are not UTF-8"
        case .mojibake: "text that was read in the wrong encoding"
        case .htmlEntity: "an HTML character reference left in the text"
        case .notNFC: "text that is not in Unicode normalization form C"
        case .controlCharacter: "a control character or terminal escape"
        case .bidiControl: "a control of text direction that is out of place or not closed"
        case .invisibleCharacter: "an invisible character that does nothing here"
        case .oddSpace: "a space that is none of ASCII, where an ordinary one belongs"
        case .trailingSpace: "spaces or tabs at the end of a line"
        case .foreignEncoding: "a file in an encoding other than the one that is expected"
        case .mixedLineEnds: "line ends of more than one kind"
        case .carriageReturns: "line ends with carriage returns throughout"
        case .noFinalNewline: "no line end behind the last line"
        case .emptyDocument: "a document without text"
        case .shortDocument: "a document of a few words"
        case .mostlyDebris: "a document that cleaning would take most of"
        }
    }

    /// Position in `allCases`, for counters: asked for at each finding.
    public var index: Int {
        switch self {
        case .boilerplate: 0
        case .nearDuplicate: 1
        case .exactDuplicate: 2
        case .acrossFileDuplicate: 3
        case .surplusBlankLine: 4
        case .otherChange: 5
        case .invalidUTF8: 6
        case .mojibake: 7
        case .htmlEntity: 8
        case .notNFC: 9
        case .controlCharacter: 10
        case .bidiControl: 11
        case .invisibleCharacter: 12
        case .oddSpace: 13
        case .trailingSpace: 14
        case .foreignEncoding: 15
        case .mixedLineEnds: 16
        case .carriageReturns: 17
        case .noFinalNewline: 18
        case .emptyDocument: 19
        case .shortDocument: 20
        case .mostlyDebris: 21
        }
    }
}

/// A number for each kind of finding.
public struct FindingCounts: Equatable, Sendable {
    private var counts: [Int]

    public init() { counts = [Int](repeating: 0, count: FindingKind.allCases.count) }

    public subscript(kind: FindingKind) -> Int {
        get { counts[kind.index] }
        set { counts[kind.index] = newValue }
    }

    public var total: Int { counts.reduce(0, +) }

    /// Kinds that there are any of, in the order of `FindingKind`.
    public var found: [(kind: FindingKind, count: Int)] {
        FindingKind.allCases.enumerated().compactMap { counts[$0] > 0 ? ($1, counts[$0]) : nil }
    }

    public static func += (a: inout FindingCounts, b: FindingCounts) {
        for index in a.counts.indices { a.counts[index] += b.counts[index] }
    }
}
