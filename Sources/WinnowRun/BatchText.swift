import WinnowCore

/// A decided batch as text: the lines that stand, each with its line end.
enum BatchText {
    /// Appends the text to `out`; returns how many lines it has.
    ///
    /// Untouched lines that follow each other are copied as one.
    static func append(_ batch: borrowing LineBatch, to out: inout [UInt8]) -> Int {
        var lines = 0
        var runStart = 0
        var runEnd = 0
        batch.raw.withUnsafeBufferPointer { raw in
            batch.arena.withUnsafeBufferPointer { arena in
                for place in batch.lines.indices {
                    let line = batch.lines[place]
                    let source = Int(line.source)
                    if source == place, line.steps == [] {
                        if runStart == runEnd { runStart = Int(line.start) }
                        runEnd = Int(line.start) + Int(line.length) + Int(line.endLength)
                        lines += 1
                        continue
                    }
                    if runStart < runEnd { out.append(contentsOf: UnsafeBufferPointer(rebasing: raw[runStart..<runEnd])) }
                    (runStart, runEnd) = (0, 0)
                    guard source >= 0 else { continue }
                    let text = batch.lines[source]
                    let range = Int(text.textStart)..<Int(text.textStart) + Int(text.textLength)
                    out.append(contentsOf: UnsafeBufferPointer(rebasing: text.isRewritten ? arena[range] : raw[range]))
                    // The line end belongs to the place.
                    switch line.end {
                    case .none: break
                    case .lf: out.append(0x0A)
                    case .crlf:
                        out.append(0x0D)
                        out.append(0x0A)
                    case .cr: out.append(0x0D)
                    }
                    lines += 1
                }
                if runStart < runEnd { out.append(contentsOf: UnsafeBufferPointer(rebasing: raw[runStart..<runEnd])) }
            }
        }
        return lines
    }
}
