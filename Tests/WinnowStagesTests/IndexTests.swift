import TestSupport
import Testing
import WinnowCore
import WinnowText

@testable import WinnowStages

/// A segment in memory.
private final class MemorySegment: StoredSegment {
    let bytes: UnsafeRawBufferPointer
    let id: SegmentID

    init(_ content: [UInt8]) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, content.count), alignment: 4096)
        memory.copyBytes(from: content)
        bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<content.count])
        let hash = content.withUnsafeBufferPointer { hash64($0) }
        id = SegmentID(high: hash, low: mix64(hash))
    }

    deinit { bytes.deallocate() }

    func releasePages(from offset: Int) {}
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(WinnowError) {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + buffer.count]))
    }
}

private final class MemoryStore: SegmentStore {
    private(set) var stored = 0

    static func bytes(
        _ body: (@escaping SegmentOutput) throws(WinnowError) -> Void
    ) throws(WinnowError) -> [UInt8] {
        var content: [UInt8] = []
        try body { (bytes) throws(WinnowError) in content.append(contentsOf: bytes) }
        return content
    }

    func store(
        _ body: (@escaping SegmentOutput) throws(WinnowError) -> Void
    ) throws(WinnowError) -> any StoredSegment {
        stored += 1
        return MemorySegment(try Self.bytes(body))
    }
}

/// The index on disk: what it answers is what one in memory does.
@Suite struct IndexTests {
    /// Lines of made-up words, many of which are like another.
    private static func lines(_ count: Int, seed: UInt64) -> [String] {
        var random = SplitMix64(seed: seed)
        let words = (0..<300).map { _ in
            String((0..<random.below(6) + 3).map { _ in Character(UnicodeScalar(UInt8(97 + random.below(26)))) })
        }
        var lines: [String] = []
        for number in 0..<count {
            if number > 20, random.chance(1, in: 3) {
                var parts = lines[random.below(lines.count)].split(separator: " ").map(String.init)
                parts[random.below(parts.count)] = words[random.below(words.count)]
                lines.append(parts.joined(separator: " "))
            } else {
                lines.append((0..<random.below(12) + 5).map { _ in words[random.below(words.count)] }.joined(separator: " "))
            }
        }
        return lines
    }

    /// Runs over lines, ten to a document, and tells what went.
    private final class Run {
        let state: SharedState
        private let worker: PipelineWorker
        private let run: DocumentRun
        private var ordinal: Int

        init(_ resources: SharedResources = SharedResources()) throws {
            var options = OptionValues(defaultsOf: NearDuplicates.descriptor.options)
            options["scope"] = .word("corpus")
            let decode = try Decode(OptionValues(defaultsOf: Decode.descriptor.options))
            let patterns = try PatternSet([])
            let pipeline = try Pipeline(
                stages: [decode, try NearDuplicates(options)], harmGuard: HarmGuard(share: 1)
            ) { () throws(WinnowError) in try Keys(protecting: patterns) }
            state = try pipeline.makeShared(resources)
            worker = try pipeline.makeWorker()
            run = DocumentRun(pipeline, shared: state)
            ordinal = state.kept?.knownDocuments ?? 0
        }

        func judge(_ lines: [String]) throws -> [String] {
            var out: [String] = []
            for start in stride(from: 0, to: lines.count, by: 10) {
                let work = BatchWork()
                let text = lines[start..<min(start + 10, lines.count)].joined(separator: "\n") + "\n"
                work.batch = NormalizeKit.batch(Array(text.utf8))
                work.batch.document = Document(ordinal: ordinal, name: "\(ordinal)")
                ordinal += 1
                try worker.prepare(work)
                try run.judge(work)
                for place in work.batch.lines.indices where work.batch.isKept(place) {
                    out.append(work.batch.string(Int(work.batch.lines[place].source)))
                }
                for case let verdict? in work.batch.verdicts { out.append("\(verdict.rule) \(verdict.evidence)") }
            }
            return out
        }

        /// What later runs go on from.
        func segment(names: [DocumentNameRun] = []) throws -> MemorySegment {
            let kept = try #require(state.kept)
            let documents = ordinal - kept.knownDocuments
            return MemorySegment(
                try MemoryStore.bytes { (output) throws(WinnowError) in
                    try kept.write(names: names, documents: documents, to: output)
                })
        }
    }

