import WinnowCore

/// Writes JSON members one after the other, with commas where they belong.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func key(_ name: String) {
        comma()
        JSONText.append(Array(name.utf8), to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    mutating func string(_ name: String, _ value: String) {
        key(name)
        JSONText.append(Array(value.utf8), to: &bytes)
    }

    mutating func number(_ name: String, _ value: Int) {
        key(name)
        JSONText.append(value, to: &bytes)
    }

    /// With at most six decimals, the same on every machine.
    mutating func figure(_ name: String, _ value: Double) {
        key(name)
        bytes += Self.decimal(value).utf8
    }

    static func decimal(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e12 else { return "0" }
        let scaled = Int((value.magnitude * 1_000_000).rounded())
        var digits = String(scaled % 1_000_000)
        digits = String(repeating: "0", count: 6 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return (value < 0 && scaled > 0 ? "-" : "") + "\(scaled / 1_000_000)" + (digits.isEmpty ? "" : ".\(digits)")
    }

    mutating func flag(_ name: String, _ value: Bool) {
        key(name)
        bytes += (value ? "true" : "false").utf8
    }

    mutating func null(_ name: String) {
        key(name)
        bytes += "null".utf8
    }

    mutating func object(_ name: String? = nil, _ body: (inout JSONWriter) -> Void) { nest(name, "{", "}", body) }
    mutating func array(_ name: String? = nil, _ body: (inout JSONWriter) -> Void) { nest(name, "[", "]", body) }

    private mutating func nest(_ name: String?, _ open: String, _ close: String, _ body: (inout JSONWriter) -> Void) {
        if let name { key(name) } else { comma() }
        bytes += open.utf8
        needsComma = false
        body(&self)
        bytes += close.utf8
        needsComma = true
    }

    mutating func value(_ text: String) {
        comma()
        JSONText.append(Array(text.utf8), to: &bytes)
    }

    mutating func value(_ number: Int) {
        comma()
        JSONText.append(number, to: &bytes)
    }

    mutating func lineEnd() { bytes.append(0x0A) }

    // MARK: What several formats have

    mutating func place(_ name: String, _ place: CorpusPlace) {
        object(name) { $0.members(place) }
    }

    mutating func members(_ place: CorpusPlace) {
        string("file", place.file)
        if place.record > 0 { number("record", place.record) }
        if place.line > 0 { number("line", place.line) }
        if place.fileLine > 0, place.fileLine != place.line { number("file_line", place.fileLine) }
    }

    mutating func members(_ finding: Finding) {
        string("kind", finding.kind.rawValue)
        members(finding.place)
        if finding.column > 0 { number("column", finding.column) }
        if finding.length > 0 { number("length", finding.length) }
        if let action = finding.action { string("action", action) }
        string("stage", finding.stage)
        string("rule", finding.rule)
        string("message", finding.message)
        if let twin = finding.twin {
            object("twin") {
                $0.members(twin.place)
                $0.number("shared", Int(twin.similarity.shared))
                $0.number("total", Int(twin.similarity.total))
                $0.string("measure", twin.similarity.measureName)
            }
        }
        if !finding.text.isEmpty { string("text", finding.text) }
        string("fingerprint", finding.fingerprintText)
    }
}
