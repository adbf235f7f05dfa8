import WinnowCore

/// Patterns for names and paths, as .gitignore and ripgrep's `--glob` have them.
///
/// | pattern | matches |
/// | --- | --- |
/// | `*.txt` | without a slash: the name, at any depth |
/// | `news/*.txt`, `/news` | with a slash before its end: the path relative to the root |
/// | `news/` | folders only |
/// | `*`, `?` | any characters, one character; never a slash |
/// | `**/`, `/**`, `/**/` | any number of folders; everything within; also none between |
/// | `[a-z]`, `[!a-z]`, `[^a-z]` | one character of these, or none of these |
/// | `{a,b}` | either |
/// | `\*` | the character itself |
///
/// A pattern that matches a folder holds for all that is in it. A character is one of UTF-8, or a byte that is none.
public struct Glob: Equatable, Sendable {
    fileprivate enum Token: Equatable, Sendable {
        case byte(UInt8)
        case any
        case star
        case set([ClosedRange<UInt32>], isNegated: Bool)
    }

    fileprivate enum Part: Equatable, Sendable {
        /// `**`
        case folders
        case name([Token])
    }

    fileprivate struct Alternative: Equatable, Sendable {
        var parts: [Part]
        var isAnchored: Bool
        var foldersOnly: Bool
    }

    fileprivate let alternatives: [Alternative]

    /// - Throws: `usage` with the pattern and what is wrong with it.
    public init(_ pattern: String) throws(WinnowError) {
        func wrong(_ what: String, _ hint: String? = nil) -> WinnowError {
            WinnowError(.usage, "glob '\(pattern)': \(what)", hint: hint)
        }
        if pattern.isEmpty || pattern == "/" { throw wrong("matches nothing") }
        if pattern.hasPrefix("!") {
            throw wrong("'!' is not a part of patterns here", "use --exclude, or '\\!' for the character")
        }
        var alternatives: [Alternative] = []
        for text in try Self.expand(Array(pattern.utf8)[...], wrong) {
            var text = text[...]
            let foldersOnly = text.last == slash && text.dropLast().last != UInt8(ascii: "\\")
            if foldersOnly { text = text.dropLast() }
            let isAnchored = text.contains(slash)
            if text.first == slash { text = text.dropFirst() }
            var parts: [Part] = []
            for part in Self.split(text) {
                guard !part.isEmpty else { throw wrong("has an empty part between slashes") }
                if part.elementsEqual([UInt8(ascii: "*"), UInt8(ascii: "*")]) {
                    if parts.last != .folders { parts.append(.folders) }
                } else {
                    parts.append(.name(try Self.tokens(part, wrong)))
                }
            }
            // "a/**" is what lies within, not the folder itself.
            if isAnchored, parts.last == .folders, parts.count > 1 { parts.append(.name([.star])) }
            alternatives.append(Alternative(parts: parts, isAnchored: isAnchored, foldersOnly: foldersOnly))
        }
        self.alternatives = alternatives
    }

    /// Whether it matches this very file or folder, by a path relative to the root.
    /// - Complexity: O(length of the pattern · length of the path)
    public func matches(_ path: [UInt8], isFolder: Bool) -> Bool {
        path.withUnsafeBufferPointer { path in alternatives.contains { $0.matches(path, isFolder: isFolder) } }
    }

    // MARK: Reading a pattern

    private typealias Wrong = (String, String?) -> WinnowError

