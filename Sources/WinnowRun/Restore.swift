import WinnowCore
import WinnowIO
import WinnowText

/// Gives back the input from the cleaned output and the ledger, and checks the hashes of both.
///
/// Both are read as streams. A line without an entry was passed on as it was and is copied from the output; an entry carries
/// the line's own bytes, and stands for one line of the output (`rewrite`) or for none (`drop`, `move`).
public struct Restore {
    private let output: Lines
    private let ledger: Lines
    private let sink: any ByteSink
    private let record: JSONRecord
    private let outputHash = StreamHash()
    private var pending: [UInt8] = []

    public init(output: any ByteSource, ledger: any ByteSource, into sink: any ByteSink) throws(WinnowError) {
        self.output = Lines(output)
        self.ledger = Lines(ledger)
        self.sink = sink
        record = try JSONRecord()
    }

    /// - Throws: `input` when the ledger is damaged or does not belong to the output.
    public mutating func run() throws(WinnowError) {
        guard try next(), let version = record.integer("ledger") else {
            throw WinnowError(.input, "not a ledger of winnow", at: .init(file: ledger.source.name, line: 1))
        }
        guard version == LedgerWriter.version else {
            throw fail("version \(version) of the ledger is not known", hint: "use the winnow that wrote it")
        }
        var hash = StreamHash()
        var line = 1
        while try next() {
            if let number = record.integer("line") {
                // Pieces of a long line share its number.
                guard number >= line - 1 else { throw fail("entries are out of order") }
                try copy(max(0, number - line), &hash)
                line = number + 1
                guard let action = record.string("action") else { throw fail("an entry has no action") }
                let count = record.integer("output_bytes")
                if action == "copy" {
                    guard let count else { throw fail("an entry has no output_bytes") }
                    try emit(try take(count), &hash)
                    continue
                }
                let base64 = record.bytes("original_base64").flatMap { JSONText.decodeBase64($0) }
                guard let original = record.bytes("original") ?? base64 else { throw fail("an entry has no original") }
                if action == "rewrite" {
                    if let count { _ = try take(count) } else if try output.next() == nil { throw mismatch() }
                }
                try emit(original, &hash)
            } else if record.string("end") != nil {
                guard let lines = record.integer("lines"), let wanted = record.string("hash") else {
                    throw fail("an end record is incomplete")
                }
                guard lines >= line - 1 else { throw fail("an end record counts fewer lines than there are entries") }
                try copy(lines - line + 1, &hash)
                guard hash.hex == wanted else { throw mismatch() }
                hash = StreamHash()
                line = 1
            } else if let wanted = record.string("output_hash") {
                guard try output.next() == nil, output.hash.hex == wanted else { throw mismatch() }
                try flush()
                return
            } else {
                throw fail("an entry is of no known kind")
            }
        }
        throw fail("the ledger is cut short")
    }

    private mutating func copy(_ count: Int, _ hash: inout StreamHash) throws(WinnowError) {
        for _ in 0..<count {
            guard let line = try output.next() else { throw mismatch() }
            try emit(Array(line), &hash)
        }
    }

    private func take(_ count: Int) throws(WinnowError) -> [UInt8] {
        guard let bytes = try output.take(bytes: count) else { throw mismatch() }
        return bytes
    }

    private mutating func emit(_ bytes: [UInt8], _ hash: inout StreamHash) throws(WinnowError) {
        bytes.withUnsafeBytes { hash.update($0) }
        pending.append(contentsOf: bytes)
        if pending.count > 1 << 16 { try flush() }
    }

    private mutating func flush() throws(WinnowError) {
        var failure: WinnowError?
        pending.withUnsafeBytes { bytes in
            do throws(WinnowError) { if !bytes.isEmpty { try sink.write(bytes) } } catch { failure = error }
        }
        pending.removeAll(keepingCapacity: true)
        if let failure { throw failure }
    }

    private func next() throws(WinnowError) -> Bool {
        guard let text = try ledger.next() else { return false }
        if let problem = text.withUnsafeBufferPointer(record.parse) { throw fail(problem) }
        return true
    }

    private func fail(_ message: String, hint: String? = nil) -> WinnowError {
        WinnowError(.input, message, hint: hint, at: .init(file: ledger.source.name, line: ledger.count))
    }

    private func mismatch() -> WinnowError {
        WinnowError(
            .input, "the ledger does not belong to this output", hint: "one of them was changed after winnow wrote it",
            at: .init(file: output.source.name))
    }

    /// Lines of a stream with their ends, as the writer wrote them.
    private final class Lines {
        let source: any ByteSource
        private var buffer = [UInt8](repeating: 0, count: 1 << 16)
        private var start = 0
        private var end = 0
        private var isAtEnd = false
        private(set) var count = 0
        let hash = StreamHash()

        init(_ source: any ByteSource) { self.source = source }

        func next() throws(WinnowError) -> ArraySlice<UInt8>? {
            let scanner = LineScanner(unit: .byte)
            var searched = start
            while true {
                let hit = buffer.withUnsafeBufferPointer { all in
                    scanner.next(in: UnsafeBufferPointer(rebasing: all[..<end]), from: searched, atEnd: isAtEnd)
                }
                if let hit { return take(hit.next) }
                if isAtEnd { return start < end ? take(end) : nil }
                searched = max(start, end - 1)
                try fill(&searched)
            }
        }

        /// Exactly this many bytes; nil when there are not as many.
        func take(bytes count: Int) throws(WinnowError) -> [UInt8]? {
            var searched = start
            while end - start < count, !isAtEnd { try fill(&searched) }
            guard end - start >= count else { return nil }
            return Array(take(start + count))
        }

        private func take(_ next: Int) -> ArraySlice<UInt8> {
            defer { start = next }
            count += 1
            buffer[start..<next].withUnsafeBytes { hash.update($0) }
            return buffer[start..<next]
        }

        private func fill(_ searched: inout Int) throws(WinnowError) {
            if start > 0 {
                buffer.replaceSubrange(0..<end - start, with: Array(buffer[start..<end]))
                searched -= start
                end -= start
                start = 0
            }
            if buffer.count - end < 1 << 15 { buffer.append(contentsOf: repeatElement(0, count: buffer.count)) }
            var read = 0
            var failure: WinnowError?
            buffer.withUnsafeMutableBytes { all in
                do throws(WinnowError) {
                    read = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: all[end...]))
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
            end += read
            if read == 0 { isAtEnd = true }
        }
    }
}
