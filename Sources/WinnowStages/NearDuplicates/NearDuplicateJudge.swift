import WinnowCore
import WinnowText

/// The ordered half of the near-duplicate stage.
final class NearDuplicateJudge: DocumentJudge {
    private var search: DuplicateSearch?

    init(_ search: DuplicateSearch) { self.search = search }

    func begin(_ document: Document) { search?.begin(document) }

    // The search is taken out while it works: fields of a class are checked for exclusive access at every use.

    func decide(_ batch: inout LineBatch, _ notes: any BatchNotes) -> Int {
        guard let notes = notes as? NearDuplicates.Notes, var search = search.take() else { return 0 }
        defer { self.search = search }
        return search.decide(&batch, notes.sketches)
    }

    func commit(_ batch: borrowing LineBatch, _ notes: any BatchNotes) {
        guard let notes = notes as? NearDuplicates.Notes, var search = search.take() else { return }
        defer { self.search = search }
        search.commit(batch, notes.sketches)
    }
}
