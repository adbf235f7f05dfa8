import WinnowCore
import WinnowText

/// Cuts the credit off the end of a caption: "Boats in the harbour (Photo: Ana Example)", "… © Name / Agency".
///
/// A tail is a credit when it would go as a line of its own: the phrases and demands are those of the boilerplate stage. It must
/// stand in brackets, behind a bar, a bullet, a dash, a slash or the end of a sentence, or begin with a copyright sign; it holds names,
/// and what is left of the line is text.
public struct CaptionCredits: LineStage {
    enum Step: Int, CaseIterable {
        /// From a copyright sign on.
        case sign
        case brackets
        /// Behind a separator or the end of a sentence.
        case end
    }

    public static let descriptor = StageDescriptor(
        name: "caption-credits",
        help: "Cuts the credit off the end of a caption, which stays; off unless `cut` is set.",
        scope: .line, lookAhead: "none", memory: "nothing",
        options: [
            OptionDescriptor(
                "cut", .flag, default: .flag(false),
                help: "whether \"Boats in the harbour (Photo: Ana Example)\" becomes \"Boats in the harbour\"")
        ],
        ruleNames: Step.allCases.map { "\($0)" })

    /// Nil when it is off.
    private let table: PhraseTable?

    public init(_ options: OptionValues) throws(WinnowError) { table = options.flag("cut") ? PhraseTable() : nil }

    public func makeWorker(firstStep: Int) throws(WinnowError) -> any LineWorker {
        Worker(table, firstStep: firstStep)
    }

    private final class Worker: LineWorker {
        private var finder: CreditFinder?
        private let firstStep: Int

        init(_ table: PhraseTable?, firstStep: Int) {
            finder = table.map(CreditFinder.init)
            self.firstStep = firstStep
        }

        func process(_ batch: inout LineBatch) {
            guard var finder else { return }
            for index in batch.lines.indices where batch.lines[index].flags.isDisjoint(with: [.separator, .piece]) {
                // Two photographers are two credits.
                while let (end, step) = batch.withText(index, { finder.find($0) }) {
                    batch.lines[index].textLength = UInt32(truncatingIfNeeded: end)
                    batch.lines[index].steps.insert(Steps(step: firstStep + step.rawValue))
                }
            }
        }
    }
}

/// Finds the credit at the end of a caption.
struct CreditFinder {
    /// Credits are shorter, and captions longer, in bytes.
    private static let longest = 160
    private static let shortestCaption = 16

    private let table: PhraseTable
    private var matcher: LineMatcher
    private let folder = Folder()

    init(_ table: PhraseTable) {
        self.table = table
        matcher = LineMatcher(table)
    }

    /// Where the caption ends, and how the credit begins; nil when there is none.
    mutating func find(_ text: UnsafeBufferPointer<UInt8>) -> (end: Int, step: CaptionCredits.Step)? {
        guard text.count > Self.shortestCaption, let base = text.baseAddress else { return nil }
        var isCaption: Bool?
        var i = max(Self.shortestCaption, text.count - Self.longest)
        while i < text.count, base[i] & 0xC0 == 0x80 { i += 1 }
        while i < text.count {
            let start = i
            let scalar = nextScalar(base, &i)
            guard let (step, tail) = beginning(text, at: start, scalar, behind: i), tail < text.count,
                let end = captionEnd(text, before: start), isCredit(UnsafeBufferPointer(rebasing: text[tail...]))
            else { continue }
            let isRight = isCaption ?? mayBeCaption(text)
            isCaption = isRight
            return isRight ? (end, step) : nil
        }
        return nil
    }

