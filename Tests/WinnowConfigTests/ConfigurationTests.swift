import TestSupport
import Testing
import WinnowConfig
import WinnowCore
import WinnowIO
import WinnowStages

/// Stages that exist only here, so that these messages do not change with the real ones.
private let known = [
    StageDescriptor(
        name: "clean", help: "Cleans.", scope: .line, lookAhead: "none", memory: "none",
        options: [
            OptionDescriptor("form", .choice(["nfc", "nfkc", "none"]), default: .word("nfc"), help: "form"),
            OptionDescriptor("trim", .flag, default: .flag(true), help: "trim"),
            OptionDescriptor("label", .text, default: .word("x"), help: "label"),
        ],
        ruleNames: ["r"]),
    StageDescriptor(
        name: "compare", help: "Compares.", scope: .document, lookAhead: "window", memory: "some",
        options: [
            OptionDescriptor("least", .integer(1...8), default: .integer(3), unit: "lines", help: "least"),
            OptionDescriptor("similarity", .number(0...1), default: .number(0.5), help: "similarity"),
            OptionDescriptor("drop", .words, default: .words([]), help: "drop"),
            OptionDescriptor("packs", .packs, default: .packs([]), help: "packs"),
        ],
        ruleNames: ["r"]),
]

private func parse(_ text: String, files: [String: String] = [:]) throws(WinnowError) -> Configuration {
    try Configuration(file: "pipeline.yml", bytes: Array(text.utf8), known: known) { (path) throws(WinnowError) in
        guard let file = files[path] else { throw WinnowError(.system, "\(path): No such file or directory") }
        return Array(file.utf8)
    }
}

struct Golden: Sendable, CustomTestStringConvertible {
    var name: String
    var yaml: String
    var message: String
    var testDescription: String { name }

    init(_ name: String, _ yaml: String, _ message: String) { (self.name, self.yaml, self.message) = (name, yaml, message) }
}

