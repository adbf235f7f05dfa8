import WinnowCore
import WinnowText

/// What is worked out about each line of a batch before any two are compared: the pure half of the stage.
struct Sketches {
    /// How a line's form decides whether it may be a duplicate at all.
    enum Form: UInt8 {
        /// Text that may go as a copy.
        case text
        /// Blank, a rule, a table row, code, an item of a list, a short speech: repetition that is structure.
        case structure
    }

    struct Sketch {
        var hash: UInt64 = 0
        /// Characters and words of the key; each character of a script without spaces is a word.
        var characters: Int32 = 0
        var words: Int32 = 0
        /// An upper bound of the number of distinct shingles; exact where many repeat.
        var shingles: Int32 = 0
        /// Set bits of the bitmap: a lower bound of the same.
        var bits: Int32 = 0
        /// Where the bitmap stands in `bitmaps`, and its length in words.
        var bitmapStart: Int32 = 0
        var bitmapWords: Int32 = 0
        var form = Form.structure
        /// Short enough for verse: at most twelve words.
        var isShort = false
        var endsSentence = false
        /// Hash of the words that hold a digit, in order.
        var numbers: UInt64 = 0
        /// Ends with an ellipsis.
        var isCut = false
        /// Mostly of three-byte characters: Han, kana, Hangul, Indic and South-East Asian scripts.
        var isWide = false
        /// Long enough to be compared by shingles.
        var isComparable = false
        /// Which of the signatures is this line's (corpus scope); -1 for none.
        var signature: Int32 = -1
    }

    fileprivate(set) var sketches: [Sketch] = []
    fileprivate(set) var bitmaps: [UInt64] = []
    /// Of each signature the keys of its bands, and two bits of 64 of its numbers (corpus scope).
    fileprivate(set) var bandKeys: [UInt32] = []
    fileprivate(set) var signatureSketches: [SIMD2<UInt64>] = []

    /// Calls `body` with pointers to the sketches, their bitmaps, band keys and sketches of signatures.
    func withPointers<R>(
        _ body: (
            UnsafeBufferPointer<Sketch>, UnsafePointer<UInt64>, UnsafeBufferPointer<UInt32>, UnsafeBufferPointer<SIMD2<UInt64>>
        ) -> R
    ) -> R {
        var none: UInt64 = 0
        return withUnsafePointer(to: &none) { none in
            sketches.withUnsafeBufferPointer { sketches in
                bitmaps.withUnsafeBufferPointer { bitmaps in
                    bandKeys.withUnsafeBufferPointer { bandKeys in
                        signatureSketches.withUnsafeBufferPointer { body(sketches, bitmaps.baseAddress ?? none, bandKeys, $0) }
                    }
                }
            }
        }
    }

    mutating func removeAll() {
        sketches.removeAll(keepingCapacity: true)
        bitmaps.removeAll(keepingCapacity: true)
        bandKeys.removeAll(keepingCapacity: true)
        signatureSketches.removeAll(keepingCapacity: true)
    }
}

/// Makes the sketches of lines. It has scratch memory, so there is one a thread.
final class Sketcher {
    typealias Sketch = Sketches.Sketch

    /// Longer lines are never compared: they are no lines of prose, and would hold too much memory.
    static let longestLine = 20_000
    static let mostBitmapWords = 64

    private var shingler = Shingler()
    /// A byte for each bit of the bitmap at hand; all zero between lines.
    private let marks: UnsafeMutablePointer<UInt8>
    private var shingles = LineShingles()
    private var overlap = ShingleOverlap()

    private let structureMayGo: Bool
    /// For corpus scope.
    private let minHash: MinHash?
    private var signature: [UInt32] = []
    /// Lines of the batch at hand that have a signature, by the hash of their key.
    private var signed = HashIndex()

    /// - Parameters:
    ///   - structureMayGo: whether lines of any form may be copies.
    ///   - minHash: makes the signatures that the index of a corpus wants; nil for none.
    init(structureMayGo: Bool = false, minHash: MinHash? = nil) {
        self.structureMayGo = structureMayGo
        self.minHash = minHash
        signature = Array(repeating: 0, count: minHash?.permutations ?? 0)
        marks = .allocate(capacity: Self.mostBitmapWords * 64)
        marks.initialize(repeating: 0, count: Self.mostBitmapWords * 64)
    }

    deinit { marks.deallocate() }

    /// Begins with a batch of so many lines.
    func begin(_ lines: Int) {
        if minHash != nil { signed.reset(capacity: lines) }
    }

    /// - Parameters:
    ///   - key: in the batch's `keys`, between two spaces.
    ///   - words: words of the key.
    func sketch(
        text: UnsafeBufferPointer<UInt8>, key: UnsafeBufferPointer<UInt8>, flags: LineFlags, words: Int,
        into sketches: inout Sketches
    ) {
        var sketch = Sketch()
        fill(&sketch, text, key, flags, words, &sketches.bitmaps)
        if let minHash, sketch.isComparable { sign(&sketch, key, isASCII: !flags.contains(.keyIsWide), minHash, &sketches) }
        sketches.sketches.append(sketch)
    }

