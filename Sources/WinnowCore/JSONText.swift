/// Writes JSON (RFC 8259) by hand: winnow's records are flat and few, and this needs no library at the border of Core.
public enum JSONText {
    /// Appends a string literal; `text` must be valid UTF-8.
    /// - Complexity: O(n); what needs no escape is copied in stretches.
    @inlinable
    public static func append<Text: RandomAccessCollection<UInt8>>(_ text: Text, to out: inout [UInt8])
    where Text.Index == Int {
        out.append(UInt8(ascii: "\""))
        var start = text.startIndex
        var i = start
        while i < text.endIndex {
            let byte = text[i]
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte != 0x7F {
                i += 1
                continue
            }
            out.append(contentsOf: text[start..<i])
            appendEscaped(byte, to: &out)
            i += 1
            start = i
        }
        out.append(contentsOf: text[start..<i])
        out.append(UInt8(ascii: "\""))
    }

    @usableFromInline
    static func appendEscaped(_ byte: UInt8, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x0A: out.append(UInt8(ascii: "n"))
        case 0x0D: out.append(UInt8(ascii: "r"))
        case 0x09: out.append(UInt8(ascii: "t"))
        case 0..<0x20, 0x7F:
            out.append(contentsOf: "u00".utf8)
            for digit in [byte >> 4, byte & 15] {
                out.append(digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
            }
        default: out.append(byte)
        }
    }

    /// A string literal.
    public static func string(_ text: String) -> String {
        var out: [UInt8] = []
        append(Array(text.utf8), to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends a whole number.
    public static func append(_ number: Int, to out: inout [UInt8]) {
        if number < 0 { out.append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        let start = out.count
        repeat {
            out.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        out[start...].reverse()
    }

    private static let base64Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Appends a string literal of base64 (RFC 4648, section 4).
    public static func appendBase64(_ bytes: some Collection<UInt8>, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        var word: UInt32 = 0
        var held = 0
        for byte in bytes {
            word = word << 8 | UInt32(byte)
            held += 1
            if held == 3 {
                for shift in [18, 12, 6, 0] as [UInt32] { out.append(base64Digits[Int(word >> shift & 63)]) }
                (word, held) = (0, 0)
            }
        }
        if held > 0 {
            word <<= held == 1 ? 16 : 8
            for (k, shift) in ([18, 12, 6, 0] as [UInt32]).enumerated() {
                out.append(k <= held ? base64Digits[Int(word >> shift & 63)] : UInt8(ascii: "="))
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    /// The bytes of base64 text; nil when it is none.
    public static func decodeBase64(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var out: [UInt8] = []
        var word: UInt32 = 0
        var digits = 0
        var padding = 0
        for digit in text {
            if digit == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = base64Digits.firstIndex(of: digit) else { return nil }
            word = word << 6 | UInt32(value)
            digits += 1
            if digits % 4 == 0 {
                for shift in [16, 8, 0] as [UInt32] { out.append(UInt8(truncatingIfNeeded: word >> shift)) }
                word = 0
            }
        }
        switch (digits % 4, padding) {
        case (0, 0): return out
        case (2, 2): return out + [UInt8(truncatingIfNeeded: word >> 4)]
        case (3, 1): return out + [UInt8(truncatingIfNeeded: word >> 10), UInt8(truncatingIfNeeded: word >> 2)]
        default: return nil
        }
    }
}
