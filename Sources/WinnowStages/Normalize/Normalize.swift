import WinnowCore
import WinnowText

/// Unicode normalization of the output, and the repair of what scraping does to characters.
///
/// A line that was found clean at the first look is not touched. The steps are repeated on a line until none changes it,
/// so that a second run of winnow changes nothing: one step's result (a decoded `&#8203;`) may be another's work.
public struct Normalize: LineStage {
    public enum Step: Int, CaseIterable, Sendable {
        case mojibake
        case entities
        case control
        case spaces
        case invisible
        case form
        case trailingSpace
        case lineEnds

        var name: String {
            switch self {
            case .trailingSpace: "trailing-space"
            case .lineEnds: "line-ends"
            default: "\(self)"
            }
        }
    }

    public static let descriptor = StageDescriptor(
        name: "normalize",
        help: "Normalizes Unicode and repairs characters; every step has a switch.",
        scope: .line, lookAhead: "none", memory: "one line",
        options: [
            OptionDescriptor(
                "form", .choice(["nfc", "nfkc", "nfkc-casefold", "none"]), default: .word("nfc"),
                help: "normalization form of the output"),
            OptionDescriptor(
                "mojibake", .flag, default: .flag(true),
                help:
                    "repair UTF-8 that was read as Windows-1250, 1251, 1252, 1254 or Latin-1, once or more, where that is certain"
            ),
            OptionDescriptor(
                "entities", .flag, default: .flag(true), help: "decode HTML character references left in the text"),
            OptionDescriptor(
                "control", .flag, default: .flag(true), help: "remove control characters and terminal escapes; tabs stay"),
            OptionDescriptor(
                "spaces", .flag, default: .flag(true), help: "make no-break and other odd spaces a space"),
            OptionDescriptor(
                "invisible", .flag, default: .flag(true),
                help: "remove zero-width, soft-hyphen, BOM and bidi debris; what a script or an emoji needs stays"),
            OptionDescriptor("trailing-space", .flag, default: .flag(true), help: "trim spaces and tabs at the ends of lines"),
            OptionDescriptor(
                "line-ends", .flag, default: .flag(true), help: "make CR LF and CR an LF, and end the last line with one"),
        ],
        ruleNames: Step.allCases.map(\.name),
        sources: ["UAX #15 Unicode Normalization Forms", "UAX #31 section 2.3 (join controls)", "HTML 4.01 section 24"])

    private let normalizer: Normalizer?
    private let enabled: Set<Step>

    public init(_ options: OptionValues) throws(WinnowError) {
        normalizer = try Normalizer.Form(rawValue: options.word("form")).map { (form) throws(WinnowError) in
            try Normalizer(form)
        }
        enabled = Set(Step.allCases.filter { $0 == .form || options.flag($0.name) })
    }

    public func makeWorker(firstStep: Int) throws(WinnowError) -> any LineWorker {
        Worker(normalizer: normalizer, enabled: enabled, firstStep: firstStep)
    }

    private final class Worker: LineWorker {
        private let normalizer: Normalizer?
        /// A bit for each step that is switched on.
        private let enabled: UInt8
        private let firstStep: Int
        /// Flags of the first look that call for work on the characters.
        private let work: LineFlags
        private let trims: Bool
        private let endsLines: Bool
        private var scalars: [UInt32] = []
        private var decoded: [UInt32] = []
        private var candidates: [Mojibake.Candidate] = []
        private var text: [UInt8] = []
        private var normalized: [UInt8] = []

        init(normalizer: Normalizer?, enabled: Set<Step>, firstStep: Int) {
            self.normalizer = normalizer
            self.enabled = enabled.reduce(0) { $0 | 1 << UInt8($1.rawValue) }
            self.firstStep = firstStep
            var work: LineFlags = []
            if enabled.contains(.control) { work.formUnion([.control, .invisible]) }
            if enabled.contains(.entities) { work.insert(.ampersand) }
            if enabled.contains(.spaces) || enabled.contains(.invisible) { work.insert(.invisible) }
            // C1 controls are a kind of mojibake, and are found with what is invisible.
            if enabled.contains(.mojibake) { work.formUnion([.mojibake, .invisible]) }
            switch normalizer?.form {
            case .nfc: work.insert(.unnormalized)
            case .nfkc: work.insert(.nonASCII)
            case .nfkcCasefold, nil: break
            }
            self.work = work
            trims = enabled.contains(.trailingSpace)
            endsLines = enabled.contains(.lineEnds)
        }

        private func enabled(_ step: Step) -> Bool { enabled & 1 << UInt8(step.rawValue) != 0 }
        private func bit(_ step: Step) -> Steps { Steps(step: firstStep + step.rawValue) }

        func process(_ batch: inout LineBatch) {
            let everyLine = normalizer?.form == .nfkcCasefold
            for index in batch.lines.indices {
                let flags = batch.lines[index].flags
                if flags.contains(.separator) { continue }
                if everyLine || !flags.isDisjoint(with: work) { rewriteIfNeeded(&batch, index) }
                if trims, !flags.contains(.piece) { trim(&batch, index) }
                if endsLines { endLine(&batch, index) }
            }
        }

