import WinnowCore
import WinnowIO
import WinnowText

/// Counts, hashes and hands on what is written.
public final class BatchWriter {
    private let sink: any ByteSink
    private let hash: StreamHash?
    public private(set) var bytesWritten = 0
    public private(set) var linesWritten = 0

    public init(_ sink: any ByteSink, hashing: Bool = false) {
        self.sink = sink
        hash = hashing ? StreamHash() : nil
    }

    /// Hash of all that was written, where it was asked for.
    public var outputHash: String? { hash?.hex }

    func write(_ bytes: [UInt8], lines: Int) throws(WinnowError) {
        var failure: WinnowError?
        bytes.withUnsafeBytes { bytes in
            hash?.update(bytes)
            do throws(WinnowError) { if !bytes.isEmpty { try sink.write(bytes) } } catch { failure = error }
        }
        if let failure { throw failure }
        bytesWritten += bytes.count
        linesWritten += lines
    }
}
