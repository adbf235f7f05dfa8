import CXXHash
import WinnowCore

/// One of N parts of a batch, for N machines: `3/16`.
///
/// A file belongs to part 1 + XXH3-64(relative path) mod N, whatever other files there are; the hash has no seed and is the same
/// on every machine.
public struct Shard: Equatable, Sendable {
    /// From 1.
    public let index: Int
    public let count: Int

    /// - Throws: `usage` unless it reads I/N with 1 ≤ I ≤ N.
    public init(_ text: String) throws(WinnowError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let index = Int(parts[0]), let count = Int(parts[1]), index >= 1, index <= count
        else { throw WinnowError(.usage, "--shard \(text): expected I/N, such as 3/16, with I from 1 to N") }
        self.index = index
        self.count = count
    }

    /// The part, from 1 to `count`, that a file belongs to.
    /// - Parameter path: relative to the root, as the output has it.
    public static func index(of path: Path, count: Int) -> Int { 1 + Int(xxh3(path.bytes) % UInt64(max(1, count))) }

    public func contains(_ path: Path) -> Bool { Self.index(of: path, count: count) == index }

    /// For names of files.
    var label: String { "\(index)-of-\(count)" }
}

func xxh3(_ bytes: [UInt8]) -> UInt64 {
    bytes.withUnsafeBufferPointer { XXH3_64bits($0.baseAddress, $0.count) }
}
