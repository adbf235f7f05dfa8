import WinnowCore

/// The width and byte order of the units in which line ends are looked for.
public enum CodeUnit: Equatable, Sendable {
    case byte
    case utf16(littleEndian: Bool)
    case utf32(littleEndian: Bool)

    public var width: Int {
        switch self {
        case .byte: 1
        case .utf16: 2
        case .utf32: 4
        }
    }
}

/// Finds line ends: LF, CR LF and lone CR.
public struct LineScanner: Sendable {
    public let unit: CodeUnit
    public init(unit: CodeUnit) { self.unit = unit }

    /// A line end found in a buffer.
    public struct Hit {
        public var contentEnd: Int
        public var next: Int
        public var end: LineEnd
        /// What was seen on the way, where the whole line was looked at.
        public var flags: LineFlags = []
    }

    /// The first line end at or after `from`; nil when there is none, or when a CR is the last unit of the buffer and
    /// `atEnd` is false: whether an LF follows is not known yet.
    /// - Complexity: O(distance to the line end)
    public func next(in buffer: UnsafeBufferPointer<UInt8>, from: Int, atEnd: Bool) -> Hit? {
        guard let base = buffer.baseAddress, from < buffer.count else { return nil }
        if unit == .byte {
            let found = Kernels.scanLine(UnsafeBufferPointer(rebasing: buffer[from...]))
            let end = from + found.end
            let flags = found.flags.union(.scanned)
            guard end < buffer.count else { return nil }
            if base[end] == 0x0A { return Hit(contentEnd: end, next: end + 1, end: .lf, flags: flags) }
            if end + 1 < buffer.count {
                return base[end + 1] == 0x0A
                    ? Hit(contentEnd: end, next: end + 2, end: .crlf, flags: flags)
                    : Hit(contentEnd: end, next: end + 1, end: .cr, flags: flags)
            }
            return atEnd ? Hit(contentEnd: end, next: end + 1, end: .cr, flags: flags) : nil
        }
        let width = unit.width
        func value(_ i: Int) -> UInt32 {
            (0..<width).reduce(0) { sum, k in
                let byte = UInt32(base[i + (isLittleEndian ? k : width - 1 - k)])
                return sum | byte << (8 * UInt32(k))
            }
        }
        var i = from
        while i + width <= buffer.count {
            let c = value(i)
            if c == 0x0A { return Hit(contentEnd: i, next: i + width, end: .lf) }
            if c == 0x0D {
                if i + 2 * width <= buffer.count {
                    return value(i + width) == 0x0A
                        ? Hit(contentEnd: i, next: i + 2 * width, end: .crlf)
                        : Hit(contentEnd: i, next: i + width, end: .cr)
                }
                return atEnd ? Hit(contentEnd: i, next: i + width, end: .cr) : nil
            }
            i += width
        }
        return nil
    }

    private var isLittleEndian: Bool {
        switch unit {
        case .byte: true
        case .utf16(let little), .utf32(let little): little
        }
    }

    /// The largest cut at or before `limit` that splits no UTF-8 sequence and no code unit.
    public func cut(in buffer: UnsafeBufferPointer<UInt8>, from: Int, limit: Int) -> Int {
        if unit != .byte {
            let cut = limit - (limit - from) % unit.width
            // Not between the halves of a surrogate pair.
            if case .utf16(let little) = unit, cut - from > 2, buffer[cut - (little ? 1 : 2)] & 0xFC == 0xD8 { return cut - 2 }
            return cut
        }
        var cut = limit
        while cut > from, limit - cut < 4, cut < buffer.count, buffer[cut] & 0xC0 == 0x80 { cut -= 1 }
        return cut > from ? cut : limit
    }
}
