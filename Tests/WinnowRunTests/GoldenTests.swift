import TestSupport
import Testing
import WinnowCore

/// The fixtures: articles with their expected result, and clean texts that must come back as they are.
@Suite struct GoldenTests {
    /// Articles and clean texts that winnow does not get right yet. The list can only shrink: a listed one that passes fails
    /// the test.
    static let knownGaps: Set<String> = [
        "articles/en-02.txt", "articles/en-04.txt", "articles/es-01.txt", "articles/fr-02.txt", "articles/pl-01.txt",
        "articles/pt-01.txt", "articles/ru-02.txt",
    ]

    /// Those whose result is written out; the labels of all are judged by `make quality`.
    @Test(arguments: files(in: "Fixtures/articles", ending: ".expected")) func article(_ expectedName: String) throws {
        let name = "\(expectedName.dropLast(9)).txt"
        let output = try clean(try fixture("articles/\(name)")).output
        check(output, try fixture("articles/\(expectedName)"), "articles/\(name)")
    }

    @Test(arguments: files(in: "Fixtures/clean", ending: ".txt")) func cleanText(_ name: String) throws {
        let text = try fixture("clean/\(name)")
        check(try clean(text).output, text, "clean/\(name)")
    }

    /// Clean texts of which a line still goes.
    @Test(arguments: files(in: "Fixtures/gaps", ending: ".txt")) func gap(_ name: String) throws {
        let text = try fixture("gaps/\(name)")
        let output = try clean(text).output
        #expect(output != text, "\(name) is right now: move it to Fixtures/clean")
    }

    @Test(arguments: files(in: "Fixtures/articles", ending: ".expected")) func expectedIsClean(_ name: String) throws {
        let text = try fixture("articles/\(name)")
        check(try clean(text).output, text, "articles/\(name)")
    }

    @Test func gapsExist() {
        let articles = files(in: "Fixtures/articles", ending: ".txt") + files(in: "Fixtures/articles", ending: ".expected")
        let all = Set(textFixtures + articles.map { "articles/\($0)" })
        #expect(Self.knownGaps.isSubset(of: all))
        #expect(all.count > 60)
    }

    private func check(_ output: [UInt8], _ expected: [UInt8], _ name: String) {
        let isRight = output == expected
        if Self.knownGaps.contains(name) {
            #expect(!isRight, "\(name) is right now: take it off `knownGaps`")
        } else {
            #expect(isRight, "\(name): \(difference(output, expected))")
        }
    }

    /// Lines that are too many (+) or missing (-), in order, by a longest common subsequence.
    private func difference(_ output: [UInt8], _ expected: [UInt8]) -> String {
        let a = lines(of: expected).map(quoted)
        let b = lines(of: output).map(quoted)
        let changes = b.difference(from: a)
        let shown = changes.map { change in
            switch change {
            case .insert(let at, let line, _): "  + \(at + 1) \(line)"
            case .remove(let at, let line, _): "  - \(at + 1) \(line)"
            }
        }
        return "\n" + shown.joined(separator: "\n")
    }
}
