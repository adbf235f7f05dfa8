import WinnowCore

/// One unit of a file: bytes as they came, and in them the text to clean.
///
/// A record holds everything that is needed to write it again, so records may be worked on in any order. The bytes of all
/// records of a file, one behind the other, are the file.
public struct Record: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        /// It has a text to clean.
        case text
        /// It has none by its nature: a WARC request, say.
        case other
        /// What stands between records: blank lines, a byte order mark.
        case between
        /// It should have a text, and none can be read. The records behind it are not affected; the caller decides whether to
        /// write its bytes as they are, to put them aside, or to stop with the error.
        case damaged(WinnowError)
    }

    /// Long records come in parts; a text that is cleaned as one comes whole, but for plain text.
    public struct Part: Equatable, Sendable {
        public var isFirst = true
        public var isLast = true
        public var isWhole: Bool { isFirst && isLast }
    }

    public internal(set) var kind = Kind.other
    public internal(set) var part = Part()
    /// Counts the records of a file from 1; what stands between records has the number of the one before it.
    public internal(set) var number = 0
    /// Of its first byte in the (unpacked) file, from 1; 0 where the format does not count lines.
    public internal(set) var line = 0
    /// Of its first byte in the (unpacked) file, from 0.
    public internal(set) var offset = 0
    public internal(set) var bytes: [UInt8] = []
    /// The encoding that the record says its text has, as it is written there; nil where it says nothing. JSON is UTF-8.
    public internal(set) var charset: String?
    /// The host that the record says it comes from (WARC-Target-URI).
    public internal(set) var host: String?
    var envelope = Envelope.whole
    /// The decoded string of a JSON record; the text of others stands in `bytes` as it is.
    var decoded: [UInt8] = []

    /// Where the text stands in `bytes`.
    enum Envelope: Equatable, Sendable {
        /// Everywhere.
        case whole
        /// A JSON string literal, with its quotes.
        case literal(Range<Int>)
        /// The block of a WARC record, behind its header.
        case block(Range<Int>)
    }

    public init() {}

    /// The text to clean.
    public var text: ArraySlice<UInt8> {
        guard kind == .text else { return [] }
        switch envelope {
        case .whole: return bytes[...]
        case .literal: return decoded[...]
        case .block(let range): return bytes[range]
        }
    }

    /// Where its text stands in `bytes` as it came: a JSON literal with its quotes, or the block of a WARC record.
    public var place: Range<Int> {
        switch envelope {
        case .whole: 0..<bytes.count
        case .literal(let range), .block(let range): range
        }
    }

    /// Whether its text is written as a JSON literal.
    public var isLiteral: Bool { if case .literal = envelope { true } else { false } }

    /// Whether it is part of a WARC file, where each record is a gzip member or zstd frame of its own.
    public internal(set) var isWARC = false

    mutating func begin(_ kind: Kind, number: Int, line: Int, offset: Int, part: Part = Part()) {
        self.kind = kind
        self.part = part
        self.number = number
        self.line = line
        self.offset = offset
        bytes.removeAll(keepingCapacity: true)
        decoded.removeAll(keepingCapacity: true)
        charset = nil
        host = nil
        envelope = .whole
    }

    /// An error of this record, with its place.
    static func failure(
        _ code: WinnowError.Code = .input, _ message: String, hint: String?, name: String, number: Int, line: Int, offset: Int
    ) -> WinnowError {
        WinnowError(
            code, "record \(number) at byte \(offset): \(message)", hint: hint, at: .init(file: name, line: line))
    }
}

/// Reads a file record by record.
public protocol RecordReader: AnyObject {
    /// Fills the record with the next one, or the next part of one; its memory is used again.
    /// - Returns: false at the end.
    /// - Throws: when the file cannot be read further: the source failed, or the structure is broken. All records before are
    ///   good.
    func next(into record: inout Record) throws(WinnowError) -> Bool
}

/// Bounds of what a reader keeps in memory.
public struct RecordLimits: Sendable {
    /// Of a record whose text is cleaned, in bytes; a longer one is damaged, and comes in parts.
    public var record: Int

    public init(record: Int = 1 << 26) { self.record = max(1, record) }

    /// Size of the parts of a long record.
    static let part = 1 << 20
}
