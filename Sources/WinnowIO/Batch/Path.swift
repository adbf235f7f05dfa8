#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import WinnowCore

/// The name of a file as the system has it: bytes without NUL, which need not be UTF-8. Ordered by bytes.
public struct Path: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let bytes: [UInt8]

    public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
    public init(_ text: String) { bytes = Array(text.utf8) }

    public static func < (a: Path, b: Path) -> Bool { precedes(a.bytes, b.bytes) }

    /// For messages: what is no UTF-8, and control characters, as `\xNN`.
    public var description: String { shownName(bytes) }

    /// Calls with the path as the system takes it; the current folder when empty.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        var text = bytes.isEmpty ? [UInt8(ascii: ".")] : bytes
        text.append(0)
        return text.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { chars in
                // Never empty: the end is there.
                chars.baseAddress.map(body) ?? "".withCString(body)
            }
        }
    }

    /// A name or a relative path within this folder.
    public func appending(_ name: Path) -> Path { Path(joinedPath(bytes, name.bytes)) }
    public func appending(_ name: String) -> Path { appending(Path(name)) }

    /// What stands behind the last slash.
    public var name: Path {
        Path(bytes.lastIndex(of: slash).map { bytes[($0 + 1)...] } ?? bytes[...])
    }

    /// What stands before the last slash: the current folder (empty) when there is none, `/` of `/x`.
    public var folder: Path {
        guard let end = bytes.lastIndex(of: slash) else { return Path("") }
        return end == 0 ? Path("/") : Path(bytes[..<end])
    }

    public var isAbsolute: Bool { bytes.first == slash }

    /// Without `.`, doubled and trailing slashes; the current folder is the empty path. `..` stays: what it leads to depends on
    /// links.
    public var normalized: Path {
        let parts = bytes.split(separator: slash).filter { !$0.elementsEqual([dot]) }
        return Path((isAbsolute ? [slash] : []) + parts.joined(separator: [slash]))
    }

    /// The absolute path without links. The C function is `realpath`.
    /// - Throws: `system`, also when there is no such file.
    public func resolved() throws(WinnowError) -> Path {
        guard let path = withCString({ realpath($0, nil) }) else { throw .system("\(self)") }
        defer { free(path) }
        return Path(UnsafeBufferPointer(start: path, count: strlen(path)).map { UInt8(bitPattern: $0) })
    }

    /// The path within a folder; nil where it does not stand in it.
    public func below(_ folder: Path) -> Path? {
        let start = folder.bytes.last == slash ? folder.bytes : folder.bytes + [slash]
        return bytes.count > start.count && bytes.starts(with: start) ? Path(bytes[start.count...]) : nil
    }

    /// Whether a part of it is `..`.
    var climbs: Bool { bytes.split(separator: slash).contains { $0.elementsEqual([dot, dot]) } }
}

let slash = UInt8(ascii: "/")
let dot = UInt8(ascii: ".")

/// A name in a folder; the current folder is empty.
func joinedPath(_ folder: some Collection<UInt8>, _ name: some Collection<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(folder.count + name.count + 1)
    bytes.append(contentsOf: folder)
    if let last = bytes.last, last != slash { bytes.append(slash) }
    bytes.append(contentsOf: name)
    return bytes
}

/// The order of bytes; a beginning stands before what is longer.
func precedes(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    a.withUnsafeBytes { a in
        b.withUnsafeBytes { b in
            let common = min(a.count, b.count)
            guard common > 0, let left = a.baseAddress, let right = b.baseAddress else { return a.count < b.count }
            let order = memcmp(left, right, common)
            return order != 0 ? order < 0 : a.count < b.count
        }
    }
}

func shownName(_ bytes: [UInt8]) -> String {
    // Most names: nothing is to be looked for.
    if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(decoding: bytes, as: UTF8.self) }
    let isPlain = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    if isPlain, let text = String(validating: bytes, as: UTF8.self) { return text }
    var shown = ""
    var rest = bytes[...]
    while let first = rest.first {
        let length = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        if first >= 0x20, first != 0x7F, let text = String(validating: rest.prefix(length), as: UTF8.self) {
            shown += text
            rest = rest.dropFirst(length)
        } else {
            shown += "\\x" + (first < 16 ? "0" : "") + String(first, radix: 16)
            rest = rest.dropFirst()
        }
    }
    return shown
}
