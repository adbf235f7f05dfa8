/// The value of an option, as pipeline.yml or the command line gives it.
public enum OptionValue: Equatable, Sendable {
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case word(String)
    case words([String])
    case packs([RulePack])
    case file(FileContents)
}

/// A file that an option names, as it was read. No name and no bytes stand for none.
public struct FileContents: Equatable, Sendable, CustomStringConvertible {
    public var name: String
    public var bytes: [UInt8]

    public init(name: String = "", bytes: [UInt8] = []) {
        self.name = name
        self.bytes = bytes
    }

    /// Tells the bytes, not where they came from: the configuration's fingerprint is made of it.
    public var description: String {
        // FNV-1a, 64 bits.
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return "\(bytes.count) bytes, \(String(hash, radix: 16))"
    }
}

/// What an option may be.
public enum OptionKind: Equatable, Sendable {
    case flag
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case choice([String])
    /// Any text.
    case text
    case words
    /// Files that hold rule packs.
    case packs
    case file

    /// The kind in words, for messages: "a whole number from 1 to 8".
    public var description: String {
        switch self {
        case .flag: "true or false"
        case .integer(let r): "a whole number from \(r.lowerBound) to \(r.upperBound)"
        case .number(let r): "a number from \(r.lowerBound) to \(r.upperBound)"
        case .choice(let names): "one of " + names.joined(separator: ", ")
        case .text: "a text"
        case .words: "a list of texts"
        case .packs: "a list of rule pack files"
        case .file: "a file"
        }
    }
}

/// One option of a stage: everything that help, checking and documentation need.
public struct OptionDescriptor: Equatable, Sendable {
    public var name: String
    public var kind: OptionKind
    public var defaultValue: OptionValue
    public var unit: String?
    public var help: String

    public init(_ name: String, _ kind: OptionKind, default value: OptionValue, unit: String? = nil, help: String) {
        self.name = name
        self.kind = kind
        self.defaultValue = value
        self.unit = unit
        self.help = help
    }
}

/// The checked options of a stage: every option that its descriptor names has a value of the right kind.
public struct OptionValues: Equatable, Sendable {
    private var values: [String: OptionValue] = [:]
    private var places = Places()

    /// The defaults of a descriptor.
    public init(defaultsOf options: [OptionDescriptor]) {
        for option in options { values[option.name] = option.defaultValue }
    }

    /// A value that is set has no place in a file; see `set`.
    public subscript(name: String) -> OptionValue? {
        get { values[name] }
        set {
            values[name] = newValue
            places[name] = nil
        }
    }

    /// Sets a value that stands in a file.
    public mutating func set(_ name: String, to value: OptionValue, at location: WinnowError.Location) {
        values[name] = value
        places[name] = location
    }

    /// Where the value of an option stands, for errors that only its stage can find.
    public func location(of name: String) -> WinnowError.Location? { places[name] }

    // A stage asks only for options that its own descriptor declares; anything else is a bug in the stage.
    public func flag(_ name: String) -> Bool {
        guard case .flag(let value)? = values[name] else { preconditionFailure("no flag \(name)") }
        return value
    }
    public func integer(_ name: String) -> Int {
        guard case .integer(let value)? = values[name] else { preconditionFailure("no integer \(name)") }
        return value
    }
    public func number(_ name: String) -> Double {
        guard case .number(let value)? = values[name] else { preconditionFailure("no number \(name)") }
        return value
    }
    public func word(_ name: String) -> String {
        guard case .word(let value)? = values[name] else { preconditionFailure("no word \(name)") }
        return value
    }
    public func words(_ name: String) -> [String] {
        guard case .words(let value)? = values[name] else { preconditionFailure("no words \(name)") }
        return value
    }
    public func packs(_ name: String) -> [RulePack] {
        guard case .packs(let value)? = values[name] else { preconditionFailure("no packs \(name)") }
        return value
    }
    public func file(_ name: String) -> FileContents {
        guard case .file(let value)? = values[name] else { preconditionFailure("no file \(name)") }
        return value
    }
}

/// Where things stand in a file, by name. What they mean does not depend on it: two of these are always equal.
public struct Places: Equatable, Sendable {
    private var locations: [String: WinnowError.Location] = [:]

    public init() {}

    public subscript(name: String) -> WinnowError.Location? {
        get { locations[name] }
        set { locations[name] = newValue }
    }

    public static func == (a: Places, b: Places) -> Bool { true }
}
