import CKernels

/// How a writer of JSON spells the characters that need no escape.
public struct JSONSpelling: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Everything beyond ASCII is escaped, as Python does by default.
    public static let ascii = JSONSpelling(rawValue: 1)
    /// Hexadecimal digits of escapes are capital letters.
    public static let upper = JSONSpelling(rawValue: 2)
    /// A slash is escaped, as PHP does by default.
    public static let slash = JSONSpelling(rawValue: 4)
    /// `<`, `>`, `&` and the separators U+2028 and U+2029 are escaped, as Go does by default.
    public static let html = JSONSpelling(rawValue: 8)

    private static let names: [(JSONSpelling, String)] = [
        (.ascii, "ascii"), (.upper, "upper"), (.slash, "slash"), (.html, "html"),
    ]

    /// Words with commas between them.
    public var text: String { Self.names.filter { contains($0.0) }.map(\.1).joined(separator: ",") }

    /// - Returns: nil for a word that is not known.
    public init?(text: String) {
        self = []
        for word in text.split(separator: ",") {
            guard let known = Self.names.first(where: { $0.1 == word }) else { return nil }
            insert(known.0)
        }
    }

    /// The spelling by which a text has this literal; nil when it is none of those known here.
    public init?(of literal: ArraySlice<UInt8>, text: ArraySlice<UInt8>) {
        self = Self.guess(literal)
        var again: [UInt8] = []
        again.reserveCapacity(literal.count)
        JSONLiteral.append(text, self, to: &again)
        guard again[...] == literal else { return nil }
    }

    /// What the escapes of a literal tell.
    private static func guess(_ literal: ArraySlice<UInt8>) -> JSONSpelling {
        var spelling: JSONSpelling = []
        var isASCII = true
        var escapesMore = false
        var index = literal.startIndex
        while index < literal.endIndex {
            let byte = literal[index]
            if byte >= 0x80 { isASCII = false }
            guard byte == UInt8(ascii: "\\"), index + 1 < literal.endIndex else {
                index += 1
                continue
            }
            if literal[index + 1] == UInt8(ascii: "/") { spelling.insert(.slash) }
            if literal[index + 1] == UInt8(ascii: "u"), index + 5 < literal.endIndex {
                let digits = literal[index + 2...index + 5]
                if digits.contains(where: { (0x41...0x46).contains($0) }) { spelling.insert(.upper) }
                let unit = digits.reduce(0) { $0 << 4 | JSONLiteral.value(ofDigit: $1) }
                if [0x3C, 0x3E, 0x26, 0x2028, 0x2029].contains(unit) { spelling.insert(.html) }
                if unit >= 0x80, unit & ~1 != 0x2028 { escapesMore = true }
            }
            index += 2
        }
        if isASCII, escapesMore { spelling.insert(.ascii) }
        return spelling
    }
}

/// A JSON string literal (RFC 8259, section 7).
public enum JSONLiteral {
    /// Appends the literal of a text in UTF-8; escapes only where there must be one, or the spelling wants it.
    public static func append(_ text: ArraySlice<UInt8>, _ spelling: JSONSpelling = [], to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        let escapesMore = !spelling.isDisjoint(with: [.ascii, .slash, .html])
        text.withUnsafeBufferPointer { text in
            // What needs no escape is copied in runs.
            var copied = 0
            var index = 0
            while true {
                if !escapesMore, let base = text.baseAddress { index += wk_find_escape(base + index, text.count - index) }
                guard index < text.count else { break }
                let length = escapesMore ? self.length(text, index, spelling) : 1
                guard length > 0 else {
                    index += 1
                    continue
                }
                out.append(contentsOf: UnsafeBufferPointer(rebasing: text[copied..<index]))
                appendEscape(text[index..<index + length], spelling, to: &out)
                index += length
                copied = index
            }
            out.append(contentsOf: UnsafeBufferPointer(rebasing: text[copied...]))
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func isMark(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") }

    /// How many bytes the character here has that is escaped; 0 where it is not.
    private static func length(_ text: UnsafeBufferPointer<UInt8>, _ index: Int, _ spelling: JSONSpelling) -> Int {
        let byte = text[index]
        switch byte {
        case 0..<0x20: return 1
        case UInt8(ascii: "/"): return spelling.contains(.slash) ? 1 : 0
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): return spelling.contains(.html) ? 1 : 0
        case 0x7F: return spelling.contains(.ascii) ? 1 : 0
        case 0..<0x80: return isMark(byte) ? 1 : 0
        case 0xC0...:
            let length = min(byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2, text.count - index)
            if spelling.contains(.ascii) { return length }
            // U+2028 and U+2029.
            let isSeparator = length == 3 && byte == 0xE2 && text[index + 1] == 0x80 && text[index + 2] & ~1 == 0xA8
            return spelling.contains(.html) && isSeparator ? length : 0
        default: return 0
        }
    }

    private static func appendEscape(
        _ character: Slice<UnsafeBufferPointer<UInt8>>, _ spelling: JSONSpelling, to out: inout [UInt8]
    ) {
        guard let first = character.first else { return }
        func append(unit: UInt32) {
            out.append(UInt8(ascii: "u"))
            for shift in [12, 8, 4, 0] as [UInt32] {
                let digit = UInt8(unit >> shift & 15)
                let letter = spelling.contains(.upper) ? UInt8(ascii: "A") : UInt8(ascii: "a")
                out.append(digit < 10 ? UInt8(ascii: "0") + digit : letter + digit - 10)
            }
        }
        out.append(UInt8(ascii: "\\"))
        switch first {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(first)
        case 0x0A: out.append(UInt8(ascii: "n"))
        case 0x0D: out.append(UInt8(ascii: "r"))
        case 0x09: out.append(UInt8(ascii: "t"))
        case 0x08: out.append(UInt8(ascii: "b"))
        case 0x0C: out.append(UInt8(ascii: "f"))
        case 0..<0x80: append(unit: UInt32(first))
        default:
            let head = UInt32(first) & (0x7F >> UInt32(character.count))
            let scalar = character.dropFirst().reduce(head) { $0 << 6 | UInt32($1 & 0x3F) }
            guard scalar >= 0x10000 else { return append(unit: scalar) }
            append(unit: 0xD800 + (scalar - 0x10000) >> 10)
            out.append(UInt8(ascii: "\\"))
            append(unit: 0xDC00 + scalar & 0x3FF)
        }
    }

    static func value(ofDigit digit: UInt8) -> UInt32 { UInt32(digit & 15) + (digit > 0x39 ? 9 : 0) }

    /// The text of a literal that `append` has written; nil when it is none.
    public static func text(of literal: ArraySlice<UInt8>) -> [UInt8]? {
        let quote = UInt8(ascii: "\"")
        guard literal.count >= 2, literal.first == quote, literal.last == quote else { return nil }
        var rest = literal.dropFirst().dropLast()
        var out: [UInt8] = []
        out.reserveCapacity(rest.count)
        while let escape = rest.firstIndex(of: UInt8(ascii: "\\")) {
            out.append(contentsOf: rest[..<escape])
            rest = rest[(escape + 1)...]
            guard let letter = rest.popFirst() else { return nil }
            switch letter {
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "u"):
                guard rest.count >= 4 else { return nil }
                let unit = rest.prefix(4).reduce(0) { $0 << 4 | value(ofDigit: $1) }
                guard unit < 0x20 else { return nil }
                out.append(UInt8(unit))
                rest = rest.dropFirst(4)
            default: out.append(letter)
            }
        }
        out.append(contentsOf: rest)
        return out
    }
}
