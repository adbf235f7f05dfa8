import Glibc
import WinnowText

func hex(_ c: UInt32) -> String {
    let digits = String(c, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}

func hex(_ bytes: [UInt8]) -> String { bytes.map { String(UInt16($0) | 0x100, radix: 16).dropFirst() }.joined(separator: " ") }

func utf8(_ c: UInt32) -> [UInt8] {
    var out: [UInt8] = []
    appendScalar(c, to: &out)
    return out
}

/// All code points but the surrogates.
let allScalars: [UInt32] = Array(0...0xD7FF) + Array(0xE000...0x10FFFF)

/// Unicode's NormalizationTest.txt, as Debian's package unicode-data brings it.
enum NormalizationFile {
    static let path = "/usr/share/unicode/NormalizationTest.txt.bz2"
    static let isThere = access(path, R_OK) == 0
    static let absence = "\(path) is missing: apt install unicode-data"

    struct Row: Sendable {
        var number: Int
        /// c1 to c5: source, NFC, NFD, NFKC, NFKD.
        var columns: [[UInt8]]
        /// The one code point of c1 in part 1; nil in other parts.
        var single: UInt32?

        func callAsFunction(_ column: Int) -> [UInt8] { columns[column - 1] }
    }

    static let rows: [Row] = {
        var rows: [Row] = []
        var part = ""
        for (index, line) in unpacked().split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("@") { part = String(line.prefix(6)) }
            let fields = line.split(separator: ";")
            guard fields.count >= 5, !line.hasPrefix("#") else { continue }
            let columns = fields.prefix(5).map { $0.split(separator: " ").compactMap { UInt32($0, radix: 16) } }
            rows.append(
                Row(
                    number: index + 1, columns: columns.map { $0.flatMap(utf8) },
                    single: part == "@Part1" && columns[0].count == 1 ? columns[0][0] : nil))
        }
        return rows
    }()

    private static func unpacked() -> String {
        guard let pipe = popen("bzip2 -dc \(path)", "r") else { return "" }
        defer { pclose(pipe) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let n = fread(&block, 1, block.count, pipe)
            if n == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(contentsOf: block[..<n])
        }
    }
}

extension Normalizer {
    func callAsFunction(_ text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        text.withUnsafeBufferPointer { normalize($0, into: &out) }
        return out
    }

    func accepts(_ text: [UInt8]) -> Bool { text.withUnsafeBufferPointer(isNormalized) }
}
