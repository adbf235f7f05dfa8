import CSimdjsonShims
import WinnowCore

/// Names of nested objects' fields, from the outermost inwards: "content.text".
public struct FieldPath: Equatable, Sendable, CustomStringConvertible {
    public let names: [String]
    public let description: String

    public static let text = FieldPath(names: ["text"], description: "text")

    private init(names: [String], description: String) {
        self.names = names
        self.description = description
    }

    /// - Parameter text: names with dots between them; a dot or backslash within a name stands behind a backslash.
    /// - Throws: `usage` for a name without letters.
    public init(_ text: String) throws(WinnowError) {
        var names = [""]
        var isEscaped = false
        for character in text {
            if !isEscaped, character == "\\" {
                isEscaped = true
            } else if !isEscaped, character == "." {
                names.append("")
            } else {
                names[names.count - 1].append(character)
                isEscaped = false
            }
        }
        guard !isEscaped, !names.contains("") else {
            throw WinnowError(
                .usage, "'\(text)' is no path of fields",
                hint: "names with dots between them, like content.text; a dot within a name is written \\.")
        }
        self.init(names: names, description: text)
    }
}

/// Reads JSONL (NDJSON): one JSON object (RFC 8259) a line, lines ended by LF or CR LF.
///
/// Memory: the longest line, once as it is, once decoded, and up to 14 times its length for simdjson's tables.
public final class JSONLinesReader: RecordReader {
    private let buffer: InputBuffer
    private let locator: OpaquePointer
    private let field: FieldPath
    private let limits: RecordLimits
    private var number = 0
    private var line = 1
    private var isInLongLine = false
    private var isPastMark = false

    /// - Parameter field: where the text stands.
    public init(
        _ source: any ByteSource, field: FieldPath = .text, limits: RecordLimits = RecordLimits()
    ) throws(WinnowError) {
        buffer = InputBuffer(source)
        self.field = field
        self.limits = limits
        guard let locator = wsj_locator_open() else { throw .memory }
        self.locator = locator
        guard wsj_padding() <= InputBuffer.padding else { throw WinnowError(.bug, "simdjson looks further ahead") }
        for name in field.names {
            var name = name
            guard name.withUTF8({ wsj_locator_descend(locator, $0.baseAddress, $0.count) }) else { throw .memory }
        }
    }

    deinit { wsj_locator_close(locator) }

    public func next(into record: inout Record) throws(WinnowError) -> Bool {
        record.isWARC = false
        if !isPastMark {
            isPastMark = true
            if try buffer.fill(to: 3), buffer.bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
                record.begin(.between, number: 0, line: 1, offset: 0)
                take(3, into: &record)
                return true
            }
        }
        // A line without LF is the last, or longer than allowed.
        var searched = 0
        var end: Int?
        while true {
            end = buffer.index(of: 0x0A, from: searched)
            searched = buffer.count
            if end != nil || searched > limits.record { break }
            guard try buffer.fill() else { break }
        }
        let content = end ?? buffer.count
        if isInLongLine || content > limits.record {
            longLine(end: end, into: &record)
            return true
        }
        guard buffer.count > 0 else { return false }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<content])
        let isBlank = bytes.allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }
        if !isBlank { number += 1 }
        record.begin(isBlank ? .between : .text, number: number, line: line, offset: buffer.offset)
        if !isBlank { try locate(bytes, into: &record) }
        if end != nil { line += 1 }
        take(end.map { $0 + 1 } ?? content, into: &record)
        return true
    }

    private func take(_ count: Int, into record: inout Record) {
        record.bytes.append(contentsOf: buffer.bytes[..<count])
        buffer.consume(count)
    }

    private func locate(_ bytes: UnsafeRawBufferPointer, into record: inout Record) throws(WinnowError) {
        var place = wsj_place()
        let status = wsj_locate(locator, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, &place)
        switch status {
        case WSJ_FOUND:
            record.envelope = .literal(place.start..<place.start + place.length)
            record.decoded.append(contentsOf: UnsafeBufferPointer(start: place.text, count: place.text_length))
        case WSJ_MISSING:
            damage(&record, "it has no field '\(field)'", hint: "name the field of the text: --text-field")
        case WSJ_NO_STRING:
            damage(&record, "its field '\(field)' is no string", hint: "name the field of the text: --text-field")
        case WSJ_INVALID:
            let message = place.message.map { String(cString: $0) } ?? "unknown"
            damage(&record, "not a JSON object: \(message)", hint: "one JSON object a line is wanted; correct or remove the line")
        default: throw .memory
        }
    }

    private func damage(_ record: inout Record, _ message: String, hint: String, code: WinnowError.Code = .input) {
        record.kind = .damaged(
            Record.failure(
                code, message, hint: hint, name: buffer.source.name, number: record.number, line: record.line,
                offset: record.offset))
    }

    /// A part of a line that is longer than allowed.
    private func longLine(end: Int?, into record: inout Record) {
        let isFirst = !isInLongLine
        if isFirst { number += 1 }
        let rest = end.map { $0 + 1 }
        let size = RecordLimits.part
        // Where parts end must not depend on how the bytes came.
        let isLast = rest.map { $0 <= size } ?? (buffer.isAtEnd && buffer.count <= size)
        record.begin(
            .other, number: number, line: line, offset: buffer.offset, part: .init(isFirst: isFirst, isLast: isLast))
        damage(
            &record, "its line is longer than \(limits.record) bytes",
            hint: "raise the limit, or split the line", code: .limit)
        take(isLast ? rest ?? buffer.count : min(size, buffer.count), into: &record)
        isInLongLine = !isLast
        if isLast, end != nil { line += 1 }
    }
}

extension WinnowError {
    static let memory = WinnowError(.system, "out of memory")
}
