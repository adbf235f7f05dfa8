import WinnowCore
import WinnowText

/// Removes lines that say what a kept line says, and keeps the best copy.
///
/// `Matcher` defines what a near-duplicate is; this stage finds the pairs: within a document exactly (every earlier kept line
/// of the window is bounded by its bitmap, what remains is verified), across documents by MinHash LSH with anchors
/// (`CorpusIndex`), every candidate verified. Of two neighbours, one with a label glued on ("NewsTown hall", "Town hall") is a copy
/// however short (`BestCopy.isGlued`). Duplicates are stars around a kept line, never chains.
public struct NearDuplicates: DocumentStage {
    enum Rule: UInt16, CaseIterable {
        case equal
        case similar
        case contained
        case worseCopy
        case movedUp

        var name: String {
            switch self {
            case .worseCopy: "worse-copy"
            case .movedUp: "moved-up"
            default: "\(self)"
            }
        }

        init(_ measure: Twin.Measure) {
            switch measure {
            case .equal: self = .equal
            case .jaccard: self = .similar
            case .containment: self = .contained
            }
        }
    }

    public static let descriptor = StageDescriptor(
        name: "near-duplicates",
        help: "Removes lines that repeat a kept line, nearly or exactly; the best copy takes the place of the first.",
        scope: .document, lookAhead: "the window (a better copy moves up within it)",
        memory:
            "the last 2,048 kept lines of a document, at most 16 MiB, and an index of them; "
            + "scope: corpus, about 280 bytes and the text of a distinct line, up to `limits: memory`",
        options: [
            OptionDescriptor(
                "scope", .choice(["document", "corpus"]), default: .word("document"),
                help: "where copies are looked for: in the line's own document, or in everything read before too"),
            OptionDescriptor(
                "threshold", .number(0.3...1), default: .number(0.5), unit: "Jaccard similarity",
                help: "least similarity of the shingle sets"),
            OptionDescriptor(
                "numbers", .choice(["distinct", "ignore"]), default: .word("distinct"),
                help: "whether lines that differ by a number are different"),
            OptionDescriptor(
                "words", .choice(["distinct", "ignore"]), default: .word("distinct"),
                help: "whether lines that differ by a name, or by too many words, are different"),
            OptionDescriptor(
                "structure", .choice(["keep", "ignore"]), default: .word("keep"),
                help: "whether list items, table rows, code, verse and short speeches that recur stay"),
            OptionDescriptor(
                "containment", .flag, default: .flag(true),
                help: "whether a line that is the beginning or the end of another is its copy, whatever the threshold"),
            OptionDescriptor(
                "window", .integer(0...100_000), default: .integer(2048), unit: "lines",
                help: "how many of the last kept lines of its document a line is compared with"),
            OptionDescriptor(
                "best-copy", .flag, default: .flag(true),
                help: "let a better later copy (bare title, whole line) replace an earlier one; otherwise the first stays"),
        ],
        ruleNames: Rule.allCases.map(\.name),
        facts: [
            "within a document every pair in the window is compared: none is missed",
            "across documents, of a million pairs as similar as this, so many are missed: "
                + [0.4, 0.5, 0.6, 0.7].map { similarity in
                    let missed = (1 - MinHash(threshold: 0.5).probability(ofSharingABandAt: similarity)) * 1_000_000
                    return "\(similarity): \(Int(missed.rounded()))"
                }.joined(separator: ", "),
            "what is found is verified: no line goes for a hash alone",
        ],
        sources: [
            "Broder, On the resemblance and containment of documents, 1997",
            "Indyk and Motwani, Approximate nearest neighbors, 1998",
            "Dietzfelbinger et al., A reliable randomized algorithm for the closest-pair problem, 1997",
        ])

    let threshold: Double
    let numbersMayDiffer: Bool
    let wordsMayDiffer: Bool
    let structureMayGo: Bool
    let seesContainment: Bool
    let isCorpus: Bool
    let window: Int
    let keepsBest: Bool
    /// Whether every pair of the window is verified, without index and bitmaps: what tests compare the fast way with.
    var isExhaustive = false

    public init(_ options: OptionValues) throws(WinnowError) {
        threshold = options.number("threshold")
        numbersMayDiffer = options.word("numbers") == "ignore"
        wordsMayDiffer = options.word("words") == "ignore"
        structureMayGo = options.word("structure") == "ignore"
        seesContainment = options.flag("containment")
        isCorpus = options.word("scope") == "corpus"
        window = options.integer("window")
        keepsBest = options.flag("best-copy")
    }

    final class Notes: BatchNotes {
        fileprivate(set) var sketches = Sketches()
    }

    private final class Analyzer: BatchAnalyzer {
        private let sketcher: Sketcher

        init(_ sketcher: Sketcher) { self.sketcher = sketcher }

        func analyze(_ batch: borrowing LineBatch, reusing: (any BatchNotes)?) -> any BatchNotes {
            let notes = reusing as? Notes ?? Notes()
            // Taken out while it is written to: fields of a class are checked for exclusive access at every use.
            var sketches = Sketches()
            swap(&sketches, &notes.sketches)
            defer { swap(&sketches, &notes.sketches) }
            sketches.removeAll()
            sketcher.begin(batch.lines.count)
            batch.withView { view in
                for index in view.lines.indices {
                    let line = view.lines[index]
                    sketcher.sketch(
                        text: view.text(index), key: view.key(index), flags: line.flags, words: Int(line.keyWords),
                        into: &sketches)
                }
            }
            return notes
        }
    }

    public func makeAnalyzer() -> any BatchAnalyzer {
        Analyzer(Sketcher(structureMayGo: structureMayGo, minHash: isCorpus ? MinHash(threshold: leastSimilarity) : nil))
    }

    public var comparesDocuments: Bool { isCorpus }

    public func makeShared(_ resources: SharedResources) throws(WinnowError) -> AnyObject? {
        try CorpusIndex(threshold: leastSimilarity, numbersMayDiffer: numbersMayDiffer, resources: resources)
    }

    public var sharedForm: String {
        let minHash = MinHash(threshold: leastSimilarity)
        return "key \(Folder.version), Unicode \(ICU.unicodeVersion), \(minHash.bands) bands of \(minHash.rows), "
            + "\(CorpusIndex.anchors) anchors"
    }

    /// Containment asks for half of the shingles, whatever the threshold.
    var leastSimilarity: Double { seesContainment ? min(threshold, 0.5) : threshold }

    public func makeJudge(stage: UInt8, shared: AnyObject?) -> any DocumentJudge {
        NearDuplicateJudge(self, stage: stage, corpus: shared as? CorpusIndex)
    }
}
