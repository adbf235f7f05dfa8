import TestSupport
import Testing
import WinnowConfig
import WinnowCore
import WinnowIO

@testable import WinnowStages

/// The rule packs: data that must parse, be current in its compiled form, and do what its examples say.
@Suite struct RulePackTests {
    static let folder = "Sources/WinnowStages/Rules"
    static let languages = files(in: folder, ending: ".yml").map { String($0.dropLast(4)) }

    static func pack(_ language: String) throws(WinnowError) -> RulePack {
        // The name as the rule compiler sees it.
        let path = "\(folder)/\(language).yml"
        return try RulePack(file: path, bytes: try readWhole("\(repository)/\(path)"), isBuiltIn: true)
    }

    /// Two paragraphs of a language, between which an example stands. Written for this test; no furniture in them.
    static func prose(_ language: String) throws -> (String, String) {
        let lines = try fixtureLines("\(language).txt")
        return (try #require(lines.first), try #require(lines.dropFirst().first))
    }

    /// Examples that the stage does not get right yet. The lists can only shrink.
    static func knownGaps(_ language: String) -> Set<String> { Set((try? fixtureLines("\(language).gaps")) ?? []) }

    private static func fixtureLines(_ name: String) throws -> [String] {
        let text = String(decoding: try readWhole("\(repository)/Fixtures/packs/\(name)"), as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    @Test func allLanguagesAreCompiledIn() {
        #expect(Self.languages.count >= 32)
        #expect(BuiltInPhrases.languages.sorted() == Self.languages, "run `make rules`")
    }

    @Test(arguments: languages) func parses(_ language: String) throws {
        let pack = try Self.pack(language)
        #expect(pack.language == language)
        #expect(pack.phrases.count > 100)
        let kinds = Set(RuleKind.all.map(\.name))
        for phrase in pack.phrases { #expect(kinds.contains(phrase.kind), "\(phrase.location)") }
        for example in pack.examples { #expect(example.kind.map(kinds.contains) ?? true, "\(example)") }
        #expect(pack.examples.contains { $0.kind == nil } && pack.examples.contains { $0.kind != nil })
    }

    @Test(arguments: languages) func noPhraseTwice(_ language: String) throws {
        var seen: [String: Int] = [:]
        for phrase in try Self.pack(language).phrases {
            let entry = "\(phrase.kind)/\(phrase.anchor.rawValue): \(phrase.text)"
            if let line = seen[entry] {
                Issue.record("\(language).yml:\(phrase.location.line): \(entry) stands in line \(line) already")
            }
            seen[entry] = phrase.location.line
        }
    }

    @Test func compiledFormIsCurrent() throws {
        var packs: [RulePack] = []
        for language in Self.languages { packs.append(try Self.pack(language)) }
        let source = Array(try RuleCompiler.source(for: packs).utf8)
        let isCurrent = try readWhole("\(repository)/Sources/CRules/rules.c") == source
        #expect(isCurrent, "Sources/CRules/rules.c is not what the packs say: run `make rules`")
        let table = String(decoding: try readWhole("\(repository)/docs/rule-packs-coverage.md"), as: UTF8.self)
        #expect(table == RuleCompiler.coverage(of: packs), "run `make rules`")
    }

    @Test(arguments: languages) func examples(_ language: String) throws {
        let (before, after) = try Self.prose(language)
        let gaps = Self.knownGaps(language)
        let run = try StageRun(Boilerplate.self)
        for example in try Self.pack(language).examples {
            let decided = try run.decide([before, "", example.text, "", after])
            let isThere = decided.sources[2] != nil
            let proseStays = decided.sources[0] != nil && decided.sources[4] != nil
            #expect(proseStays, "\(language): the prose around \(example.text)")
            let isRight = isThere == (example.kind == nil)
            let name = "\(language): \(example.text)"
            if gaps.contains(example.text) {
                #expect(!isRight, "\(name): is right now, take it off Fixtures/packs/\(language).gaps")
            } else {
                let wanted = example.kind.map { "goes (\($0))" } ?? "stays"
                #expect(isRight, "\(name): \(wanted); \(String(describing: decided.verdicts[2]))")
            }
        }
    }

    /// Every gap is an example still.
    @Test(arguments: languages) func gapsExist(_ language: String) throws {
        let all = Set(try Self.pack(language).examples.map(\.text))
        #expect(Self.knownGaps(language).subtracting(all) == [])
    }

    /// The prose by itself passes.
    @Test(arguments: languages) func proseStays(_ language: String) throws {
        let (before, after) = try Self.prose(language)
        let decided = try StageRun(Boilerplate.self).decide([before, "", after])
        #expect(decided.output == [before, "", after])
    }

    @Test func packErrors() throws {
        func error(_ text: String) -> WinnowError? {
            do throws(WinnowError) {
                let pack = try RulePack(file: "p.yml", bytes: Array(text.utf8), isBuiltIn: true)
                _ = try RuleCompiler.source(for: [pack])
                return nil
            } catch { return error }
        }
        #expect(error("pack: 1\nlanguage: xx\nrules:\n  credit:\n    whole:\n      - \"a b\"\n") == nil)
        let kind = error("pack: 1\nlanguage: xx\nrules:\n  credits:\n    whole:\n      - \"a b\"\n")
        #expect(kind?.hint == "did you mean 'credit'?" && kind?.location?.line == 6)
        let anchor = error("pack: 1\nlanguage: xx\nrules:\n  credit:\n    begin:\n      - \"a b\"\n")
        #expect(anchor?.location?.line == 5)
        let number = error("pack: 1\nlanguage: xx\nrules:\n  credit:\n    whole:\n      - \"12\"\n")
        #expect(number?.location?.line == 6)
        #expect(
            error("pack: 1\nlanguage: xx\nrules:\n  credit:\n    pattern:\n      - \"a.*\"\n") != nil,
            "no patterns in built-in packs")
        #expect(error("pack: 2\nlanguage: xx\n") != nil)
        #expect(error("pack: 1\n") != nil)
    }
}
