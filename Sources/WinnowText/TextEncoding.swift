import CICUShims
import WinnowCore

/// The encoding of a document, by its ICU name.
public struct TextEncoding: Equatable, Sendable {
    public let name: String
    public static let utf8 = TextEncoding(known: "UTF-8")

    private init(known name: String) { self.name = name }

    /// - Throws: `usage` when ICU knows no encoding of that name.
    public init(named name: String) throws(WinnowError) {
        guard name.utf8.count < 60, let converter = wicu_converter_open(name) else {
            throw WinnowError(
                .usage, "unknown encoding '\(name)'",
                hint: "names are those of ICU and IANA, such as windows-1252, iso-8859-2, koi8-r, shift_jis, utf-16le")
        }
        self.name = String(cString: wicu_converter_name(converter))
        wicu_converter_close(converter)
        // Lines are cut before they are decoded, so line ends must be what they are in ASCII.
        if unit == .byte {
            let sample = Array("a\n\rb".utf8)
            var text: [UInt8] = []
            _ = try LineConverter(self).convert(sample, into: &text)
            guard text == sample, self.name != "UTF-7" else {
                throw WinnowError(
                    .usage, "encoding '\(name)' is not supported: its line ends are not those of ASCII",
                    hint: "convert it first: iconv -f \(name) -t utf-8")
            }
        }
    }

    public var unit: CodeUnit {
        switch name {
        case "UTF-16LE": .utf16(littleEndian: true)
        case "UTF-16BE", "UTF-16": .utf16(littleEndian: false)
        case "UTF-32LE": .utf32(littleEndian: true)
        case "UTF-32BE", "UTF-32": .utf32(littleEndian: false)
        default: .byte
        }
    }

    /// How many bytes of a document `detect` looks at.
    public static let sampleSize = 1 << 16

    /// The encoding by byte order mark, else UTF-8 if the sample is valid (a sequence cut at its end is), else ICU's
    /// best guess, else UTF-8.
    public static func detect(_ sample: UnsafeBufferPointer<UInt8>) -> TextEncoding {
        let b = sample.prefix(4)
        if b.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8 }
        if b.starts(with: [0xFF, 0xFE, 0, 0]) { return TextEncoding(known: "UTF-32LE") }
        if b.starts(with: [0, 0, 0xFE, 0xFF]) { return TextEncoding(known: "UTF-32BE") }
        if b.starts(with: [0xFF, 0xFE]) { return TextEncoding(known: "UTF-16LE") }
        if b.starts(with: [0xFE, 0xFF]) { return TextEncoding(known: "UTF-16BE") }
        let (flags, bad) = Kernels.classify(sample)
        if !flags.contains(.invalid) || sample.count == sampleSize && bad > sampleSize - 4 {
            // Valid, but zero bytes in every other place are UTF-16 without a mark.
            if !sample.prefix(1024).contains(0) { return .utf8 }
        }
        var name = [CChar](repeating: 0, count: 64)
        var confidence: Int32 = 0
        let found = name.withUnsafeMutableBufferPointer { buffer in
            wicu_detect(sample.baseAddress, Int32(truncatingIfNeeded: sample.count), buffer.baseAddress, 64, &confidence)
        }
        guard found else { return .utf8 }
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return (try? TextEncoding(named: text)) ?? .utf8
    }
}

/// Converts lines from a named encoding to UTF-8. Each line starts from the encoding's initial state.
public final class LineConverter {
    public let encoding: TextEncoding
    private let handle: OpaquePointer

    public init(_ encoding: TextEncoding) throws(WinnowError) {
        guard let handle = wicu_converter_open(encoding.name) else {
            throw WinnowError(.bug, "ICU lost the encoding '\(encoding.name)'")
        }
        self.encoding = encoding
        self.handle = handle
    }

    deinit { wicu_converter_close(handle) }

    func convert(_ bytes: [UInt8], into out: inout [UInt8]) throws(WinnowError) -> Int {
        var bad = 0
        var failure: WinnowError?
        bytes.withUnsafeBufferPointer { buffer in
            do throws(WinnowError) { bad = try convert(buffer, into: &out) } catch { failure = error }
        }
        if let failure { throw failure }
        return bad
    }

    /// Appends the text of a line as UTF-8; returns how many sequences meant nothing and became U+FFFD.
    public func convert(_ bytes: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) throws(WinnowError) -> Int {
        let start = out.count
        var room = bytes.count * 3 + 16
        var bad: Int32 = 0
        while true {
            out.append(contentsOf: [UInt8](repeating: 0, count: room))
            let need = out.withUnsafeMutableBufferPointer { buffer in
                wicu_convert(
                    handle, bytes.baseAddress, Int32(truncatingIfNeeded: bytes.count),
                    buffer.baseAddress.map { $0 + start }, Int32(truncatingIfNeeded: room), &bad)
            }
            guard need >= 0 else { throw WinnowError(.bug, "ICU failed to convert from \(encoding.name)") }
            if Int(need) <= room {
                out.removeLast(room - Int(need))
                return Int(bad)
            }
            out.removeLast(room)
            room = Int(need)
        }
    }
}

extension TextEncoding {
    /// The encoding of a text that is no UTF-8 at all: it has a byte order mark or zero bytes of UTF-16, or at least two bytes
    /// above ASCII of which none is part of a character in UTF-8. Nil for UTF-8, also where it is damaged.
    public static func isForeign(_ sample: UnsafeBufferPointer<UInt8>) -> TextEncoding? {
        let isMarked = sample.starts(with: [0xFF, 0xFE]) || sample.starts(with: [0xFE, 0xFF])
        if !isMarked {
            guard Kernels.classify(sample).flags.contains(.invalid) else { return nil }
            var text: [UInt8] = []
            let bad = replaceInvalidUTF8(sample, into: &text)
            let wide = text.count { $0 >= 0xC0 }
            // Each replacement is a character of its own.
            guard bad >= 2, wide == bad else { return nil }
        }
        let found = detect(sample)
        return found == .utf8 ? nil : found
    }
}
