import WinnowCore

/// What a segment of an index holds, for people and for those who look for a run's own lines.
public struct IndexSummary {
    /// Unique lines, and those of them that were kept.
    public var lines = 0
    public var kept = 0
    /// Bytes of the texts of kept lines.
    public var textBytes = 0
    public var documents = 0
    /// Runs whose lines it holds, where it was merged from several.
    public var sources: [SegmentID] = []

    /// - Throws: `input` when it is no segment.
    public init(_ memory: any StoredSegment) throws(WinnowError) {
        let segment = try IndexSegment(memory)
        lines = segment.layout.entries
        textBytes = segment.layout.textBytes
        documents = segment.layout.documents
        sources = segment.sources.map(\.id)
        kept = (0..<lines).count { segment.entry($0).isKept }
        memory.releasePages(from: 0)
    }
}

/// Merges segments of indexes into one.
public enum IndexMerge {
    /// Writes what all segments hold, as one; neither their order nor earlier merges of them matter.
    /// - Returns: how many lines there are.
    /// - Throws: `input` for what is no segment; `limit` when there are too many lines; `system`.
    public static func write(
        _ segments: [(id: SegmentID, memory: any StoredSegment)], to output: @escaping SegmentOutput
    ) throws(WinnowError) -> Int {
        var inputs: [SegmentMerge.Input] = []
        for (id, memory) in segments where !inputs.contains(where: { $0.id == id }) {
            inputs.append(SegmentMerge.Input(segment: try IndexSegment(memory), id: id))
        }
        let merge = SegmentMerge(inputs)
        try merge.write(to: output)
        return merge.entries
    }
}
