import WinnowCore
import WinnowText

/// The phrases of all packs, looked up by the tokens at the beginning or the end of a line's key.
///
/// winnow's own phrases are a table that the compiler made; a user's are put into a small one beside it. A phrase is compared
/// by the 64-bit hash of its tokens alone: with some ten thousand phrases, a false match is not to be expected in the life of
/// the machine.
final class PhraseTable: @unchecked Sendable {
    // Changed by `add` alone, before the stage that owns it is shared.

    struct Phrase: Sendable {
        var kind: UInt8
        var anchor: RulePack.Anchor
        var tokens: UInt8
        /// Index into `languages`.
        var language: UInt8
    }

    @exclusivity(unchecked) private(set) var languages = BuiltInPhrases.languages
    @exclusivity(unchecked) private(set) var longest = BuiltInPhrases.longest
    @exclusivity(unchecked) private var kindIsOn: [Bool]
    @exclusivity(unchecked) private var languageIsOn: [Bool]
    /// Phrases of user packs; their indices follow those of the built-in ones.
    @exclusivity(unchecked) private var users: [(phrase: Phrase, text: String)] = []
    @exclusivity(unchecked) private var userIndex: [UInt64: [Int]] = [:]

    /// - Parameters:
    ///   - languages: the built-in packs to use; all when empty.
    ///   - skipped: kinds whose phrases are not used.
    init(languages wanted: Set<String> = [], skipping skipped: Set<Int> = []) {
        kindIsOn = RuleKind.all.indices.map { !skipped.contains($0) }
        languageIsOn = BuiltInPhrases.languages.map { wanted.isEmpty || wanted.contains($0) }
    }

    /// Whether a phrase may begin, or end, with what this is the hash of; see `PhraseFilter`.
    @inline(__always)
    func mayContain(_ hash: UInt64) -> Bool { PhraseFilter.mayContain(hash) || !users.isEmpty }

    var count: Int { BuiltInPhrases.count + users.count }

    subscript(index: Int) -> Phrase {
        index < BuiltInPhrases.count ? BuiltInPhrases.phrase(index) : users[index - BuiltInPhrases.count].phrase
    }

    /// "en: related content"
    func description(_ index: Int) -> String { "\(languages[Int(self[index].language)]): \(text(index))" }

    func text(_ index: Int) -> String {
        index < BuiltInPhrases.count ? BuiltInPhrases.text(index) : users[index - BuiltInPhrases.count].text
    }

    /// The tokens of a phrase, however it is written.
    static func tokens(of text: String, folder: Folder) -> Tokens {
        // "{n}" stands for a number: any will do.
        let text = text.split(separator: "{n}", omittingEmptySubsequences: false).joined(separator: "0")
        var key: [UInt8] = []
        Array(text.utf8).withUnsafeBufferPointer { folder.fold($0, into: &key) }
        return Self.tokens(ofKey: key)
    }

    static func tokens(ofKey key: [UInt8]) -> Tokens {
        var tokens = Tokens()
        (key + Array(repeating: 0x20, count: 8)).withUnsafeBufferPointer {
            tokens.begin(UnsafeBufferPointer(rebasing: $0[..<key.count]))
            tokens.read(to: Tokens.most)
        }
        return tokens
    }

    /// Adds a phrase of a user's pack; its text may be written in any way that folds to the same key.
    func add(_ phrase: RulePack.Phrase, language: String, folder: Folder) throws(WinnowError) {
        let (hash, entry) = try Self.entry(phrase, folder: folder)
        if !languages.contains(language) {
            languages.append(language)
            languageIsOn.append(true)
        }
        guard kindIsOn[Int(entry.kind)] else { return }
        var phraseEntry = entry
        phraseEntry.language = UInt8(truncatingIfNeeded: languages.firstIndex(of: language) ?? 0)
        userIndex[hash, default: []].append(count)
        users.append((phraseEntry, phrase.text))
        longest = max(longest, Int(entry.tokens))
    }

    /// A phrase with its hash.
    /// - Throws: `usage` with its place when its kind is unknown or it has no words.
    static func entry(_ phrase: RulePack.Phrase, folder: Folder) throws(WinnowError) -> (UInt64, Phrase) {
        guard let kind = RuleKind.index(of: phrase.kind) else {
            throw WinnowError(
                .usage, "unknown kind '\(phrase.kind)'",
                hint: nameHint(for: phrase.kind, among: RuleKind.all.map(\.name), all: "kinds"), at: phrase.location)
        }
        let tokens = tokens(of: phrase.text, folder: folder)
        guard tokens.count > 0, tokens.count < Tokens.most,
            (0..<tokens.count).contains(where: { tokens.hashes[$0] != Tokens.number })
        else {
            throw WinnowError(
                .usage, "'\(phrase.text)' is no phrase", hint: "a phrase has 1 to 127 words, one of which is no number",
                at: phrase.location)
        }
        let entry = Phrase(kind: UInt8(kind), anchor: phrase.anchor, tokens: UInt8(tokens.count), language: 0)
        return (tokens.prefixes[tokens.count - 1], entry)
    }

    /// Calls `body` with the index of each phrase that is this token sequence and is in use.
    @inline(__always)
    func forEach(_ hash: UInt64, _ body: (Int) -> Void) {
        BuiltInPhrases.forEach(hash) { index in
            let phrase = BuiltInPhrases.phrase(index)
            if kindIsOn[Int(phrase.kind)], languageIsOn[Int(phrase.language)] { body(index) }
        }
        if !users.isEmpty, let indices = userIndex[hash] { indices.forEach(body) }
    }
}

/// The tokens of a key, as hashes: words, single characters of scripts without spaces, and one token for any number.
struct Tokens {
    static let number: UInt64 = 0x6E75_6D62_6572
    /// The most tokens that are read.
    static let most = 128

