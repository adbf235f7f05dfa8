import WinnowCore
import WinnowIO

/// Reads a ledger, entry by entry (docs/ledger.md).
public final class LedgerReader {
    public struct Header {
        /// The one file that a ledger of a batch is about.
        public var file: LedgerWriter.File?
    }

    public let header: Header
    /// The entry that `next` came to.
    let entry: JSONRecord
    private let lines: LineStream

    /// - Throws: `input` for what is no ledger, or one of another version; what the source throws.
    public init(_ source: any ByteSource) throws(WinnowError) {
        lines = LineStream(source)
        entry = try JSONRecord()
        guard let text = try lines.next(), text.withUnsafeBufferPointer(entry.parse) == nil,
            let version = entry.integer("ledger")
        else {
            throw WinnowError(.input, "not a ledger of winnow", at: .init(file: source.name, line: 1))
        }
        var file: LedgerWriter.File?
        if let name = Self.bytes(entry, "file") {
            file = LedgerWriter.File(
                path: Path(name), packed: entry.string("packed").flatMap(Compression.init) ?? .none,
                records: entry.string("records").flatMap(Format.init), field: entry.string("field") ?? "")
        }
        header = Header(file: file)
        guard version == LedgerWriter.version else {
            throw fail("version \(version) of the ledger is not known", hint: "use the winnow that wrote it")
        }
    }

    public var name: String { lines.source.name }

    /// Goes to the next entry.
    /// - Returns: false at the end of the file.
    func next() throws(WinnowError) -> Bool {
        guard let text = try lines.next() else { return false }
        if let problem = text.withUnsafeBufferPointer(entry.parse) { throw fail(problem) }
        return true
    }

    /// Bytes that are written as text, or in base64 under a name that says so; nil where they are missing.
    func bytes(_ name: String) -> [UInt8]? { Self.bytes(entry, name) }

    private static func bytes(_ entry: JSONRecord, _ name: String) -> [UInt8]? {
        entry.bytes(name) ?? entry.bytes("\(name)_base64").flatMap { JSONText.decodeBase64($0) }
    }

    /// The same, where they must be there.
    func needed(_ name: String) throws(WinnowError) -> [UInt8] {
        guard let bytes = bytes(name) else { throw fail("an entry has no \(name)") }
        return bytes
    }

    func needed(number name: String) throws(WinnowError) -> Int {
        guard let number = entry.integer(name), number >= 0 else { throw fail("an entry has no \(name)") }
        return number
    }

    func fail(_ message: String, hint: String? = nil) -> WinnowError {
        WinnowError(.input, message, hint: hint, at: .init(file: name, line: lines.count))
    }

    /// The ledger ends without its last entry.
    func cut() -> WinnowError { fail("the ledger is cut short") }

    /// The ledger says something that is not so.
    /// - Parameter name: of what does not fit.
    func mismatch(_ name: String, _ what: String = "output") -> WinnowError {
        WinnowError(
            .input, "the ledger does not belong to this \(what)", hint: "one of them was changed after winnow wrote it",
            at: .init(file: name))
    }
}

/// A line of a document, and what became of it.
struct LineFate {
    /// 1-based, in the document.
    var number: Int
    /// With its line end.
    var original: ArraySlice<UInt8>
    /// Whether the ledger's current entry is about it; otherwise it stands in the output as it was.
    var hasEntry: Bool
    /// What stands in its place in the output, and the 1-based number of that line; nil where nothing does.
    var output: (number: Int, text: ArraySlice<UInt8>)?
}

/// The lines of a document again, from its cleaned text and the entries of its changes: a line without an entry was passed on
/// as it was and is taken from the text; an entry carries the line's own bytes, and stands for one line of the text (`rewrite`)
/// or for none (`drop`, `move`).
struct LineRestore {
    let text: LineStream
    let ledger: LedgerReader
    /// Whether the text is not the cleaned one, but the document itself: each entry stands for its own bytes in it.
    private let readsInput: Bool
    private var line = 1

    init(_ text: LineStream, _ ledger: LedgerReader, readsInput: Bool = false) {
        self.text = text
        self.readsInput = readsInput
        self.ledger = ledger
    }

    /// Gives the lines before the current entry's, and its own.
    mutating func apply(_ body: (LineFate) throws(WinnowError) -> Void) throws(WinnowError) {
        let entry = ledger.entry
        let number = try ledger.needed(number: "line")
        // Pieces of a long line share its number.
        guard number >= line - 1 else { throw ledger.fail("entries are out of order") }
        try copy(number - line, body)
        line = number + 1
        guard let action = entry.string("action") else { throw ledger.fail("an entry has no action") }
        let count = entry.integer("output_bytes")
        let place = text.line
        if action == "copy" {
            let bytes = try take(try ledger.needed(number: "output_bytes"))
            try body(LineFate(number: number, original: bytes, hasEntry: false, output: (place, bytes)))
            return
        }
        let original = try ledger.needed("original")
        if readsInput {
            guard try take(original.count).elementsEqual(original) else { throw mismatch() }
            try body(LineFate(number: number, original: original[...], hasEntry: true, output: nil))
            return
        }
        var output: (number: Int, text: ArraySlice<UInt8>)?
        if action == "rewrite" {
            if let count {
                output = (place, try take(count))
            } else {
                guard let next = try text.next() else { throw mismatch() }
                output = (place, next)
            }
        }
        try body(LineFate(number: number, original: original[...], hasEntry: true, output: output))
    }

    /// Gives the lines up to the end of a document that has so many.
    mutating func finish(lines: Int, _ body: (LineFate) throws(WinnowError) -> Void) throws(WinnowError) {
        guard lines >= line - 1 else { throw ledger.fail("an end record counts fewer lines than there are entries") }
        try copy(lines - line + 1, body)
        line = 1
    }

    /// Gives all lines that are left.
    mutating func finish(_ body: (LineFate) throws(WinnowError) -> Void) throws(WinnowError) {
        while try copyOne(body) {}
    }

    private mutating func copy(
        _ count: Int, _ body: (LineFate) throws(WinnowError) -> Void
    ) throws(WinnowError) {
        var count = count
        while count > 0 {
            guard try copyOne(body) else { throw mismatch() }
            count -= 1
        }
    }

    private mutating func copyOne(_ body: (LineFate) throws(WinnowError) -> Void) throws(WinnowError) -> Bool {
        let place = text.line
        guard let next = try text.next() else { return false }
        try body(LineFate(number: line, original: next, hasEntry: false, output: (place, next)))
        line += 1
        return true
    }

    private func take(_ count: Int) throws(WinnowError) -> ArraySlice<UInt8> {
        guard let bytes = try text.take(bytes: count) else { throw mismatch() }
        return bytes
    }

    private func mismatch() -> WinnowError { ledger.mismatch(text.source.name, readsInput ? "input" : "output") }
}
