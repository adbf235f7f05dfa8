import TestSupport
import Testing
import WinnowIO

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The command as a user meets it: Fixtures/cli/NAME/{cmd,stdin,stdout,stderr,exit}.
///
/// `cmd` is run by bash in an empty folder, with `winnow` on the PATH. A missing `stderr` or `stdout` stands for none, a
/// missing `exit` for 0. In expected text a line `[...]` matches any lines, and `[..]` within a line anything.
/// `WINNOW_RECORD=1 swift test --filter CLIGoldenTests` rewrites what is expected; patterns that still match are kept.
@Suite struct CLIGoldenTests {
    static let root = repository + "/Fixtures/cli"
    static let cases = Shell.folders(in: "Fixtures/cli")
    static let isRecording = environment("WINNOW_RECORD") != nil
    @Test func thereAreCases() { #expect(Self.cases.count > 80) }

    @Test(arguments: cases) func golden(_ name: String) throws {
        let folder = "\(Self.root)/\(name)"
        let result = try Shell.run(
            script: "\(folder)/cmd", input: fileExists("\(folder)/stdin") ? "\(folder)/stdin" : "/dev/null")
        let parts: [(name: String, text: String, none: String)] = [
            (name: "stdout", text: result.output, none: ""), ("stderr", result.errors, ""),
            ("exit", "\(result.status)\n", "0\n"),
        ]
        let differences = parts.compactMap { difference($0.text, "\(folder)/\($0.name)", none: $0.none) }
        if Self.isRecording {
            for part in parts where difference(part.text, "\(folder)/\(part.name)", none: part.none) != nil {
                let path = "\(folder)/\(part.name)"
                if part.text == part.none { unlink(path) } else { try AtomicFile.write(Array(part.text.utf8), to: path) }
            }
        } else if !differences.isEmpty {
            Issue.record("\(differences.joined(separator: "\n"))")
        }
    }

    /// What is wrong with a part of the result; nil when it is as expected.
    private func difference(_ text: String, _ path: String, none: String) -> String? {
        let expected = fileExists(path) ? (try? readWhole(path)).map { String(decoding: $0, as: UTF8.self) } ?? none : none
        if Expectation.matches(text, expected) { return nil }
        let part = path.split(separator: "/").suffix(2).joined(separator: "/")
        return "\(part)\n--- expected\n\(expected)--- found\n\(text)---"
    }

}

/// Expected text with holes.
enum Expectation {
    static func matches(_ text: String, _ expected: String) -> Bool {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false)[...]
        return all(lines, wanted)
    }

    private static func all(_ lines: ArraySlice<Substring>, _ wanted: ArraySlice<Substring>) -> Bool {
        guard let first = wanted.first else { return lines.isEmpty }
        if first == "[...]" {
            return (lines.startIndex...lines.endIndex).contains { all(lines[$0...], wanted.dropFirst()) }
        }
        guard let line = lines.first, one(line, first) else { return false }
        return all(lines.dropFirst(), wanted.dropFirst())
    }

    /// Whether a line is the parts between the holes, in order.
    private static func one(_ line: Substring, _ wanted: Substring) -> Bool {
        var parts: [String] = [""]
        var rest = wanted
        while !rest.isEmpty {
            if rest.hasPrefix("[..]") {
                parts.append("")
                rest = rest.dropFirst(4)
            } else {
                parts[parts.count - 1].append(rest.removeFirst())
            }
        }
        guard parts.count > 1 else { return line == wanted }
        guard let first = parts.first, let last = parts.last, line.hasPrefix(first), line.hasSuffix(last) else { return false }
        var at = Array(line.unicodeScalars.dropFirst(first.unicodeScalars.count))[...]
        for part in parts.dropFirst() {
            let scalars = Array(part.unicodeScalars)
            guard
                let start = at.indices.first(where: { at[$0...].starts(with: scalars) })
                    ?? (scalars.isEmpty ? at.startIndex : nil)
            else {
                return false
            }
            at = at[(start + scalars.count)...]
        }
        return true
    }
}

@Suite struct ExpectationTests {
    @Test(arguments: [
        ("a\nb\n", "a\nb\n", true), ("a\nb\n", "a\n", false), ("a\n", "a\nb\n", false), ("", "", true), ("a\n", "", false),
        ("a\nx\ny\nb\n", "a\n[...]\nb\n", true), ("a\nb\n", "a\n[...]\nb\n", true), ("a\nc\n", "a\n[...]\nb\n", false),
        ("winnow 1.2 (x)\n", "winnow [..] (x)\n", true), ("winnow 1.2 (y)\n", "winnow [..] (x)\n", false),
        ("a-b-c\n", "[..]-[..]-[..]\n", true), ("a-b\n", "[..]-[..]-[..]\n", false),
    ]) func holes(_ text: String, _ expected: String, _ isMatch: Bool) {
        #expect(Expectation.matches(text, expected) == isMatch)
    }
}
