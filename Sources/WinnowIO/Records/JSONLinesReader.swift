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
    /// - Throws: `usage` for an empty name.
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
    private let locator: JSONLocator
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
        buffer = try InputBuffer(source)
        self.field = field
        self.limits = limits
        locator = try JSONLocator(field)
    }

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
        if isInLongLine {
            try longLine(into: &record)
            return true
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
        if content > limits.record {
            try longLine(into: &record)
            return true
        }
        guard buffer.count > 0 else { return false }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<content])
        let isBlank = !bytes.contains { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }
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
        let (status, place) = locator.locate(bytes)
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
            damage(
                &record, "not a JSON object: \(message)", hint: "one JSON object a line is wanted; correct or remove the line")
        default: throw .memory
        }
    }

    private func damage(_ record: inout Record, _ message: String, hint: String, code: WinnowError.Code = .input) {
        record.kind = .damaged(
            Record.failure(
                code, message, hint: hint, name: buffer.source.name, number: record.number, line: record.line,
                offset: record.offset))
    }

    /// A part of a line that is longer than allowed. Where it ends depends on the bytes alone, not on how they came.
    private func longLine(into record: inout Record) throws(WinnowError) {
        let size = RecordLimits.part
        let isMore = try buffer.fill(to: size + 1)
        let end = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<min(size, buffer.count)]).firstIndex(of: 0x0A)
        let isFirst = !isInLongLine
        if isFirst { number += 1 }
        isInLongLine = end == nil && isMore
        record.begin(
            .other, number: number, line: line, offset: buffer.offset, part: .init(isFirst: isFirst, isLast: !isInLongLine))
        damage(
            &record, "its line is longer than \(limits.record) bytes",
            hint: "raise the limit, or split the line", code: .limit)
        take(end.map { $0 + 1 } ?? min(size, buffer.count), into: &record)
        if end != nil { line += 1 }
    }
}

/// Finds the string of a field in an object's text (simdjson).
final class JSONLocator {
    private let handle: OpaquePointer

    init(_ field: FieldPath) throws(WinnowError) {
        guard let handle = wsj_locator_open() else { throw .memory }
        self.handle = handle
        guard wsj_padding() <= InputBuffer.padding else { throw WinnowError(.bug, "simdjson looks further ahead") }
        for name in field.names {
            var name = name
            guard name.withUTF8({ wsj_locator_descend(handle, $0.baseAddress, $0.count) }) else { throw .memory }
        }
    }

    deinit { wsj_locator_close(handle) }

    /// - Parameter bytes: `InputBuffer.padding` more bytes must be readable behind them.
    /// - Returns: what was found; its pointers live until the next call.
    func locate(_ bytes: UnsafeRawBufferPointer) -> (status: wsj_status, place: wsj_place) {
        var place = wsj_place()
        return (wsj_locate(handle, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, &place), place)
    }

    /// Whether the bytes are a JSON object.
    static func isObject(_ bytes: some Collection<UInt8>) -> Bool {
        guard let locator = try? JSONLocator(.text) else { return false }
        let padded = Array(bytes) + [UInt8](repeating: 0, count: InputBuffer.padding)
        return padded.withUnsafeBytes {
            locator.locate(UnsafeRawBufferPointer(rebasing: $0.dropLast(InputBuffer.padding))).status != WSJ_INVALID
        }
    }
}

extension WinnowError {
    static let memory = WinnowError(.system, "out of memory")
}
