/// What ends a line in the input.
public enum LineEnd: UInt8, Sendable {
    /// End of the document, or the cut of an over-long line.
    case none
    case lf
    case crlf
    case cr

    /// Bytes that it takes in UTF-8.
    @inlinable public var bytes: Int {
        switch self {
        case .none: 0
        case .lf, .cr: 1
        case .crlf: 2
        }
    }
}

/// What one look at a line's bytes found, so that clean lines are not looked at again.
public struct LineFlags: OptionSet, Sendable {
    public var rawValue: UInt16
    @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// A byte of 0x80 or more.
    public static let nonASCII = LineFlags(rawValue: 1 << 0)
    /// A C0 control other than a tab, or DEL.
    public static let control = LineFlags(rawValue: 1 << 1)
    /// An ampersand: maybe an HTML entity.
    public static let ampersand = LineFlags(rawValue: 1 << 2)
    /// Not valid UTF-8.
    public static let invalid = LineFlags(rawValue: 1 << 3)
    /// A character that may not be in normal form.
    public static let unnormalized = LineFlags(rawValue: 1 << 4)
    /// An invisible character, an odd space or a C1 control.
    public static let invisible = LineFlags(rawValue: 1 << 5)
    /// Two characters in a row as UTF-8 read in Windows-1252 leaves them.
    public static let mojibake = LineFlags(rawValue: 1 << 6)
    /// Spaces or tabs at the end.
    public static let trailingSpace = LineFlags(rawValue: 1 << 7)
    /// A piece of a line that is longer than the limit: stages leave it as it is.
    public static let piece = LineFlags(rawValue: 1 << 8)
    /// Nothing but white space.
    public static let blank = LineFlags(rawValue: 1 << 9)
    /// Matches a pattern of `protect:`; no stage may drop or move it.
    public static let protected = LineFlags(rawValue: 1 << 10)

    /// Stands between two documents of a stream, and is passed on as it is.
    public static let separator = LineFlags(rawValue: 1 << 11)

    /// The key holds a digit.
    public static let keyHasDigit = LineFlags(rawValue: 1 << 12)
    /// The key holds a character outside ASCII.
    public static let keyIsWide = LineFlags(rawValue: 1 << 13)
    /// The key holds a character of a script without spaces between words.
    public static let keyIsUnspaced = LineFlags(rawValue: 1 << 14)

    /// The bytes were looked at when the line was found: `nonASCII`, `control` and `ampersand` are known.
    public static let scanned = LineFlags(rawValue: 1 << 15)

    /// Lines that document stages must not take.
    public static let untouchable: LineFlags = [.piece, .protected, .separator]
}

/// One line of a batch: where its bytes stand, and what becomes of it.
public struct Line: Sendable {
    /// Offset of the line's bytes in the batch's `raw`.
    public var start: UInt32
    /// Length of the content in `raw`, line end not counted.
    public var length: UInt32
    /// Offset and length of the current text: in `raw`, or in `arena` once it was rewritten.
    public var textStart: UInt32
    public var textLength: UInt32
    /// Offset and length of the key (the folded form that is compared) in `keys`.
    public var keyStart: UInt32 = 0
    public var keyLength: UInt32 = 0
    /// Words of the key, at most 65,535: parts between spaces, and each character of a script without spaces.
    public var keyWords: UInt16 = 0
    /// Bytes of the line end in `raw`.
    public var endLength: UInt8
    public var end: LineEnd
    public var flags: LineFlags
    public var isRewritten = false
    /// The line whose text stands in this place of the output; -1 when the place is empty.
    /// A place holds its own line unless a better copy took it.
    public var source: Int32
    /// The place that this line's text moved to; -1 when it stands in its own, or is gone.
    public var movedTo: Int32 = -1
    /// Steps of the line stages that altered this line.
    public var steps: Steps = []

    @inlinable
    public init(start: Int, length: Int, end: LineEnd, endLength: Int, flags: LineFlags, index: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.length = UInt32(truncatingIfNeeded: length)
        self.textStart = self.start
        self.textLength = self.length
        self.end = end
        self.endLength = UInt8(truncatingIfNeeded: endLength)
        self.flags = flags
        self.source = Int32(truncatingIfNeeded: index)
    }
}

/// Consecutive lines of one document in contiguous buffers: the unit that passes through the stages.
///
/// A batch is also the *window* within which a document stage may look ahead: at most `Window.lines` lines or
/// `Window.bytes` bytes (one over-long line piece excepted). Where it is cut depends on the input alone, never on
/// how the bytes arrived, so that results do not depend on time, block size or threads.
public struct LineBatch: Sendable {
    /// The input's own bytes, line ends included.
    public var raw: [UInt8] = []
    /// Texts of rewritten lines.
    public var arena: [UInt8] = []
    /// Keys of the lines, filled before the document stages run. Each stands between two spaces, and at least eight bytes
    /// follow the last.
    public var keys: [UInt8] = []
    public var lines: [Line] = []
    /// One verdict a line; meaningful where the place is empty or holds another line's text.
    public var verdicts: [Verdict?] = []
    /// Whether someone will read the reasons of scores, which take time to find.
    public var isExplained = false
    /// The reasons of scores.
    public var reasons: [Reason] = []