        private func trim(_ batch: inout LineBatch, _ index: Int) {
            let kept = batch.withText(index) { text in
                var n = text.count
                while n > 0, text[n - 1] == 0x20 || text[n - 1] == 0x09 || Self.endsWithIdeographicSpace(text, n) {
                    n -= text[n - 1] == 0x80 ? 3 : 1
                }
                return n
            }
            if kept < Int(batch.lines[index].textLength) {
                batch.lines[index].textLength = UInt32(truncatingIfNeeded: kept)
                batch.lines[index].steps.formUnion(bit(.trailingSpace))
            }
        }

        private static func endsWithIdeographicSpace(_ text: UnsafeBufferPointer<UInt8>, _ n: Int) -> Bool {
            n >= 3 && text[n - 1] == 0x80 && text[n - 2] == 0x80 && text[n - 3] == 0xE3
        }

        private func endLine(_ batch: inout LineBatch, _ index: Int) {
            let line = batch.lines[index]
            switch line.end {
            case .lf: return
            case .none:
                // A piece of a long line does not end here; nor is an empty rest after the last line end a line.
                guard !line.flags.contains(.piece) || batch.isLast && index == batch.lines.count - 1 else { return }
            case .cr, .crlf: break
            }
            batch.lines[index].end = .lf
            batch.lines[index].steps.formUnion(bit(.lineEnds))
        }

        private func rewriteIfNeeded(_ batch: inout LineBatch, _ index: Int) {
            // Most lines that may not be in normal form are: ask before decoding.
            let flags = batch.lines[index].flags
            let onlyForm = flags.isDisjoint(with: [.control, .ampersand, .invisible, .mojibake])
            if onlyForm, let normalizer, batch.withText(index, normalizer.isNormalized) { return }
            batch.withText(index) { bytes in
                text.removeAll(keepingCapacity: true)
                text.append(contentsOf: bytes)
            }
            let steps = clean(flags)
            guard steps != [] else { return }
            batch.rewrite(index, with: text, steps: steps)
            let after = text.withUnsafeBufferPointer { Kernels.classify($0).flags }
            batch.lines[index].flags = after.union(flags.intersection([.piece]))
        }

        /// Works on `text` until no step changes it.
        /// - Parameter flags: what the first look found; what it did not find needs no work before something was changed.
        private func clean(_ flags: LineFlags) -> Steps {
            var flags = flags
            if normalizer?.form != .nfc { flags.insert(.unnormalized) }
            var all: Steps = []
            while true {
                var steps = cleanCharacters(flags)
                if let normalizer, steps != [] || flags.contains(.unnormalized),
                    !text.withUnsafeBufferPointer(normalizer.isNormalized)
                {
                    normalized.removeAll(keepingCapacity: true)
                    text.withUnsafeBufferPointer { normalizer.normalize($0, into: &normalized) }
                    swap(&text, &normalized)
                    steps.formUnion(bit(.form))
                }
                // Each step but the last shortens the text or uses up odd characters, so this ends.
                if steps == [] { return all }
                all.formUnion(steps)
                flags = [.control, .ampersand, .invisible, .mojibake, .unnormalized]
            }
        }

        private func cleanCharacters(_ flags: LineFlags) -> Steps {
            guard !flags.isDisjoint(with: [.control, .ampersand, .invisible, .mojibake]) else { return [] }
            readScalars()
            var steps: Steps = []
            // Text that was damaged twice, and references to damaged characters, must be whole before spaces and controls are
            // looked at: half repaired, "Ã" and a no-break space would lose the space that the next repair needs.
            var flags = flags
            var isRepaired: Bool
            repeat {
                isRepaired = false
                // C1 controls are counted among what is invisible.
                if enabled(.mojibake), !flags.isDisjoint(with: [.mojibake, .invisible]),
                    Mojibake.repair(&scalars, &candidates, isSuspected: flags.contains(.mojibake))
                {
                    steps.formUnion(bit(.mojibake))
                    isRepaired = true
                }
                if enabled(.entities), flags.contains(.ampersand), Entities.decode(&scalars, &decoded) {
                    steps.formUnion(bit(.entities))
                    isRepaired = true
                }
                if isRepaired { flags = [.control, .ampersand, .invisible, .mojibake] }
            } while isRepaired
            if enabled(.control), !flags.isDisjoint(with: [.control, .invisible]), Characters.removeControls(&scalars) {
                steps.formUnion(bit(.control))
            }
            if flags.contains(.invisible) {
                if enabled(.spaces), Characters.replaceSpaces(&scalars) { steps.formUnion(bit(.spaces)) }
                if enabled(.invisible), Characters.removeInvisible(&scalars) { steps.formUnion(bit(.invisible)) }
            }
            if steps != [] { writeScalars() }
            return steps
        }

        private func readScalars() {
            let count = text.count
            if scalars.count < count { scalars.append(contentsOf: repeatElement(0, count: count - scalars.count)) }
            var read = 0
            scalars.withUnsafeMutableBufferPointer { scalars in
                text.withUnsafeBufferPointer { text in
                    guard let base = text.baseAddress else { return }
                    var i = 0
                    while i < count {
                        scalars[read] = nextScalar(base, &i)
                        read += 1
                    }
                }
            }
            scalars.removeLast(scalars.count - read)
        }

        private func writeScalars() {
            text.removeAll(keepingCapacity: true)
            text.append(contentsOf: repeatElement(0, count: scalars.count * 4))
            var written = 0
            text.withUnsafeMutableBufferPointer { text in
                guard let base = text.baseAddress else { return }
                for c in scalars { written += writeScalar(c, to: base + written) }
            }
            text.removeLast(text.count - written)
        }
    }
}
