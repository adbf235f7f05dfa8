import CKernels

/// The folds of all code points, compiled into the binary: runs of code points that fold alike.
///
/// Made from ICU's data by the tool `fold-compiler` (`make folds`), so that keys, and every index of them, are the same whatever
/// ICU a machine has. A test holds that the table says what `Folder.foldScalar` says where ICU has the same Unicode version.
enum FoldTable {
    /// How the code points of a run fold. The raw values are those of the compiled table.
    enum Kind: UInt32 {
        case same, nothing, space
        /// Each to the code point that is `value` higher.
        case shifted
        /// The first, third… to the next code point: capitals and small letters in turn.
        case paired
        /// Each to a text of its own; `value` is where the first begins in the texts, which end with a zero byte.
        case text
    }

    struct Run: Equatable {
        var first: UInt32
        var kind: Kind
        var value: Int32
    }

    /// The Unicode version that the table was made from.
    static var unicodeVersion: String { String(cString: wk_fold_unicode()) }

    /// The text that begins at an offset of the texts.
    static func text(at offset: Int) -> UnsafeBufferPointer<UInt8> {
        guard let texts = wk_fold_texts() else { return UnsafeBufferPointer(start: nil, count: 0) }
        let start = texts + offset
        var count = 0
        while start[count] != 0 { count += 1 }
        return UnsafeBufferPointer(start: start, count: count)
    }

    /// Calls `body` with the fold of each of the 256 code points of a page; where it is a text of the table, with its offset.
    static func forEach(ofPage number: UInt32, _ body: (UInt32, UnsafeBufferPointer<UInt8>, Int) -> Void) {
        guard let runs = wk_fold_runs(), let texts = wk_fold_texts() else { return }
        let start = number << 8
        // The last run that begins at or before the page.
        var low = 0
        var high = wk_fold_run_count()
        while high - low > 1 {
            let middle = (low + high) / 2
            if runs[middle].first <= start { low = middle } else { high = middle }
        }
        /// Where the next text begins, in a run of texts.
        var next = 0
        func enter(_ c: UInt32) {
            guard runs[low].kind == Kind.text.rawValue else { return }
            next = Int(runs[low].value)
            for _ in runs[low].first..<c {
                while texts[next] != 0 { next += 1 }
                next += 1
            }
        }
        enter(start)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4) { buffer in
            guard let scalar = buffer.baseAddress else { return }
            for c in start..<start + 256 {
                while low + 1 < wk_fold_run_count(), runs[low + 1].first <= c {
                    low += 1
                    enter(c)
                }
                let run = runs[low]
                let folded: UInt32
                switch Kind(rawValue: run.kind) ?? .same {
                case .same: folded = c
                case .space: folded = 0x20
                case .shifted: folded = UInt32(truncatingIfNeeded: Int64(c) + Int64(run.value))
                case .paired: folded = c + ((c - run.first) & 1 == 0 ? 1 : 0)
                case .nothing:
                    body(c, UnsafeBufferPointer(start: scalar, count: 0), 0)
                    continue
                case .text:
                    let text = text(at: next)
                    body(c, text, next)
                    next += text.count + 1
                    continue
                }
                body(c, UnsafeBufferPointer(start: scalar, count: writeScalar(folded, to: scalar)), 0)
            }
        }
    }
}

/// Writes the C source of the fold table from ICU's data.
public enum FoldCompiler {
    public static func source() -> String {
        let (runs, texts) = table()
        let rows = runs.map { "    {0x\(String($0.first, radix: 16)), \($0.kind.rawValue), \($0.value)}," }
        let bytes = stride(from: 0, to: texts.count, by: 24).map { start in
            "    " + texts[start..<min(start + 24, texts.count)].map { "\($0)," }.joined(separator: " ")
        }
        return """
            // Written by `make folds` from the data of ICU \(ICU.version), Unicode \(ICU.unicodeVersion). Do not edit.
            #include "CKernels.h"

            static const wk_fold_run runs[] = {
            \(rows.joined(separator: "\n"))
            };
            static const uint8_t texts[] = {
            \(bytes.joined(separator: "\n"))
            };

            const wk_fold_run *wk_fold_runs(void) { return runs; }
            size_t wk_fold_run_count(void) { return sizeof runs / sizeof runs[0]; }
            const uint8_t *wk_fold_texts(void) { return texts; }
            const char *wk_fold_unicode(void) { return "\(ICU.unicodeVersion)"; }

            """
    }

    /// The runs of all code points, in order, and the texts that some of them point into.
    static func table() -> (runs: [FoldTable.Run], texts: [UInt8]) {
        var runs: [FoldTable.Run] = []
        var texts: [UInt8] = []
        for c in UInt32(0)..<0x110000 {
            let bytes = Folder.foldScalar(c)
            let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value)
            if let last = runs.last, continues(last, c, scalars) {
                if last.kind == .text { texts += bytes + [0] }
                continue
            }
            runs.append(run(c, scalars, textsAt: texts.count))
            if runs[runs.count - 1].kind == .text { texts += bytes + [0] }
        }
        return (runs, texts)
    }

    private static func run(_ c: UInt32, _ fold: [UInt32], textsAt: Int) -> FoldTable.Run {
        switch fold {
        case []: FoldTable.Run(first: c, kind: .nothing, value: 0)
        case [c]: FoldTable.Run(first: c, kind: .same, value: 0)
        case [0x20]: FoldTable.Run(first: c, kind: .space, value: 0)
        case [c + 1]: FoldTable.Run(first: c, kind: .paired, value: 0)
        default:
            fold.count == 1
                ? FoldTable.Run(first: c, kind: .shifted, value: Int32(Int64(fold[0]) - Int64(c)))
                : FoldTable.Run(first: c, kind: .text, value: Int32(textsAt))
        }
    }

    private static func continues(_ run: FoldTable.Run, _ c: UInt32, _ fold: [UInt32]) -> Bool {
        switch run.kind {
        case .same: fold == [c]
        case .nothing: fold == []
        case .space: fold == [0x20]
        case .shifted: fold.count == 1 && Int64(fold[0]) - Int64(c) == Int64(run.value)
        case .paired: fold == [c + ((c - run.first) & 1 == 0 ? 1 : 0)]
        case .text: fold.count > 1
        }
    }
}
