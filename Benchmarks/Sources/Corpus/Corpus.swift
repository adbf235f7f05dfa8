import Foundation

/// A corpus of one size and seed, in two flavours: pages parted by a line of one form feed, and the same without such lines.
public enum Corpus {
    /// Reads the word lists of a folder: `CODE.txt` each.
    ///
    /// - Throws: `GrammarError`, or what Foundation says about files.
    public static func languages(in folder: String) throws -> [Language] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".txt") }
        // Their order decides which page is in which language.
        return try names.sorted().map { name in
            let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            return try Language(code: String(name.dropLast(4)), text: text)
        }
    }

    /// Composes `size` bytes or a line more of separated pages.
    ///
    /// - Parameters:
    ///   - pages: takes pieces of the flavour with separators; the last piece is cut at a line end.
    ///   - endless: takes the same without separators.
    public static func compose(
        _ languages: [Language], seed: UInt64, size: Int, pages: ([UInt8]) throws -> Void,
        endless: ([UInt8]) throws -> Void = { _ in }
    ) throws -> Tally {
        guard var composer = PageComposer(languages, seed: seed) else {
            throw GrammarError(description: "no languages")
        }
        let chunk = 1 << 20
        var separated: [UInt8] = []
        var plain: [UInt8] = []
        var written = 0
        while written < size {
            if written > 0 { separated += [0x0C, 0x0A] }
            written += written > 0 ? 2 : 0
            for line in composer.page() where written < size {
                separated += line
                separated.append(0x0A)
                plain += line
                plain.append(0x0A)
                written += line.count + 1
            }
            if separated.count >= chunk || written >= size {
                try pages(separated)
                try endless(plain)
                separated.removeAll(keepingCapacity: true)
                plain.removeAll(keepingCapacity: true)
            }
        }
        return composer.tally
    }
}
