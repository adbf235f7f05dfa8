import WinnowCore
import WinnowIO
import WinnowText

/// Reads the kept lines of clusters again that were out of sight when their copies were met: above the window, or in another file.
///
/// Only plain text has them at a line of its file. At most `mostBytes` of each file are read, unpacked; where a line lies
/// further on, or the file can no longer be read, the cluster stays as it is.
enum TwinTexts {
    private static let mostBytes = 16 << 20

    static func fill(_ clusters: inout [Recurrence]) {
        var wanted: [String: [Int: [Int]]] = [:]
        for (index, cluster) in clusters.enumerated()
        where !cluster.isTextOfPlace && cluster.place.record == 0 && cluster.place.line > 0 {
            wanted[cluster.place.file, default: [:]][cluster.place.line, default: []].append(index)
        }
        for (file, lines) in wanted {
            for (line, text) in (try? texts(of: file, at: Set(lines.keys))) ?? [:] {
                for index in lines[line] ?? [] {
                    clusters[index].text = text
                    clusters[index].isTextOfPlace = true
                }
            }
        }
    }

    private static func texts(of file: String, at wanted: Set<Int>) throws(WinnowError) -> [Int: String] {
        let source = Beginning(try DecompressingSource(try FileSource(opening: Path(file))), bytes: mostBytes)
        let stream = LineStream(source, hashes: false)
        let last = wanted.max() ?? 0
        var found: [Int: String] = [:]
        while stream.line <= last {
            let number = stream.line
            guard var bytes = try stream.next() else { break }
            // What has no end may go on behind the part that was read.
            guard stream.line > number || !source.isCut else { break }
            guard wanted.contains(number) else { continue }
            while let end = bytes.last, end == 0x0A || end == 0x0D { bytes.removeLast() }
            guard let text = String(validating: bytes, as: UTF8.self) else { continue }
            let isLong = text.unicodeScalars.count > Finding.mostText
            found[number] =
                isLong ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(Finding.mostText - 1))) + "…" : text
        }
        return found
    }

    /// The beginning of a source.
    private final class Beginning: ByteSource {
        private let source: any ByteSource
        private var left: Int
        var isCut: Bool { left == 0 }
        var name: String { source.name }
        var hasBytes: Bool { source.hasBytes }

        init(_ source: any ByteSource, bytes: Int) {
            self.source = source
            left = bytes
        }

        func read(into buffer: UnsafeMutableRawBufferPointer) throws(WinnowError) -> Int {
            let count = min(left, buffer.count)
            guard count > 0 else { return 0 }
            let read = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
            left -= read
            return read
        }
    }
}
