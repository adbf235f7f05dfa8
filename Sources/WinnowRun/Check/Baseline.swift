import WinnowCore
import WinnowIO

/// Findings that do not count: those that were there when the baseline was written.
///
/// A text, one kind of finding of one line of text a line: kind, fingerprint, how often, file. Sorted by file, kind and
/// fingerprint, so that git merges it; no line numbers, so that lines may move.
public struct Baseline: Sendable {
    struct Key: Hashable {
        var file: String
        var kind: String
        var fingerprint: UInt64
    }

    public let path: String
    /// How often each is known.
    private(set) var known: [Key: Int] = [:]

    static let header =
        "# winnow baseline 1: findings that do not count. One a line, sorted: kind, fingerprint, how often, file.\n"
        + "# Written by winnow check --baseline FILE --update-baseline; lines may be removed by hand.\n"

    /// One that knows nothing.
    public init(path: String) { self.path = path }

    /// - Throws: `usage` with the line that cannot be read.
    public init(path: String, bytes: [UInt8]) throws(WinnowError) {
        self.path = path
        guard bytes.starts(with: "# winnow baseline 1".utf8) else {
            throw WinnowError(
                .usage, "is no baseline of this winnow", hint: "write one with --update-baseline",
                at: .init(file: path, line: 1))
        }
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let text = String(decoding: line, as: UTF8.self)
            if text.isEmpty || text.hasPrefix("#") { continue }
            let parts = text.split(separator: " ", maxSplits: 3).map(String.init)
            guard parts.count == 4, let fingerprint = UInt64(parts[1], radix: 16), let count = Int(parts[2]), count > 0 else {
                throw WinnowError(
                    .usage, "not a line of a baseline", hint: "kind, fingerprint, how often, file; is a merge left open here?",
                    at: .init(file: path, line: index + 1, column: 1, source: String(text.prefix(120))))
            }
            known[Key(file: parts[3], kind: parts[0], fingerprint: fingerprint), default: 0] += count
        }
    }

    /// The text of a baseline that knows these.
    static func text(_ entries: [Key: Int]) -> [UInt8] {
        var out = Array(header.utf8)
        let order = entries.sorted { a, b in
            (a.key.file, a.key.kind, a.key.fingerprint) < (b.key.file, b.key.kind, b.key.fingerprint)
        }
        for (key, count) in order {
            let digits = String(key.fingerprint, radix: 16)
            out += "\(key.kind) \(String(repeating: "0", count: 16 - digits.count))\(digits) \(count) \(key.file)\n".utf8
        }
        return out
    }
}

/// A baseline in use.
struct BaselineUse {
    private let baseline: Baseline?
    private let updates: Bool
    private var left: [Baseline.Key: Int]
    private var found: [Baseline.Key: Int] = [:]
    private var checked: Set<String> = []
    private var knownCount = 0

    init(_ baseline: Baseline?, updates: Bool) {
        self.baseline = baseline
        self.updates = updates
        left = baseline?.known ?? [:]
    }

    mutating func begin(file: String) { if baseline != nil { checked.insert(file) } }

    /// Whether the finding is known already, and so does not count.
    mutating func knows(_ finding: Finding) -> Bool {
        guard baseline != nil else { return false }
        let key = Baseline.Key(
            file: finding.place.file, kind: finding.kind.rawValue, fingerprint: finding.fingerprint)
        if updates { found[key, default: 0] += 1 }
        if let count = left[key], count > 0 {
            left[key] = count - 1
            knownCount += 1
            return true
        }
        // One that is written anew knows all.
        if updates { knownCount += 1 }
        return updates
    }

    var result: CheckResult.BaselineResult? {
        guard let baseline else { return nil }
        var result = CheckResult.BaselineResult(file: baseline.path)
        result.known = knownCount
        let open = left.filter { $0.value > 0 }.sorted { a, b in
            (a.key.file, a.key.kind, a.key.fingerprint) < (b.key.file, b.key.kind, b.key.fingerprint)
        }
        for (key, count) in open {
            guard checked.contains(key.file) else {
                result.missing += count
                continue
            }
            result.fixed += count
            if result.fixedFirst.count < 100 { result.fixedFirst.append((key.kind, key.file, count)) }
        }
        return result
    }

    /// The new text: what was found, and what is known of files that were not checked and are still there.
    var updated: [UInt8] {
        var all = found
        for (key, count) in baseline?.known ?? [:] where !checked.contains(key.file) && fileExists(key.file) {
            all[key] = count
        }
        return Baseline.text(all)
    }
}
