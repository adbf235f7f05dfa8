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
    public func lines(_ batch: borrowing LineBatch) -> String {
        var changes: [Int: Change] = [:]
        pipeline.forEachChange(in: batch) { changes[$0.index] = $0 }
        var out = ""
        for index in batch.lines.indices {
            let number = margin(batch.number(index))
            guard let change = changes[index] else {
                let text = batch.string(index)
                out += text.isEmpty ? "\(number)\n" : "\(number)   \(text)\n"
                continue
            }
            let original = visible(original(index, batch))
            let reason = style.faint(reason(change, in: batch.document.name))
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
        }
        return out
    }

    private static let indent = String(repeating: " ", count: 11)

    private func margin(_ number: Int) -> String {
        let digits = String(number)
        return style.faint(String(repeating: " ", count: max(0, 7 - digits.count)) + digits)
    }

    /// "near-duplicates/similar: 0.9016 jaccard with line 3"
    private func reason(_ change: Change, in document: String) -> String {
        var parts: [String] = []
        let verdict = change.verdict
        let pattern = pipeline.pattern(verdict) ?? ""
        switch verdict.evidence {
        case .none: break
        case .pattern: parts.append("\"\(pattern)\"")
        case .block(let head, _): parts.append("below line \(head), \"\(pattern)\"")
        case .run(let lines): parts.append("one of \(lines) such lines in a row")
        case .twin(let twin):
            let name = nameOfDocument(Int(twin.document))
            let place = name == document ? "" : "\(name):"
            let figure = twin.measure == .equal ? "equal" : "\(twin.similarity) \(twin.measureName)"
            parts.append("\(figure), line \(place)\(twin.line)")
        }
        if case .move(let place) = change.action { parts.append("moved to line \(place)") }
        let rule = "\(pipeline.stageName(verdict))/\(pipeline.ruleName(verdict))"
        let steps = pipeline.stepNames(change.steps).filter { $0 != rule }
        if !steps.isEmpty { parts.append("\(parts.isEmpty ? "with" : "also") \(steps.joined(separator: ", "))") }
        return rule + (parts.isEmpty ? "" : ": \(parts.joined(separator: "; "))")
    }

    private func original(_ index: Int, _ batch: borrowing LineBatch) -> String {
        let line = batch.lines[index]
        let start = Int(line.start)
        return String(decoding: batch.raw[start..<start + Int(line.length)], as: UTF8.self)
    }

    /// Characters that cannot be seen, or that would disturb the terminal, by their code points.
    private func visible(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar != "\t", .format, .lineSeparator, .paragraphSeparator:
                out += style.code(scalar)
            case .spaceSeparator where scalar != " " && scalar != "\u{3000}": out += style.code(scalar)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

/// Colours of a terminal, or none (ECMA-48, SGR).
struct Style {
    let isColored: Bool

    private func wrap(_ code: String, _ text: String) -> String { isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
    func faint(_ text: String) -> String { wrap("2", text) }
    func dropped(_ text: String) -> String { wrap("31", text) }
    func rewritten(_ text: String) -> String { wrap("33", text) }
    func moved(_ text: String) -> String { wrap("36", text) }
    func code(_ scalar: Unicode.Scalar) -> String { Self.code(scalar) }
    static func code(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "<U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ">"
    }
}
