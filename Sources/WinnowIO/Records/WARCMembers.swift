import WinnowCore

/// Gives each record of a WARC file that is written to it a member of its own, as packed WARC files have them. What is no WARC
/// becomes one member.
public final class WARCMembers: ByteSink {
    private let packer: CompressingSink
    private var header: [UInt8] = []
    /// Bytes of the record that are still to come.
    private var rest = 0
    private var isWARC = true

    public init(_ packer: CompressingSink) { self.packer = packer }

    public func write(_ bytes: UnsafeRawBufferPointer) throws(WinnowError) {
        var next = 0
        while next < bytes.count {
            if rest > 0 || !isWARC {
                let count = isWARC ? min(rest, bytes.count - next) : bytes.count - next
                try packer.write(UnsafeRawBufferPointer(rebasing: bytes[next..<next + count]))
                next += count
                rest -= isWARC ? count : 0
                if isWARC, rest == 0 { try packer.endMember() }
                continue
            }
            // Line by line, up to the blank one.
            let end = bytes[next...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
            header.append(contentsOf: bytes[next..<end])
            next = end
            if header.suffix(2).elementsEqual([0x0A, 0x0A]) || header.suffix(3).elementsEqual([0x0A, 0x0D, 0x0A]) {
                try begin()
            } else if header.count > 1 << 20 {
                isWARC = false
                try flush()
            }
        }
    }

    private func begin() throws(WinnowError) {
        let length = header.withUnsafeBytes { bytes in
            let blank = bytes.suffix(2).first == 0x0D ? 2 : 1
            let bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast(blank))
            return WARCHeader(bytes)?.contentLength(in: bytes)
        }
        if let length {
            // CR LF, twice, stands behind the block.
            rest = length + 4
            // The reader gives larger ones in parts, and their writer does not know the size.
            if header.count + rest <= 1 << 20 { try packer.beginMember(size: header.count + rest) }
        } else {
            isWARC = false
        }
        try flush()
    }

    private func flush() throws(WinnowError) {
        var failure: WinnowError?
        header.withUnsafeBytes { bytes in
            do throws(WinnowError) { try packer.write(bytes) } catch { failure = error }
        }
        header.removeAll(keepingCapacity: true)
        if let failure { throw failure }
    }

    /// Writes what is left and ends the packing.
    public func finish() throws(WinnowError) {
        if !header.isEmpty { try flush() }
        try packer.finish()
    }
}