@Suite struct ConfigurationErrorTests {
    static let cases: [Golden] = [
        Golden(
            "unknown key at the top", "version: 1\nstagess:\n  - clean\n",
            """
            pipeline.yml:2:1: unknown key 'stagess'
              stagess:
              ^
              did you mean 'stages'?
            """),
        Golden(
            "unknown key, nothing near", "version: 1\nfrobnicate: 3\n",
            """
            pipeline.yml:2:1: unknown key 'frobnicate'
              frobnicate: 3
              ^
              known here: version, separator, stages, protect, guard, limits, check
            """),
        Golden(
            "unknown option", "version: 1\nstages:\n  - clean:\n      forms: nfc\n",
            """
            pipeline.yml:4:7: unknown key 'forms'
                    forms: nfc
                    ^
              did you mean 'form'?
            """),
        Golden(
            "unknown option, nothing near", "version: 1\nstages:\n  - clean:\n      threads: 4\n",
            """
            pipeline.yml:4:7: unknown key 'threads'
                    threads: 4
                    ^
              known here: form, trim, label
            """),
        Golden(
            "unknown key of guard", "version: 1\nguard: {shares: 0.5}\n",
            """
            pipeline.yml:2:9: unknown key 'shares'
              guard: {shares: 0.5}
                      ^
              did you mean 'share'?
            """),
        Golden(
            "unknown key of limits", "version: 1\nlimits:\n  look-ahead-line: 5\n",
            """
            pipeline.yml:3:3: unknown key 'look-ahead-line'
                look-ahead-line: 5
                ^
              did you mean 'look-ahead-lines'?
            """),
        Golden(
            "unknown stage", "version: 1\nstages:\n  - clean\n  - compair\n",
            """
            pipeline.yml:4:5: unknown stage 'compair'
                - compair
                  ^
              did you mean 'compare'?
            """),
        Golden(
            "unknown stage, nothing near", "version: 1\nstages:\n  - translate:\n      to: en\n",
            """
            pipeline.yml:3:5: unknown stage 'translate'
                - translate:
                  ^
              stages: clean, compare
            """),
        Golden(
            "stage listed twice", "version: 1\nstages:\n  - clean\n  - compare\n  - clean: {trim: no}\n",
            """
            pipeline.yml:5:5: stage 'clean' is listed twice
                - clean: {trim: no}
                  ^
            """),
        Golden(
            "two stages in an item", "version: 1\nstages:\n  - clean:\n    compare:\n",
            """
            pipeline.yml:3:5: one stage an item
                - clean:
                  ^
              write `- name:` with its options indented below
            """),
        Golden(
            "options not indented", "version: 1\nstages:\n  - clean:\n    trim: no\n",
            """
            pipeline.yml:3:5: one stage an item
                - clean:
                  ^
              write `- name:` with its options indented below
            """),
        Golden(
            "a list where a stage should be", "version: 1\nstages:\n  - [clean, compare]\n",
            """
            pipeline.yml:3:5: expected a stage, not a list
                - [clean, compare]
                  ^
            """),
        Golden(
            "stages are no list", "version: 1\nstages: clean\n",
            """
            pipeline.yml:2:9: `stages:` is a list, one stage an item
              stages: clean
                      ^
            """),
        Golden(
            "stages are a mapping", "version: 1\nstages:\n  clean:\n    trim: no\n",
            """
            pipeline.yml:3:3: `stages:` is a list, one stage an item
                clean:
                ^
            """),
        Golden(
            "options are a list", "version: 1\nstages:\n  - clean: [trim]\n",
            """
            pipeline.yml:3:12: expected a mapping, not a list
                - clean: [trim]
                         ^
            """),
        Golden(
            "options are a word", "version: 1\nstages:\n  - clean: trim\n",
            """
            pipeline.yml:3:12: expected a mapping, not a value
                - clean: trim
                         ^
            """),
        Golden(
            "no flag", "version: 1\nstages:\n  - clean:\n      trim: maybe\n",
            """
            pipeline.yml:4:13: trim: 'maybe' is not true or false
                    trim: maybe
                          ^
            """),
        Golden(
            "no whole number", "version: 1\nstages:\n  - compare:\n      least: 2.5\n",
            """
            pipeline.yml:4:14: least: '2.5' is not a whole number from 1 to 8
                    least: 2.5
                           ^
            """),
        Golden(
            "whole number below its range", "version: 1\nstages:\n  - compare: {least: 0}\n",
            """
            pipeline.yml:3:22: least: '0' is not a whole number from 1 to 8
                - compare: {least: 0}
                                   ^
            """),
        Golden(
            "whole number above its range", "version: 1\nstages:\n  - compare: {least: 9}\n",
            """
            pipeline.yml:3:22: least: '9' is not a whole number from 1 to 8
                - compare: {least: 9}
                                   ^
            """),
        Golden(
            "number out of range", "version: 1\nstages:\n  - compare: {similarity: 1.01}\n",
            """
            pipeline.yml:3:27: similarity: '1.01' is not a number from 0.0 to 1.0
                - compare: {similarity: 1.01}
                                        ^
            """),
        Golden(
            "not a number", "version: 1\nstages:\n  - compare: {similarity: nan}\n",
            """
            pipeline.yml:3:27: similarity: 'nan' is not a number from 0.0 to 1.0
                - compare: {similarity: nan}
                                        ^
            """),
        Golden(
            "wrong choice", "version: 1\nstages:\n  - clean:\n      form: nfkd\n",
            """
            pipeline.yml:4:13: form: 'nfkd' is not one of nfc, nfkc, none
                    form: nfkd
                          ^
              did you mean 'nfkc'?
            """),
        Golden(
            "wrong choice, nothing near", "version: 1\nstages:\n  - clean:\n      form: composed\n",
            """
            pipeline.yml:4:13: form: 'composed' is not one of nfc, nfkc, none
                    form: composed
                          ^
            """),
        Golden(
            "a list where a value should be", "version: 1\nstages:\n  - clean:\n      form: [nfc]\n",
            """
            pipeline.yml:4:13: expected a value, not a list
                    form: [nfc]
                          ^
            """),
        Golden(
            "a mapping where a list should be", "version: 1\nstages:\n  - compare:\n      drop: {a: b}\n",
            """
            pipeline.yml:4:13: expected a list, not a mapping
                    drop: {a: b}
                          ^
            """),
        Golden(
            "a list in a list", "version: 1\nprotect:\n  - [a]\n",
            """
            pipeline.yml:3:5: expected a value, not a list
                - [a]
                  ^
            """),
        Golden(
            "guard share out of range", "version: 1\nguard:\n  share: 80\n",
            """
            pipeline.yml:3:10: '80' is not a number from 0.0 to 1.0
                share: 80
                       ^
            """),
        Golden(
            "guard action", "version: 1\nguard:\n  on-exceed: dropp\n",
            """
            pipeline.yml:3:14: 'dropp' is not one of pass, drop, stop
                on-exceed: dropp
                           ^
              did you mean 'drop'?
            """),
        Golden(
            "limits out of range", "version: 1\nlimits:\n  look-ahead-lines: 0\n",
            """
            pipeline.yml:3:21: '0' is not a whole number from 1 to 1000000
                look-ahead-lines: 0
                                  ^
            """),
        Golden(
            "limit of memory without a unit that is known", "version: 1\nlimits: {memory: 5 gallons}\n",
            """
            pipeline.yml:2:18: '5 gallons' is not a size such as 50%, 800MB or 4GiB
              limits: {memory: 5 gallons}
                               ^
            """),
        Golden(
            "limit of bytes too small", "version: 1\nlimits: {look-ahead-bytes: 1023}\n",
            """
            pipeline.yml:2:28: '1023' is not a whole number from 1024 to 1073741824
              limits: {look-ahead-bytes: 1023}
                                         ^
            """),
        Golden(
            "key given twice at the top", "version: 1\nprotect: []\nprotect: [a]\n",
            """
            pipeline.yml:3:1: 'protect' is given twice
              protect: [a]
              ^
            """),
        Golden(
            "option given twice", "version: 1\nstages:\n  - clean:\n      trim: yes\n      form: nfc\n      trim: no\n",
            """
            pipeline.yml:6:7: 'trim' is given twice
                    trim: no
                    ^
            """),
        Golden(
            "missing version", "stages:\n  - clean\n",
            """
            pipeline.yml:1:1: `version: 1` is missing
              stages:
              ^
            """),
        Golden(
            "other version", "version: 2\n",
            """
            pipeline.yml:1:10: version 2 is not known
              version: 2
                       ^
              this winnow reads version 1
            """),
        Golden(
            "empty file", "",
            """
            pipeline.yml:1:1: not a winnow configuration
              begin with `version: 1`; `winnow init` writes one
            """),
        Golden(
            "only comments", "# nothing\n",
            """
            pipeline.yml:1:1: not a winnow configuration
              # nothing
              ^
              begin with `version: 1`; `winnow init` writes one
            """),
        Golden(
            "a list at the top", "- version: 1\n",
            """
            pipeline.yml:1:1: not a winnow configuration
              - version: 1
              ^
              begin with `version: 1`; `winnow init` writes one
            """),
        Golden(
            "anchor on a value", "version: &v 1\n",
            """
            pipeline.yml:1:10: anchors and tags are not supported
              version: &v 1
                       ^
            """),
        Golden(
            "tag on a value", "version: !!int 1\n",
            """
            pipeline.yml:1:10: anchors and tags are not supported
              version: !!int 1
                       ^
            """),
        Golden(
            "anchor on a list", "version: 1\nprotect: &p [a]\n",
            """
            pipeline.yml:2:10: anchors are not supported
              protect: &p [a]
                       ^
            """),
        Golden(
            "anchor on a mapping", "version: 1\nguard: &g {share: 0.5}\n",
            """
            pipeline.yml:2:8: anchors are not supported
              guard: &g {share: 0.5}
                     ^
            """),
        Golden(
            "alias", "version: 1\nprotect: *p\n",
            """
            pipeline.yml:2:10: aliases are not supported
              protect: *p
                       ^
            """),
        Golden(
            "two documents", "version: 1\n---\nversion: 1\n",
            """
            pipeline.yml:2:1: only one YAML document is allowed
              ---
              ^
            """),
        Golden(
            "tab as indentation", "version: 1\nguard:\n\tshare: 0.5\n",
            """
            pipeline.yml:3:1: found character that cannot start any token while scanning for the next token
              \tshare: 0.5
              ^
            """),
        Golden(
            "unclosed list", "version: 1\nprotect: [a, b\n",
            """
            pipeline.yml:3:1: did not find expected ',' or ']' while parsing a flow sequence
            """),
        Golden(
            "columns are characters", "version: 1\nprotect: {é: 1}\nguard: {\"é\": 1}\n",
            """
            pipeline.yml:2:10: expected a list, not a mapping
              protect: {é: 1}
                       ^
            """),
        Golden(
            "pack that is not there", "version: 1\nstages:\n  - compare:\n      packs: [mine.yml]\n",
            """
            pipeline.yml:4:15: mine.yml: No such file or directory
                    packs: [mine.yml]
                            ^
            """),
    ]

