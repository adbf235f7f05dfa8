import WinnowCore

/// What a file is made of, when it is unpacked.
public enum Format: String, CaseIterable, Sendable {
    /// One document.
    case text
    /// A JSON object a line.
    case jsonl
    /// WARC and WET.
    case warc

    /// How many first bytes `detect` looks at, at most.
    public static let sampleSize = 1 << 16

    /// Recognizes a format by its first bytes; the name decides where they leave it open.
    ///
    /// WARC begins with "WARC/" and a digit. JSONL has an object in its first line that is not blank: a whole line is parsed,
    /// of a longer one the beginning `{"` is enough. A name that ends with .jsonl, .ndjson, .warc, .wet or .wat (and the
    /// extension of a compression) decides otherwise: a damaged file is told to be damaged, rather than cleaned as prose.
    /// - Parameter first: up to `sampleSize` bytes, fewer only when the file has no more.
    public static func detect(_ first: [UInt8], name: String) -> Format {
        let plain = name.utf8.dropLast(Compression(ofName: name).fileExtension.utf8.count)
        func ends(_ extensions: String...) -> Bool { extensions.contains { hasExtension(plain, $0) } }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var bytes = first[...]
        if bytes.starts(with: Array("WARC/".utf8)), bytes.dropFirst(5).first.map({ (0x30...0x39).contains($0) }) == true {
            return .warc
        }
        if bytes.starts(with: mark) { bytes = bytes.dropFirst(mark.count) }
        bytes = bytes.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        if bytes.first == UInt8(ascii: "{") {
            let line = bytes.prefix { $0 != 0x0A }
            if line.endIndex < bytes.endIndex || first.count < sampleSize {
                if JSONLocator.isObject(line) { return .jsonl }
            } else if bytes.dropFirst().first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "\"") {
                return .jsonl
            }
        }
        if ends(".jsonl", ".ndjson") { return .jsonl }
        if ends(".warc", ".wet", ".wat") { return .warc }
        return .text
    }

    /// A reader of this format.
    /// - Parameter field: where the text of JSON records stands.
    public func reader(
        _ source: any ByteSource, field: FieldPath = .text, limits: RecordLimits = RecordLimits()
    ) throws(WinnowError) -> any RecordReader {
        switch self {
        case .text: try PlainTextReader(source)
        case .jsonl: try JSONLinesReader(source, field: field, limits: limits)
        case .warc: try WARCReader(source, limits: limits)
        }
    }
}

/// An input that is ready to be read: unpacked as it is read, and its format known.
public struct Input {
    public let source: DecompressingSource
    public let format: Format

    /// - Parameters:
    ///   - compression, format: nil to recognize them.
    ///   - memoryLimit: for unpacking, in bytes.
    ///   - size: of the source in bytes, where it is known.
    public init(
        _ source: any ByteSource, compression: Compression? = nil, format: Format? = nil, memoryLimit: Int = 1 << 27,
        size: Int = .max
    ) throws(WinnowError) {
        self.source = try DecompressingSource(source, compression: compression, memoryLimit: memoryLimit, size: size)
        self.format = format ?? Format.detect(self.source.peek(Format.sampleSize), name: source.name)
    }
}
