/// What is wrong with a word list, and where.
public struct GrammarError: Error, Equatable, CustomStringConvertible {
    public var description: String
}

/// A grammar without recursion: each symbol has alternatives, each of text, further symbols and numbers.
///
/// Its text is a file of `[symbol]` headings with an alternative a line below them. `{name}` stands for a symbol, `{^name}` for
/// the same with a capital first letter, `{3-90}` for a number between these two. An alternative that stands twice is taken
/// twice as often; lines that begin with `#` are comments.
public struct Grammar: Sendable {
    private enum Part {
        case text([UInt8])
        case symbol(Int)
        case number(ClosedRange<Int>)
    }

    private var symbols: [String: Int] = [:]
    private var alternatives: [[[Part]]] = []
    /// Symbols whose alternatives are being read, to find circles.
    private var open: Set<String> = []

    /// - Parameter start: the symbols that will be asked for.
    /// - Throws: when a symbol is missing, empty, or stands for itself in the end, or a slot is malformed.
    public init(_ text: String, start: [String]) throws(GrammarError) {
        var sections: [String: [Substring]] = [:]
        var name: String?
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            if line.hasPrefix("["), line.hasSuffix("]") {
                name = String(line.dropFirst().dropLast())
            } else if let name {
                sections[name, default: []].append(line)
            } else {
                throw GrammarError(description: "text before the first [symbol]: \(line)")
            }
        }
        for name in start { _ = try compile(name, sections) }
    }

    /// The number of a symbol.
    public func symbol(_ name: String) -> Int? { symbols[name] }

    /// Appends one expansion of the symbol.
    public func expand(_ symbol: Int, into bytes: inout [UInt8], using random: inout SplitMix64) {
        let choices = alternatives[symbol]
        for part in choices[random.below(choices.count)] {
            switch part {
            case .text(let text): bytes += text
            case .symbol(let inner): expand(inner, into: &bytes, using: &random)
            case .number(let range): bytes += String(random.within(range)).utf8
            }
        }
    }

    /// Reads a symbol with all it leads to; "^name" is a symbol of its own.
    private mutating func compile(_ key: String, _ sections: [String: [Substring]]) throws(GrammarError) -> Int {
        if let known = symbols[key] {
            guard !open.contains(key) else { throw GrammarError(description: "[\(key)] leads back to itself") }
            return known
        }
        let isCapital = key.hasPrefix("^")
        guard let lines = sections[isCapital ? String(key.dropFirst()) : key], !lines.isEmpty else {
            throw GrammarError(description: "no alternatives for [\(key)]")
        }
        let number = alternatives.count
        symbols[key] = number
        open.insert(key)
        defer { open.remove(key) }
        alternatives.append([])
        for line in lines { alternatives[number].append(try parts(of: line, isCapital: isCapital, sections)) }
        return number
    }

    private mutating func parts(
        of line: Substring, isCapital: Bool, _ sections: [String: [Substring]]
    ) throws(GrammarError) -> [Part] {
        var result: [Part] = []
        var rest = line
        var isCapital = isCapital
        while let first = rest.first {
            if first == "{" {
                guard let end = rest.firstIndex(of: "}") else {
                    throw GrammarError(description: "no '}' in: \(line)")
                }
                var slot = String(rest[rest.index(after: rest.startIndex)..<end])
                rest = rest[rest.index(after: end)...]
                let bounds = slot.split(separator: "-").compactMap { Int($0) }
                if bounds.count == 2, bounds[0] <= bounds[1] {
                    result.append(.number(bounds[0]...bounds[1]))
                } else {
                    if isCapital, !slot.hasPrefix("^") { slot = "^" + slot }
                    result.append(.symbol(try compile(slot, sections)))
                }
            } else {
                let end = rest.firstIndex(of: "{") ?? rest.endIndex
                var text = String(rest[..<end])
                if isCapital { text = first.uppercased() + text.dropFirst() }
                result.append(.text(Array(text.utf8)))
                rest = rest[end...]
            }
            isCapital = false
        }
        return result
    }
}
