import WinnowCore

/// What became of one line, and why: for people, and for programs.
public enum WhyReport {
    public static func text(_ account: LineAccount, colored: Bool) -> String {
        let style = Style(isColored: colored)
        var out = "\(account.input.place) \(verdict(account, style))\n"
        if let reason = account.reason {
            out += "  \(style.faint("why:")) \(reason.text(in: document(account)))\n"
        }
        if case .leftOutRecord(let reason) = account.fate {
            out += "  \(style.faint("why:")) \(style.visible(reason))\n"
            return out
        }
        out += row("input", account.input, style)
        if let output = account.output {
            out += account.fate == .kept ? "  \(style.faint("output \(output.place)"))\n" : row("output", output, style)
        }
        if let twin = account.twin {
            let place = account.twinOutput.map { $0 == account.output?.place ? "" : ", in the output \($0)" } ?? ""
            out += row("twin", twin, style, place)
        } else if let place = account.twinOutput {
            out += "  \(style.faint("output \(place)"))\n"
        }
        if let problem = account.problem { out += "  the twin's text is not at hand: \(problem)\n" }
        return out
    }

    private static func verdict(_ account: LineAccount, _ style: Style) -> String {
        switch account.fate {
        case .kept: "was kept as it is"
        case .removed: style.dropped("was removed")
        case .rewritten: style.rewritten("was rewritten")
        case .moved(let line): style.moved("was moved to the place of line \(line)")
        case .droppedRecord: style.dropped("is gone with its record, whose text became empty")
        case .leftOutRecord: style.dropped("was left out: the record is damaged")
        }
    }

    private static func row(_ name: String, _ text: LineAccount.Text, _ style: Style, _ more: String = "") -> String {
        let shown = style.visible(String(decoding: text.bytes, as: UTF8.self))
        return "  \(style.faint("\(name) \(text.place)\(more)"))\n" + (shown.isEmpty ? "" : "    \(shown)\n")
    }

    /// The name by which a twin in the same document is known.
    private static func document(_ account: LineAccount) -> String? {
        guard let twin = account.twin?.place, twin.file == account.input.place.file, twin.record == account.input.place.record
        else { return nil }
        return account.reason?.twin?.file
    }

    /// One JSON object and a line end. Bytes that are no UTF-8 stand under `text_base64`.
    public static func json(_ account: LineAccount) -> String {
        var members = ["\"fate\":\(JSONText.string(account.fate.name))"]
        switch account.fate {
        case .moved(let line): members.append("\"to\":\(line)")
        case .leftOutRecord(let reason): members.append("\"reason\":\(JSONText.string(reason))")
        default: break
        }
        if let reason = account.reason {
            members.append("\"stage\":\(JSONText.string(reason.stage)),\"rule\":\(JSONText.string(reason.rule))")
            var evidence: [String] = []
            if let pattern = reason.pattern { evidence.append("\"pattern\":\(JSONText.string(pattern))") }
            if let block = reason.block { evidence.append("\"block\":\(block)") }
            if let lines = reason.lines { evidence.append("\"lines\":\(lines)") }
            if let documents = reason.documents {
                evidence.append("\"documents\":\(documents.count),\"of\":\(documents.of)")
            }
            if let twin = reason.twin {
                evidence.append("\"twin\":{\"doc\":\(JSONText.string(twin.file)),\"line\":\(twin.line)}")
            }
            if let similarity = reason.similarity { evidence.append("\"similarity\":\(similarity)") }
            if let measure = reason.measure { evidence.append("\"measure\":\(JSONText.string(measure))") }
            if let score = reason.score {
                let features = reason.features.map(JSONText.string).joined(separator: ",")
                evidence.append("\"score\":\(score),\"reasons\":[\(features)]")
            }
            if !reason.steps.isEmpty {
                evidence.append("\"steps\":[\(reason.steps.map(JSONText.string).joined(separator: ","))]")
            }
            members.append("\"evidence\":{\(evidence.joined(separator: ","))}")
        }
        members.append("\"input\":{\(json(account.input.place)),\(json(account.input.bytes))}")
        if let output = account.output { members.append("\"output\":{\(json(output.place)),\(json(output.bytes))}") }
        if let twin = account.twin { members.append("\"twin\":{\(json(twin.place)),\(json(twin.bytes))}") }
        if let place = account.twinOutput { members.append("\"twin_output\":{\(json(place))}") }
        if let problem = account.problem { members.append("\"problem\":\(JSONText.string(problem))") }
        return "{\(members.joined(separator: ","))}\n"
    }

    private static func json(_ place: LineAccount.Place) -> String {
        "\"file\":\(JSONText.string(place.file))" + (place.record > 0 ? ",\"record\":\(place.record)" : "")
            + ",\"line\":\(place.line)"
    }

    private static func json(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        if let text = String(validating: bytes, as: UTF8.self) { return "\"text\":\(JSONText.string(text))" }
        JSONText.appendBase64(bytes, to: &out)
        return "\"text_base64\":\(String(decoding: out, as: UTF8.self))"
    }
}

extension LineAccount.Reason {
    /// "near-duplicates/similar: 0.9016 jaccard, line 3"
    /// - Parameters:
    ///   - document: a twin in it is named by its line alone.
    ///   - place: of the line whose place its text took.
    func text(in document: String?, movedTo place: Int? = nil) -> String {
        var parts: [String] = []
        if let block {
            parts.append("below line \(block), \"\(pattern ?? "")\"")
        } else if let pattern {
            parts.append("\"\(pattern)\"")
        }
        if let lines { parts.append("one of \(lines) such lines in a row") }
        if let documents { parts.append("in \(documents.count) of \(documents.of) documents") }
        if let twin {
            let figure = measure == "equal" ? "equal" : "\(similarity ?? "") \(measure ?? "")"
            parts.append("\(figure), line \(twin.file == document ? "" : "\(twin.file):")\(twin.line)")
        }
        if let score { parts += ["score \(score)"] + features }
        if let place { parts.append("moved to line \(place)") }
        let rule = "\(stage)/\(rule)"
        let others = steps.filter { $0 != rule }
        if !others.isEmpty { parts.append("\(parts.isEmpty ? "with" : "also") \(others.joined(separator: ", "))") }
        return rule + (parts.isEmpty ? "" : ": \(parts.joined(separator: "; "))")
    }
}
