import WinnowCore
import WinnowText

/// Makes every line valid UTF-8, and looks once at its bytes so that later stages skip what is clean.
public struct Decode: LineStage {
    public enum Step: Int, CaseIterable, Sendable {
        case encoding
        case invalid
    }

    public static let descriptor = StageDescriptor(
        name: "decode",
        help: "Reads the input's encoding; bytes that are no text become U+FFFD, or are an error.",
        scope: .line, lookAhead: "none (encoding: auto looks at the first 64 KiB)", memory: "one line",
        options: [
            OptionDescriptor(
                "encoding", .text, default: .word("utf-8"),
                help: "encoding of the input: utf-8, auto (byte order mark, else detection), or a name ICU knows"),
            OptionDescriptor(
                "invalid", .choice(["replace", "error"]), default: .word("replace"),
                help: "what to do with bytes that are not text in that encoding"),
        ],
        ruleNames: Step.allCases.map { "\($0)" },
        sources: ["Unicode Standard, section 3.9, Table 3-7 and U+FFFD substitution of maximal subparts"])

    let isStrict: Bool

    public init(_ options: OptionValues) throws(WinnowError) {
        isStrict = options.word("invalid") == "error"
    }

    public func makeWorker(firstStep: Int) throws(WinnowError) -> any LineWorker {
        Worker(isStrict: isStrict, firstStep: firstStep)
    }

    private final class Worker: LineWorker {
        let isStrict: Bool
        let encodingStep: Steps
        let invalidStep: Steps
        var converter: LineConverter?
        var scratch: [UInt8] = []

        init(isStrict: Bool, firstStep: Int) {
            self.isStrict = isStrict
            encodingStep = Steps(step: firstStep + Step.encoding.rawValue)
            invalidStep = Steps(step: firstStep + Step.invalid.rawValue)
        }

        func process(_ batch: inout LineBatch) throws(WinnowError) {
            let isUTF8 = batch.document.encoding == TextEncoding.utf8.name
            if !isUTF8 { try convertAll(&batch) }
            for index in batch.lines.indices where !batch.lines[index].flags.contains(.separator) {
                let line = batch.lines[index]
                // Most lines are of ASCII alone, and were looked at when they were found.
                let isScanned = isUTF8 && line.flags.contains(.scanned)
                if isScanned, !line.flags.contains(.nonASCII) { continue }
                let bytes = batch.withText(index) {
                    isScanned ? Kernels.classify($0, scanned: line.flags) : Kernels.classify($0)
                }
                var flags = bytes.flags
                if flags.contains(.invalid) {
                    if isStrict { throw invalid(batch, index, bytes.bad) }
                    scratch.removeAll(keepingCapacity: true)
                    batch.withText(index) { _ = replaceInvalidUTF8($0, into: &scratch) }
                    batch.rewrite(index, with: scratch, steps: invalidStep)
                    flags = batch.withText(index) { Kernels.classify($0).flags }
                }
                batch.lines[index].flags = flags.union(line.flags)
            }
        }

        private func convertAll(_ batch: inout LineBatch) throws(WinnowError) {
            if converter?.encoding.name != batch.document.encoding {
                converter = try LineConverter(try TextEncoding(named: batch.document.encoding))
            }
            guard let converter else { return }
            for index in batch.lines.indices where !batch.lines[index].flags.contains(.separator) {
                scratch.removeAll(keepingCapacity: true)
                var bad = 0
                var failure: WinnowError?
                batch.withText(index) { text in
                    do throws(WinnowError) {
                        bad = try converter.convert(text, into: &scratch)
                    } catch {
                        failure = error
                    }
                }
                if let failure { throw failure }
                // A converter must not make line ends where none were found.
                for k in scratch.indices where scratch[k] == 0x0A || scratch[k] == 0x0D { scratch[k] = 0x20 }
                if bad > 0, isStrict { throw invalid(batch, index, 0) }
                let same = batch.withText(index) { $0.elementsEqual(scratch) }
                // The line end may take more than one byte, so even an equal text may have to be written anew.
                if !same || converter.encoding.unit != .byte {
                    batch.rewrite(index, with: scratch, steps: bad > 0 ? [encodingStep, invalidStep] : encodingStep)
                }
            }
        }

        private func invalid(_ batch: LineBatch, _ index: Int, _ offset: Int) -> WinnowError {
            WinnowError(
                .input, "not valid \(batch.document.encoding)",
                hint: "name the encoding (--encoding windows-1252, or auto), or let such bytes be replaced "
                    + "(decode: {invalid: replace})",
                at: .init(file: batch.document.name, line: batch.number(index), column: offset + 1))
        }
    }
}
