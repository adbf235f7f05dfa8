import WinnowCore

/// Puts HTML together. Markup is a `StaticString`, so that text from outside can only come in escaped.
struct HTMLWriter {
    private(set) var bytes: [UInt8] = []

    mutating func raw(_ markup: StaticString) { bytes += "\(markup)".utf8 }

    mutating func element(
        _ tag: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ body: (inout HTMLWriter) -> Void
    ) {
        bytes += "<\(tag)".utf8
        for (name, value) in attributes {
            bytes += " \(name)=\"".utf8
            append(value)
            bytes += "\"".utf8
        }
        bytes += ">".utf8
        body(&self)
        bytes += "</\(tag)>".utf8
    }

    mutating func element(_ tag: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ text: String) {
        element(tag, attributes) { $0.text(text) }
    }

    mutating func element(_ tag: StaticString, _ text: String) { element(tag, [:], text) }

    /// Text of ours.
    mutating func text(_ text: String) { append(text) }

    /// Text from a corpus, and names of files: set apart in its direction, with what cannot be seen as code points.
    mutating func foreign(_ text: String, tag: StaticString = "bdi") {
        element(tag, ["dir": "auto"]) { $0.visible(text) }
    }

    mutating func visible(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar != "\t", .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
                element("i", ["class": "u"], code(scalar))
            case .spaceSeparator where scalar != " " && scalar != "\u{3000}": element("i", ["class": "u"], code(scalar))
            default: append(scalar)
            }
        }
    }

    private func code(_ scalar: Unicode.Scalar) -> String { String(CheckWords.code(scalar).dropFirst().dropLast()) }

    private mutating func append(_ text: String) { for scalar in text.unicodeScalars { append(scalar) } }

    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "&": bytes += "&amp;".utf8
        case "<": bytes += "&lt;".utf8
        case ">": bytes += "&gt;".utf8
        case "\"": bytes += "&quot;".utf8
        case "'": bytes += "&#39;".utf8
        default: bytes += UTF8.encode(scalar).map { Array($0) } ?? []
        }
    }

    /// Writes items until one would go beyond a number of items or bytes.
    /// - Returns: how many were written.
    @discardableResult
    mutating func list<Item>(
        _ items: some Sequence<Item>, most: Int, bytes room: Int, _ body: (Item, inout HTMLWriter) -> Void
    ) -> Int {
        var count = 0
        let start = bytes.count
        for item in items.prefix(most) {
            let before = bytes.count
            body(item, &self)
            if bytes.count - start > room {
                bytes.removeSubrange(before...)
                break
            }
            count += 1
        }
        return count
    }
}
