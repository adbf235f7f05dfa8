#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import WinnowText

/// What a line looks like, apart from its words.
struct LineShape: Sendable {
    /// Ends like a sentence: . ! ? or their kin, maybe with a closing quote or bracket behind.
    var endsSentence = false
    var endsQuestion = false
    /// Ends with an exclamation or question mark.
    var endsCall = false
    /// Begins with a quotation mark or a dash: maybe speech.
    var startsSpeech = false
    /// Begins with a bullet or a number and a stop or bracket: an item of a list.
    var startsItem = false
    /// Looks like source code or data: begins or ends with a bracket, a tag, a comma after a quote.
    var isCode = false
    /// Holds a bar or a tab between cells.
    var hasCells = false

    init() {}

    init(_ text: UnsafeBufferPointer<UInt8>) {
        guard let base = text.baseAddress else { return }
        var start = 0
        while start < text.count, base[start] == 0x20 || base[start] == 0x09 { start += 1 }
        var end = text.count
        while end > start, base[end - 1] == 0x20 || base[end - 1] == 0x09 { end -= 1 }
        guard start < end else { return }
        var i = start
        let first = nextScalar(base, &i)
        let second = i < end ? UInt32(base[i]) : 0x20
        switch first {
        case 0x22, 0x27, 0xAB, 0xBB, 0x2018...0x201F, 0x2039, 0x203A, 0x300C, 0x300E: startsSpeech = true
        case 0x2D, 0x2010...0x2015, 0x2A, 0x2022, 0x25CF, 0x25AA, 0xB7:
            startsItem = true
            startsSpeech = first != 0x2A
        case 0x23, 0x3C, 0x7B, 0x7D, 0x60: isCode = second != 0x20 || first == 0x23
        case 0x30...0x39:
            var k = i
            while k < end, base[k] &- 0x30 < 10 { k += 1 }
            startsItem = k + 1 < end && (base[k] == 0x2E || base[k] == 0x29) && base[k + 1] == 0x20
        default: break
        }
        var last = lastScalar(base, start, &end)
        // In Greek it asks.
        let isGreekQuestion = last == 0x3B && end > start + 1 && (0xCD...0xCF).contains(base[end - 2])
        if last == 0x2C || last == 0x3B && !isGreekQuestion || last == 0x7B || last == 0x7D || last == 0x3D || last == 0x5C {
            isCode = true
        }
        // "[Photo: an agency]" is none; a list of quoted values is.
        let isBracketed = first == 0x5B && memchr(base + start, 0x22, text.count - start) == nil
        if last == 0x5D, !isBracketed, base[start..<text.count].contains(0x5B), base[start..<text.count].contains(0x3A) {
            isCode = true
        }
        // Closing quotes and brackets hide the end of a sentence.
        while end > start, [0x22, 0x27, 0x29, 0x5D, 0xBB, 0x201C, 0x201D, 0x2019, 0x300D, 0x300F, 0xAB].contains(last) {
            last = lastScalar(base, start, &end)
        }
        switch last {
        case 0x21, 0xFF01: (endsSentence, endsCall) = (true, true)
        case 0x2E, 0x2026, 0x3002, 0x06D4, 0x0964, 0x0965, 0x17D4, 0x17D5, 0x104B, 0x1362: endsSentence = true
        case 0x3F, 0xFF1F, 0x061F, 0x037E: (endsSentence, endsQuestion, endsCall) = (true, true, true)
        case 0x3B where isGreekQuestion: (endsSentence, endsQuestion, endsCall) = (true, true, true)
        default: break
        }
        let rest = text.count - start
        let hasTab = memchr(base + start, 0x09, rest) != nil
        let bar = memchr(base + start, 0x7C, rest).map { UnsafeRawPointer($0) - UnsafeRawPointer(base) }
        let hasBars = bar.map { memchr(base + $0 + 1, 0x7C, text.count - $0 - 1) != nil } ?? false
        hasCells = hasTab || hasBars || base[start] == 0x7C
    }
}

/// The last code point before `end`, which is moved before it.
private func lastScalar(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: inout Int) -> UInt32 {
    guard end > start else { return 0 }
    var i = end - 1
    while i > start, base[i] & 0xC0 == 0x80 { i -= 1 }
    end = i
    return nextScalar(base, &i)
}

extension UnsafePointer<UInt8> {
    fileprivate subscript(range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: self + range.lowerBound, count: range.count)
    }
}