    public var document = Document(ordinal: 0, name: "-")
    /// 1-based input line number of the first line.
    public var firstLine = 1
    /// Byte offset of the first line in the document.
    public var offset = 0
    /// Whether this batch begins and ends its document.
    public var isFirst = true
    public var isLast = true

    public init() {}

    /// Empties the batch, keeping its memory.
    public mutating func reset(document: Document, firstLine: Int, offset: Int) {
        raw.removeAll(keepingCapacity: true)
        arena.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        verdicts.removeAll(keepingCapacity: true)
        reasons.removeAll(keepingCapacity: true)
        self.document = document
        self.firstLine = firstLine
        self.offset = offset
        isFirst = false
        isLast = false
    }

    /// Whether a text stands in this place of the output.
    @inlinable public func isKept(_ place: Int) -> Bool { lines[place].source >= 0 }

    /// The input line number of a line of this batch.
    @inlinable public func number(_ index: Int) -> Int { firstLine + index }

    /// Replaces the text of a line.
    public mutating func rewrite(_ index: Int, with text: some Sequence<UInt8>, steps: Steps) {
        let start = arena.count
        arena.append(contentsOf: text)
        lines[index].textStart = UInt32(truncatingIfNeeded: start)
        lines[index].textLength = UInt32(truncatingIfNeeded: arena.count - start)
        lines[index].isRewritten = true
        lines[index].steps.formUnion(steps)
    }

    /// Empties a place, and says why; does nothing where the text is protected.
    ///
    /// Where the place holds a better copy that moved there, that line goes for the same reason.
    /// - Returns: whether the place was emptied.
    public mutating func drop(_ place: Int, _ verdict: Verdict) -> Bool {
        let held = Int(lines[place].source)
        guard held >= 0, lines[held].flags.isDisjoint(with: .untouchable) else { return false }
        lines[place].source = -1
        lines[held].movedTo = -1
        verdicts[held] = verdict
        return true
    }

    /// Puts the text of the place `better` where a worse copy stands, and empties `better`.
    ///
    /// - Parameters:
    ///   - lost: why the worse copy goes.
    ///   - moved: why the better copy left its place.
    /// - Returns: whether it was done: protected texts neither move nor go.
    public mutating func move(_ better: Int, to place: Int, lost: Verdict, moved: Verdict) -> Bool {
        let text = Int(lines[better].source)
        let worse = Int(lines[place].source)
        guard text >= 0, worse >= 0, lines[text].flags.isDisjoint(with: .untouchable),
            lines[worse].flags.isDisjoint(with: .untouchable)
        else { return false }
        lines[better].source = -1
        lines[place].source = Int32(truncatingIfNeeded: text)
        lines[text].movedTo = Int32(truncatingIfNeeded: place)
        lines[worse].movedTo = -1
        verdicts[worse] = lost
        verdicts[text] = moved
        return true
    }

    /// Undoes everything that document stages did; the line stages' work stays.
    public mutating func restoreAll() {
        for index in lines.indices {
            lines[index].source = Int32(truncatingIfNeeded: index)
            lines[index].movedTo = -1
            verdicts[index] = nil
        }
    }

    /// The current text of a line as a String: for messages and tests, not for hot paths.
    public func string(_ index: Int) -> String {
        let line = lines[index]
        let range = Int(line.textStart)..<Int(line.textStart + line.textLength)
        return String(decoding: line.isRewritten ? arena[range] : raw[range], as: UTF8.self)
    }
}

/// The unit of context: a file, a record, or a stream.
public struct Document: Equatable, Sendable {
    /// Position among the inputs of this run, from 0.
    public var ordinal: Int
    /// Path, record id, or "-" for standard input.
    public var name: String
    /// Name of the encoding of its bytes.
    public var encoding: String
    /// The host that it comes from, where its record says so.
    public var host: String?

    public init(ordinal: Int, name: String, encoding: String = "UTF-8", host: String? = nil) {
        self.ordinal = ordinal
        self.name = name
        self.encoding = encoding
        self.host = host
    }

    /// Documents of one site share their furniture: its host, else the folder of its file, or the file of its record.
    public var site: String {
        if let host { return host }
        if let record = name.lastIndex(of: "#") { return String(name[..<record]) }
        return name.lastIndex(of: "/").map { String(name[..<$0]) } ?? ""
    }
}

/// How far a document stage may look ahead.
public struct Window: Equatable, Sendable {
    public var lines: Int
    public var bytes: Int

    public init(lines: Int = 4096, bytes: Int = 1 << 20) {
        self.lines = lines
        self.bytes = bytes
    }
}
