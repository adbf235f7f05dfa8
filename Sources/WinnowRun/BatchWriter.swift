import WinnowCore
import WinnowIO
import WinnowText

/// Writes decided batches as text: the lines that stand, each with its line end.
public final class BatchWriter {
    private let sink: any ByteSink
    private var buffer: [UInt8] = []
    private let hash: StreamHash?
    public private(set) var bytesWritten = 0
    public private(set) var linesWritten = 0

    public init(_ sink: any ByteSink, hashing: Bool = false) {
        self.sink = sink
        hash = hashing ? StreamHash() : nil
    }

    /// Hash of all that was written, where it was asked for.
    public var outputHash: String? { hash?.hex }

    /// Writes the batch and hands it on to the system: what is decided does not wait for what is not.
    public func write(_ batch: borrowing LineBatch) throws(WinnowError) {
        buffer.removeAll(keepingCapacity: true)
        // Untouched lines that follow each other are copied as one.
        var run: Range<Int>?
        var failure: WinnowError?
        batch.raw.withUnsafeBufferPointer { raw in
            batch.arena.withUnsafeBufferPointer { arena in
                for place in batch.lines.indices {
                    let source = Int(batch.lines[place].source)
                    let line = batch.lines[place]
                    if source == place, line.steps == [] {
                        let start = Int(line.start)
                        let end = start + Int(line.length) + Int(line.endLength)
                        if let open = run, open.upperBound == start {
                            run = open.lowerBound..<end
                        } else {
                            if let open = run { buffer.append(contentsOf: raw[open]) }
                            run = start..<end
                        }
                        linesWritten += 1
                        continue
                    }
                    if let open = run { buffer.append(contentsOf: raw[open]) }
                    run = nil
                    guard source >= 0 else { continue }
                    let text = batch.lines[source]
                    let range = Int(text.textStart)..<Int(text.textStart) + Int(text.textLength)
                    buffer.append(contentsOf: text.isRewritten ? arena[range] : raw[range])
                    // The line end belongs to the place.
                    switch line.end {
                    case .none: break
                    case .lf: buffer.append(0x0A)
                    case .crlf: buffer.append(contentsOf: [0x0D, 0x0A])
                    case .cr: buffer.append(0x0D)
                    }
                    linesWritten += 1
                }
                if let open = run { buffer.append(contentsOf: raw[open]) }
            }
        }
        buffer.withUnsafeBytes { bytes in
            hash?.update(bytes)
            do throws(WinnowError) { if !bytes.isEmpty { try sink.write(bytes) } } catch { failure = error }
        }
        if let failure { throw failure }
        bytesWritten += buffer.count
    }
}
