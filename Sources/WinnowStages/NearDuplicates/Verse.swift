import WinnowCore

/// Which lines of a window stand as verse does: refrains and dialogue recur there by intent.
///
/// A short line in a block of three short lines or more that stands between blank lines, in a document that has them; or one whose
/// three neighbours on either side are short too, but for one.
struct Verse {
    private var isVerse: [Bool] = []
    private var isShort: [Bool] = []

    /// Whether the line at a position, among the lines with text, is verse.
    @inline(__always)
    subscript(position: Int) -> Bool { isVerse[position] }

    /// - Parameter places: the places with text.
    mutating func find(in places: [Int], _ batch: borrowing LineBatch, _ sketches: Sketches) {
        isVerse.removeAll(keepingCapacity: true)
        isShort.removeAll(keepingCapacity: true)
        for place in places {
            isVerse.append(false)
            isShort.append(sketches.sketches[Int(batch.lines[place].source)].isShort)
        }
        // Blocks between blank lines; without blank lines all is one block, which says nothing.
        var start = 0
        for position in places.indices {
            let isEnd = position + 1 == places.count || Self.hasBlank(batch, places[position], places[position + 1])
            guard isEnd else { continue }
            let block = start...position
            if block.count >= 3, block.count < places.count, block.count <= 40, isShort[block].allSatisfy({ $0 }) {
                for k in block { isVerse[k] = true }
            }
            start = position + 1
        }
        for position in places.indices where isShort[position] {
            let around = max(0, position - 3)...min(places.count - 1, position + 3)
            let others = around.count - 1
            var short = -1
            for k in around where isShort[k] { short += 1 }
            if others >= 3, short >= max(3, others - 1) { isVerse[position] = true }
        }
    }

    private static func hasBlank(_ batch: borrowing LineBatch, _ a: Int, _ b: Int) -> Bool {
        for place in a + 1..<b where batch.lines[place].flags.contains(.blank) && batch.isKept(place) { return true }
        return false
    }
}
