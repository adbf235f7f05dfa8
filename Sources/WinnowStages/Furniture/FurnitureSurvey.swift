import WinnowCore

/// Counts in how many documents each line stands: what runs over all documents before `Furniture` judges the first.
///
/// Counts add up, so documents may come in any order and on any thread.
struct FurnitureSurvey: DocumentStage {
    static let descriptor = StageDescriptor(
        name: "furniture-survey", help: "Counts the documents of each line.", scope: .document, lookAhead: "none",
        memory: "see furniture", options: [], ruleNames: [])

    private let counts: FurnitureCounts
    private let words: Int

    init(_ counts: FurnitureCounts, words: Int) {
        self.counts = counts
        self.words = words
    }

    init(_ options: OptionValues) { self.init(FurnitureCounts(bySite: false), words: 0) }

    func makeAnalyzer() -> any BatchAnalyzer { Furniture.Analyzer(words: words) }
    func makeJudge(stage: UInt8, shared: AnyObject?) -> any DocumentJudge { Judge(counts) }

    private final class Judge: DocumentJudge {
        private let counts: FurnitureCounts
        private var site: UInt64 = 0
        /// Of the lines of this document.
        private var hashes: [UInt64] = []

        init(_ counts: FurnitureCounts) { self.counts = counts }

        func begin(_ document: Document) {
            site = counts.bySite ? FurnitureCounts.hash(document.site) : 0
            hashes.removeAll(keepingCapacity: true)
        }

        func decide(_ batch: inout LineBatch, _ notes: any BatchNotes) -> Int { 0 }

        func commit(_ batch: borrowing LineBatch, _ notes: any BatchNotes) {
            guard let notes = notes as? Furniture.Notes else { return }
            for hash in notes.hashes where hash != 0 { hashes.append(hash) }
            // A document of a billion lines is counted in pieces: each line once, as far as memory allows.
            guard batch.isLast || hashes.count > 1 << 20 else { return }
            keepOnce()
            guard batch.isLast else { return }
            counts.add(hashes, site: site)
        }

        private func keepOnce() {
            hashes.sort()
            var kept = 0
            for hash in hashes where kept == 0 || hashes[kept - 1] != hash {
                hashes[kept] = hash
                kept += 1
            }
            hashes.removeLast(hashes.count - kept)
        }
    }
}