    @Test(arguments: cases) func message(_ golden: Golden) {
        let error = #expect(throws: WinnowError.self) { try parse(golden.yaml) }
        #expect(error?.code == .usage)
        #expect(error?.text == golden.message)
    }

    @Test(arguments: ["version: 1\n\u{0}", "version: \u{7}1\n"])
    func controlCharactersAreErrors(_ yaml: String) {
        let error = #expect(throws: WinnowError.self) { try parse(yaml) }
        #expect(error?.code == .usage)
    }

    @Test func bytesThatAreNoUTF8AreAnError() {
        let error = #expect(throws: WinnowError.self) {
            try Configuration(
                file: "p", bytes: Array("version: 1\nprotect: [".utf8) + [0xFF, 0xFE] + Array("]\n".utf8), known: known
            ) {
                (_) throws(WinnowError) in []
            }
        }
        #expect(error?.code == .usage)
        #expect(error?.location?.file == "p")
    }

    @Test func deepNestingIsAnErrorNotACrash() {
        let deep = String(repeating: "[", count: 5000)
        let error = #expect(throws: WinnowError.self) { try parse("version: 1\nprotect: \(deep)\n") }
        #expect(error?.code == .usage)
    }

    /// A truncated file is an error with a place, or a smaller configuration: never a crash.
    @Test func everyPrefixOfTheDefaultFile() {
        let text = Array(Configuration.defaultText(for: StageRegistry.descriptors).utf8)
        for length in stride(from: 0, to: text.count, by: 7) {
            do throws(WinnowError) {
                _ = try Configuration(file: "p", bytes: Array(text[..<length]), known: StageRegistry.descriptors) {
                    (_) throws(WinnowError) in []
                }
            } catch {
                #expect(error.code == .usage)
                #expect(error.location != nil)
            }
        }
    }
}

