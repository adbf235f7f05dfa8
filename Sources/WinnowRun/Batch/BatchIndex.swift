import WinnowCore
import WinnowIO
import WinnowStages

/// The index that a batch goes on from.
///
/// An output folder notes which segment of the index is its own, and which stood before it (`OUT/.winnow/index`). When it is
/// made again, it is compared with those before, and its segment is replaced: so a run that was killed, or whose inputs
/// changed, gives what a first run would, and never takes its own lines for those of another.
final class BatchIndex {
    private let file: IndexFile
    private let place: Path?
    private var note: IndexNote
    /// Segments that the run is compared with.
    private let known: [IndexFile.Segment]
    private let replaced: Set<SegmentID>
    /// Whether the index lacks what this folder should have given to it.
    let isLacking: Bool
    private let isUpdated: Bool

    /// - Parameter writing: whether the index may be added to; false to look what there is to do.
    /// - Throws: as `IndexFile`; `input` when the lines of this folder cannot be told from those of others any more.
    init(_ settings: BatchSettings, at path: Path, writing: Bool) throws(WinnowError) {
        isUpdated = settings.updatesIndex
        file = try IndexFile(path, form: settings.pipeline.sharedForm, writing: writing && isUpdated)
        place = settings.output.map { OutputFolder.own($0).appending("index") }
        let old = place.flatMap { try? readWhole("\($0)") }.flatMap { IndexNote($0) }
        let ids = file.segments.map(\.id)
        let own = Set(old?.own ?? [])
        let isThere = old?.own.last.map { ids.contains($0) } ?? true
        isLacking = isUpdated && (old.map { $0.isPending || !isThere } ?? true)
        if !isThere, try Self.holds(own, file) {
            throw WinnowError(
                .input, "holds the lines of \(settings.output.map { "\($0)" } ?? "this run"), merged with others",
                hint: "clean into another folder, or without this index", at: .init(file: "\(path)"))
        }
        var end = ids.firstIndex { own.contains($0) } ?? ids.count
        if let old, end == ids.count {
            if let before = old.before { end = ids.firstIndex(of: before).map { $0 + 1 } ?? end } else { end = 0 }
        }
        known = Array(file.segments[..<end])
        replaced = own.intersection(ids)
        note = IndexNote(before: known.last?.id, own: old?.own ?? [], isPending: true)
    }

    /// Whether a merged segment has the lines of these.
    private static func holds(_ ids: Set<SegmentID>, _ file: IndexFile) throws(WinnowError) -> Bool {
        for segment in file.segments where try !ids.isDisjoint(with: IndexSummary(file.map(segment)).sources) { return true }
        return false
    }

    /// What it adds to the configuration of outputs: the lines that they are compared with.
    var configuration: String { known.map { "\($0.id)" }.joined(separator: " ") }

    /// Notes that the outputs are being made: until the index has their lines, they are not done.
    func begin() throws(WinnowError) { try write(note) }

    func memory(spill: any SegmentStore) -> CorpusMemory {
        CorpusMemory(
            spill: spill, index: file, known: known, replacing: replaced, isUpdated: isUpdated,
            willKeep: { [self] (id) throws(WinnowError) in
                note.own.append(id)
                note.isPending = false
                try write(note)
            },
            nothingNew: { [self] () throws(WinnowError) in
                try write(IndexNote(before: note.before, own: [], isPending: false))
            })
    }

    private func write(_ note: IndexNote) throws(WinnowError) {
        guard let place, isUpdated else { return }
        let file = try AtomicFile(place)
        try file.write(Array(note.text.utf8))
        try file.commit()
    }
}

/// What an output folder knows of its place in an index.
struct IndexNote: Equatable {
    /// The last segment that its outputs were compared with.
    var before: SegmentID?
    /// Segments with its lines; all but the last may have been replaced.
    var own: [SegmentID]
    /// Whether the last run has not come to its end.
    var isPending: Bool

    init(before: SegmentID?, own: [SegmentID], isPending: Bool) {
        self.before = before
        self.own = own
        self.isPending = isPending
    }

    /// - Returns: nil when the bytes are no note.
    init?(_ bytes: [UInt8]) {
        self.init(before: nil, own: [], isPending: false)
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            switch (words.first, words.dropFirst().first.flatMap { SegmentID(hexadecimal: $0) }) {
            case ("before", let id?): before = id
            case ("own", let id?): own.append(id)
            case ("pending", nil): isPending = true
            default: return nil
            }
        }
    }

    var text: String {
        (before.map { "before \($0)\n" } ?? "") + own.map { "own \($0)\n" }.joined() + (isPending ? "pending\n" : "")
    }
}
