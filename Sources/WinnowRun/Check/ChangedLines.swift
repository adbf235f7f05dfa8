import WinnowCore
import WinnowIO

/// Which lines of which files differ from a revision, as git tells it.
public struct ChangedLines: Sendable {
    /// Of one file.
    struct File: Sendable {
        /// Nil when all of it is new.
        var ranges: [ClosedRange<Int>]?

        func contains(_ place: CorpusPlace) -> Bool {
            guard let ranges else { return true }
            // The document as a whole, or a format that counts no lines.
            return place.fileLine == 0 || ranges.contains { $0.contains(place.fileLine) }
        }

        func count(of lines: Int) -> Int { ranges.map { $0.reduce(0) { $0 + $1.count } } ?? lines }
    }

    public let revision: String
    private var files: [FileStatus.Identity: File] = [:]

    /// - Throws: `usage` where git knows no such revision, or there is no repository.
    public init(since revision: String) throws(WinnowError) {
        self.revision = revision
        guard !revision.hasPrefix("-") else { throw WinnowError(.usage, "--since \(revision): expected a revision") }
        let top = try Self.git(["rev-parse", "--show-toplevel"], revision)
        let root = Path(top.prefix { $0 != 0x0A })
        let diff = try Self.git(
            [
                "-c", "core.quotePath=false", "diff", "--no-color", "--no-ext-diff", "--no-textconv", "--unified=0",
                "--no-prefix",
                "--find-renames", "--text", revision, "--",
            ], revision)
        for (path, ranges) in Self.parse(diff) {
            if let status = try? FileStatus(root.appending(path), followingLinks: true) {
                files[status.identity] = File(ranges: ranges)
            }
        }
        let new = try Self.git(["-C", "\(root)", "ls-files", "--others", "--exclude-standard", "-z"], revision)
        for name in new.split(separator: 0) {
            if let status = try? FileStatus(root.appending(Path(name)), followingLinks: true) {
                files[status.identity] = File(ranges: nil)
            }
        }
    }

    /// The changes of a file by the name that it is reported under; nil when it is as it was.
    func changes(of name: String) -> File? {
        guard let status = try? FileStatus(Path(name), followingLinks: true) else { return nil }
        return files[status.identity]
    }

    private static func git(_ words: [String], _ revision: String) throws(WinnowError) -> [UInt8] {
        let result: ChildProcess.Result
        do throws(WinnowError) { result = try ChildProcess.run("git", words) } catch {
            throw WinnowError(.usage, "--since \(revision): git cannot be run: \(error.message)", hint: "install git")
        }
        guard result.status == 0 else {
            let message = String(decoding: result.errors, as: UTF8.self).split(separator: "\n").first ?? "git failed"
            throw WinnowError(.usage, "--since \(revision): \(message)")
        }
        return result.output
    }

    /// Files and the lines of their new text, from a unified diff without context.
    static func parse(_ diff: [UInt8]) -> [(path: Path, ranges: [ClosedRange<Int>])] {
        var files: [(path: Path, ranges: [ClosedRange<Int>])] = []
        var removed = 0
        var added = 0
        for line in diff.split(separator: 0x0A, omittingEmptySubsequences: false) {
            // Lines of text within a hunk may look like anything.
            if removed > 0, line.first == UInt8(ascii: "-") {
                removed -= 1
            } else if added > 0, line.first == UInt8(ascii: "+") {
                added -= 1
            } else if line.starts(with: "+++ ".utf8) {
                files.append((name(line.dropFirst(4)), []))
            } else if line.starts(with: "@@ ".utf8) {
                let words = line.split(separator: 0x20)
                guard words.count > 2, let old = range(words[1]), let new = range(words[2]) else { continue }
                (removed, added) = (old.count, new.count)
                if new.count > 0, !files.isEmpty {
                    files[files.count - 1].ranges.append(new.start...new.start + new.count - 1)
                }
            }
        }
        return files
    }

    /// `+12,3` or `+12`.
    private static func range(_ word: ArraySlice<UInt8>) -> (start: Int, count: Int)? {
        let parts = String(decoding: word.dropFirst(), as: UTF8.self).split(separator: ",").map { Int($0) }
        guard let first = parts.first, let start = first else { return nil }
        return (start, parts.count > 1 ? parts[1] ?? 0 : 1)
    }

    /// A name as git writes it: with a tab behind one that holds spaces, in quotes and with escapes where it must.
    private static func name(_ text: ArraySlice<UInt8>) -> Path {
        var text = text
        if text.last == 0x09 { text = text.dropLast() }
        guard text.first == 0x22, text.last == 0x22, text.count > 1 else { return Path(text) }
        var out: [UInt8] = []
        var rest = text.dropFirst().dropLast()
        while let byte = rest.popFirst() {
            guard byte == 0x5C, let next = rest.popFirst() else {
                out.append(byte)
                continue
            }
            switch next {
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "a"): out.append(0x07)
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "v"): out.append(0x0B)
            case 0x30...0x37:
                var value = Int(next - 0x30)
                for _ in 0..<2 {
                    if let digit = rest.first, (0x30...0x37).contains(digit) {
                        value = value * 8 + Int(digit - 0x30); rest = rest.dropFirst()
                    }
                }
                out.append(UInt8(truncatingIfNeeded: value))
            default: out.append(next)
            }
        }
        return Path(out)
    }
}