    private(set) var count = 0
    private let memory = Memory()
    /// Hashes of the first `count` tokens.
    let hashes: UnsafeMutablePointer<UInt64>
    /// `prefixes[k]` stands for tokens 0...k.
    let prefixes: UnsafeMutablePointer<UInt64>
    /// Whether the key goes on after `most` tokens.
    private(set) var isCut = false

    private var key = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private var position = 0
    private var lastIsNumber = false

    /// Room for `most` tokens, made once: no line pays for memory.
    private final class Memory {
        let words = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * Tokens.most)
        deinit { words.deallocate() }
    }

    init() {
        hashes = memory.words
        prefixes = memory.words + Self.most
    }

    /// Begins with a key; tokens are read as they are asked for, since most lines are done with after a few.
    /// - Parameter key: with eight bytes to read behind it; must live as long as tokens are read.
    @inline(__always)
    mutating func begin(_ key: UnsafeBufferPointer<UInt8>) {
        self.key = key
        position = 0
        count = 0
        isCut = false
        lastIsNumber = false
    }

    /// Reads on, up to `wanted` tokens in all (at most `most`), or to the end.
    @inline(__always)
    mutating func read(to wanted: Int) {
        if count < wanted { readOn(min(wanted, Self.most)) }
    }

    /// Reads all tokens, and notes whether there are more than `limit`.
    mutating func readAll(limit: Int) {
        read(to: limit)
        let known = count
        if known == limit { read(to: limit + 1) }
        isCut = count > limit
        count = known
    }

    private mutating func readOn(_ wanted: Int) {
        guard let base = key.baseAddress else { return }
        var i = position
        var before = count > 0 ? prefixes[count - 1] : 0
        while i < key.count, count < wanted {
            if base[i] == 0x20 {
                i += 1
                continue
            }
            let start = i
            let word = UnsafeRawPointer(base + i).loadUnaligned(as: UInt64.self).littleEndian
            let length = Self.bytesBeforeSpace(word)
            let hash: UInt64
            var isNumber = false
            if length < 8, base[i] &- 0x30 >= 10, word & Self.mask(length) & 0x8080_8080_8080_8080 == 0 {
                // Most words: up to seven bytes of ASCII that do not begin with a digit.
                i += min(length, key.count - i)
                hash = Self.hash(word & Self.mask(i - start), i - start)
            } else {
                var digits = 0
                if base[i] >= 0xE0, let end = unspacedCharacter(base, i) {
                    i = end
                } else {
                    while i < key.count, base[i] != 0x20 {
                        if base[i] >= 0xE0, unspacedCharacter(base, i) != nil { break }
                        // "85%" is a number and a sign, as "85 %" is.
                        if base[i] == 0x25, i > start { break }
                        if base[i] &- 0x30 < 10 { digits += 1 }
                        i += 1
                    }
                }
                // "12", "3k" and "2m" are numbers; so are several in a row ("1.2k" folds to two tokens).
                let length = i - start
                isNumber = digits > 0 && (digits == length || digits == length - 1 && [0x6B, 0x6D].contains(base[i - 1]))
                if isNumber, lastIsNumber { continue }
                hash = isNumber ? Self.number : Self.hash(base + start, length)
            }
            lastIsNumber = isNumber
            before = mix64(before ^ hash)
            hashes[count] = hash
            prefixes[count] = before
            count += 1
        }
        position = i
    }

    /// The hash of tokens `range`, as if they were a phrase.
    func sequence(_ range: Range<Int>) -> UInt64 { range.reduce(0) { mix64($0 ^ hashes[$1]) } }

    /// Bytes of a word before its first space; 8 when there is none.
    @inline(__always)
    private static func bytesBeforeSpace(_ word: UInt64) -> Int {
        // Zero bytes of x are found by their borrow (Mycroft 1987); what stands above the first is not looked at.
        let x = word ^ 0x2020_2020_2020_2020
        return ((x &- 0x0101_0101_0101_0101) & ~x & 0x8080_8080_8080_8080).trailingZeroBitCount / 8
    }

    @inline(__always)
    private static func mask(_ bytes: Int) -> UInt64 { bytes >= 8 ? .max : (1 << UInt64(8 * bytes)) &- 1 }

    @inline(__always)
    private static func hash(_ word: UInt64, _ length: Int) -> UInt64 {
        let h = (word ^ UInt64(truncatingIfNeeded: length) << 56) &* 0x9E37_79B9_7F4A_7C15
        return (h ^ h >> 32) &* 0xD6E8_FEB8_6659_FD93
    }

    /// The hash of a token of any length, eight bytes at a time; eight bytes can be read behind it.
    @inline(__always)
    static func hash(_ text: UnsafePointer<UInt8>, _ length: Int) -> UInt64 {
        guard length > 7 else {
            return hash(UnsafeRawPointer(text).loadUnaligned(as: UInt64.self).littleEndian & mask(length), length)
        }
        return hashLong(text, length)
    }

    private static func hashLong(_ text: UnsafePointer<UInt8>, _ length: Int) -> UInt64 {
        var h = UInt64(truncatingIfNeeded: length)
        var i = 0
        while i < length {
            let word = UnsafeRawPointer(text + i).loadUnaligned(as: UInt64.self).littleEndian
            h = mix64(h ^ word & mask(length - i))
            i += 8
        }
        return h
    }
}

/// Where a character of a script without spaces between words ends; nil for other characters.
@inline(__always)
func unspacedCharacter(_ text: UnsafePointer<UInt8>, _ start: Int) -> Int? {
    var i = start
    let c = nextScalar(text, &i)
    return isUnspacedScript(c) ? i : nil
}