@Suite struct PackErrorTests {
    private func pack(_ text: String, isBuiltIn: Bool = false) throws(WinnowError) -> RulePack {
        try RulePack(file: "mine.yml", bytes: Array(text.utf8), isBuiltIn: isBuiltIn)
    }

    static let cases: [Golden] = [
        Golden(
            "unknown key", "pack: 1\nlanguage: en\nrule:\n  share: {whole: [Share]}\n",
            """
            mine.yml:3:1: unknown key 'rule'
              rule:
              ^
              did you mean 'rules'?
            """),
        Golden(
            "unknown anchor", "pack: 1\nlanguage: en\nrules:\n  share:\n    wholes: [Share]\n",
            """
            mine.yml:5:5: unknown key 'wholes'
                  wholes: [Share]
                  ^
              did you mean 'whole'?
            """),
        Golden(
            "unknown anchor, nothing near", "pack: 1\nlanguage: en\nrules:\n  share:\n    somewhere: [Share]\n",
            """
            mine.yml:5:5: unknown key 'somewhere'
                  somewhere: [Share]
                  ^
              known here: whole, start, start-name, end, words, pattern
            """),
        Golden(
            "missing language", "pack: 1\n",
            """
            mine.yml:1:1: `language:` is missing
              pack: 1
              ^
            """),
        Golden(
            "missing version", "language: en\n",
            """
            mine.yml:1:1: `pack: 1` is missing
              language: en
              ^
            """),
        Golden(
            "other version", "pack: 2\nlanguage: en\n",
            """
            mine.yml:1:7: only version 1 of rule packs is known
              pack: 2
                    ^
            """),
        Golden("not a pack", "- a\n", "mine.yml:1: not a rule pack\n  a pack begins with `pack: 1`"),
        Golden(
            "unknown examples", "pack: 1\nlanguage: en\nexamples:\n  keeps: [a]\n",
            """
            mine.yml:4:3: unknown key 'keeps'
                keeps: [a]
                ^
              did you mean 'keep'?
            """),
        Golden(
            "phrases are no list", "pack: 1\nlanguage: en\nrules:\n  share:\n    whole: Share\n",
            """
            mine.yml:5:12: expected a list, not a value
                  whole: Share
                         ^
            """),
    ]

