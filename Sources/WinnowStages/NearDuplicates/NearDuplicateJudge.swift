import WinnowCore
import WinnowText

/// The ordered half of the near-duplicate stage.
final class NearDuplicateJudge: DocumentJudge {
    @exclusivity(unchecked) private var search: DuplicateSearch

    private let options: NearDuplicates
    private let stage: UInt8

    init(_ options: NearDuplicates, stage: UInt8, corpus: CorpusIndex?) {
        search = DuplicateSearch(options, stage: stage, corpus: corpus)
        (self.options, self.stage) = (options, stage)
    }

    func begin(_ document: Document) { search.begin(document) }

    func decide(_ batch: inout LineBatch, _ notes: any BatchNotes) -> Int {
        guard let notes = notes as? NearDuplicates.Notes else { return 0 }
        return search.decide(&batch, notes.sketches)
    }

    func commit(_ batch: borrowing LineBatch, _ notes: any BatchNotes) throws(WinnowError) {
        guard let notes = notes as? NearDuplicates.Notes else { return }
        try search.commit(batch, notes.sketches)
    }

    func nearMisses(_ batch: inout LineBatch, _ notes: any BatchNotes) -> [NearMiss] {
        guard let notes = notes as? NearDuplicates.Notes else { return [] }
        var nearest = NearestLines(options, stage: stage)
        return nearest.find(batch, notes.sketches)
    }

    var forgotten: Int { search.forgotten }
}
