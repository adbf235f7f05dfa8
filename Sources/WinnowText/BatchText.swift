import WinnowCore

extension LineBatch {
    /// The current text of a line, in place.
    @inlinable
    public func withText<R>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        let line = lines[index]
        let range = Int(line.textStart)..<Int(line.textStart) + Int(line.textLength)
        return (line.isRewritten ? arena : raw).withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
    }
}

/// Pointers to the texts of a batch, taken once for a loop over its lines: no line pays for reference counts.
public struct BatchTexts {
    @usableFromInline let raw: UnsafeBufferPointer<UInt8>
    @usableFromInline let arena: UnsafeBufferPointer<UInt8>

    @inlinable
    public init(raw: UnsafeBufferPointer<UInt8>, arena: UnsafeBufferPointer<UInt8>) {
        self.raw = raw
        self.arena = arena
    }

    /// The current text of a line.
    @inlinable @inline(__always)
    public func text(_ line: Line) -> UnsafeBufferPointer<UInt8> {
        let start = Int(line.textStart)
        return UnsafeBufferPointer(rebasing: (line.isRewritten ? arena : raw)[start..<start + Int(line.textLength)])
    }
}

/// Pointers into a batch, as `BatchTexts` are, with its lines and their keys.
public struct BatchView {
    public let lines: UnsafeBufferPointer<Line>
    @usableFromInline let texts: BatchTexts
    @usableFromInline let keys: UnsafeBufferPointer<UInt8>

    @usableFromInline
    init(lines: UnsafeBufferPointer<Line>, texts: BatchTexts, keys: UnsafeBufferPointer<UInt8>) {
        self.lines = lines
        self.texts = texts
        self.keys = keys
    }

    /// The current text of a line.
    @inlinable @inline(__always)
    public func text(_ index: Int) -> UnsafeBufferPointer<UInt8> { texts.text(lines[index]) }

    /// The key of a line.
    @inlinable @inline(__always)
    public func key(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        let start = Int(lines[index].keyStart)
        return UnsafeBufferPointer(rebasing: keys[start..<start + Int(lines[index].keyLength)])
    }
}

extension LineBatch {
    /// Calls `body` with pointers to the texts, which live as long as the call.
    @inlinable
    public func withTexts<R>(_ body: (BatchTexts) -> R) -> R {
        raw.withUnsafeBufferPointer { raw in
            arena.withUnsafeBufferPointer { body(BatchTexts(raw: raw, arena: $0)) }
        }
    }

    /// Calls `body` with pointers into the batch, which live as long as the call.
    @inlinable
    public func withView<R>(_ body: (BatchView) -> R) -> R {
        withTexts { texts in
            lines.withUnsafeBufferPointer { lines in
                keys.withUnsafeBufferPointer { body(BatchView(lines: lines, texts: texts, keys: $0)) }
            }
        }
    }
}
