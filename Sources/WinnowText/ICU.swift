import CICUShims
import WinnowCore

/// Versions of ICU and of the Unicode data it carries: part of what makes a result reproducible.
public enum ICU {
    public static var version: String { String(cString: wicu_version()) }
    public static var unicodeVersion: String { String(cString: wicu_unicode_version()) }
}

/// A Unicode normalization form (UAX #15), applied by ICU to UTF-8.
public struct Normalizer: Sendable {
    public enum Form: String, CaseIterable, Sendable {
        case nfc
        case nfkc
        case nfkcCasefold = "nfkc-casefold"
    }

    public let form: Form
    private let code: wicu_form

    /// - Throws: `bug` when this ICU has no data for the form.
    public init(_ form: Form) throws(WinnowError) {
        self.form = form
        code =
            switch form {
            case .nfc: WICU_NFC
            case .nfkc: WICU_NFKC
            case .nfkcCasefold: WICU_NFKC_CASEFOLD
            }
        var name: UnsafePointer<CChar>?
        guard wicu_load(code, &name) else {
            throw WinnowError(.bug, "ICU cannot load \(form.rawValue): \(name.map { String(cString: $0) } ?? "?")")
        }
    }

    /// Whether valid UTF-8 is in this form already.
    public func isNormalized(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        wicu_is_normalized(code, text.baseAddress, Int32(truncatingIfNeeded: text.count))
    }

    /// Appends the normalized text to `out`.
    /// - Complexity: O(n) for text whose combining sequences are bounded.
    public func normalize(_ text: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
        Self.normalize(code, text, into: &out)
    }

    static func normalize(_ code: wicu_form, _ text: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
        let start = out.count
        // Most texts grow little; what grows more (U+FDFA becomes 33 bytes under NFKC) is done again with room enough.
        var room = text.count + text.count / 2 + 32
        while true {
            out.append(contentsOf: repeatElement(0, count: room))
            let need = out.withUnsafeMutableBufferPointer { buffer in
                wicu_normalize(
                    code, text.baseAddress, Int32(truncatingIfNeeded: text.count), buffer.baseAddress.map { $0 + start },
                    Int32(truncatingIfNeeded: room))
            }
            if need >= 0, Int(need) <= room {
                out.removeLast(room - Int(need))
                return
            }
            out.removeLast(room)
            guard need >= 0 else {
                out.append(contentsOf: text)
                return
            }
            room = Int(need)
        }
    }
}

/// Properties of single characters (Unicode Character Database, through ICU).
public enum Scalars {
    public static func category(_ c: UInt32) -> Int8 { wicu_category(c) }
    public static func isRightToLeft(_ c: UInt32) -> Bool {
        let d = wicu_direction(c)
        return d == 1 || d == 13  // R, AL
    }
    public static func isEmoji(_ c: UInt32) -> Bool { wicu_is_emoji(c) }
    public static func isPictographic(_ c: UInt32) -> Bool { wicu_is_pictographic(c) }
    /// Whether ZWJ and ZWNJ after this character may be part of the spelling.
    public static func usesJoinControls(_ c: UInt32) -> Bool { wicu_is_joining_control_user(c) }
    public static func isUppercase(_ c: UInt32) -> Bool {
        let k = wicu_category(c)
        return k == 1 || k == 3  // Lu, Lt
    }
    public static func isLetter(_ c: UInt32) -> Bool { (1...5).contains(wicu_category(c)) }
    /// A combining mark or a format character.
    public static func isMark(_ c: UInt32) -> Bool {
        let k = wicu_category(c)
        return (6...8).contains(k) || k == 16  // Mn, Me, Mc, Cf
    }
    public static func isDigit(_ c: UInt32) -> Bool { wicu_category(c) == 9 }  // Nd
    public static func digit(_ c: UInt32) -> Int? {
        let value = wicu_digit(c)
        return value < 0 ? nil : Int(value)
    }
}
