import CLineModel
import WinnowCore

/// The line classifier's model, used straight from its bytes: tables of weights, a few trees, classes of characters.
///
/// `Training/` writes it; docs/model.md tells the format.
/// Sendable: nothing of it is ever written to.
final class LineModel: @unchecked Sendable {
    static let version: UInt32 = 1

    /// What a hashed feature says, in 128ths of log odds, of its own line, the next, the previous, the second next, the second
    /// previous, and of its own line alone: six signed weights, each kept plus 128, in the upper six bytes; below them the
    /// upper half of the hash, as a check.
    let slots: UnsafePointer<UInt64>
    /// What the surroundings say, in 128ths of log odds.
    let context: UnsafePointer<Int16>
    let nodes: UnsafePointer<Node>
    private let nodeCount: Int
    private let leafCount: Int
    /// In 1024ths of log odds.
    let leaves: UnsafePointer<Int16>
    let roots: UnsafeBufferPointer<Int16>
    /// The least that the trees from this one on can add up to.
    private let least: UnsafeMutablePointer<Int32>
    /// Small letters, and classes, of code points below `CharacterClasses.count`.
    let smallLetters: UnsafePointer<UInt16>
    let classes: UnsafePointer<UInt8>
    /// 1024 / (1 + exp(−z / 128)) for z from −1024 to 1024.
    let sigmoid: UnsafePointer<UInt16>
    let bias: Int32
    let loneBias: Int32
    let thresholds: Thresholds

    /// Trees' sums under which a line goes, in 1024ths of log odds.
    struct Thresholds: Equatable, Sendable {
        var article: Int32
        var page: Int32
        /// For short documents, which have less around a line, and for scripts without capitals, of which few were learned from.
        var cautiousArticle: Int32
        var cautiousPage: Int32
    }

    /// A node of a tree: go left when the number of `column` is at most `threshold`. A child that is not negative is a node, one
    /// that is negative is leaf −1 − child.
    struct Node {
        var threshold: Int32
        var left: Int16
        var right: Int16
        /// What the node would say if it were a leaf.
        var value: Int16
        var column: UInt16
    }

    /// The model that is part of winnow.
    static let builtIn: LineModel = {
        guard let start = wl_model(), let model = LineModel(start, wl_model_size()) else { preconditionFailure("no model") }
        return model
    }()

    /// What the bytes live in, where winnow's binary is not.
    private let owner: AnyObject?

    /// Bytes of a file, aligned as the tables want it.
    private final class Memory {
        let start: UnsafeMutablePointer<UInt8>
        private let raw: UnsafeMutableRawPointer

        init(_ bytes: [UInt8]) {
            let raw = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 64)
            bytes.withUnsafeBytes { if let base = $0.baseAddress { raw.copyMemory(from: base, byteCount: $0.count) } }
            start = raw.bindMemory(to: UInt8.self, capacity: bytes.count)
            self.raw = raw
        }

