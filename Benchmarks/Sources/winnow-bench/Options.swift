/// A failure to tell in one line.
struct BenchError: Error {
    var message: String

    init(_ message: String) { self.message = message }
}

/// Options as `--name value`, and what stands between them.
struct Options {
    private var values: [String: String] = [:]
    private(set) var operands: [String] = []

    init(_ words: some Sequence<String>) throws {
        var words = words.makeIterator()
        while let word = words.next() {
            guard word.hasPrefix("--") else {
                operands.append(word)
                continue
            }
            guard let value = words.next() else { throw BenchError("\(word) needs a value") }
            values[String(word.dropFirst(2))] = value
        }
    }

    func text(_ name: String) throws -> String {
        guard let value = values[name], !value.isEmpty else { throw BenchError("--\(name) is missing") }
        return value
    }

    func has(_ name: String) -> Bool { !(values[name] ?? "").isEmpty }

    /// A number above 0.
    func number(_ name: String) throws -> Int {
        let value = try text(name)
        guard let number = Int(value), number > 0 else { throw BenchError("--\(name) \(value): expected a number above 0") }
        return number
    }
}