    @Test(arguments: cases) func message(_ golden: Golden) {
        let error = #expect(throws: WinnowError.self) { try pack(golden.yaml) }
        #expect(error?.text == golden.message)
        #expect(error?.code == .usage)
    }

    @Test func builtInPacksHoldNoPatterns() throws {
        let yaml = "pack: 1\nlanguage: en\nrules:\n  share:\n    pattern: ['^Share']\n"
        #expect(try pack(yaml).phrases.map(\.anchor) == [.pattern])
        #expect(throws: WinnowError.self) { try pack(yaml, isBuiltIn: true) }
    }

    /// The kind is the boilerplate stage's business: it names the place in the pack.
    @Test func unknownKind() throws {
        let made = try pack("pack: 1\nlanguage: en\nrules:\n  shares:\n    whole:\n      - Share this\n")
        var options = OptionValues(defaultsOf: Boilerplate.descriptor.options)
        options["packs"] = .packs([made])
        let error = #expect(throws: WinnowError.self) { try Boilerplate(options) }
        #expect(error?.code == .usage)
        #expect(
            error?.text == """
                mine.yml:6:9: unknown kind 'shares'
                        - Share this
                          ^
                  did you mean 'share'?
                """)
    }

    @Test func phraseWithoutWords() throws {
        let made = try pack("pack: 1\nlanguage: en\nrules:\n  share:\n    whole: ['***']\n")
        var options = OptionValues(defaultsOf: Boilerplate.descriptor.options)
        options["packs"] = .packs([made])
        let error = #expect(throws: WinnowError.self) { try Boilerplate(options) }
        #expect(error?.location?.line == 5)
        #expect(error?.location?.column == 13)
    }

    @Test func errorsInsideAPackNameThePack() {
        let yaml = "version: 1\nstages:\n  - compare:\n      packs: mine.yml\n"
        let error = #expect(throws: WinnowError.self) { try parse(yaml, files: ["mine.yml": "pack: 1\nlanguages: en\n"]) }
        #expect(error?.text == "mine.yml:2:1: unknown key 'languages'\n  languages: en\n  ^\n  did you mean 'language'?")
    }

    @Test func readsPhrasesAndExamples() throws {
        let made = try pack(
            """
            pack: 1
            language: en
            rules:
              share:
                whole: [Share this, "Tweet"]
                words: []
              credit:
                start-name:
                  - Photo by
            examples:
              remove:
                share: [Share this!]
              keep:
                - Share the bread.
            """)
        #expect(made.language == "en")
        #expect(
            made.phrases.map { "\($0.kind) \($0.anchor.rawValue) \($0.text) \($0.location.line):\($0.location.column)" } == [
                "share whole Share this 5:13", "share whole Tweet 5:25", "credit start-name Photo by 9:9",
            ])
        #expect(made.examples == [.init(kind: "share", text: "Share this!"), .init(kind: nil, text: "Share the bread.")])
    }
}

@Suite struct ConfigurationTests {
    @Test func leastFileIsAllDefaults() throws {
        #expect(try parse("version: 1\n") == Configuration(defaultsOf: known))
    }

    @Test func valuesOfEveryKind() throws {
        let made = try parse(
            """
            version: 1
            stages:
              - compare:
                  least: 8
                  similarity: 0.75
                  drop: ["a: b", '^x$', plain]
                  packs: [p.yml]
              - clean: {form: none, trim: off, label: "true"}
            separator: 'blank-lines:2'
            protect: ['^keep']
            guard: {share: 1, on-exceed: stop}
            limits:
              look-ahead-lines: 7
              look-ahead-bytes: 2048
              memory: 3GiB
            """, files: ["p.yml": "pack: 1\nlanguage: de\n"])
        #expect(made.stages.map(\.name) == ["compare", "clean"])
        let compare = made.stages[0].options
        #expect(compare.integer("least") == 8)
        #expect(compare.number("similarity") == 0.75)
        #expect(compare.words("drop") == ["a: b", "^x$", "plain"])
        #expect(compare.packs("packs") == [RulePack(language: "de", phrases: [])])
        let clean = made.stages[1].options
        #expect(clean.word("form") == "none")
        #expect(clean.flag("trim") == false)
        #expect(clean.word("label") == "true")
        #expect(clean.location(of: "form")?.line == 8)
        #expect(made.separator == "blank-lines:2")
        #expect(made.protect == ["^keep"])
        #expect(made.harmGuard == HarmGuard(share: 1, onExceed: .stop))
        #expect(made.window == Window(lines: 7, bytes: 2048))
        #expect(made.memory == .bytes(3 << 30))
    }

