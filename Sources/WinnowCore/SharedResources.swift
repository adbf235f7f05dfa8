/// The hash of a segment's bytes (XXH3-128), which names it.
public struct SegmentID: Hashable, Comparable, BitwiseCopyable, Sendable, CustomStringConvertible {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// - Returns: nil when these are not 32 hexadecimal digits.
    public init?(hexadecimal digits: some StringProtocol) {
        guard digits.utf8.count == 32, let high = UInt64(digits.prefix(16), radix: 16),
            let low = UInt64(digits.dropFirst(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    public static func < (a: SegmentID, b: SegmentID) -> Bool { (a.high, a.low) < (b.high, b.low) }

    /// 32 hexadecimal digits.
    public var description: String {
        [high, low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

/// Bytes on disk that do not change any more.
public protocol StoredSegment: AnyObject {
    /// All of it, mapped: what is looked at takes memory, until `releasePages`.
    var bytes: UnsafeRawBufferPointer { get }
    /// Gives back the memory of pages that were looked at; they come again when they are.
    /// - Parameter offset: pages that begin before it stay.
    func releasePages(from offset: Int)
    /// Reads a part into memory of the caller's, which takes no other.
    /// - Throws: `system`.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(WinnowError)
}

/// Takes segments that memory cannot hold.
public protocol SegmentStore: AnyObject {
    /// Writes a segment from its beginning to its end.
    /// - Throws: `system` when the disk is full or fails, and what `body` throws.
    func store(_ body: (@escaping SegmentOutput) throws(WinnowError) -> Void) throws(WinnowError) -> any StoredSegment
}

public typealias SegmentOutput = (UnsafeRawBufferPointer) throws(WinnowError) -> Void

/// What stages may use for state that all documents of a run share.
public struct SharedResources {
    /// Bytes of memory for each stage.
    public var memory: Int
    /// Where state goes that exceeds it; without, the run ends with `limit`.
    public var disk: (any SegmentStore)?
    /// What earlier runs kept, the oldest first.
    public var known: [any StoredSegment]

    public init(memory: Int = .max, disk: (any SegmentStore)? = nil, known: [any StoredSegment] = []) {
        self.memory = memory
        self.disk = disk
        self.known = known
    }
}

/// Names of documents, where their numbers are consecutive: one of a file's own, or "FILE#RECORD" of its records.
public struct DocumentNameRun: Equatable, Sendable {
    /// Ordinal of the first document.
    public var first: Int
    public var name: String
    /// Number of the first document's record in its file; 0 when the documents have the file's name.
    public var record: Int

    public init(first: Int, name: String, record: Int = 0) {
        self.first = first
        self.name = name
        self.record = record
    }

    /// The name of a document of this run.
    public func name(of ordinal: Int) -> String { record == 0 ? name : "\(name)#\(record + ordinal - first)" }
}

/// Shared state that later runs can go on from.
public protocol KeptState: AnyObject {
    /// Documents of the runs before: this run's begin with this ordinal.
    var knownDocuments: Int { get }
    /// The name of a document of an earlier run.
    func knownName(_ ordinal: Int) -> String?
    /// Whether this run has added something.
    var hasNews: Bool { get }
    /// Writes what this run has added, as one segment.
    /// - Parameters:
    ///   - names: of this run's documents, in order.
    ///   - documents: how many there are.
    func write(names: [DocumentNameRun], documents: Int, to output: @escaping SegmentOutput) throws(WinnowError)
}