        deinit { raw.deallocate() }
    }

    /// A model of the user's own.
    /// - Throws: `usage` when the file is no model of this version, or was damaged.
    static func read(_ file: FileContents) throws(WinnowError) -> LineModel {
        let size = file.bytes.count
        let memory = Memory(file.bytes)
        guard size > headLength, size % 8 == 0, isWhole(memory.start, size) else {
            throw WinnowError(
                .usage, "\(file.name): not a model of winnow, or damaged", hint: "make one: `make train` (docs/model.md)")
        }
        guard let model = LineModel(memory.start, size, owner: memory) else {
            throw WinnowError(
                .usage, "\(file.name): a model of another version", hint: "train it anew with this version of winnow")
        }
        return model
    }

    /// Whether everything that names a place in a table names one that is there, and every tree ends.
    private var isSound: Bool {
        func isChild(_ child: Int16, of node: Int) -> Bool {
            child >= 0 ? Int(child) > node && Int(child) < nodeCount : -1 - Int(child) < leafCount
        }
        for k in 0..<nodeCount {
            let node = nodes[k]
            guard isChild(node.left, of: k), isChild(node.right, of: k), Int(node.column) < ScoreWindows.count else {
                return false
            }
        }
        return roots.allSatisfy { isChild($0, of: -1) }
            && (0..<CharacterClasses.count).allSatisfy { classes[$0] <= CharacterClass.unspaced.rawValue }
            && (0...2048).allSatisfy { sigmoid[$0] <= 1024 }
    }

    private static let magic: StaticString = "WNWLINES"
    private static let headLength = 24

    /// - Parameters:
    ///   - start: aligned to eight bytes; must live as long as the model.
    ///   - owner: what they live in.
    /// - Returns: nil when the bytes are no model of this version.
    init?(_ start: UnsafePointer<UInt8>, _ size: Int, owner: AnyObject? = nil) {
        self.owner = owner
        let raw = UnsafeRawPointer(start)
        func word(_ offset: Int) -> Int { Int(Int32(littleEndian: raw.load(fromByteOffset: offset, as: Int32.self))) }
        guard size > Self.headLength + 40, size % 8 == 0,
            (0..<8).allSatisfy({ start[$0] == Self.magic.utf8Start[$0] }), word(8) == Self.version, word(12) == size
        else { return nil }
        let (contexts, nodes, leaves, roots) = (word(24), word(28), word(32), word(36))
        guard contexts == Surroundings.count, [nodes, leaves, roots].allSatisfy({ (0...Int(Int16.max)).contains($0) }) else {
            return nil
        }
        (nodeCount, leafCount) = (nodes, leaves)
        bias = Int32(word(40))
        loneBias = Int32(word(44))
        thresholds = Thresholds(
            article: Int32(word(48)), page: Int32(word(52)), cautiousArticle: Int32(word(56)), cautiousPage: Int32(word(60)))
        var offset = Self.headLength + 40
        func part<T>(_ type: T.Type, _ count: Int) -> UnsafePointer<T> {
            defer { offset += (count * MemoryLayout<T>.stride + 7) / 8 * 8 }
            return (raw + offset).assumingMemoryBound(to: type)
        }
        slots = part(UInt64.self, 1 << 16)
        context = part(Int16.self, contexts)
        self.nodes = part(Node.self, nodes)
        self.leaves = part(Int16.self, leaves)
        self.roots = UnsafeBufferPointer(start: part(Int16.self, roots), count: roots)
        smallLetters = part(UInt16.self, CharacterClasses.count)
        classes = part(UInt8.self, CharacterClasses.count)
        sigmoid = part(UInt16.self, 2049)
        least = .allocate(capacity: roots + 1)
        least.initialize(repeating: 0, count: roots + 1)
        guard offset == size, isSound else { return nil }
        for tree in stride(from: roots - 1, through: 0, by: -1) { least[tree] = least[tree + 1] + leastLeaf(self.roots[tree]) }
    }

    deinit { least.deallocate() }

    /// Whether the bytes are those that training wrote.
    static func isWhole(_ start: UnsafePointer<UInt8>, _ size: Int) -> Bool {
        let raw = UnsafeRawPointer(start)
        var h: UInt64 = 0x243F_6A88_85A3_08D3
        for offset in stride(from: headLength, to: size, by: 8) {
            h = (h ^ UInt64(littleEndian: raw.load(fromByteOffset: offset, as: UInt64.self))) &* 0x9E37_79B9_7F4A_7C15
            h ^= h >> 32
        }
        return h == UInt64(littleEndian: raw.load(fromByteOffset: 16, as: UInt64.self))
    }

    /// The probability, in 1024ths, that a score in 128ths of log odds stands for.
    @inline(__always)
    func probability(_ score: Int32) -> Int32 { Int32(sigmoid[Int(min(max(score, -1024), 1024)) + 1024]) }

    /// The sum of the trees for one line's numbers, in 1024ths of log odds.
    func sum(_ numbers: UnsafePointer<Int32>) -> Int32 { sum(numbers, under: .max) ?? 0 }

    /// The sum of the trees, when it is less than `limit`; most sums are seen to reach it before the last tree was asked.
    @inline(__always)
    func sum(_ numbers: UnsafePointer<Int32>, under limit: Int32) -> Int32? {
        var total: Int32 = 0
        var tree = 0
        while tree < roots.count {
            let end = min(tree + 8, roots.count)
            while tree < end {
                var at = roots[tree]
                while at >= 0 {
                    let node = nodes[Int(at)]
                    at = numbers[Int(node.column)] <= node.threshold ? node.left : node.right
                }
                total &+= Int32(leaves[-1 - Int(at)])
                tree += 1
            }
            if total &+ least[tree] >= limit { return nil }
        }
        return total
    }

    /// Adds what each number weighed in the sum of the trees: how the mean of the lines that a node was made from changes on the way
    /// down (Saabas 2014).
    func weigh(_ numbers: UnsafePointer<Int32>, into weights: UnsafeMutablePointer<Int32>) {
        for root in roots {
            var at = root
            while at >= 0 {
                let node = nodes[Int(at)]
                at = numbers[Int(node.column)] <= node.threshold ? node.left : node.right
                let value = at >= 0 ? nodes[Int(at)].value : leaves[-1 - Int(at)]
                weights[Int(node.column)] &+= Int32(value) - Int32(node.value)
            }
        }
    }

    /// The smallest leaf that a tree can reach.
    private func leastLeaf(_ root: Int16) -> Int32 {
        guard root >= 0 else { return Int32(leaves[-1 - Int(root)]) }
        return min(leastLeaf(nodes[Int(root)].left), leastLeaf(nodes[Int(root)].right))
    }
}
