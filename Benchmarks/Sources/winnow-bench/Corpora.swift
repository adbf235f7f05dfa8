import Corpus
import Foundation

/// A corpus as files.
struct CorpusFiles {
    /// Pages parted by form feeds, and the same without.
    var pages: String
    var endless: String
    /// Bytes of the first.
    var bytes: Int
    var tally: Tally
    var fingerprint: String

    /// Composes a corpus of `size` bytes in a folder.
    static func make(_ languages: [Language], seed: UInt64, size: Int, in folder: String) throws -> CorpusFiles {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let paths = ["pages", "endless"].map { "\(folder)/\(size)-\($0).txt" }
        let files = try paths.map { path in
            guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
            else {
                throw BenchError("cannot write \(path)")
            }
            return file
        }
        var hash = Fingerprint()
        var bytes = 0
        let tally = try Corpus.compose(languages, seed: seed, size: size) { piece in
            hash.update(piece)
            bytes += piece.count
            try files[0].write(contentsOf: piece)
        } endless: { piece in
            try files[1].write(contentsOf: piece)
        }
        for file in files { try file.close() }
        return CorpusFiles(pages: paths[0], endless: paths[1], bytes: bytes, tally: tally, fingerprint: hash.hex)
    }
}