    /// How a credit may begin here, and where its own text begins.
    private func beginning(
        _ text: UnsafeBufferPointer<UInt8>, at start: Int, _ scalar: UInt32, behind next: Int
    ) -> (CaptionCredits.Step, Int)? {
        let isSpaced = text[start - 1] == 0x20 && next < text.count && text[next] == 0x20
        switch scalar {
        case 0xA9:
            let tail = Self.skippingSpaces(text, next)
            return tail < text.count && text[tail] &- 0x30 < 10 ? nil : (.sign, start)
        case 0x28, 0xFF08, 0x5B, 0x3010: return Self.endsInBracket(text) ? (.brackets, start) : nil
        case 0x7C, 0xFF5C, 0x2022, 0xB7: return (.end, Self.skippingSpaces(text, next))
        case 0x2D, 0x2013, 0x2014, 0x2F: return isSpaced ? (.end, Self.skippingSpaces(text, next)) : nil
        case 0x20: return Self.isSentenceEnd(text, start) ? (.end, Self.skippingSpaces(text, next)) : nil
        case 0x3002: return (.end, next)
        default: return nil
        }
    }

    private static func skippingSpaces(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        var i = start
        while i < text.count, text[i] == 0x20 { i += 1 }
        return i
    }

    private static func endsInBracket(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let tail = text.suffix(3)
        return tail.last == 0x29 || tail.last == 0x5D || tail.elementsEqual([0xEF, 0xBC, 0x89])
            || tail.elementsEqual([0xE3, 0x80, 0x91])
    }

    /// Whether a sentence ends before `end`, maybe with a closing quote or bracket behind its stop.
    private static func isSentenceEnd(_ text: UnsafeBufferPointer<UInt8>, _ end: Int) -> Bool {
        LineShape(UnsafeBufferPointer(rebasing: text[..<end])).endsSentence
    }

    /// The end of what stands before the credit, if that is a caption: three words or more, or so many characters of a script
    /// without spaces. A full stop stays with it.
    private func captionEnd(_ text: UnsafeBufferPointer<UInt8>, before start: Int) -> Int? {
        var end = start
        if text[start...].starts(with: [0xE3, 0x80, 0x82]) { end += 3 }
        while end > 0, [0x20, 0x7C, 0x2F, 0x2D].contains(text[end - 1]) { end -= 1 }
        guard end >= Self.shortestCaption else { return nil }
        let head = UnsafeBufferPointer(rebasing: text[..<end])
        var words = 0
        var isInWord = false
        for byte in head {
            if byte == 0x20 {
                isInWord = false
            } else {
                if !isInWord || byte >= 0xE3 { words += 1 }
                isInWord = true
            }
        }
        // "Text: Ana Example | Photos: …" are credits both.
        return words >= 3 && (words > 4 || !head.contains(0x3A)) ? end : nil
    }

    /// Whether a line is no furniture as a whole: no notice, no menu, no line of nothing but credits.
    private mutating func mayBeCaption(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let match = match(text)
        guard Self.separators(text) < 2, !match.isCopyright else { return false }
        guard match.phrase >= 0 else { return true }
        let phrase = table[Int(match.phrase)]
        return Int(phrase.kind) == RuleKind.credit && phrase.anchor == .end
    }

    /// Bars and bullets: a line with several is a list.
    private static func separators(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        guard let base = text.baseAddress else { return 0 }
        var count = 0
        var i = 0
        while i < text.count {
            switch nextScalar(base, &i) {
            case 0x7C, 0xFF5C, 0x2022, 0xB7: count += 1
            default: break
            }
        }
        return count
    }

    /// Whether the text would go as a credit line of its own, and says who rather than how many.
    private mutating func isCredit(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = text.first, first &- 0x30 >= 10 else { return false }
        let match = match(text)
        let isCredit = match.phrase >= 0 && Int(table[Int(match.phrase)].kind) == RuleKind.credit
        guard isCredit || match.isCopyright else { return false }
        return !match.shape.endsSentence || match.tokens <= 5
    }

    private mutating func match(_ text: UnsafeBufferPointer<UInt8>) -> LineMatch {
        let room = Folder.room(for: text.count) + 8
        var folded = Folder.Key()
        let key = Array<UInt8>(unsafeUninitializedCapacity: room) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            folded = folder.fold(text, to: base)
            for k in 0..<8 { base[folded.length + k] = 0x20 }
            count = folded.length + 8
        }
        return key.withUnsafeBufferPointer {
            matcher.match(
                text: text, key: UnsafeBufferPointer(rebasing: $0[..<folded.length]), words: folded.words,
                flags: LineFlags(of: folded).union(.nonASCII))
        }
    }
}
