import CXXHash
import WinnowCore

/// The header of an index: 80 bytes in one of four places of the first page.
struct IndexHeader {
    static let magic = Array("winnow index\0\0\0\0".utf8)
    static let bytes = 80
    static let page = 4096
    static let places = [0, 1024, 2048, 3072]

    var version: UInt32
    /// Counts the changes of the file, from 1. Even ones stand in the first two places, odd ones in the others.
    var generation: UInt64
    var length: UInt64
    var directoryOffset: UInt64
    var directoryBytes: UInt64
    var directoryID: SegmentID

    init(
        version: UInt32, generation: UInt64, length: UInt64, directoryOffset: UInt64, directoryBytes: UInt64,
        directoryID: SegmentID
    ) {
        self.version = version
        self.generation = generation
        self.length = length
        self.directoryOffset = directoryOffset
        self.directoryBytes = directoryBytes
        self.directoryID = directoryID
    }

    /// - Returns: nil when the checksum is not that of the bytes.
    init?(_ encoded: ArraySlice<UInt8>) {
        var fields = LittleEndianReader(encoded)
        guard let magic = fields.bytes(16), magic.elementsEqual(Self.magic), let version = fields.number(4),
            fields.number(4) != nil,
            let generation = fields.number(8), let length = fields.number(8), let directoryOffset = fields.number(8),
            let directoryBytes = fields.number(8), let high = fields.number(8), let low = fields.number(8),
            let checksum = fields.number(8), checksum == Self.checksum(encoded.dropLast(8))
        else { return nil }
        self.init(
            version: UInt32(truncatingIfNeeded: version), generation: generation, length: length,
            directoryOffset: directoryOffset, directoryBytes: directoryBytes, directoryID: SegmentID(high: high, low: low))
    }

    var encoded: [UInt8] {
        var out = Self.magic
        out.appendNumber(version)
        out.appendNumber(UInt32(0))
        for number in [generation, length, directoryOffset, directoryBytes, directoryID.high, directoryID.low] {
            out.appendNumber(number)
        }
        out.appendNumber(Self.checksum(out[...]))
        return out
    }

    /// What an index begins with that has no segment.
    static var firstPage: [UInt8] {
        let header = IndexHeader(
            version: IndexFile.version, generation: 0, length: UInt64(page), directoryOffset: 0, directoryBytes: 0,
            directoryID: SegmentID(high: 0, low: 0))
        var bytes = Array(repeating: UInt8(0), count: page)
        for place in places[..<2] { bytes.replaceSubrange(place..<place + Self.bytes, with: header.encoded) }
        return bytes
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBytes { XXH3_64bits($0.baseAddress, $0.count) }
    }
}

/// Which segments an index has.
struct IndexDirectory {
    var form: String
    var segments: [IndexFile.Segment]

    init(form: String, segments: [IndexFile.Segment]) {
        self.form = form
        self.segments = segments
    }

    init?(_ encoded: [UInt8]) {
        var fields = LittleEndianReader(encoded[...])
        guard let length = fields.number(8), let form = fields.bytes(Int(clamping: length)), let count = fields.number(8) else {
            return nil
        }
        self.form = String(decoding: form, as: UTF8.self)
        segments = []
        for _ in 0..<count {
            guard let high = fields.number(8), let low = fields.number(8), let offset = fields.number(8),
                let bytes = fields.number(8)
            else { return nil }
            segments.append(
                .init(id: SegmentID(high: high, low: low), offset: Int(clamping: offset), bytes: Int(clamping: bytes)))
        }
    }

    var bytes: [UInt8] {
        var out: [UInt8] = []
        let form = Array(form.utf8)
        out.appendNumber(UInt64(form.count))
        out += form
        out.appendNumber(UInt64(segments.count))
        for segment in segments {
            for number in [segment.id.high, segment.id.low, UInt64(segment.offset), UInt64(segment.bytes)] {
                out.appendNumber(number)
            }
        }
        return out
    }
}

/// Reads numbers off the front of bytes.
struct LittleEndianReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func number(_ count: Int) -> UInt64? {
        bytes(count).map { $0.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    }
}

extension [UInt8] {
    mutating func appendNumber(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
