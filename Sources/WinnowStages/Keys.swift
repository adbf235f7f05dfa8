import WinnowCore
import WinnowText

/// Fills in the keys of a batch, and marks lines that `protect:` names. Runs after the line stages, for all document
/// stages together.
public final class Keys: LineWorker {
    private let folder = Folder()
    private let protect: PatternSet.Matcher?
    /// Keys are folded here, one behind the other, where there is room for the worst case of one line; the batch gets what was
    /// used.
    @exclusivity(unchecked) private var scratch = Growing<UInt8>(1 << 16)

    public init(protecting patterns: PatternSet) throws(WinnowError) {
        protect = patterns.patterns.isEmpty ? nil : try patterns.makeMatcher()
    }

    deinit { scratch.deallocate() }

    public func process(_ batch: inout LineBatch) {
        // The lines are taken out while they are written to, so that the view below may look at everything else.
        var lines: [Line] = []
        swap(&lines, &batch.lines)
        defer { swap(&lines, &batch.lines) }
        var used = 1
        scratch.base[0] = 0x20
        batch.withTexts { texts in
            lines.withUnsafeMutableBufferPointer { lines in
                for index in lines.indices {
                    lines[index].keyStart = UInt32(truncatingIfNeeded: used)
                    if lines[index].flags.contains(.separator) { continue }
                    let text = texts.text(lines[index])
                    scratch.reserve(used + Folder.room(for: text.count) + 8)
                    let key = folder.fold(text, to: scratch.base + used)
                    used += key.length
                    scratch.base[used] = 0x20
                    used += 1
                    lines[index].keyLength = UInt32(truncatingIfNeeded: key.length)
                    lines[index].keyWords = UInt16(clamping: key.words)
                    var flags = lines[index].flags.union(LineFlags(of: key))
                    if key.length == 0, isBlank(text) { flags.insert(.blank) }
                    if let protect, protect.firstMatch(in: text) != nil { flags.insert(.protected) }
                    lines[index].flags = flags
                }
            }
        }
        for k in 0..<8 { scratch.base[used + k] = 0x20 }
        batch.keys.removeAll(keepingCapacity: true)
        batch.keys.append(contentsOf: UnsafeBufferPointer(start: scratch.base, count: used + 8))
    }
}

extension LineFlags {
    /// What folding saw of a line.
    @inline(__always)
    init(of key: Folder.Key) {
        self = []
        if key.hasDigit { insert(.keyHasDigit) }
        if key.isWide { insert(.keyIsWide) }
        if key.isUnspaced { insert(.keyIsUnspaced) }
    }
}

/// Whether a text holds nothing but spaces and tabs.
func isBlank(_ text: UnsafeBufferPointer<UInt8>) -> Bool { text.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
