import Testing
import WinnowCore
import WinnowIO

@testable import WinnowRun

@Suite struct GatheringSinkTests {
    /// Takes some writes, then fails.
    private final class Limited: ByteSink, @unchecked Sendable {
        // Written to by one thread at a time; read when that has ended.
        var bytes: [UInt8] = []
        var writes = 0
        let most: Int

        init(_ most: Int = .max) { self.most = most }

        func write(_ buffer: UnsafeRawBufferPointer) throws(WinnowError) {
            guard writes < most else { throw WinnowError(.system, "no space") }
            writes += 1
            bytes.append(contentsOf: buffer)
        }
    }

    private static let text = (0..<5_000_003).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

    private func write(_ sink: GatheringSink, piece: Int) throws {
        try Self.text.withUnsafeBytes { all in
            for start in stride(from: 0, to: all.count, by: piece) {
                try sink.write(UnsafeRawBufferPointer(rebasing: all[start..<min(start + piece, all.count)]))
            }
        }
    }

    @Test(arguments: [false, true]) func allArrivesInOrderAndInBlocks(_ isThreaded: Bool) throws {
        for piece in [997, GatheringSink.block, 3 * GatheringSink.block + 1] {
            let target = Limited()
            let sink = GatheringSink(target, isThreaded: isThreaded)
            try write(sink, piece: piece)
            try sink.finish()
            #expect(target.bytes == Self.text, "pieces of \(piece)")
            #expect(target.writes == (Self.text.count + GatheringSink.block - 1) / GatheringSink.block)
        }
    }

    @Test(arguments: [false, true]) func nothingIsWrittenForNothing(_ isThreaded: Bool) throws {
        let target = Limited()
        try GatheringSink(target, isThreaded: isThreaded).finish()
        #expect(target.writes == 0)
    }

    /// An error of any block is told by a later write, or at the end.
    @Test(arguments: [false, true]) func errorsAreTold(_ isThreaded: Bool) throws {
        for most in 0..<5 {
            let target = Limited(most)
            let sink = GatheringSink(target, isThreaded: isThreaded)
            let error = #expect(throws: WinnowError.self) {
                try write(sink, piece: 10_007)
                try sink.finish()
            }
            #expect(error?.message == "no space")
            sink.cancel()
            #expect(target.writes == most)
        }
    }

    /// What was cancelled, or forgotten, is not written to any more.
    @Test func cancellingWaits() throws {
        for forgets in [false, true] {
            let target = Limited()
            var sink: GatheringSink? = GatheringSink(target, isThreaded: true)
            if let sink { try write(sink, piece: 10_007) }
            if !forgets { sink?.cancel() }
            sink = nil
            #expect(target.bytes.elementsEqual(Self.text.prefix(target.bytes.count)))
            #expect(target.bytes.count <= Self.text.count / GatheringSink.block * GatheringSink.block)
        }
    }
}