    /// Lines of a batch with one key share a signature.
    private func sign(
        _ sketch: inout Sketch, _ key: UnsafeBufferPointer<UInt8>, isASCII: Bool, _ minHash: MinHash, _ sketches: inout Sketches
    ) {
        if let same = signed.find(sketch.hash) {
            sketch.signature = Int32(truncatingIfNeeded: same.first)
            return
        }
        let index = sketches.signatureSketches.count
        sketch.signature = Int32(truncatingIfNeeded: index)
        signed.insert(sketch.hash, index)
        let count = shingles.read(paddedKey: key, isASCII: isASCII)
        shingles.hashes.withUnsafeBufferPointer { hashes in
            signature.withUnsafeMutableBufferPointer { signature in
                guard let out = signature.baseAddress else { return }
                minHash.sign(UnsafeBufferPointer(rebasing: hashes[..<count]), to: out)
                for band in 0..<minHash.bands { sketches.bandKeys.append(minHash.key(band, of: out)) }
                sketches.signatureSketches.append(MinHash.sketch(out))
            }
        }
    }

    private func fill(
        _ sketch: inout Sketch, _ text: UnsafeBufferPointer<UInt8>, _ key: UnsafeBufferPointer<UInt8>, _ flags: LineFlags,
        _ words: Int, _ bitmaps: inout [UInt64]
    ) {
        guard flags.isDisjoint(with: [.piece, .blank, .separator]), !key.isEmpty, key.count <= Self.longestLine else { return }
        let isASCII = !flags.contains(.keyIsWide)
        sketch.words = Int32(truncatingIfNeeded: words)
        sketch.characters = Int32(truncatingIfNeeded: isASCII ? key.count : Kernels.countCharacters(key))
        let shape = LineShape(text)
        sketch.endsSentence = shape.endsSentence
        sketch.isShort = sketch.words <= 12 || sketch.characters <= 40
        let isStructure =
            shape.isCode || shape.hasCells && !Self.isTitle(text) || shape.startsItem && sketch.words < 12
            || shape.startsSpeech && (shape.startsItem || shape.endsSentence) && sketch.words < 10
            || Self.isIndented(text) || !key.contains(where: { $0 > 0x39 })
        guard !isStructure || structureMayGo else { return }
        sketch.form = .text
        sketch.hash = hash64(key)
        if flags.contains(.keyHasDigit) { sketch.numbers = Self.numbers(key) }
        sketch.isCut = BestCopy.isCut(text)
        sketch.isWide = !isASCII && key.count >= Int(sketch.characters) * 5 / 2
        sketch.isComparable = sketch.isWide ? sketch.characters >= 10 : sketch.words > 3 && sketch.characters >= 12
        if sketch.isComparable { addBitmap(key, isASCII, &sketch, &bitmaps) }
    }

    /// A title with the names of a section and a site behind bars, rather than a row of cells: the first part is long.
    private static func isTitle(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let bar = text.firstIndex(of: 0x7C), bar > 30, !text.contains(0x09) else { return false }
        return text.count { $0 == 0x7C } <= 3
    }

    /// Begins with a tab or four spaces, as code does.
    private static func isIndented(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.first == 0x09 || text.count >= 4 && text[0] == 0x20 && text[1] == 0x20 && text[2] == 0x20 && text[3] == 0x20
    }

    /// Sets a bit for each shingle of the key.
    private func addBitmap(
        _ key: UnsafeBufferPointer<UInt8>, _ isASCII: Bool, _ sketch: inout Sketch, _ bitmaps: inout [UInt64]
    ) {
        // Four bits a shingle or more.
        var words = 1
        while words < Self.mostBitmapWords, words * 16 < Int(sketch.characters) { words *= 2 }
        let count =
            isASCII
            ? Shingler.markASCII(paddedKey: key, in: marks, size: words * 64)
            : shingler.mark(paddedKey: key, in: marks, size: words * 64)
        sketch.bitmapStart = Int32(truncatingIfNeeded: bitmaps.count)
        sketch.bitmapWords = Int32(truncatingIfNeeded: words)
        bitmaps.append(contentsOf: repeatElement(0, count: words))
        let bits = bitmaps.withUnsafeMutableBufferPointer {
            $0.baseAddress.map { Kernels.pack(marks, words: words, into: $0 + Int(sketch.bitmapStart)) } ?? 0
        }
        sketch.bits = Int32(truncatingIfNeeded: bits)
        sketch.shingles = Int32(truncatingIfNeeded: count)
        // One in eight shares its bit with another; many more says that shingles repeat: count them.
        if count - bits > count * 3 / 8 + 4 { sketch.shingles = Int32(truncatingIfNeeded: distinct(key, isASCII)) }
    }

    private func distinct(_ key: UnsafeBufferPointer<UInt8>, _ isASCII: Bool) -> Int {
        let count = shingles.read(paddedKey: key, isASCII: isASCII)
        return overlap.count(shingles.hashes[..<count], []).total
    }

    /// Words with digits as the guards see them, in order: between spaces, characters of unspaced scripts apart.
    static func numbers(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard let base = key.baseAddress else { return 0 }
        var all: UInt64 = 0
        var i = 0
        while i < key.count {
            guard base[i] &- 0x30 < 10 else {
                i += 1
                continue
            }
            var start = i
            while start > 0, base[start - 1] != 0x20, !endsUnspaced(base, start) { start -= 1 }
            while i < key.count, base[i] != 0x20, !(base[i] >= 0xE0 && unspacedCharacter(base, i) != nil) { i += 1 }
            all = mix64(all ^ hash64(UnsafeBufferPointer(start: base + start, count: i - start)))
        }
        return all
    }

    /// Whether the character that ends before `end` is one of a script without spaces.
    private static func endsUnspaced(_ base: UnsafePointer<UInt8>, _ end: Int) -> Bool {
        guard base[end - 1] >= 0x80 else { return false }
        var start = end - 1
        while start > 0, base[start] & 0xC0 == 0x80 { start -= 1 }
        return unspacedCharacter(base, start) != nil
    }
}
