import WinnowCore

/// Reads WARC 1.0 and 1.1 (ISO 28500) and WET, which is WARC with `conversion` records.
///
/// The text of `conversion` and `resource` records of the type text/plain is cleaned. Other records, and the segments of
/// segmented ones, come with nothing to clean, in parts of 1 MiB. Memory: the longest record that is cleaned.
public final class WARCReader: RecordReader {
    private let buffer: InputBuffer
    private let limits: RecordLimits
    private var number = 0
    private var offset = 0
    /// Bytes of the current record that are still to come, with those behind the block.
    private var rest = 0
    private var kind = Record.Kind.other

    /// The longest header that is read, in bytes.
    private static let longestHeader = 1 << 20
    /// CR LF, twice, stands behind a block.
    private static let end: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]

    public init(_ source: any ByteSource, limits: RecordLimits = RecordLimits()) throws(WinnowError) {
        buffer = try InputBuffer(source)
        self.limits = limits
    }

    public func next(into record: inout Record) throws(WinnowError) -> Bool {
        record.isWARC = true
        if rest > 0 {
            record.begin(kind, number: number, line: 0, offset: buffer.offset, part: .init(isFirst: false, isLast: true))
            try takePart(into: &record)
            return true
        }
        guard try buffer.fill(to: 1) else { return false }
        number += 1
        offset = buffer.offset
        let size = try headerSize()
        let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<size])
        guard let header = WARCHeader(UnsafeRawBufferPointer(rebasing: bytes.dropLast(bytes.suffix(2).first == 0x0D ? 2 : 1)))
        else { throw failure("a header line without a colon") }
        guard let length = header.contentLength(in: bytes) else {
            throw failure("its header has no Content-Length, two, or one that is no number")
        }
        let total = size + length + Self.end.count
        let media = MediaType(header.value("content-type", in: bytes) ?? "")
        let type = header.value("warc-type", in: bytes)?.lowercased()
        let isText =
            (type == "conversion" || type == "resource") && media.type == "text/plain"
            && header.value("warc-segment-number", in: bytes) == nil
        kind = isText ? .text : .other
        if isText, total > limits.record {
            kind = .damaged(
                failure(
                    "it is longer than \(limits.record) bytes", hint: "raise the limit, or leave the record out", code: .limit))
        }
        record.begin(kind, number: number, line: 0, offset: offset)
        rest = total
        if kind == .text {
            record.envelope = .block(size..<size + length)
            if let charset = media.charset, let text = header.value("content-type", in: bytes) {
                record.charset = String(text[charset])
            }
            record.host = header.value("warc-target-uri", in: bytes).flatMap { Self.host(of: $0) }
            guard try buffer.fill(to: total) else { throw truncated() }
            try checkEnd(at: total)
            record.bytes.append(contentsOf: buffer.bytes[..<total])
            buffer.consume(total)
            rest = 0
        } else {
            try takePart(into: &record)
        }
        return true
    }

    /// "example.org" of "https://user@Example.org:443/path" (RFC 3986, section 3.2), which WARC 1.0 puts between angle brackets.
    static func host(of uri: String) -> String? {
        var rest = Substring(uri.lowercased())
        if rest.hasPrefix("<") { rest = rest.dropFirst().prefix { $0 != ">" } }
        guard let start = rest.utf8.firstIndex(of: UInt8(ascii: ":")), rest[start...].hasPrefix("://") else { return nil }
        rest = rest[start...].dropFirst(3).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if let user = rest.lastIndex(of: "@") { rest = rest[user...].dropFirst() }
        if !rest.hasPrefix("["), let port = rest.lastIndex(of: ":") { rest = rest[..<port] }
        return rest.isEmpty ? nil : String(rest)
    }

    /// Takes 1 MiB of the record, or all that is left of it.
    private func takePart(into record: inout Record) throws(WinnowError) {
        // The end is not torn: it is checked in one piece.
        let isLast = rest <= RecordLimits.part
        let count = isLast ? rest : min(RecordLimits.part, rest - Self.end.count)
        guard try buffer.fill(to: count) else { throw truncated() }
        if isLast { try checkEnd(at: count) }
        record.part.isLast = isLast
        record.bytes.append(contentsOf: buffer.bytes[..<count])
        buffer.consume(count)
        rest -= count
    }

    private func checkEnd(at end: Int) throws(WinnowError) {
        guard !buffer.bytes[(end - Self.end.count)..<end].elementsEqual(Self.end) else { return }
        throw failure(
            "behind its block, at byte \(buffer.offset + end - Self.end.count), no CR LF CR LF: its Content-Length is wrong")
    }

    /// The size of the header with the blank line behind it.
    private func headerSize() throws(WinnowError) -> Int {
        var line = 0
        while true {
            guard let end = buffer.index(of: 0x0A, from: line) else {
                guard line == 0 || buffer.count <= Self.longestHeader else { throw tooLong() }
                // What does not begin like a record is told at once, not after a megabyte.
                if buffer.count >= 5 || buffer.isAtEnd { try checkBeginning() }
                guard buffer.count <= Self.longestHeader else { throw tooLong() }
                guard try buffer.fill() else { throw truncated() }
                continue
            }
            if line == 0 { try checkVersion(end: end) }
            let isBlank = end == line || end == line + 1 && buffer.bytes[line] == 0x0D
            line = end + 1
            guard line <= Self.longestHeader else { throw tooLong() }
            if isBlank { return line }
        }
    }

    private func checkBeginning() throws(WinnowError) {
        let start = Array("WARC/".utf8)
        guard !zip(buffer.bytes, start).allSatisfy({ $0 == $1 }) else { return }
        throw failure(
            number == 1 ? "no WARC record begins here" : "bytes that belong to no record",
            hint: number == 1 ? "choose another format: --format" : nil)
    }

    private func checkVersion(end: Int) throws(WinnowError) {
        try checkBeginning()
        var version = buffer.bytes[..<end]
        if version.last == 0x0D { version = version.dropLast() }
        guard version.elementsEqual("WARC/1.0".utf8) || version.elementsEqual("WARC/1.1".utf8) else {
            let text = String(decoding: version.prefix(20), as: UTF8.self)
            throw failure("'\(text)' is no version that winnow reads", hint: "WARC/1.0 and WARC/1.1 are")
        }
    }

    // MARK: Errors

    private func failure(_ message: String, hint: String? = nil, code: WinnowError.Code = .input) -> WinnowError {
        Record.failure(
            code, message,
            hint: hint ?? "get the file again, or cut it there (unpacked): head -c \(offset)",
            name: buffer.source.name, number: number, line: 0, offset: offset)
    }

    private func tooLong() -> WinnowError { failure("its header is longer than \(Self.longestHeader) bytes") }

    private func truncated() -> WinnowError {
        failure("cut off: the file ends at byte \(buffer.offset + buffer.count), within this record")
    }
}
