import WinnowCore

extension LineBatch {
    /// The current text of a line, in place.
    @inlinable
    public func withText<R>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        let line = lines[index]
        let range = Int(line.textStart)..<Int(line.textStart) + Int(line.textLength)
        return (line.isRewritten ? arena : raw).withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    /// The key of a line, in place.
    @inlinable
    public func withKey<R>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        let line = lines[index]
        let range = Int(line.keyStart)..<Int(line.keyStart) + Int(line.keyLength)
        return keys.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
    }
}
