/// A failure that a person can act on: what went wrong, where, and what to do about it.
///
/// Libraries throw it and never print; the command line turns it into a message and an exit code.
public struct WinnowError: Error, Equatable, Sendable {
    /// The broad class of a failure, for programs.
    public enum Code: String, Sendable {
        /// The command line or pipeline.yml asks for something that does not exist or does not fit.
        case usage
        /// Bytes that cannot be read as what they were said to be.
        case input
        /// The system refused: no such file, no permission, no space.
        case system
        /// A limit that the configuration sets was reached.
        case limit
        /// Whoever reads our output stopped reading: a normal end for a filter.
        case closedPipe
        /// A promise of winnow's own was broken; please report it.
        case bug
    }

    /// A place in a file; `line` and `column` are 1-based, 0 where unknown.
    public struct Location: Equatable, Sendable {
        public var file: String
        public var line: Int
        public var column: Int
        /// The text of that line, shown above a caret.
        public var source: String

        public init(file: String, line: Int = 0, column: Int = 0, source: String = "") {
            self.file = file
            self.line = line
            self.column = column
            self.source = source
        }
    }

    public var code: Code
    public var message: String
    public var hint: String?
    public var location: Location?

    public init(_ code: Code, _ message: String, hint: String? = nil, at location: Location? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.location = location
    }

    /// The same error at a place, unless it has one already.
    public func located(at location: Location?) -> WinnowError {
        var error = self
        error.location = error.location ?? location
        return error
    }

    /// The message as a terminal shows it: `file:line:column: message`, the source line with a caret, the hint.
    public var text: String {
        var out = ""
        if let location {
            out += location.file
            if location.line > 0 { out += ":\(location.line)" }
            if location.column > 0 { out += ":\(location.column)" }
            out += ": "
        }
        out += message
        if let location, location.column > 0, !location.source.isEmpty {
            // The caret stands under the column; tabs are kept so that both lines are indented alike.
            let margin = location.source.unicodeScalars.prefix(location.column - 1)
                .map { $0 == "\t" ? "\t" : " " }.joined()
            out += "\n  \(location.source)\n  \(margin)^"
        }
        if let hint { out += "\n  \(hint)" }
        return out
    }
}

/// The candidate nearest to a mistyped word, for "did you mean …?"; nil when none is near.
///
/// Distance is Levenshtein's on Unicode scalars, at most a third of the longer word (but at least 1).
/// - Complexity: O(candidates · |word| · |candidate|)
public func nearestName(to word: String, among candidates: [String]) -> String? {
    let scalars = Array(word.lowercased().unicodeScalars)
    var best: (name: String, distance: Int)?
    for name in candidates {
        let other = Array(name.lowercased().unicodeScalars)
        let d = editDistance(scalars, other)
        guard d <= max(1, max(scalars.count, other.count) / 3) else { continue }
        if best.map({ d < $0.distance }) ?? true { best = (name, d) }
    }
    return best?.name
}

/// The hint for a name that is not known: the nearest one, else all there are, under the given heading.
public func nameHint(for word: String, among candidates: [String], all heading: String) -> String {
    nearestName(to: word, among: candidates).map { "did you mean '\($0)'?" }
        ?? "\(heading): \(candidates.joined(separator: ", "))"
}

/// Levenshtein's distance: the least number of elements to insert, delete or replace.
/// - Complexity: O(|a| · |b|)
public func editDistance<Element: Equatable>(_ a: [Element], _ b: [Element]) -> Int {
    var row = Array(0...b.count)
    for i in a.indices {
        var diagonal = row[0]
        row[0] = i + 1
        for j in b.indices {
            let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
