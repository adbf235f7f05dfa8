import WinnowCore

/// A text with a margin that says, line by line, what happened and why.
public struct ExplainReport {
    private let pipeline: Pipeline
    private let style: Style
    private let nameOfDocument: (Int) -> String

    /// - Parameter nameOfDocument: the name of a document by its ordinal.
    public init(_ pipeline: Pipeline, colored: Bool, nameOfDocument: @escaping (Int) -> String) {
        self.pipeline = pipeline
        self.nameOfDocument = nameOfDocument
        style = Style(isColored: colored)
    }

    /// The lines of a decided batch with their margins.
    /// - Parameter near: what nearly happened to lines that stand, in their order.
    public func lines(_ batch: borrowing LineBatch, near: [NearMiss] = []) -> String {
        var near = near[...]
        var changes: [Int: Change] = [:]
        pipeline.forEachChange(in: batch) { changes[$0.index] = $0 }
        var out = ""
        for index in batch.lines.indices {
            let number = margin(batch.number(index))
            guard let change = changes[index] else {
                let text = batch.string(index)
                out += text.isEmpty ? "\(number)\n" : "\(number)   \(text)\n"
                out += nearMisses(of: index, from: &near, batch)
                continue
            }
            let original = style.visible(original(index, batch))
            let reason = style.faint(reason(change, in: batch.document.name, ReasonTexts(batch)))
            switch change.action {
            case .drop where original.isEmpty:
                out += "\(number) \(style.dropped("-")) \(reason)\n"
            case .drop:
                out += "\(number) \(style.dropped("- \(original)"))\n\(Self.indent)\(reason)\n"
            case .move:
                out += "\(number) \(style.moved("^ \(original)"))\n\(Self.indent)\(reason)\n"
            case .rewrite:
                let text = batch.string(Int(batch.lines[index].source))
                out += "\(number) \(style.rewritten("~")) \(text)\n\(Self.indent)\(reason)\n"
                if text != original { out += "\(Self.indent)\(style.faint("was: \(original)"))\n" }
            }
            out += nearMisses(of: index, from: &near, batch)
        }
        return out
    }

    private func nearMisses(of index: Int, from near: inout ArraySlice<NearMiss>, _ batch: borrowing LineBatch) -> String {
        guard near.first?.line == index else { return "" }
        let texts = ReasonTexts(batch)
        var out = ""
        while let miss = near.first, miss.line == index {
            near.removeFirst()
            let reason = reason(miss.verdict, ofLine: index, texts).text(in: batch.document.name)
            out += "\(Self.indent)\(style.near("near")) \(style.faint("\(reason); but \(miss.lacked)"))\n"
        }
        return out
    }

    private static let indent = String(repeating: " ", count: 11)

    private func margin(_ number: Int) -> String {
        let digits = String(number)
        return style.faint(String(repeating: " ", count: max(0, 7 - digits.count)) + digits)
    }

    private func reason(_ change: Change, in document: String, _ texts: ReasonTexts) -> String {
        var reason = self.reason(change.verdict, ofLine: change.index, texts)
        reason.steps = pipeline.stepNames(change.steps)
        if case .move(let place) = change.action { return reason.text(in: document, movedTo: place) }
        return reason.text(in: document)
    }

    private func reason(_ verdict: Verdict, ofLine index: Int, _ texts: ReasonTexts) -> LineAccount.Reason {
        var reason = LineAccount.Reason(stage: pipeline.stageName(verdict), rule: pipeline.ruleName(verdict))
        reason.pattern = pipeline.pattern(verdict)
        switch verdict.evidence {
        case .none, .pattern: break
        case .block(let head, _): reason.block = Int(head)
        case .run(let lines): reason.lines = Int(lines)
        case .documents(let count, let all): reason.documents = (Int(count), Int(all))
        case .score(let score, _, _):
            reason.score = Evidence.text(ofScore: score)
            reason.features = pipeline.reasons(verdict, ofLine: index, in: texts)
        case .twin(let twin):
            reason.twin = (nameOfDocument(Int(twin.document)), Int(twin.line))
            reason.similarity = twin.similarity
            reason.measure = twin.measureName
        }
        return reason
    }

    private func original(_ index: Int, _ batch: borrowing LineBatch) -> String {
        let line = batch.lines[index]
        let start = Int(line.start)
        return String(decoding: batch.raw[start..<start + Int(line.length)], as: UTF8.self)
    }
}

/// Colours of a terminal, or none (ECMA-48, SGR).
struct Style {
    let isColored: Bool

    private func wrap(_ code: String, _ text: String) -> String { isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
    func faint(_ text: String) -> String { wrap("2", text) }
    func dropped(_ text: String) -> String { wrap("31", text) }
    func rewritten(_ text: String) -> String { wrap("33", text) }
    func near(_ text: String) -> String { wrap("35", text) }
    func moved(_ text: String) -> String { wrap("36", text) }
    func code(_ scalar: Unicode.Scalar) -> String { Self.code(scalar) }
    static func code(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "<U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ">"
    }

    /// Characters that cannot be seen, or that would disturb the terminal, by their code points.
    func visible(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar != "\t", .format, .lineSeparator, .paragraphSeparator:
                out += code(scalar)
            case .spaceSeparator where scalar != " " && scalar != "\u{3000}": out += code(scalar)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