    /// Without braces: `a{b,c}` becomes `ab` and `ac`.
    private static func expand(_ text: ArraySlice<UInt8>, _ wrong: Wrong) throws(WinnowError) -> [[UInt8]] {
        var done: [[UInt8]] = [[]]
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                let next = rest.popFirst().map { [$0] } ?? []
                for i in done.indices { done[i] += [byte] + next }
            case UInt8(ascii: "["):
                // Braces within a set are characters.
                let end = setEnd(rest) ?? rest.startIndex
                for i in done.indices { done[i] += [byte] + rest[..<end] }
                rest = rest[end...]
            case UInt8(ascii: "{"):
                var depth = 0
                var choices: [[UInt8]] = [[]]
                var isClosed = false
                while let inner = rest.popFirst() {
                    if inner == UInt8(ascii: "}"), depth == 0 {
                        isClosed = true
                        break
                    }
                    if inner == UInt8(ascii: ","), depth == 0 {
                        choices.append([])
                        continue
                    }
                    if inner == UInt8(ascii: "{") { depth += 1 } else if inner == UInt8(ascii: "}") { depth -= 1 }
                    choices[choices.count - 1].append(inner)
                    if inner == UInt8(ascii: "\\"), let next = rest.popFirst() { choices[choices.count - 1].append(next) }
                }
                guard isClosed else { throw wrong("'{' has no '}'", "'\\{' is the character") }
                var expanded: [[UInt8]] = []
                for choice in choices { expanded += try expand(choice[...], wrong) }
                guard done.count * expanded.count <= 1000 else { throw wrong("has more than 1000 alternatives", nil) }
                done = done.flatMap { start in expanded.map { start + $0 } }
            default: for i in done.indices { done[i].append(byte) }
            }
        }
        return done
    }

    /// At slashes; within a set and behind a backslash too, where git sees none either.
    private static func split(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        text.split(separator: slash, omittingEmptySubsequences: false)
    }

    /// Where the `]` of a set stands whose `[` was just read.
    private static func setEnd(_ text: ArraySlice<UInt8>) -> Int? {
        var index = text.startIndex
        if index < text.endIndex, text[index] == UInt8(ascii: "!") || text[index] == UInt8(ascii: "^") { index += 1 }
        // The first character may be "]".
        if index < text.endIndex, text[index] == UInt8(ascii: "]") { index += 1 }
        while index < text.endIndex {
            if text[index] == UInt8(ascii: "]") { return index }
            if text[index] == UInt8(ascii: "\\") { index += 1 }
            index += 1
        }
        return nil
    }

    private static func tokens(_ text: ArraySlice<UInt8>, _ wrong: Wrong) throws(WinnowError) -> [Token] {
        var tokens: [Token] = []
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"): if tokens.last != .star { tokens.append(.star) }
            case UInt8(ascii: "?"): tokens.append(.any)
            case UInt8(ascii: "\\"):
                guard let next = rest.popFirst() else { throw wrong("ends with a backslash", nil) }
                tokens.append(.byte(next))
            case UInt8(ascii: "["):
                guard let end = setEnd(rest) else { throw wrong("'[' has no ']'", "'\\[' is the character") }
                tokens.append(try set(rest[..<end], wrong))
                rest = rest[(end + 1)...]
            default: tokens.append(.byte(byte))
            }
        }
        return tokens
    }

    private static func set(_ text: ArraySlice<UInt8>, _ wrong: Wrong) throws(WinnowError) -> Token {
        var rest = text
        let isNegated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        if isNegated { rest = rest.dropFirst() }
        var ranges: [ClosedRange<UInt32>] = []
        func character() -> UInt32? {
            if rest.first == UInt8(ascii: "\\"), rest.count > 1 { rest = rest.dropFirst() }
            let (value, length) = rest.withUnsafeBufferPointer { scalar($0, at: 0) }
            guard length > 0 else { return nil }
            rest = rest.dropFirst(length)
            return value
        }
        while !rest.isEmpty {
            if rest.starts(with: [UInt8(ascii: "["), UInt8(ascii: ":")]) {
                throw wrong("named classes as [:alpha:] are not known", "write the range: [A-Za-z]")
            }
            guard let low = character() else { break }
            var high = low
            // A hyphen at the end is a character.
            if rest.first == UInt8(ascii: "-"), rest.count > 1 {
                rest = rest.dropFirst()
                high = character() ?? low
            }
            guard low <= high else { throw wrong("has a range whose end stands before its beginning", nil) }
            ranges.append(low...high)
        }
        return .set(ranges, isNegated: isNegated)
    }
}

