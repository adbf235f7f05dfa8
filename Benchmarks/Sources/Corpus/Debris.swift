import Foundation

/// What scraping does to a line. Lines are UTF-8 without their line end.
enum Debris {
    /// UTF-8 that was read as Windows-1252 and written as UTF-8 again.
    static func mojibake(_ line: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for byte in line {
            switch byte {
            case 0x00..<0x80: result.append(byte)
            case 0x80..<0xA0: result += String(windows1252[Int(byte) - 0x80]).utf8
            default: result += String(Unicode.Scalar(byte)).utf8
            }
        }
        return result
    }

    /// 0x80 to 0x9F; the five bytes that are not assigned stay control characters, as browsers read them.
    private static let windows1252 = Array(
        "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)

    /// Letters and their marks apart (NFD).
    static func decomposed(_ line: [UInt8]) -> [UInt8] {
        Array(String(decoding: line, as: UTF8.self).decomposedStringWithCanonicalMapping.utf8)
    }

    /// A zero-width space, a byte order mark or a soft hyphen within the line.
    static func withInvisible(_ line: [UInt8], using random: inout SplitMix64) -> [UInt8] {
        let marks = ["\u{200B}", "\u{FEFF}", "\u{AD}"]
        var result = line
        let place = boundary(in: line, at: random.below(line.count))
        result.insert(contentsOf: marks[random.below(marks.count)].utf8, at: place)
        return result
    }

    /// The first space from a random place on becomes `space`.
    static func withSpace(_ space: String, _ line: [UInt8], using random: inout SplitMix64) -> [UInt8] {
        let start = random.below(line.count)
        guard let place = line[start...].firstIndex(of: 0x20) ?? line.firstIndex(of: 0x20) else { return line }
        return line[..<place] + Array(space.utf8) + line[(place + 1)...]
    }

    /// The line with a word in its middle replaced, or put in where words have no spaces between them.
    static func withWord(_ word: [UInt8], _ line: [UInt8], hasSpaces: Bool) -> [UInt8] {
        let middle = boundary(in: line, at: line.count / 2)
        guard hasSpaces, let start = line[..<middle].lastIndex(of: 0x20) else {
            return line[..<middle] + word + line[middle...]
        }
        let end = line[(start + 1)...].firstIndex(of: 0x20) ?? line.endIndex
        return line[...start] + word + line[end...]
    }

    /// The first `percent` of the line, with an ellipsis.
    static func cut(_ line: [UInt8], percent: Int) -> [UInt8] {
        line[..<boundary(in: line, at: line.count * percent / 100)] + Array("…".utf8)
    }

    /// The nearest beginning of a character at or before `place`.
    private static func boundary(in line: [UInt8], at place: Int) -> Int {
        var place = place
        while place > 0, place < line.count, line[place] & 0xC0 == 0x80 { place -= 1 }
        return place
    }
}
