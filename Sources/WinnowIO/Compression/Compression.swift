import WinnowCore

/// How the bytes of a file are packed.
public enum Compression: String, CaseIterable, Sendable {
    case none
    /// RFC 1952; one member behind the other.
    case gzip
    /// RFC 8878; one frame behind the other, skippable frames between them.
    case zstd
    /// The .xz file format 1.1; one stream behind the other.
    case xz
    case bzip2

    /// What a file's name ends with; empty for `none`.
    public var fileExtension: String {
        switch self {
        case .none: ""
        case .gzip: ".gz"
        case .zstd: ".zst"
        case .xz: ".xz"
        case .bzip2: ".bz2"
        }
    }

    /// Whether `CompressingSink` writes it.
    public var isWritable: Bool { self == .none || self == .gzip || self == .zstd }

    /// What one part of a file is called.
    var part: String {
        switch self {
        case .none, .gzip: "member"
        case .zstd: "frame"
        case .xz, .bzip2: "stream"
        }
    }

    // MARK: Names

    /// What the end of a name says; `none` where it says nothing. Case makes no difference.
    public init(ofName name: String) { self.init(ofName: name.utf8) }

    /// What is no UTF-8 in a name does not matter: extensions are ASCII.
    public init(ofName path: Path) { self.init(ofName: path.bytes) }

    private init(ofName name: some BidirectionalCollection<UInt8>) {
        self = Self.allCases.first { $0 != .none && hasExtension(name, $0.fileExtension) } ?? .none
    }

    /// The name without the extension of its compression.
    public static func plainName(_ name: String) -> String {
        String(name.dropLast(Compression(ofName: name).fileExtension.utf8.count))
    }

    /// How an output is packed that mirrors an input packed like this: as asked for, else in the same way, or by zstd where
    /// winnow does not write that.
    public func ofMirror(asked: Compression? = nil) -> Compression { asked ?? (isWritable ? self : .zstd) }

    /// How an output is packed: as asked for, else as its name says.
    /// - Throws: `usage` for what winnow does not write.
    public static func ofOutput(_ name: String, asked: Compression? = nil) throws(WinnowError) -> Compression {
        let kind = asked ?? Compression(ofName: name)
        guard kind.isWritable else {
            throw WinnowError(
                .usage, "winnow reads \(kind.rawValue) and does not write it",
                hint: "choose gzip or zstd (\(plainName(name)).gz, \(plainName(name)).zst)", at: .init(file: name))
        }
        return kind
    }

    /// The name of an output that mirrors an input: `a.txt.xz` written as zstd is `a.txt.zst`.
    /// - Parameter kind: how the output is packed; nil for the input's own way, or zstd where winnow does not write that.
    public static func outputName(for input: String, kind: Compression? = nil) -> (name: String, kind: Compression) {
        let own = Compression(ofName: input)
        let kind = own.ofMirror(asked: kind)
        // A name that fits is kept as it is spelled.
        return (own == kind ? input : plainName(input) + kind.fileExtension, kind)
    }

    // MARK: Contents

    /// How many bytes `recognize` wants at most.
    static let sampleSize = 512

    /// What packed the bytes: their magic number says so.
    ///
    /// The name is a hint, for what its bytes leave open: a file that ends within its magic number, and one that is neither
    /// packed nor text although its name says packed, is damaged, and is given to the decoder of its name to say so. Text
    /// under such a name is text.
    /// - Parameters:
    ///   - first: the first bytes of a file.
    ///   - isWhole: whether there are no more.
    /// - Returns: nil when more bytes are needed.
    static func recognize(_ first: UnsafeRawBufferPointer, name: String, isWhole: Bool) -> Compression? {
        var isOpen = first.isEmpty
        // Most files are told apart by their first byte.
        let mayBegin = first.first.map { byte in
            byte == 0x1F || byte == 0x28 || (0x50...0x5F).contains(byte) || byte == 0xFD || byte == 0x42
        }
        for kind in allCases where mayBegin == true {
            switch kind.matchesMagic(first) {
            case .yes: return kind
            case .perhaps: isOpen = true
            case .no: break
            }
        }
        if isOpen, !isWhole { return nil }
        let hint = Compression(ofName: name)
        guard hint != .none else { return Compression.none }
        if !isWhole, first.count < sampleSize { return nil }
        if hint.matchesMagic(first) == .perhaps { return hint }
        return looksLikeText(first) ? Compression.none : hint
    }

    /// What packed the bytes, as far as the first of them tell; 512 are enough.
    public static func detect(_ first: [UInt8], name: String = "") -> Compression {
        first.withUnsafeBytes { recognize($0, name: name, isWhole: true) } ?? .none
    }

    enum Match { case yes, perhaps, no }

    /// Compares with the magic numbers; `perhaps` when the bytes end within one.
    func matchesMagic(_ first: UnsafeRawBufferPointer) -> Match {
        var best = Match.no
        for magic in magics {
            let count = min(first.count, magic.count)
            guard zip(first, magic).allSatisfy({ $1.contains($0) }) else { continue }
            if count == magic.count { return .yes }
            best = .perhaps
        }
        return best
    }

    private var magics: [[ClosedRange<UInt8>]] {
        func bytes(_ bytes: UInt8...) -> [ClosedRange<UInt8>] { bytes.map { $0...$0 } }
        switch self {
        case .none: return []
        // ID1, ID2 and the only method (RFC 1952, 2.3.1).
        case .gzip: return [bytes(0x1F, 0x8B, 8)]
        // A frame and a skippable frame (RFC 8878, 3.1.1 and 3.1.2), little-endian.
        case .zstd: return [bytes(0x28, 0xB5, 0x2F, 0xFD), [0x50...0x5F] + bytes(0x2A, 0x4D, 0x18)]
        case .xz: return [bytes(0xFD, 0x37, 0x7A, 0x58, 0x5A, 0)]
        // "BZh", the size of blocks, then the number of a block or of the end: text may begin with "BZh9".
        case .bzip2:
            let head = bytes(0x42, 0x5A, 0x68) + [0x31...0x39]
            return [
                head + bytes(0x31, 0x41, 0x59, 0x26, 0x53, 0x59), head + bytes(0x17, 0x72, 0x45, 0x38, 0x50, 0x90),
            ]
        }
    }

    private static func looksLikeText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) || $0 == 0x1B }
    }
}

/// Whether a name ends with an extension, which is in small ASCII letters; case makes no difference.
func hasExtension(_ name: some BidirectionalCollection<UInt8>, _ suffix: String) -> Bool {
    var place = name.endIndex
    for wanted in suffix.utf8.reversed() {
        guard place > name.startIndex else { return false }
        name.formIndex(before: &place)
        let byte = name[place]
        guard (0x41...0x5A).contains(byte) ? byte + 0x20 == wanted : byte == wanted else { return false }
    }
    return true
}
