import WinnowCore
import WinnowIO

/// What a run over a corpus remembers beyond its memory: an index of earlier runs, and a disk for what does not fit.
public final class CorpusMemory {
    private let spill: (any SegmentStore)?
    private let index: IndexFile?
    private let known: [IndexFile.Segment]
    private let replaced: Set<SegmentID>
    private let isUpdated: Bool
    private let willKeep: (SegmentID) throws(WinnowError) -> Void
    private let nothingNew: () throws(WinnowError) -> Void

    /// - Parameters:
    ///   - spill: where lines go that `limits: memory` has no room for.
    ///   - index: what earlier runs kept; nil for none.
    ///   - known: the segments of the index that lines are compared with; nil for all.
    ///   - replaced: segments that this run's takes the place of.
    ///   - isUpdated: whether the index shall have this run's lines.
    ///   - willKeep, nothingNew: called before the index has the segment of this run, or when there is none.
    public init(
        spill: (any SegmentStore)? = nil, index: IndexFile? = nil, known: [IndexFile.Segment]? = nil,
        replacing replaced: Set<SegmentID> = [], isUpdated: Bool = true,
        willKeep: @escaping (SegmentID) throws(WinnowError) -> Void = { _ in },
        nothingNew: @escaping () throws(WinnowError) -> Void = {}
    ) {
        self.spill = spill
        self.index = index
        self.known = known ?? index?.segments ?? []
        self.replaced = replaced
        self.isUpdated = isUpdated
        self.willKeep = willKeep
        self.nothingNew = nothingNew
    }

    /// Whether this run's lines are kept for later ones.
    var isKept: Bool { index != nil && isUpdated }

    func resources() throws(WinnowError) -> SharedResources {
        var resources = SharedResources(disk: spill)
        for segment in known {
            if let memory = try index?.map(segment) { resources.known.append(memory) }
        }
        return resources
    }

    func keep(
        _ state: any KeptState, form: String, names: [DocumentNameRun], documents: Int
    ) throws(WinnowError) {
        guard let index, isUpdated else { return }
        // A segment that is replaced must not stay, even by nothing.
        guard state.hasNews || !replaced.isEmpty else {
            try nothingNew()
            return
        }
        _ = try index.append(form: form, replacing: replaced, willCount: willKeep) { (output) throws(WinnowError) in
            try state.write(names: names, documents: documents, to: output)
        }
    }
}
