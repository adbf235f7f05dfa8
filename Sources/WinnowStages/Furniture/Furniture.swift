import WinnowCore
import WinnowText

/// Removes lines that stand in many documents: menus, notices and prompts of a site, whatever their language and wording.
///
/// All documents are counted before the first is judged (`FurnitureSurvey`). A line counts once a document, by its key; only short
/// lines, and those that look like furniture, are counted: long content that recurs keeps one copy (near-duplicates).
public struct Furniture: SurveyStage {
    enum Rule: UInt16, CaseIterable {
        case documents
        case share

        var name: String {
            switch self {
            case .documents: "in-many-documents"
            case .share: "in-most-of-a-site"
            }
        }
    }

    public static let descriptor = StageDescriptor(
        name: "furniture",
        help: "Removes lines that stand in many documents of a batch; off unless one of its limits is set.",
        scope: .corpus, lookAhead: "all documents: they are read twice",
        memory: "about 18 bytes a distinct short line, twice that with `share`, up to `limits: memory`",
        options: [
            OptionDescriptor(
                "documents", .integer(0...1_000_000_000), default: .integer(0), unit: "documents",
                help: "a line that stands in at least so many goes everywhere; 0 for no such limit"),
            OptionDescriptor(
                "share", .number(0...1), default: .number(0), unit: "share of documents",
                help:
                    "a line that stands in at least this share of the documents of its host (WARC) or folder goes there; 0 for no such limit"
            ),
            OptionDescriptor(
                "least", .integer(2...1_000_000), default: .integer(5), unit: "documents",
                help: "a host or folder with fewer documents has no share"),
            OptionDescriptor(
                "words", .integer(1...100), default: .integer(12), unit: "words",
                help: "longer lines are counted only when they look like furniture (bars or bullets, ©, addresses)"),
        ],
        ruleNames: Rule.allCases.map(\.name))

    let documents: Int
    let share: Double
    let least: Int
    let words: Int
    private let counts: FurnitureCounts

    public init(_ options: OptionValues) throws(WinnowError) {
        documents = options.integer("documents")
        share = options.number("share")
        least = options.integer("least")
        words = options.integer("words")
        counts = FurnitureCounts(bySite: share > 0)
    }

    public var isActive: Bool { documents > 0 || share > 0 }

    public func makeSurvey(memory: Int) -> any DocumentStage {
        counts.begin(memory: memory)
        return FurnitureSurvey(counts, words: words)
    }

    public func endSurvey() throws(WinnowError) { try counts.end() }

    final class Notes: BatchNotes {
        /// The hash of the key of each line that may be furniture; 0 for others.
        fileprivate(set) var hashes: [UInt64] = []
    }

    /// Hashes the lines that may be furniture.
    final class Analyzer: BatchAnalyzer {
        private let words: Int

        init(words: Int) { self.words = words }

        func analyze(_ batch: borrowing LineBatch, reusing: (any BatchNotes)?) -> any BatchNotes {
            let notes = reusing as? Notes ?? Notes()
            notes.hashes.removeAll(keepingCapacity: true)
            batch.withView { view in
                for index in view.lines.indices {
                    let line = view.lines[index]
                    let mayBe =
                        line.keyLength > 0 && line.flags.isDisjoint(with: [.piece, .blank, .separator])
                        && (Int(line.keyWords) <= words || Furniture.looksLikeIt(view.text(index), words: Int(line.keyWords)))
                    // 0 stands for none.
                    notes.hashes.append(mayBe ? max(1, hash64(view.key(index))) : 0)
                }
            }
            return notes
        }
    }

    public func makeAnalyzer() -> any BatchAnalyzer { isActive ? Analyzer(words: words) : NoAnalysis() }

    /// Whether a line of some length has the marks of furniture: two bars or bullets, a copyright sign, an address.
    private static func looksLikeIt(_ text: UnsafeBufferPointer<UInt8>, words: Int) -> Bool {
        guard words <= 60, let base = text.baseAddress else { return false }
        var separators = 0
        var i = 0
        while i < text.count {
            switch nextScalar(base, &i) {
            case 0x7C, 0x2022, 0xB7, 0x203A, 0xBB: separators += 1
            case 0xA9, 0x40: return true
            case 0x3A where i + 1 < text.count && base[i] == 0x2F && base[i + 1] == 0x2F: return true
            default: break
            }
        }
        return separators >= 2
    }

    public func makeJudge(stage: UInt8, shared: AnyObject?) -> any DocumentJudge { Judge(self, stage: stage) }

    private final class Judge: DocumentJudge {
        private let options: Furniture
        private let stage: UInt8
        private var site: FurnitureCounts.Site?
        private var isFirstRound = true

        init(_ options: Furniture, stage: UInt8) {
            self.options = options
            self.stage = stage
        }

        func begin(_ document: Document) {
            site = options.share > 0 ? options.counts.site(document.site) : nil
            isFirstRound = true
        }

        func decide(_ batch: inout LineBatch, _ notes: any BatchNotes) -> Int {
            // What a line is does not depend on others.
            guard isFirstRound, let notes = notes as? Notes else { return 0 }
            isFirstRound = false
            var changes = 0
            for place in batch.lines.indices where batch.isKept(place) {
                let hash = notes.hashes[Int(batch.lines[place].source)]
                guard hash != 0, let verdict = verdict(hash) else { continue }
                if batch.drop(place, verdict) { changes += 1 }
            }
            return changes
        }

        private func verdict(_ hash: UInt64) -> Verdict? {
            let counts = options.counts
            if options.documents > 0 {
                let count = counts.documents(hash)
                if count >= options.documents { return verdict(.documents, count, of: counts.all) }
            }
            if let site, site.documents >= options.least {
                let count = counts.documents(hash, of: site)
                if count > 1, Double(count) >= options.share * Double(site.documents) {
                    return verdict(.share, count, of: site.documents)
                }
            }
            return nil
        }

        private func verdict(_ rule: Rule, _ count: Int, of all: Int) -> Verdict {
            Verdict(
                stage: stage, rule: rule.rawValue,
                evidence: .documents(count: UInt32(truncatingIfNeeded: count), of: UInt32(truncatingIfNeeded: all)))
        }

        func commit(_ batch: borrowing LineBatch, _ notes: any BatchNotes) { isFirstRound = true }
    }
}
