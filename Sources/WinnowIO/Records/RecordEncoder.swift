#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import WinnowCore

/// What became of a record.
public enum RecordOutcome: Equatable, Sendable {
    /// Written byte for byte as it came.
    case same
    case changed
    /// Not written: its text became empty.
    case dropped
}

/// How the bytes that were written for a record differ from its own; enough, with the text, to give them back.
public struct RecordLayout: Equatable, Sendable {
    /// Bytes outside of the text that were altered.
    public struct Edit: Equatable, Sendable {
        /// In the bytes that were written for the record.
        public var written: Range<Int>
        /// In the record's own.
        public var original: Range<Int>
    }

    /// Where the text stands in what was written: a JSON literal with its quotes, or the block of a WARC record.
    public var text = 0..<0
    /// All stand before the text.
    public var edits: [Edit] = []

    public init() {}

    mutating func clear() {
        text = 0..<0
        edits.removeAll(keepingCapacity: true)
    }
}

/// Writes records again, with a cleaned text in the place of the first one. Any thread may use it.
public struct RecordEncoder: Sendable {
    /// Whether records are left out whose text has nothing but ASCII white space after cleaning. Damaged ones, and those
    /// without a text, stay.
    public var dropsEmpty: Bool

    public init(dropsEmpty: Bool = false) { self.dropsEmpty = dropsEmpty }

    /// Appends the record's bytes.
    /// - Parameter text: its cleaned text in UTF-8; nil, or the same as before, to leave the record as it is.
    /// - Complexity: O(size of the record)
    public func append(_ record: Record, text: ArraySlice<UInt8>?, to out: inout [UInt8]) -> RecordOutcome {
        var layout = RecordLayout()
        return append(record, text: text, to: &out, layout: &layout)
    }

    /// - Parameter layout: of what was written, where the record was changed.
    public func append(
        _ record: Record, text: ArraySlice<UInt8>?, to out: inout [UInt8], layout: inout RecordLayout
    ) -> RecordOutcome {
        layout.clear()
        let first = out.count
        guard let text, record.kind == .text else {
            out.append(contentsOf: record.bytes)
            return .same
        }
        if dropsEmpty, record.part.isWhole, record.envelope != .whole, text.allSatisfy(Self.isSpace) { return .dropped }
        guard !Self.areSame(text, record.text) else {
            out.append(contentsOf: record.bytes)
            return .same
        }
        switch record.envelope {
        case .whole:
            out.append(contentsOf: text)
            layout.text = 0..<text.count
        case .literal(let range):
            out.append(contentsOf: record.bytes[..<range.lowerBound])
            let start = out.count
            JSONLiteral.append(text, to: &out)
            layout.text = start - first..<out.count - first
            out.append(contentsOf: record.bytes[range.upperBound...])
        case .block(let range):
            Self.appendHeader(record, size: range.lowerBound, text: text, to: &out, &layout.edits)
            layout.text = out.count - first..<out.count - first + text.count
            out.append(contentsOf: text)
            out.append(contentsOf: record.bytes[range.upperBound...])
        }
        return .changed
    }

    private static func areSame(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        return a.withUnsafeBytes { a in
            b.withUnsafeBytes { b in
                // Empty ones may have no address.
                guard let first = a.baseAddress, let second = b.baseAddress else { return true }
                return memcmp(first, second, a.count) == 0
            }
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// The header of a WARC record, changed where it speaks of the block. In the records that are cleaned, the payload is the
    /// block (WARC 1.1, 6.4 and 6.8), and both digests are the same.
    private static func appendHeader(
        _ record: Record, size: Int, text: ArraySlice<UInt8>, to out: inout [UInt8], _ edits: inout [RecordLayout.Edit]
    ) {
        let first = out.count
        record.bytes.withUnsafeBytes { all in
            let bytes = UnsafeRawBufferPointer(rebasing: all[..<size])
            var copied = 0
            func replace(_ range: Range<Int>, _ value: some Sequence<UInt8>) {
                out.append(contentsOf: bytes[copied..<range.lowerBound])
                let start = out.count
                out.append(contentsOf: value)
                edits.append(.init(written: start - first..<out.count - first, original: range))
                copied = range.upperBound
            }
            // The blank line is no field.
            let blank = bytes.suffix(2).first == 0x0D ? 2 : 1
            for field in WARCHeader(UnsafeRawBufferPointer(rebasing: bytes.dropLast(blank)))?.fields ?? [] {
                switch field.name {
                case "content-length": replace(field.value, String(text.count).utf8)
                case "warc-block-digest", "warc-payload-digest":
                    if let digest = WARCDigest(like: record.bytes[field.value]) {
                        replace(field.value, text.withUnsafeBytes { digest.value(of: $0) })
                    } else {
                        // A digest that cannot be computed would be a wrong one.
                        replace(field.lines, [])
                    }
                case "content-type":
                    let value = String(decoding: bytes[field.value], as: UTF8.self)
                    guard let charset = MediaType(value).charset else { continue }
                    let isRight =
                        switch value[charset].lowercased() {
                        case "utf-8", "utf8": true
                        case "us-ascii", "ascii": !text.contains { $0 >= 0x80 }
                        default: false
                        }
                    if !isRight { replace(field.value, value.replacing(charset, with: "utf-8").utf8) }
                default: continue
                }
            }
            out.append(contentsOf: bytes[copied...])
        }
    }
}

extension String {
    fileprivate func replacing(_ range: Range<Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
