/// Classes of characters as the classifier tells them apart. The raw values are those of the model file.
enum CharacterClass: UInt8 {
    case space, mark, digit, small, capital
    /// Letters of scripts without capitals, and marks on letters.
    case letter
    /// CharacterClasses of scripts without spaces: each is a word.
    case unspaced
}

enum CharacterClasses {
    /// The model's tables go up to here.
    static let count = 0x3000

    /// The class of a code point from U+3000 on.
    static func highClass(_ c: UInt32) -> CharacterClass {
        switch c {
        case 0x3000: .space
        case 0x3001...0x303F: .mark
        case 0xAC00...0xD7FF: .letter
        case 0x3040...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF, 0xFF66...0xFF9F: .unspaced
        case 0xFF10...0xFF19: .digit
        case 0xFF21...0xFF3A: .capital
        case 0xFF41...0xFF5A: .small
        case 0xFF00...0xFF65, 0xFFE0...0xFFFF, 0xFE10...0xFE1F, 0xFE30...0xFE6F, 0x1F000...0x1FAFF: .mark
        default: c <= 0x9FFF ? .unspaced : .letter
        }
    }

    static func isEnd(_ c: UInt32) -> Bool {
        switch c {
        case 0x2E, 0x21, 0x3F, 0x2026, 0x3002, 0xFF01, 0xFF1F, 0x061F, 0x06D4, 0x0964, 0x0965: true
        default: false
        }
    }

    static func isClosing(_ c: UInt32) -> Bool {
        switch c {
        case 0x22, 0x27, 0x29, 0x2019, 0x201C, 0x201D, 0xBB, 0xAB, 0x300D, 0x300F, 0xFF09: true
        default: false
        }
    }
}