    @Test(arguments: [300_000]) func fromDiskAsFromMemory(_ memory: Int) throws {
        let lines = Self.lines(3000, seed: 1)
        let expected = try Run()
        let found = try expected.judge(lines)
        let store = MemoryStore()
        let run = try Run(SharedResources(memory: memory, disk: store))
        #expect(try run.judge(lines) == found)
        #expect(store.stored >= 2, "it was to go to disk")
        #expect(try run.segment().bytes.elementsEqual(try expected.segment().bytes), "one segment, as from memory")
    }

    @Test func withoutDiskItStops() throws {
        let run = try Run(SharedResources(memory: 300_000))
        let error = #expect(throws: WinnowError.self) { try run.judge(Self.lines(3000, seed: 1)) }
        #expect(error?.code == .limit)
    }

    /// What a run kept, and a second run that goes on from it, are together as one run over both.
    @Test(arguments: [1 << 30, 1 << 18]) func aRunGoesOn(_ memory: Int) throws {
        let lines = Self.lines(2000, seed: 2)
        let whole = try Run().judge(lines)
        let first = try Run()
        var found = try first.judge(Array(lines[..<1000]))
        let segment = try first.segment(names: [DocumentNameRun(first: 0, name: "week 1", record: 7)])
        let second = try Run(SharedResources(memory: memory, disk: MemoryStore(), known: [segment]))
        found += try second.judge(Array(lines[1000...]))
        #expect(found == whole)
        #expect(second.state.kept?.knownName(3) == "week 1#10" && second.state.kept?.knownName(100) == nil)
        // And once more, nothing is new.
        let third = try Run(SharedResources(known: [segment, try second.segment()]))
        _ = try third.judge(lines)
        #expect(third.state.kept?.hasNews == false)
    }

    @Test func mergesDoNotDependOnOrder() throws {
        let segments = try (0..<4).map { number in
            let run = try Run()
            _ = try run.judge(Self.lines(400, seed: 5) + Self.lines(300, seed: UInt64(10 + number)))
            return try run.segment(names: [DocumentNameRun(first: 0, name: "run \(number)")])
        }
        func merge(_ parts: [MemorySegment]) throws -> MemorySegment {
            MemorySegment(
                try MemoryStore.bytes { (output) throws(WinnowError) in
                    _ = try IndexMerge.write(parts.map { ($0.id, $0) }, to: output)
                })
        }
        let all = try merge(segments)
        var random = SplitMix64(seed: 3)
        for _ in 0..<5 {
            var order = segments
            for k in order.indices { order.swapAt(k, random.below(order.count)) }
            #expect(try merge(order).id == all.id)
            #expect(try merge([merge([order[0], order[1]]), merge([order[2], order[3]])]).id == all.id, "in two steps")
            #expect(try merge([merge([order[3], order[0], order[2]]), order[1], order[0]]).id == all.id, "one of them twice")
        }
        let summary = try IndexSummary(all)
        #expect(summary.sources.sorted() == segments.map(\.id).sorted() && summary.documents == 4 * 70)
        // What one of the runs kept is known to who goes on from the merged index; only what went within its own document, and
        // finds itself alone now, may be new.
        let later = try Run(SharedResources(known: [all]))
        for number in 0..<4 { _ = try later.judge(Self.lines(300, seed: UInt64(10 + number))) }
        _ = try later.judge(Self.lines(400, seed: 5))
        #expect(try IndexSummary(try later.segment()).lines < 1600 / 50)
        #expect(later.state.kept?.knownName(279)?.hasPrefix("run ") == true)
    }

    @Test func whatIsNoSegmentIsRefused() throws {
        let run = try Run()
        _ = try run.judge(Self.lines(50, seed: 8))
        let good = Array(try run.segment().bytes)
        for bytes in [[], Array(good.dropLast(8)), good + [0], Array(good.reversed())] {
            #expect(throws: WinnowError.self) { try Run(SharedResources(known: [MemorySegment(bytes)])) }
        }
    }
}
