import TestSupport
import Glibc
import Testing
import WinnowCore
import WinnowText

@testable import WinnowStages

/// Runs decode and normalize over texts, as the pipeline does.
enum NormalizeKit {
    static func decode(_ text: inout [UInt32]) -> Bool {
        var scratch: [UInt32] = []
        return Entities.decode(&text, &scratch)
    }

    static func repair(_ text: inout [UInt32]) -> Bool {
        var scratch: [Mojibake.Candidate] = []
        return Mojibake.repair(&text, &scratch)
    }

    static func candidates(in text: [UInt32]) -> [Mojibake.Candidate] {
        var found: [Mojibake.Candidate] = []
        Mojibake.find(&found, in: text)
        return found
    }

    /// Options of the stage: the defaults, with changes.
    static func options(_ changes: [String: OptionValue] = [:]) -> OptionValues {
        var values = OptionValues(defaultsOf: Normalize.descriptor.options)
        for (name, value) in changes {
            precondition(values[name] != nil, "normalize has no option \(name)")
            values[name] = value
        }
        return values
    }

    static let flagNames = Normalize.descriptor.options.filter { $0.kind == .flag }.map(\.name)

    /// All steps off but the form.
    static func only(form: String, _ on: [String] = []) -> OptionValues {
        var changes: [String: OptionValue] = ["form": .word(form)]
        for name in flagNames { changes[name] = .flag(on.contains(name)) }
        return options(changes)
    }

    /// A batch of one document in bytes.
    static func batch(_ bytes: [UInt8], encoding: String = "UTF-8", unit: CodeUnit = .byte) -> LineBatch {
        var batch = LineBatch()
        batch.document = Document(ordinal: 0, name: "doc.txt", encoding: encoding)
        batch.raw = bytes
        bytes.withUnsafeBufferPointer { buffer in
            let scanner = LineScanner(unit: unit)
            var position = 0
            while let hit = scanner.next(in: buffer, from: position, atEnd: true) {
                append(&batch, position, hit.contentEnd, hit.end, hit.next - hit.contentEnd)
                position = hit.next
            }
            if position < bytes.count { append(&batch, position, bytes.count, .none, 0) }
        }
        return batch
    }

    /// A batch of one text a line, whatever the texts hold.
    static func batch(texts: [[UInt8]]) -> LineBatch {
        var batch = LineBatch()
        for text in texts {
            let start = batch.raw.count
            batch.raw += text
            batch.raw.append(0x0A)
            append(&batch, start, start + text.count, .lf, 1)
        }
        return batch
    }

    private static func append(_ batch: inout LineBatch, _ start: Int, _ end: Int, _ lineEnd: LineEnd, _ endLength: Int) {
        batch.lines.append(
            Line(start: start, length: end - start, end: lineEnd, endLength: endLength, flags: [], index: batch.lines.count))
        batch.verdicts.append(nil)
    }

    static func decode(_ batch: inout LineBatch, invalid: String = "replace") throws {
        var values = OptionValues(defaultsOf: Decode.descriptor.options)
        values["invalid"] = .word(invalid)
        try Decode(values).makeWorker(firstStep: 0).process(&batch)
    }

    static let firstStep = Decode.descriptor.ruleNames.count

    static func normalize(_ batch: inout LineBatch, _ options: OptionValues) throws {
        try Normalize(options).makeWorker(firstStep: firstStep).process(&batch)
    }

    static func text(_ batch: LineBatch, _ index: Int) -> [UInt8] {
        let line = batch.lines[index]
        let range = Int(line.textStart)..<Int(line.textStart + line.textLength)
        return Array(line.isRewritten ? batch.arena[range] : batch.raw[range])
    }

    /// The document that comes out.
    static func output(_ batch: LineBatch) -> [UInt8] {
        var out: [UInt8] = []
        for index in batch.lines.indices {
            out += text(batch, index)
            switch batch.lines[index].end {
            case .none: break
            case .lf: out.append(0x0A)
            case .crlf: out += [0x0D, 0x0A]
            case .cr: out.append(0x0D)
            }
        }
        return out
    }

    static func clean(_ bytes: [UInt8], _ options: OptionValues = options()) throws -> [UInt8] {
        var batch = batch(bytes)
        try decode(&batch)
        try normalize(&batch, options)
        return output(batch)
    }

    /// The texts that come out, one a line: scalars, since Swift's strings are equal when they are canonically equivalent.
    static func clean(texts: [[UInt8]], _ options: OptionValues = options()) throws -> [[UInt8]] {
        var batch = batch(texts: texts)
        try decode(&batch)
        try normalize(&batch, options)
        return batch.lines.indices.map { text(batch, $0) }
    }

    /// One line without its end, with every character outside printable ASCII visible.
    static func line(_ text: String, _ options: OptionValues = options()) throws -> String {
        let out = try clean(texts: [Array(text.utf8)], options)[0]
        return visible(String(decoding: out, as: UTF8.self))
    }

    /// A text in which no two different texts look alike, and no two look equal to Swift.
    static func visible(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x20...0x7E: out.unicodeScalars.append(scalar)
            default: out += "{\(String(scalar.value, radix: 16, uppercase: true))}"
            }
        }
        return out
    }

    /// The names of the steps that changed a line.
    static func steps(_ text: String, _ options: OptionValues = options()) throws -> [String] {
        var batch = batch(texts: [Array(text.utf8)])
        try decode(&batch)
        try normalize(&batch, options)
        let steps = batch.lines[0].steps
        return Normalize.Step.allCases.filter { steps.contains(Steps(step: firstStep + $0.rawValue)) }.map(\.name)
    }

    static func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

    static let allScalars: [UInt32] = Array(0...0xD7FF) + Array(0xE000...0x10FFFF)

    static func utf8(_ c: UInt32) -> [UInt8] {
        var out: [UInt8] = []
        appendScalar(c, to: &out)
        return out
    }

    static func hex(_ c: UInt32) -> String { "U+" + String(c, radix: 16, uppercase: true) }

    /// Lines of a file of the repository.
    static func lines(of path: String) throws -> [String] {
        let bytes = try file(path)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    static func file(_ path: String) throws -> [UInt8] {
        let handle = try #require(fopen("\(repository)/\(path)", "r"), "\(path) cannot be read")
        defer { fclose(handle) }
        return read(handle)
    }

    /// The output of a command.
    static func output(of command: String) -> [UInt8] {
        guard let pipe = popen(command, "r") else { return [] }
        defer { pclose(pipe) }
        return read(pipe)
    }

    private static func read(_ handle: UnsafeMutablePointer<FILE>) -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let n = fread(&block, 1, block.count, handle)
            if n == 0 { return bytes }
            bytes.append(contentsOf: block[..<n])
        }
    }

    /// Names of the files of a folder that end as given, sorted.
    static func names(in folder: String, ending: String) -> [String] {
        files(in: folder, ending: ending).map { "\(folder)/\($0)" }
    }
}

/// A line, and what becomes of it.
struct NormalizeCase: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var clean: String
    init(_ name: String, _ text: String, _ clean: String) { (self.name, self.text, self.clean) = (name, text, clean) }
    /// A line that stays.
    init(_ name: String, stays text: String) { self.init(name, text, text) }
    var testDescription: String { name }

    func check(_ options: OptionValues = NormalizeKit.options(), sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(try NormalizeKit.line(text, options) == NormalizeKit.visible(clean), sourceLocation: sourceLocation)
    }
}
