import WinnowCore
import WinnowText

/// What comparisons read of a window: pointers that live as long as a pass over it.
struct WindowTexts {
    private let texts: BatchTexts
    private let keys: UnsafeBufferPointer<UInt8>
    let sketches: UnsafeBufferPointer<Sketches.Sketch>
    private let bitmaps: UnsafePointer<UInt64>
    private let bandKeys: UnsafeBufferPointer<UInt32>
    private let signatureSketches: UnsafeBufferPointer<SIMD2<UInt64>>

    /// The buffers of a batch that do not change while it is judged: references of their own, so that the batch itself, whose
    /// verdicts do, is not held and not copied.
    struct Buffers {
        let raw: [UInt8]
        let arena: [UInt8]
        let keys: [UInt8]

        init(_ batch: borrowing LineBatch) {
            raw = batch.raw
            arena = batch.arena
            keys = batch.keys
        }
    }

    /// Calls `body` with pointers to the texts.
    static func with<R>(_ buffers: Buffers, _ sketches: Sketches, _ body: (WindowTexts) -> R) -> R {
        buffers.raw.withUnsafeBufferPointer { raw in
            buffers.arena.withUnsafeBufferPointer { arena in
                buffers.keys.withUnsafeBufferPointer { keys in
                    sketches.withPointers { all, bitmaps, bandKeys, signatureSketches in
                        body(
                            WindowTexts(
                                texts: BatchTexts(raw: raw, arena: arena), keys: keys, sketches: all, bitmaps: bitmaps,
                                bandKeys: bandKeys, signatureSketches: signatureSketches))
                    }
                }
            }
        }
    }

    @inline(__always)
    func view(_ index: Int, _ line: Line) -> LineView {
        let start = Int(line.keyStart)
        return LineView(
            text: texts.text(line), key: UnsafeBufferPointer(rebasing: keys[start..<start + Int(line.keyLength)]),
            sketches[index])
    }

    @inline(__always)
    func bitmap(_ sketch: Sketches.Sketch) -> UnsafePointer<UInt64> { bitmaps + Int(sketch.bitmapStart) }

    /// A line with its signature (corpus scope).
    func corpusLine(_ index: Int, _ line: Line, _ bands: Int) -> CorpusIndex.Line {
        let signature = Int(sketches[index].signature)
        let keys = UnsafeBufferPointer(rebasing: bandKeys[signature * bands..<(signature + 1) * bands])
        return CorpusIndex.Line(
            view: view(index, line), hash: sketches[index].hash, bandKeys: keys, sketch: signatureSketches[signature])
    }
}
