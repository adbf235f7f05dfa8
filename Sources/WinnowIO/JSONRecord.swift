import CSimdjsonShims
import WinnowCore

/// Reads small JSON objects, one at a time (simdjson). A field is a name, or a JSON pointer (RFC 6901): "/evidence/twin/line".
public final class JSONRecord {
    private let handle: OpaquePointer

    public init() throws(WinnowError) {
        guard let handle = wsj_open() else { throw WinnowError(.system, "out of memory") }
        self.handle = handle
    }

    deinit { wsj_close(handle) }

    /// - Returns: nil, or what is wrong with the text.
    public func parse(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        wsj_parse(handle, text.baseAddress, text.count).map { String(cString: $0) }
    }

    public func integer(_ field: String) -> Int? {
        var value: Int64 = 0
        return wsj_integer(handle, field, &value) ? Int(value) : nil
    }

    public func number(_ field: String) -> Double? {
        var value = 0.0
        return wsj_number(handle, field, &value) ? value : nil
    }

    public func bytes(_ field: String) -> [UInt8]? {
        var text: UnsafePointer<UInt8>?
        var length = 0
        guard wsj_string(handle, field, &text, &length) else { return nil }
        return Array(UnsafeBufferPointer(start: text, count: length))
    }

    public func string(_ field: String) -> String? { bytes(field).map { String(decoding: $0, as: UTF8.self) } }
}
