import WinnowCore
import WinnowText

/// Fills in the keys of a batch, and marks lines that `protect:` names. Runs after the line stages, for all document
/// stages together.
public final class Keys: LineWorker {
    private let folder = Folder()
    /// A key is folded here first: room for the worst case is made once, and batches stay small.
    private var scratch: [UInt8] = []
    private let protect: PatternSet.Matcher?

    public init(protecting patterns: PatternSet) throws(WinnowError) {
        protect = patterns.patterns.isEmpty ? nil : try patterns.makeMatcher()
    }

    public func process(_ batch: inout LineBatch) {
        var keys: [UInt8] = []
        swap(&keys, &batch.keys)
        keys.removeAll(keepingCapacity: true)
        keys.append(0x20)
        for index in batch.lines.indices {
            batch.lines[index].keyStart = UInt32(truncatingIfNeeded: keys.count)
            if batch.lines[index].flags.contains(.separator) { continue }
            let line = batch.lines[index]
            let room = Int(line.textLength) * Folder.mostBytes + 1
            if scratch.count < room { scratch = [UInt8](repeating: 0, count: max(room, 1 << 16)) }
            let key = batch.withText(index) { text in
                scratch.withUnsafeMutableBufferPointer { out in
                    out.baseAddress.map { folder.fold(text, to: $0) } ?? Folder.Key()
                }
            }
            scratch.withUnsafeBufferPointer { keys.append(contentsOf: UnsafeBufferPointer(rebasing: $0[..<key.length])) }
            keys.append(0x20)
            batch.lines[index].keyLength = UInt32(truncatingIfNeeded: key.length)
            batch.lines[index].keyWords = UInt16(clamping: key.words)
            if key.hasDigit { batch.lines[index].flags.insert(.keyHasDigit) }
            if key.isWide { batch.lines[index].flags.insert(.keyIsWide) }
            if key.length == 0, batch.withText(index, isBlank) { batch.lines[index].flags.insert(.blank) }
            if let protect, batch.withText(index, { protect.firstMatch(in: $0) != nil }) {
                batch.lines[index].flags.insert(.protected)
            }
        }
        keys.append(contentsOf: repeatElement(0x20, count: 8))
        swap(&keys, &batch.keys)
    }
}

/// Whether a text holds nothing but spaces and tabs.
func isBlank(_ text: UnsafeBufferPointer<UInt8>) -> Bool { text.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
