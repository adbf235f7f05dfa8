import WinnowCore
import WinnowText

/// What parts the documents of a stream. A separating line is passed on as it is and belongs to no document.
public enum Separator: Sendable {
    /// A stream is one document.
    case none
    /// A line that holds one form feed.
    case formFeed
    /// This many blank lines, or more, in a row.
    case blankLines(Int)
    /// A line that a regular expression matches.
    case pattern(PatternSet)

    /// Reads `none`, `form-feed`, `blank-lines:N`, or a regular expression, which may come compiled from the cache.
    public init(_ text: String, cache: (any PatternCache)? = nil) throws(WinnowError) {
        switch text {
        case "none", "": self = .none
        case "form-feed": self = .formFeed
        case _ where text.hasPrefix("blank-lines:"):
            guard let count = Int(text.dropFirst("blank-lines:".count)), (1...1000).contains(count) else {
                throw WinnowError(.usage, "separator '\(text)': expected blank-lines:N with N from 1 to 1000")
            }
            self = .blankLines(count)
        default: self = .pattern(try PatternSet([text], cache: cache))
        }
    }
}

/// Recognises separating lines, one after the other.
struct SeparatorFinder {
    enum Role {
        case text
        /// The line ends the document and belongs to none.
        case separator
        /// The line and this many lines before it are blank and separate.
        case separatorRun(Int)
    }

    private let kind: Separator
    private let matcher: PatternSet.Matcher?
    /// Blank lines in a row so far.
    private(set) var blanks = 0

    init(_ kind: Separator) throws(WinnowError) {
        self.kind = kind
        if case .pattern(let set) = kind { matcher = try set.makeMatcher() } else { matcher = nil }
    }

    var isNone: Bool { if case .none = kind { true } else { false } }

    /// Blank lines of a run that may yet become a separator: a window should not end within them.
    var undecided: Int {
        guard case .blankLines(let count) = kind, blanks < count else { return 0 }
        return blanks
    }

    mutating func role(of line: UnsafeBufferPointer<UInt8>) -> Role {
        switch kind {
        case .none: return .text
        case .formFeed: return line.count == 1 && line[0] == 0x0C ? .separator : .text
        case .pattern: return matcher?.firstMatch(in: line) == nil ? .text : .separator
        case .blankLines(let count):
            guard line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else {
                blanks = 0
                return .text
            }
            blanks += 1
            return blanks < count ? .text : blanks == count ? .separatorRun(count - 1) : .separator
        }
    }

    /// Begins with another input.
    mutating func reset() { blanks = 0 }

    /// Lines were given back to be read again.
    mutating func giveBack(_ count: Int) { blanks -= min(blanks, count) }
}