/// A scalar of UTF-8 and its length; a byte that begins none is told by a value beyond Unicode. Length 0 at the end.
private func scalar(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> (value: UInt32, length: Int) {
    guard index < text.count else { return (0, 0) }
    let first = text[index]
    if first < 0x80 { return (UInt32(first), 1) }
    let length = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1
    let rest = text[index..<min(text.count, index + length)]
    if length > 1, let character = String(validating: rest, as: UTF8.self)?.unicodeScalars.first {
        return (character.value, length)
    }
    return (0x11_0000 + UInt32(first), 1)
}

extension Glob.Alternative {
    func matches(_ path: UnsafeBufferPointer<UInt8>, isFolder: Bool) -> Bool {
        if foldersOnly, !isFolder { return false }
        if !isAnchored {
            let start = path.lastIndex(of: slash).map { $0 + 1 } ?? 0
            switch parts.first {
            case .name(let tokens): return Self.matches(tokens, UnsafeBufferPointer(rebasing: path[start...]))
            case .folders: return true
            case nil: return false
            }
        }
        // The last "**" is the only one to come back to: what an earlier one could take, it can take too.
        var next = 0
        var part = 0
        var retry: (part: Int, next: Int)?
        while next <= path.count {
            let end = path[next...].firstIndex(of: slash) ?? path.count
            if part < parts.count {
                switch parts[part] {
                case .folders:
                    retry = (part + 1, next)
                    part += 1
                    continue
                case .name(let tokens) where Self.matches(tokens, UnsafeBufferPointer(rebasing: path[next..<end])):
                    part += 1
                    next = end + 1
                    continue
                case .name: break
                }
            }
            guard let (again, from) = retry else { return false }
            next = (path[from...].firstIndex(of: slash) ?? path.count) + 1
            part = again
            retry = (again, next)
        }
        while part < parts.count, parts[part] == .folders { part += 1 }
        return part == parts.count
    }

    private static func matches(_ tokens: [Glob.Token], _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        var token = 0
        var retry: (token: Int, index: Int)?
        while true {
            if token == tokens.count, index == name.count { return true }
            if token < tokens.count {
                switch tokens[token] {
                case .star:
                    retry = (token + 1, index)
                    token += 1
                    continue
                case .byte(let byte) where index < name.count && name[index] == byte:
                    index += 1
                    token += 1
                    continue
                case .byte: break
                case .any where index < name.count:
                    index += scalar(name, at: index).length
                    token += 1
                    continue
                case .any: break
                case .set(let ranges, let isNegated):
                    let (value, length) = scalar(name, at: index)
                    if length > 0, ranges.contains(where: { $0.contains(value) }) != isNegated {
                        index += length
                        token += 1
                        continue
                    }
                }
            }
            guard let (again, from) = retry, from < name.count else { return false }
            index = from + scalar(name, at: from).length
            token = again
            retry = (again, index)
        }
    }
}

/// Which files are taken: those that a pattern of `include` matches, or all when there is none, but for those of `exclude`.
public struct GlobFilter: Equatable, Sendable {
    public var include: [Glob]
    public var exclude: [Glob]

    public init(include: [Glob] = [], exclude: [Glob] = []) {
        self.include = include
        self.exclude = exclude
    }

    /// What is decided of a folder.
    enum Verdict { case out, open, allIn }

    /// - Parameter parent: what was decided of the folder that it stands in.
    func verdict(_ path: [UInt8], isFolder: Bool, parent: Verdict) -> Verdict {
        if parent == .out || exclude.contains(where: { $0.matches(path, isFolder: isFolder) }) { return .out }
        if parent == .allIn || include.isEmpty || include.contains(where: { $0.matches(path, isFolder: isFolder) }) {
            return .allIn
        }
        return .open
    }

    /// Whether a file is taken, judged with all folders above it.
    public func takes(_ path: [UInt8]) -> Bool {
        var verdict = Verdict.open
        for end in path.indices where path[end] == slash && end > 0 {
            verdict = self.verdict(Array(path[..<end]), isFolder: true, parent: verdict)
        }
        return self.verdict(path, isFolder: false, parent: verdict) == .allIn
    }

    var isEmpty: Bool { include.isEmpty && exclude.isEmpty }
}
