import TestSupport
import WinnowCore

/// Makes documents that no honest page would send.
struct HostileText {
    var random: SplitMix64
    /// Lines of the fixtures.
    private static let pool: [[UInt8]] = textFixtures.flatMap { path in
        ((try? fixture(path)) ?? []).split(separator: 0x0A).map(Array.init)
    }

    private static let junk: [String] = [
        "\u{200B}", "\u{200D}", "\u{FEFF}", "\u{00AD}", "\u{202E}", "\u{2060}", "\u{00A0}", "\u{3000}", "\u{2028}", "\u{0085}",
        "\u{0000}", "\u{0007}", "\u{001B}[31m", "\u{001B}]0;t\u{0007}", "&amp;", "&amp;#8203;", "&#8203;", "&nbsp;", "&#0;",
        "&#x110000;",
        "&lt;b&gt;", "&", "&#", "&amp;amp;amp;", "e\u{0301}", "\u{0344}", "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
        "\u{FDFA}", "\u{FFFD}",
        "\u{E000}", "\u{10FFFF}", "\u{0915}\u{094D}\u{200D}", "\u{0300}\u{0300}\u{0323}", "â€™", "Ã©", "Ã¢â‚¬â„¢",
        "Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "\t", "  ", "\\u00e9", "|", "…", "...",
        "\u{FF21}\u{FF22}", "\u{2126}", "\u{1100}\u{1161}", "&ZeroWidthSpace;", "&#13;", "&#10;", "&#x80;", "\u{061C}",
        "\u{115F}", "\u{FE0F}",
    ]

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// Some lines, with their ends.
    mutating func document(lines most: Int = 24) -> [UInt8] {
        var out: [UInt8] = []
        if random.chance(1, in: 12) { out += [0xEF, 0xBB, 0xBF] }
        let ends: [[UInt8]] =
            switch random.below(5) {
            case 0: [[0x0D, 0x0A]]
            case 1: [[0x0A], [0x0D, 0x0A], [0x0D], [0x0D, 0x0D, 0x0A], [0x0A, 0x0D]]
            default: [[0x0A]]
            }
        let count = random.below(most + 1)
        var last: [[UInt8]] = []
        for _ in 0..<count {
            let text = line(last)
            last.append(text)
            out += text
            out += ends[random.below(ends.count)]
        }
        if random.chance(1, in: 3), !out.isEmpty {
            // No last line end, or half of one.
            out += line(last)
            if random.chance(1, in: 4) { out.append(0x0D) }
        }
        return out
    }

    /// A line as a fixture has it.
    mutating func plainLine() -> [UInt8] { Self.pool[random.below(Self.pool.count)] }

    private mutating func line(_ before: [[UInt8]]) -> [UInt8] {
        var text = plainLine()
        switch random.below(16) {
        case 0, 1: return []
        case 2: return Array(repeating: random.chance(1, in: 2) ? 0x20 : 0x09, count: 1 + random.below(4))
        case 3, 4: if !before.isEmpty { text = before[random.below(before.count)] }
        case 5: text += plainLine()
        case 6: text = Array(text.prefix(random.below(text.count + 1)))
        case 7: text = Array(text.suffix(random.below(text.count + 1)))
        case 8: text = text.flatMap(Self.asLatin1)
        case 9:
            // Random bytes, in or instead of text.
            let noise = (0..<random.below(12)).map { _ in UInt8(truncatingIfNeeded: random.next()) }.filter {
                $0 != 0x0A && $0 != 0x0D
            }
            text.insert(contentsOf: noise, at: random.below(text.count + 1))
        case 10: if random.chance(1, in: 3) { text = Array(repeatElement(text, count: 1 + 3000 / max(1, text.count)).joined()) }
        case 11: text = before.last ?? text
        default: break
        }
        while random.chance(1, in: 3) {
            let junk = Array(Self.junk[random.below(Self.junk.count)].utf8)
            // At a random byte: in the middle of a character too, now and then.
            var at = random.below(text.count + 1)
            if !random.chance(1, in: 6) { while at > 0, at < text.count, text[at] & 0xC0 == 0x80 { at -= 1 } }
            text.insert(contentsOf: junk, at: at)
        }
        if random.chance(1, in: 10) { text += [0x20, 0x09, 0x20] }
        return text
    }

    /// A byte read as Latin-1 and written as UTF-8: mojibake.
    private static func asLatin1(_ byte: UInt8) -> [UInt8] { byte < 0x80 ? [byte] : [0xC0 | byte >> 6, 0x80 | byte & 0x3F] }

    /// Random switches for the stages that rewrite and drop.
    mutating func setup() -> Setup {
        var setup = Setup()
        for name in ["mojibake", "entities", "control", "spaces", "invisible", "trailing-space", "line-ends"]
        where random.chance(1, in: 3) {
            setup.options["normalize.\(name)"] = .flag(false)
        }
        setup.options["normalize.form"] = .word(["nfc", "nfc", "nfkc", "nfkc-casefold", "none"][random.below(5)])
        if random.chance(1, in: 4) { setup.options["blank-lines.edges"] = .flag(false) }
        if random.chance(1, in: 4) { setup.options["blank-lines.max"] = .integer(random.below(3)) }
        if random.chance(1, in: 4) { setup.options["near-duplicates.numbers"] = .word("ignore") }
        if random.chance(1, in: 4) { setup.options["near-duplicates.best-copy"] = .flag(false) }
        if random.chance(1, in: 4) { setup.options["near-duplicates.scope"] = .word("corpus") }
        if random.chance(1, in: 6) { setup.stages = ["decode", "normalize"] }
        setup.window = windows[random.below(windows.count)]
        return setup
    }

    /// UTF-16LE with a byte order mark, of the text that the bytes hold; sometimes with a byte too many or half a pair.
    mutating func utf16(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [0xFF, 0xFE]
        for unit in String(decoding: bytes, as: UTF8.self).utf16 {
            if random.chance(1, in: 300) { out += [0x00, 0xD8] }
            out += [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
        }
        if random.chance(1, in: 5) { out.append(0x41) }
        return out
    }
}

let windows: [Window] = [
    Window(), Window(lines: 1, bytes: 1 << 20), Window(lines: 2, bytes: 1 << 20), Window(lines: 3, bytes: 1 << 20),
    Window(lines: 7, bytes: 1 << 20), Window(lines: 4096, bytes: 1024), Window(lines: 3, bytes: 1024),
]

/// A smaller input that fails too: pieces are left out, halves first and single bytes last, within a number of attempts.
func shrink(_ bytes: [UInt8], attempts: Int = 600, while fails: ([UInt8]) -> Bool) -> [UInt8] {
    var best = bytes
    var left = attempts
    var size = max(1, best.count / 2)
    while size >= 1 {
        var at = 0
        var shrank = false
        while at < best.count, left > 0 {
            var shorter = best
            shorter.removeSubrange(at..<min(best.count, at + size))
            left -= 1
            if fails(shorter) {
                best = shorter
                shrank = true
            } else {
                at += size
            }
        }
        if left == 0 { break }
        if size == 1, !shrank { break }
        size = max(1, size / 2)
    }
    return best
}
