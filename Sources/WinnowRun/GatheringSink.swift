import WinnowCore
import WinnowIO

/// Gathers what is written into large blocks and hands each on at once, where asked for on a thread of its own.
///
/// Packing touches some megabytes of tables, and so does cleaning: taking turns for every few records, each would find the
/// processor's caches full of what the other needs. On a thread of its own packing takes no time of those who clean either.
///
/// The sink gets the same bytes in the same order either way. Memory: one block, three with a thread.
final class GatheringSink: ByteSink {
    /// Bytes that are handed on at a time.
    static let block = 1 << 20

    private let sink: any ByteSink
    private let isThreaded: Bool
    private var current: Block?
    private var lane: Lane?

    /// - Parameter isThreaded: whether blocks may be handed on by a thread, which begins with the second one: most outputs have
    ///   no more than one.
    init(_ sink: any ByteSink, isThreaded: Bool) {
        self.sink = sink
        self.isThreaded = isThreaded
    }

    deinit { cancel() }

    /// - Throws: what the sink throws, perhaps for bytes of an earlier call.
    func write(_ bytes: UnsafeRawBufferPointer) throws(WinnowError) {
        var next = 0
        while next < bytes.count {
            let block: Block
            if let current { block = current } else { block = lane?.takeSpare() ?? Block(Self.block) }
            current = block
            next += block.append(UnsafeRawBufferPointer(rebasing: bytes[next...]))
            if block.isFull { try handOn(block) }
        }
    }

    /// Hands on what is left, and waits until the sink has it all. Nothing may be written afterwards.
    func finish() throws(WinnowError) {
        defer { cancel() }
        if let current { try handOn(current) }
        try lane?.drain()
    }

    /// Leaves what the sink does not have yet, and waits until it is not written to any more.
    func cancel() {
        lane?.close()
        lane = nil
        current = nil
    }

    private func handOn(_ block: Block) throws(WinnowError) {
        if let lane {
            current = nil
            try lane.submit(block)
        } else {
            try sink.write(block.filled)
            block.removeAll()
            if isThreaded { lane = try Lane(sink) }
        }
    }

    /// Handed from thread to thread whole, never shared.
    private final class Block: @unchecked Sendable {
        private let memory: UnsafeMutableRawBufferPointer
        private var count = 0

        init(_ size: Int) { memory = .allocate(byteCount: size, alignment: 64) }

        deinit { memory.deallocate() }

        var isFull: Bool { count == memory.count }
        var filled: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

        /// - Returns: for how many of the bytes there was room.
        func append(_ bytes: UnsafeRawBufferPointer) -> Int {
            let part = min(bytes.count, memory.count - count)
            UnsafeMutableRawBufferPointer(rebasing: memory[count...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<part]))
            count += part
            return part
        }

        func removeAll() { count = 0 }
    }

    /// The thread, and what waits for it.
    private final class Lane: @unchecked Sendable {
        // All state below is guarded by `monitor`; `sink` is the thread's until that is joined.
        private let monitor = Monitor()
        private let sink: any ByteSink
        private var waiting: Block?
        private var spares: [Block] = []
        private var isWriting = false
        private var isClosed = false
        private var failure: WinnowError?
        private var thread: RunThread?

        init(_ sink: any ByteSink) throws(WinnowError) {
            self.sink = sink
            thread = try RunThread(with: self) { $0.work() }
        }

        func takeSpare() -> Block? { monitor.withLock { spares.popLast() } }

        /// Waits for the block before this one to be begun.
        func submit(_ block: Block) throws(WinnowError) {
            let failure = monitor.withLock {
                while waiting != nil, self.failure == nil { monitor.wait() }
                waiting = block
                monitor.wake()
                return self.failure
            }
            if let failure { throw failure }
        }

        func drain() throws(WinnowError) {
            let failure = monitor.withLock {
                while waiting != nil || isWriting, self.failure == nil { monitor.wait() }
                return self.failure
            }
            if let failure { throw failure }
        }

        func close() {
            monitor.withLock {
                isClosed = true
                monitor.wake()
            }
            thread?.join()
            thread = nil
        }

        private func work() {
            while true {
                let block: Block? = monitor.withLock {
                    while waiting == nil, !isClosed { monitor.wait() }
                    guard !isClosed, failure == nil, let block = waiting else { return nil }
                    waiting = nil
                    isWriting = true
                    monitor.wake()
                    return block
                }
                guard let block else { return }
                var problem: WinnowError?
                do throws(WinnowError) { try sink.write(block.filled) } catch { problem = error }
                block.removeAll()
                monitor.withLock {
                    isWriting = false
                    failure = problem
                    spares.append(block)
                    monitor.wake()
                }
            }
        }
    }
}
