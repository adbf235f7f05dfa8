import TestSupport
import WinnowCore
import WinnowText

@testable import WinnowStages

/// A line with what the stage works out of it.
struct SketchedLine {
    let text: [UInt8]
    let key: [UInt8]
    let sketch: Sketches.Sketch
    let bitmap: [UInt64]
    /// For corpus scope.
    let bandKeys: [UInt32]
    let signatureSketch: SIMD2<UInt64>

    init(_ text: String, folder: Folder, _ sketcher: Sketcher = Sketcher()) {
        self.text = Array(text.utf8)
        var key: [UInt8] = []
        self.text.withUnsafeBufferPointer { folder.fold($0, into: &key) }
        self.key = key
        var flags: LineFlags = []
        if key.contains(where: { $0 >= 0x80 }) { flags.insert(.keyIsWide) }
        if key.contains(where: { $0 &- 0x30 < 10 }) { flags.insert(.keyHasDigit) }
        var sketches = Sketches()
        sketcher.begin(1)
        let padded = [0x20] + key + [UInt8](repeating: 0x20, count: 9)
        let words = key.split(separator: 0x20).count
        self.text.withUnsafeBufferPointer { text in
            padded.withUnsafeBufferPointer { padded in
                sketcher.sketch(
                    text: text, key: UnsafeBufferPointer(rebasing: padded[1..<1 + key.count]), flags: flags, words: words,
                    into: &sketches)
            }
        }
        sketch = sketches.sketches[0]
        bitmap = sketches.bitmaps
        bandKeys = sketches.bandKeys
        signatureSketch = sketches.signatureSketches.first ?? .zero
    }

    func withCorpusLine(_ body: (CorpusIndex.Line) -> Void) {
        withView { view in
            bandKeys.withUnsafeBufferPointer {
                body(CorpusIndex.Line(view: view, hash: sketch.hash, bandKeys: $0, sketch: signatureSketch))
            }
        }
    }

    func withView<R>(_ body: (LineView) -> R) -> R {
        let padded = [0x20] + key + [UInt8](repeating: 0x20, count: 9)
        return text.withUnsafeBufferPointer { text in
            padded.withUnsafeBufferPointer { padded in
                body(LineView(text: text, key: UnsafeBufferPointer(rebasing: padded[1..<1 + key.count]), sketch))
            }
        }
    }
}

/// The rule for the lines of a document as the docs say it, with every pair compared: no bitmaps, no hashes, no rounds saved.
///
/// For lines that are no structure and not short: prose. Each line is compared with the kept lines before it; one with an
/// equal key comes first, then the earliest similar one. A better copy takes the place, if all that went because of the
/// earlier one are like it too.
struct DocumentTwin {
    private var matcher: Matcher
    private let keepsBest: Bool
    private let folder = Folder()

    init(threshold: Double = 0.5, numbersMayDiffer: Bool = false, keepsBest: Bool = true) {
        matcher = Matcher(threshold: threshold, numbersMayDiffer: numbersMayDiffer)
        self.keepsBest = keepsBest
    }

    mutating func isDuplicate(_ a: SketchedLine, _ b: SketchedLine) -> Bool {
        a.withView { x in b.withView { y in matcher.compare(x, y) != nil } }
    }

    func sketched(_ text: String) -> SketchedLine { SketchedLine(text, folder: folder) }

    /// The line that stands in each place.
    mutating func decide(_ texts: [String]) -> [Int?] {
        let lines = texts.map(sketched)
        var sources: [Int?] = Array(texts.indices)
        var isChanged = true
        while isChanged {
            isChanged = false
            var kept: [(place: Int, line: Int, copies: [Int])] = []
            for place in sources.indices {
                guard let line = sources[place] else { continue }
                let equal = kept.indices.first { lines[kept[$0].line].key == lines[line].key }
                var found = equal
                if found == nil {
                    for k in kept.indices where isDuplicate(lines[line], lines[kept[k].line]) {
                        found = k
                        break
                    }
                }
                guard let k = found else {
                    kept.append((place, line, []))
                    continue
                }
                isChanged = true
                sources[place] = nil
                let isBetter = lines[line].withView { x in lines[kept[k].line].withView { y in BestCopy.isBetter(x, than: y) } }
                let suits = kept[k].copies.allSatisfy { isDuplicate(lines[$0], lines[line]) }
                if keepsBest, isBetter, suits {
                    kept[k].copies.append(kept[k].line)
                    kept[k].line = line
                    sources[kept[k].place] = line
                } else {
                    kept[k].copies.append(line)
                }
            }
        }
        return sources
    }
}

