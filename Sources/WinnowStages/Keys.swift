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
        var used = 1
        for index in batch.lines.indices {
            batch.lines[index].keyStart = UInt32(truncatingIfNeeded: used)
            if batch.lines[index].flags.contains(.separator) { continue }
            let length = Int(batch.lines[index].textLength)
            reserve(used + length * Folder.mostBytes + 16, in: &batch.keys)
            let line = batch.lines[index]
            let key = batch.keys.withUnsafeMutableBufferPointer { keys -> Folder.Key in
                let source = line.isRewritten ? batch.arena : batch.raw
                return source.withUnsafeBufferPointer { source in
                    guard let out = keys.baseAddress else { return Folder.Key() }
                    let start = Int(line.textStart)
                    out[used - 1] = 0x20
                    let key = folder.fold(UnsafeBufferPointer(rebasing: source[start..<start + length]), to: out + used)
                    out[used + key.length] = 0x20
                    return key
                }
            }
            batch.lines[index].keyLength = UInt32(truncatingIfNeeded: key.length)
            batch.lines[index].keyWords = UInt16(clamping: key.words)
            if key.hasDigit { batch.lines[index].flags.insert(.keyHasDigit) }
            if key.isWide { batch.lines[index].flags.insert(.keyIsWide) }
            used += key.length + 1
            if key.length == 0, batch.withText(index, isBlank) { batch.lines[index].flags.insert(.blank) }
            if let protect, batch.withText(index, { protect.firstMatch(in: $0) != nil }) {
                batch.lines[index].flags.insert(.protected)
            }
        }
    }

    /// Grows in large steps, and never shrinks: keys are written over from batch to batch.
    private func reserve(_ count: Int, in keys: inout [UInt8]) {
        if keys.count < count {
            keys.append(contentsOf: repeatElement(0, count: max(count, 2 * keys.count, 1 << 16) - keys.count))
        }
    }
}

/// Whether a text holds nothing but spaces and tabs.
func isBlank(_ text: UnsafeBufferPointer<UInt8>) -> Bool { text.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
