import WinnowCore
import WinnowText

/// Fills in the keys of a batch, and marks lines that `protect:` names. Runs after the line stages, for all document
/// stages together.
public final class Keys: LineWorker {
    private let folder = Folder()
    private let protect: PatternSet.Matcher?

    public init(protecting patterns: PatternSet) throws(WinnowError) {
        protect = patterns.patterns.isEmpty ? nil : try patterns.makeMatcher()
    }

    public func process(_ batch: inout LineBatch) {
        var keys: [UInt8] = []
        swap(&keys, &batch.keys)
        for index in batch.lines.indices {
            let start = keys.count
            batch.lines[index].keyStart = UInt32(truncatingIfNeeded: start)
            if batch.lines[index].flags.contains(.separator) { continue }
            batch.withText(index) { text in
                folder.fold(text, into: &keys)
            }
            batch.lines[index].keyLength = UInt32(truncatingIfNeeded: keys.count - start)
            if keys.count == start, batch.withText(index, isBlank) { batch.lines[index].flags.insert(.blank) }
            if let protect, batch.withText(index, { protect.firstMatch(in: $0) != nil }) {
                batch.lines[index].flags.insert(.protected)
            }
        }
        swap(&keys, &batch.keys)
    }
}

/// Whether a text holds nothing but spaces and tabs.
func isBlank(_ text: UnsafeBufferPointer<UInt8>) -> Bool { text.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