/// |A ∩ B| and |A ∪ B| of the shingles of two keys of any script.
func naiveOverlap(_ a: [UInt8], _ b: [UInt8]) -> (shared: Int, total: Int) {
    var shingler = Shingler()
    func set(_ key: [UInt8]) -> Set<UInt64> {
        var hashes: [UInt64] = []
        key.withUnsafeBufferPointer { shingler.shingle($0, into: &hashes) }
        return Set(hashes)
    }
    let x = set(a)
    let y = set(b)
    return (x.intersection(y).count, x.union(y).count)
}

/// Jaccard similarity of a key's 5-grams by the definition, for keys of Latin, Greek, Cyrillic letters.
func naiveJaccard(_ a: [UInt8], _ b: [UInt8]) -> (shared: Int, total: Int) {
    func set(_ key: [UInt8]) -> Set<[Unicode.Scalar]> {
        let s = Array(" \(String(decoding: key, as: UTF8.self)) ".unicodeScalars)
        return s.count < 5 ? [s] : Set((0...s.count - 5).map { Array(s[$0..<$0 + 5]) })
    }
    let x = set(a)
    let y = set(b)
    return (x.intersection(y).count, x.union(y).count)
}

/// Prose of made-up sentences, and what editors, feeds and templates do to copies of it.
struct EditedProse {
    var random: SplitMix64
    private static let vocabulary = """
        harbour ferry morning council bridge winter market because letter window silver garden before without teacher
        river station summer village people evening between another nothing carried opened written quietly together
        ladder orchard kitchen stories northern weather several hundred children evidence committee decision remember
        and the of with from under over into about
        """.split { $0 == " " || $0 == "\n" }.map(String.init)
    private static let names = ["Vaux", "Lomax", "Kestrel", "Pellbridge", "Harrowmere", "Imre", "Dora", "Tarn"]

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    private mutating func word() -> String {
        random.chance(1, in: 14)
            ? Self.names[random.below(Self.names.count)] : Self.vocabulary[random.below(Self.vocabulary.count)]
    }

    /// At least 17 words, so that no edit makes it a short line.
    mutating func sentence() -> String {
        var words = (0..<17 + random.below(10)).map { _ in word() }
        if random.chance(1, in: 4) { words[3 + random.below(10)] = String(1 + random.below(90)) }
        words[0] = words[0].capitalized()
        return words.joined(separator: " ") + (random.chance(2, in: 3) ? "." : "")
    }

    mutating func edited(_ text: String) -> String {
        var words = text.split(separator: " ").map(String.init)
        for _ in 0...random.below(3) {
            let at = 1 + random.below(words.count - 2)
            switch random.below(11) {
            case 0: words[at] = word()
            case 1: words.insert(word(), at: at)
            case 2: if words.count > 15 { words.remove(at: at) }
            case 3: words[at] += "s"
            case 4: words[at] = words[at].uppercased()
            case 5: words[at] += ","
            case 6: if words.count > 20 { words = words.dropLast(random.below(5)) + ["of…"] }
            case 7: words[0] = ["News", "Live:", "Local"][random.below(3)] + (random.chance(1, in: 2) ? "" : " ") + words[0]
            // A second bar would make a table row of it.
            case 8: words.append(words.contains { $0.hasPrefix("|") } ? "- The Courier" : "| Valley Press")
            case 9: words = words.map { $0.uppercased() }
            default: words[at] = String(1 + random.below(3))
            }
        }
        return words.joined(separator: " ")
    }

    mutating func document(lines count: Int, from pool: [String] = []) -> [String] {
        var lines: [String] = []
        while lines.count < count {
            let known = lines + pool
            lines.append(known.isEmpty || random.chance(2, in: 5) ? sentence() : edited(known[random.below(known.count)]))
        }
        return lines
    }
}

extension String {
    fileprivate func capitalized() -> String { prefix(1).uppercased() + dropFirst() }
}
