import WinnowText

/// The steps that replace or remove single characters. Each returns whether it changed the text.
enum Characters {
    /// No-break and other odd spaces, and line and paragraph separators inside a line, become a space.
    ///
    /// The ideographic space stays beside characters of its own width, where it is the space of the script.
    static func replaceSpaces(_ text: inout [UInt32]) -> Bool {
        var changed = false
        for i in text.indices {
            switch text[i] {
            case 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F:
                text[i] = 0x20
                changed = true
            case 0x3000 where i == 0 || text[i - 1] != 0x3000:
                // A run of ideographic spaces is judged once, by what stands around it.
                var high = i
                while high + 1 < text.count, text[high + 1] == 0x3000 { high += 1 }
                if !(i > 0 && isWide(text[i - 1])), !(high + 1 < text.count && isWide(text[high + 1])) {
                    for k in i...high { text[k] = 0x20 }
                    changed = true
                }
            default: continue
            }
        }
        return changed
    }

    private static func isWide(_ c: UInt32) -> Bool {
        (0x2E80...0x9FFF).contains(c) || (0xAC00...0xD7AF).contains(c) || (0xF900...0xFAFF).contains(c)
            || (0xFE30...0xFE4F).contains(c) || (0xFF00...0xFFEF).contains(c) || (0x20000...0x3FFFF).contains(c)
    }

    /// Control characters go; vertical tab, form feed, next line and the information separators become a space; a terminal
    /// escape sequence (ECMA-48, section 5.4) goes whole. Tabs stay.
    static func removeControls(_ text: inout [UInt32]) -> Bool {
        guard text.contains(where: { $0 < 0x20 && $0 != 0x09 || (0x7F...0x9F).contains($0) }) else { return false }
        var kept = 0
        var i = 0
        while i < text.count {
            let c = text[i]
            switch c {
            case 0x0B, 0x0C, 0x1C...0x1F, 0x85:
                text[kept] = 0x20
                kept += 1
            case 0x1B: i = endOfEscape(text, i)
            case 0x00...0x08, 0x0A, 0x0D...0x1A, 0x7F...0x9F: break
            default:
                text[kept] = c
                kept += 1
            }
            i += 1
        }
        text.removeLast(text.count - kept)
        return true
    }

    /// The last character of the escape sequence that begins at `start`; `start` itself when it begins none.
    ///
    /// ECMA-48: CSI (ESC [ parameters, final), the strings OSC, DCS, SOS, PM and APC up to BEL or ST, and ESC with
    /// intermediates and a final character.
    private static func endOfEscape(_ text: [UInt32], _ start: Int) -> Int {
        guard start + 1 < text.count else { return start }
        var k = start + 2
        switch text[start + 1] {
        case 0x5B:
            while k < text.count, (0x20...0x3F).contains(text[k]) { k += 1 }
            return k < text.count && (0x40...0x7E).contains(text[k]) ? k : start
        case 0x5D, 0x50, 0x58, 0x5E, 0x5F:
            while k < text.count, text[k] != 0x07, text[k] != 0x1B { k += 1 }
            guard k < text.count else { return start }
            return text[k] == 0x1B && k + 1 < text.count && text[k + 1] == 0x5C ? k + 1 : text[k] == 0x07 ? k : start
        case 0x20...0x2F:
            while k < text.count, (0x20...0x2F).contains(text[k]) { k += 1 }
            return k < text.count && (0x30...0x7E).contains(text[k]) ? k : start
        case 0x37, 0x38, 0x3D, 0x3E, 0x63: return start + 1
        default: return start
        }
    }

    /// Zero-width, soft-hyphen, BOM and bidi-control debris goes; what a script or an emoji needs stays.
    static func removeInvisible(_ text: inout [UInt32]) -> Bool {
        guard text.contains(where: isInvisible) else { return false }
        var hasRightToLeft: Bool?
        var kept = 0
        let count = text.count
        for i in 0..<count {
            let c = text[i]
            let before = kept > 0 ? text[kept - 1] : 0
            let after = i + 1 < count ? text[i + 1] : 0
            let stays: Bool
            switch c {
            case 0xAD, 0xFEFF, 0x2060...0x2065, 0x206A...0x206F, 0xFFF9...0xFFFC: stays = false
            case 0x200B: stays = isUnspaced(before) || isUnspaced(after)
            case 0x200C: stays = before != c && Scalars.usesJoinControls(before)
            case 0x200D:
                stays = before != c && (Scalars.usesJoinControls(before) || joinsEmoji(before) && Scalars.isPictographic(after))
            case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
                // Marks of direction mean something only in lines that hold right-to-left text.
                if hasRightToLeft == nil {
                    hasRightToLeft = text[i...].contains(where: rightToLeft) || text[..<kept].contains(where: rightToLeft)
                }
                stays = hasRightToLeft == true
            case 0xFE0E, 0xFE0F: stays = Scalars.isEmoji(before)
            case 0x180E: stays = isMongolian(before) || isMongolian(after)
            case 0x3164, 0xFFA0: stays = isHangul(before) || isHangul(after)
            case 0xE0000...0xE007F: stays = before == 0x1F3F4 || (0xE0020...0xE007E).contains(before)
            default: stays = true
            }
            if stays {
                text[kept] = c
                kept += 1
            }
        }
        text.removeLast(count - kept)
        return kept < count
    }

    /// Whether it is one that `removeInvisible` judges.
    private static func isInvisible(_ c: UInt32) -> Bool {
        guard c >= 0x061C else { return c == 0xAD }
        switch c {
        case 0x061C, 0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0x3164, 0xFE0E, 0xFE0F, 0xFEFF, 0xFFA0,
            0xFFF9...0xFFFC, 0xE0000...0xE007F:
            return true
        default: return false
        }
    }

    private static func rightToLeft(_ c: UInt32) -> Bool {
        c >= 0x590 && c != 0x200F && c != 0x061C && Scalars.isRightToLeft(c)
    }
    /// Scripts without spaces between words, where a zero-width space marks a place to break a line (UAX #14, class SA).
    private static func isUnspaced(_ c: UInt32) -> Bool {
        (0x0E00...0x0FFF).contains(c) || (0x1000...0x109F).contains(c) || (0x1780...0x17FF).contains(c)
            || (0x1950...0x19DF).contains(c) || (0x1A20...0x1AAF).contains(c) || (0xA9E0...0xA9FF).contains(c)
            || (0xAA60...0xAADF).contains(c)
    }
    private static func joinsEmoji(_ c: UInt32) -> Bool {
        c == 0xFE0F || (0x1F3FB...0x1F3FF).contains(c) || Scalars.isPictographic(c)
    }
    private static func isMongolian(_ c: UInt32) -> Bool { (0x1800...0x18AF).contains(c) }
    private static func isHangul(_ c: UInt32) -> Bool {
        (0x1100...0x11FF).contains(c) || (0x3131...0x318E).contains(c) && c != 0x3164 || (0xAC00...0xD7FB).contains(c)
    }
}
