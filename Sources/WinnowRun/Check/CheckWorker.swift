import WinnowCore
import WinnowStages
import WinnowText

/// What depends on a window alone; its memory is used again.
final class WindowNotes {
    struct LineFault {
        var line: Int
        var fault: LineInspector.Fault
    }

    @exclusivity(unchecked) var sums = MeasureSums()
    @exclusivity(unchecked) var faults: [LineFault] = []
    /// Lines that end in LF, CR LF and CR, and the first of each.
    @exclusivity(unchecked) var ends = [0, 0, 0]
    @exclusivity(unchecked) var firstEnds = [0, 0, 0]
    @exclusivity(unchecked) var lastEndsWithNone = false
    /// Of each line that is long enough to be looked for in other files, a hash of its key; else 0.
    @exclusivity(unchecked) var keys: [UInt64] = []
}

/// Measures windows and looks at the characters of their lines.
final class CheckWorker: WindowWorker {
    private let measurer: TextMeasurer
    private let inspector: LineInspector
    private let steps: CheckSteps
    private let wantsKeys: Bool
    private var converter: LineConverter?
    private var converted: [UInt8] = []
    @exclusivity(unchecked) private var found: [LineInspector.Fault] = []

    /// Shorter lines are the same in many files by their nature.
    private static let leastWords = 5
    private static let leastKey = 24

    init(_ steps: CheckSteps, wantsKeys: Bool) throws(WinnowError) {
        measurer = TextMeasurer(decoding: steps.decoding)
        inspector = try LineInspector()
        self.steps = steps
        self.wantsKeys = wantsKeys
    }

    var distinctLines: DistinctLines { measurer.distinctLines }

    func inspect(_ work: Chunk.Work) {
        let notes = work.observed as? WindowNotes ?? WindowNotes()
        work.observed = notes
        notes.sums.removeAll()
        notes.faults.removeAll(keepingCapacity: true)
        notes.keys.removeAll(keepingCapacity: true)
        notes.ends = [0, 0, 0]
        notes.firstEnds = notes.ends
        notes.lastEndsWithNone = false
        measurer.measure(work.work.batch, into: &notes.sums)
        inspectLines(work.work.batch, notes)
        if wantsKeys { noteKeys(work.work.batch, notes) }
    }

    private func inspectLines(_ batch: borrowing LineBatch, _ notes: WindowNotes) {
        let isUTF8 = batch.document.encoding == TextEncoding.utf8.name
        batch.raw.withUnsafeBufferPointer { raw in
            for index in batch.lines.indices {
                let line = batch.lines[index]
                let end = Int(line.start) + Int(line.length)
                if isUTF8, line.endLength > 0 {
                    let kind = line.endLength == 2 ? 1 : raw[end] == 0x0A ? 0 : 2
                    if notes.ends[kind] == 0 { notes.firstEnds[kind] = batch.number(index) }
                    notes.ends[kind] += 1
                }
                if line.endLength == 0, batch.isLast, index == batch.lines.count - 1, line.length > 0 {
                    notes.lastEndsWithNone = true
                }
                if line.flags.contains(.separator) { continue }
                let text = UnsafeBufferPointer(rebasing: raw[Int(line.start)..<end])
                if isUTF8, let last = text.last, last == 0x20 || last == 0x09, !line.flags.contains(.piece) {
                    notes.faults.append(.init(line: index, fault: Self.trailingSpace(text)))
                }
                guard steps.mustInspect(line) else { continue }
                found.removeAll(keepingCapacity: true)
                if isUTF8 {
                    inspector.inspect(text, into: &found)
                } else if convert(text, batch.document.encoding) {
                    converted.withUnsafeBufferPointer { inspector.inspect($0, into: &found) }
                }
                for fault in found { notes.faults.append(.init(line: index, fault: fault)) }
            }
        }
    }

    private static func trailingSpace(_ text: UnsafeBufferPointer<UInt8>) -> LineInspector.Fault {
        var end = text.count
        while end > 0, text[end - 1] == 0x20 || text[end - 1] == 0x09 { end -= 1 }
        let column = text[..<end].count { $0 & 0xC0 != 0x80 } + 1
        return .init(kind: .trailingSpace, column: column, length: text.count - end, count: text.count - end, detail: "")
    }

    private func convert(_ text: UnsafeBufferPointer<UInt8>, _ encoding: String) -> Bool {
        if converter?.encoding.name != encoding {
            converter = (try? TextEncoding(named: encoding)).flatMap { try? LineConverter($0) }
        }
        converted.removeAll(keepingCapacity: true)
        guard let converter else { return false }
        return (try? converter.convert(text, into: &converted)) != nil
    }

    private func noteKeys(_ batch: borrowing LineBatch, _ notes: WindowNotes) {
        batch.withView { view in
            for index in view.lines.indices {
                let line = view.lines[index]
                let isLong =
                    Int(line.keyLength) >= Self.leastKey && Int(line.keyWords) >= Self.leastWords
                    && line.flags.isDisjoint(with: .untouchable)
                // 0 says that there is none.
                notes.keys.append(isLong ? max(1, hash64(view.key(index))) : 0)
            }
        }
    }
}

/// What the steps of a pipeline mean to check.
struct CheckSteps: Sendable {
    /// Steps that make text of what was none.
    var decoding: Steps = []
    /// Steps that say that something is wrong with the characters of a line.
    private var characters: Steps = []
    /// The kind that each step stands for; nil for one that check knows nothing of.
    private(set) var kinds: [FindingKind?] = []
    /// Flags of lines that the pipeline did not look at, since steps are switched off.
    private var suspicious: LineFlags = [.invisible]

    private static let names: [String: FindingKind] = [
        "decode/invalid": .invalidUTF8, "decode/encoding": .foreignEncoding, "normalize/mojibake": .mojibake,
        "normalize/entities": .htmlEntity, "normalize/control": .controlCharacter, "normalize/spaces": .oddSpace,
        "normalize/invisible": .invisibleCharacter, "normalize/form": .notNFC, "normalize/trailing-space": .trailingSpace,
        "normalize/line-ends": .carriageReturns,
    ]

    /// - Parameter isComplete: whether all steps of `normalize` run, with form NFC.
    init(_ pipeline: Pipeline, isComplete: Bool) {
        for (index, step) in pipeline.steps.enumerated() {
            let name = "\(pipeline.names[Int(step.stage)])/\(pipeline.ruleNames[Int(step.stage)][Int(step.rule)])"
            let bit = Steps(step: index)
            kinds.append(Self.names[name])
            if name.hasPrefix("decode/") { decoding.formUnion(bit) }
            switch Self.names[name] {
            case .trailingSpace, .carriageReturns, .foreignEncoding: break
            default: characters.formUnion(bit)
            }
        }
        if !isComplete { suspicious = [.invisible, .control, .ampersand, .unnormalized, .mojibake, .invalid] }
    }

    func areOfCharacters(_ taken: Steps) -> Bool { !taken.isDisjoint(with: characters) }

    @inline(__always)
    func mustInspect(_ line: Line) -> Bool {
        !line.steps.isDisjoint(with: characters) || !line.flags.isDisjoint(with: suspicious)
    }
}
