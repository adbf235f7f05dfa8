import TestSupport
import Testing
import WinnowCore
import WinnowIO

@testable import WinnowStages

@Suite struct RegistryTests {
    static func isKebab(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix("-") && !name.hasSuffix("-") && !name.contains("--")
            && name.utf8.allSatisfy { $0 == 0x2D || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    }

    @Test func namesAreUnique() {
        let names = StageRegistry.descriptors.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.first == "decode", "nothing works on bytes that are no text")
        for name in names { #expect(StageRegistry.stage(named: name)?.descriptor.name == name) }
        #expect(StageRegistry.stage(named: "no-such-stage") == nil)
    }

    @Test(arguments: StageRegistry.descriptors) func descriptor(_ stage: StageDescriptor) {
        #expect(Self.isKebab(stage.name))
        #expect(stage.help.hasSuffix(".") && stage.help.first?.isUppercase == true, "\(stage.name): \(stage.help)")
        #expect(!stage.lookAhead.isEmpty && !stage.memory.isEmpty)
        #expect(!stage.ruleNames.isEmpty)
        #expect(Set(stage.ruleNames).count == stage.ruleNames.count)
        for rule in stage.ruleNames { #expect(Self.isKebab(rule), "\(stage.name)/\(rule)") }
        let options = stage.options.map(\.name)
        #expect(Set(options).count == options.count)
        for option in stage.options {
            #expect(Self.isKebab(option.name), "\(stage.name).\(option.name)")
            #expect(!option.help.isEmpty && !option.help.hasSuffix("."), "\(stage.name).\(option.name): \(option.help)")
            #expect(Self.isWithin(option), "\(stage.name).\(option.name): the default is none of its kind")
        }
    }

    private static func isWithin(_ option: OptionDescriptor) -> Bool {
        switch (option.kind, option.defaultValue) {
        case (.flag, .flag), (.text, .word), (.words, .words), (.packs, .packs), (.file, .file): true
        case (.integer(let range), .integer(let value)): range.contains(value)
        case (.number(let range), .number(let value)): range.contains(value)
        case (.choice(let names), .word(let value)): names.contains(value) && Set(names).count == names.count
        default: false
        }
    }

    @Test func defaultsMakeStages() throws {
        for type in StageRegistry.all {
            _ = try type.init(OptionValues(defaultsOf: type.descriptor.options))
        }
    }

    /// The kind of stage that the scope says it is.
    @Test func scopes() throws {
        for type in StageRegistry.all {
            let stage = try type.init(OptionValues(defaultsOf: type.descriptor.options))
            #expect((stage is any LineStage) == (type.descriptor.scope == .line), "\(type.descriptor.name)")
            #expect((stage is any DocumentStage) == (type.descriptor.scope != .line), "\(type.descriptor.name)")
        }
    }

    /// Every stage has a file of its name, in the folder of the stages or in one of its own.
    @Test func files() {
        for type in StageRegistry.all {
            let name = "\(type)"
            let folder = "\(repository)/Sources/WinnowStages"
            #expect(
                fileExists("\(folder)/\(name).swift") || fileExists("\(folder)/\(name)/\(name).swift"), "no file \(name).swift")
            let kebab = name.reduce(into: "") { out, c in
                if c.isUppercase, !out.isEmpty { out += "-" }
                out += c.lowercased()
            }
            #expect(kebab == type.descriptor.name)
        }
    }

    @Test func ruleKinds() {
        let names = RuleKind.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(BuiltInPhrases.kinds == names, "the compiled packs know other kinds: run `make rules`")
        for name in names { #expect(Self.isKebab(name)) }
        for (index, name) in [
            (RuleKind.credit, "credit"), (RuleKind.copyright, "copyright"), (RuleKind.share, "share"),
            (RuleKind.navigation, "navigation"),
        ] {
            #expect(names[index] == name)
        }
        for name in names { #expect(RuleKind.index(of: name).map { names[$0] } == name) }
    }

    /// A verdict names a rule by its index in `ruleNames`.
    @Test func boilerplateRules() {
        let names = Boilerplate.descriptor.ruleNames
        for extra in Boilerplate.Extra.allCases { #expect(names[Int(extra.rule)] == extra.name) }
        for (index, kind) in RuleKind.all.enumerated() { #expect(names[index] == kind.name) }
    }

    @Test func unknownOptionValues() {
        func error(_ name: String, _ value: OptionValue) -> WinnowError? {
            var options = OptionValues(defaultsOf: Boilerplate.descriptor.options)
            options[name] = value
            do throws(WinnowError) {
                _ = try Boilerplate(options)
                return nil
            } catch { return error }
        }
        #expect(error("skip-kinds", .words(["credits"]))?.hint == "did you mean 'credit'?")
        #expect(error("skip-kinds", .words(["credit"])) == nil)
        #expect(error("languages", .words(["xx"])) != nil)
        #expect(error("languages", .words(["en", "pl"])) == nil)
        #expect(error("drop", .words(["("])) != nil)
        #expect(error("drop", .words(["^x$"])) == nil)
    }
}