    @Test(arguments: [("true", true), ("yes", true), ("on", true), ("false", false), ("no", false), ("off", false)])
    func flags(_ word: String, _ value: Bool) throws {
        #expect(try parse("version: 1\nstages:\n  - clean: {trim: \(word)}\n").stages[0].options.flag("trim") == value)
    }

    @Test func aStageThatIsNotListedDoesNotRun() throws {
        #expect(try parse("version: 1\nstages: [compare]\n").stages.map(\.name) == ["compare"])
        #expect(try parse("version: 1\nstages: []\n").stages.isEmpty)
    }

    @Test func aStageWithNothingBelowHasItsDefaults() throws {
        let made = try parse("version: 1\nstages:\n  - clean:\n  - compare: {}\n")
        #expect(made.stages.map(\.options) == known.map { OptionValues(defaultsOf: $0.options) })
    }

    @Test func oneWordStandsForAListOfOne() throws {
        #expect(try parse("version: 1\nstages:\n  - compare: {drop: x}\n").stages[0].options.words("drop") == ["x"])
    }

    @Test func carriageReturnsAreFine() throws {
        #expect(try parse("version: 1\r\nguard:\r\n  share: 0.25\r\n").harmGuard.share == 0.25)
    }

    // The real stages.

    private func defaults() throws -> Configuration {
        let text = Configuration.defaultText(for: StageRegistry.descriptors)
        return try Configuration(file: "pipeline.yml", bytes: Array(text.utf8), known: StageRegistry.descriptors) {
            (_) throws(WinnowError) in []
        }
    }

    @Test func theDefaultTextSaysTheDefaults() throws {
        let read = try defaults()
        let made = Configuration(defaultsOf: StageRegistry.descriptors)
        #expect(read.stages.map(\.name) == made.stages.map(\.name))
        #expect(read.stages.map(\.options) == made.stages.map(\.options))
        #expect(read.separator == made.separator)
        #expect(read.protect == made.protect)
        #expect(read.harmGuard == made.harmGuard)
        #expect(read.window == made.window)
    }

    @Test func theDefaultTextNamesEveryOption() {
        let lines = Configuration.defaultText(for: StageRegistry.descriptors).split(separator: "\n")
        for stage in StageRegistry.descriptors {
            #expect(lines.contains("  - \(stage.name):"))
            for option in stage.options { #expect(lines.contains { $0.hasPrefix("      \(option.name): ") }, "\(option.name)") }
        }
    }

    @Test func theRepositorysFileIsTheDefaultText() throws {
        let bytes = try readWhole("\(repository)/pipeline.yml")
        #expect(
            String(decoding: bytes, as: UTF8.self) == Configuration.defaultText(for: StageRegistry.descriptors),
            "write it anew: remove it, then `winnow init`")
    }
}

@Suite struct OptionDescriptorTests {
    /// Help, checks and docs come from the descriptors: each default must be a value that its own option takes.
    @Test(arguments: StageRegistry.descriptors.map(\.name)) func defaultsAreOfTheirKind(_ name: String) throws {
        let descriptor = try #require(StageRegistry.descriptors.first { $0.name == name })
        #expect(Set(descriptor.options.map(\.name)).count == descriptor.options.count)
        #expect(Set(descriptor.ruleNames).count == descriptor.ruleNames.count)
        for option in descriptor.options {
            switch (option.kind, option.defaultValue) {
            case (.flag, .flag), (.text, .word), (.words, .words), (.packs, .packs), (.file, .file): break
            case (.integer(let range), .integer(let value)): #expect(range.contains(value), "\(option.name)")
            case (.number(let range), .number(let value)): #expect(range.contains(value), "\(option.name)")
            case (.choice(let names), .word(let word)): #expect(names.contains(word), "\(option.name)")
            default: Issue.record("\(name).\(option.name): the default is of another kind")
            }
        }
    }
}
