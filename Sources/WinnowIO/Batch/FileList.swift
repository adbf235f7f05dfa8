import WinnowCore

/// A file that a batch reads.
public struct InputFile: Equatable, Sendable {
    /// As it is opened.
    public var path: Path
    /// Where its output stands below the output folder; the order of files, their parts (`Shard`) and their rows in the
    /// manifest go by it.
    public var relative: Path
    /// Bytes, when the list was made; for progress only.
    public var size: Int64
}

/// The files of a batch, sorted by the bytes of their relative paths.
///
/// Memory: 24 bytes and the name for each file, some 150 bytes and its path for each folder; while it grows, twice that.
public struct FileList: RandomAccessCollection, Sendable {
    struct Folder: Sendable {
        /// As it is opened; empty is the current folder.
        var path: [UInt8]
        /// Where the relative path begins in `path`.
        var relativeStart: Int
        var identity: FileStatus.Identity

        var relative: ArraySlice<UInt8> { path[relativeStart...] }
    }

    private struct Entry: Sendable {
        var size: Int64
        var folder: UInt32
        var start: UInt32
        var length: UInt32
        /// Whether it was named rather than found in a folder.
        var isNamed: Bool
    }

    private(set) var folders: [Folder] = []
    private var entries: [Entry] = []
    private var names: [UInt8] = []
    private var hasNamed = false
    /// Links, sockets, devices and pipes that were passed over.
    public internal(set) var skipped = 0
    /// Bytes of all files.
    public private(set) var size: Int64 = 0

    init() {}

    public var startIndex: Int { 0 }
    public var endIndex: Int { entries.count }

    public subscript(index: Int) -> InputFile {
        let entry = entries[index]
        return InputFile(
            path: Path(joinedPath(folders[Int(entry.folder)].path, name(entry))), relative: Path(relative(entry)),
            size: entry.size)
    }

    private func name(_ entry: Entry) -> ArraySlice<UInt8> { names[Int(entry.start)..<Int(entry.start + entry.length)] }

    private func relative(_ entry: Entry) -> [UInt8] { joinedPath(folders[Int(entry.folder)].relative, name(entry)) }

    /// Whether a file of that relative path is in the list.
    /// - Complexity: O(log n)
    public func contains(_ relative: Path) -> Bool {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if Path(self.relative(entries[middle])) < relative { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && self.relative(entries[low]) == relative.bytes
    }

    /// The part of a list that one machine does.
    public func shard(_ shard: Shard) -> FileList {
        var part = self
        part.entries.removeAll { !shard.contains(Path(relative($0))) }
        part.size = part.entries.reduce(0) { $0 + $1.size }
        return part
    }

    /// The files that are wanted.
    public func part(where isWanted: (InputFile) -> Bool) -> FileList {
        var part = self
        part.entries = indices.filter { isWanted(self[$0]) }.map { entries[$0] }
        part.size = part.entries.reduce(0) { $0 + $1.size }
        return part
    }

    // MARK: Making

    mutating func addFolder(_ folder: Folder) -> Int {
        folders.append(folder)
        return folders.count - 1
    }

    mutating func add(_ name: some Collection<UInt8>, in folder: Int, size: Int64, isNamed: Bool) throws(WinnowError) {
        guard let number = UInt32(exactly: folder), names.count + name.count <= Int(UInt32.max) else {
            throw WinnowError(.limit, "the names of all files together are longer than 4 GiB")
        }
        entries.append(
            Entry(
                size: size, folder: number, start: UInt32(names.count), length: UInt32(name.count), isNamed: isNamed))
        names.append(contentsOf: name)
        self.size += size
        hasNamed = hasNamed || isNamed
    }

    /// Leaves one of each file and sorts. A walk of one folder is sorted already.
    mutating func finish() {
        let isSorted = zip(entries, entries.dropFirst()).allSatisfy { !precedes($1, $0) }
        if !isSorted { entries.sort(by: precedes) }
        if hasNamed { removeSame() }
    }

    private func precedes(_ a: Entry, _ b: Entry) -> Bool {
        if a.folder == b.folder { return name(a).lexicographicallyPrecedes(name(b)) }
        let left = relative(a)
        let right = relative(b)
        // Of two that share a relative path, an error later, any fixed order will do.
        return left == right
            ? folders[Int(a.folder)].path.lexicographicallyPrecedes(folders[Int(b.folder)].path) : Path(left) < Path(right)
    }

    /// A file that was named and stands in a folder that was walked keeps the place that the folder gives it; of one that was
    /// named twice, the first stays. Two files are the same when name and folder are: hard links are two.
    private mutating func removeSame() {
        var order = Array(entries.indices)
        let keys = entries.map { entry in
            xxh3(Array(name(entry))) ^ UInt64(folders[Int(entry.folder)].identity.hash)
        }
        order.sort { a, b in
            if keys[a] != keys[b] { return keys[a] < keys[b] }
            if entries[a].isNamed != entries[b].isNamed { return !entries[a].isNamed }
            return a < b
        }
        var isDropped = [Bool](repeating: false, count: entries.count)
        var group = 0
        for position in order.indices.dropFirst() {
            while keys[order[group]] != keys[order[position]] { group += 1 }
            let later = order[position]
            isDropped[later] = order[group..<position].contains { earlier in
                !isDropped[earlier] && name(entries[earlier]).elementsEqual(name(entries[later]))
                    && folders[Int(entries[earlier].folder)].identity == folders[Int(entries[later].folder)].identity
            }
            if isDropped[later] { size -= entries[later].size }
        }
        var index = -1
        entries.removeAll { _ in
            index += 1
            return isDropped[index]
        }
    }

    // MARK: Outputs

    /// Checks, before anything is written, that every file has an output of its own.
    ///
    /// Memory: 16 bytes a file while it runs.
    /// - Parameter rename: the name of the output of a file of that name: `a.txt` for `a.txt.gz`.
    /// - Throws: `usage`: two files have one output; one's output is a folder that another's stands in; or an output would stand
    ///   among winnow's own files (`.winnow`).
    public func checkOutputs(rename: (Path) -> Path = { $0 }) throws(WinnowError) {
        func output(_ entry: Entry) -> [UInt8] {
            joinedPath(folders[Int(entry.folder)].relative, rename(Path(name(entry))).bytes)
        }
        var seen: [(hash: UInt64, index: UInt32)] = []
        seen.reserveCapacity(entries.count)
        for (index, entry) in entries.enumerated() {
            let path = output(entry)
            if path.starts(with: OutputFolder.ownName),
                path.count == OutputFolder.ownName.count || path[OutputFolder.ownName.count] == slash
            {
                throw WinnowError(
                    .usage, "would be written among winnow's own files", hint: "leave it out: --exclude /.winnow",
                    at: .init(file: "\(self[index].path)"))
            }
            seen.append((xxh3(path), UInt32(truncatingIfNeeded: index)))
        }
        seen.sort { ($0.hash, $0.index) < ($1.hash, $1.index) }
        for (a, b) in zip(seen, seen.dropFirst()) where a.hash == b.hash {
            let path = output(entries[Int(a.index)])
            guard path == output(entries[Int(b.index)]) else { continue }
            throw WinnowError(
                .usage,
                "'\(self[Int(a.index)].path)' and '\(self[Int(b.index)].path)' would both be written to '\(shownName(path))'",
                hint:
                    "keep the paths as they were given (--keep-paths), leave one out (--exclude), or use another output folder")
        }
        // A file where another's output needs a folder.
        var known: Set<[UInt8]> = []
        for folder in folders {
            var path = Array(folder.relative)
            while !path.isEmpty, known.insert(path).inserted {
                if let index = find(path, in: seen, output) {
                    throw WinnowError(
                        .usage,
                        "'\(self[index].path)' would be written to '\(shownName(path))', which is a folder of other outputs",
                        hint:
                            "keep the paths as they were given (--keep-paths), or run them one by one with outputs of their own"
                    )
                }
                path = Array(Path(path).folder.bytes)
            }
        }
    }

    private func find(_ path: [UInt8], in seen: [(hash: UInt64, index: UInt32)], _ output: (Entry) -> [UInt8]) -> Int? {
        let wanted = xxh3(path)
        var low = 0
        var high = seen.count
        while low < high {
            let middle = (low + high) / 2
            if seen[middle].hash < wanted { low = middle + 1 } else { high = middle }
        }
        while low < seen.count, seen[low].hash == wanted {
            let index = Int(seen[low].index)
            if output(entries[index]) == path { return index }
            low += 1
        }
        return nil
    }
}

extension FileStatus.Identity {
    fileprivate var hash: UInt64 {
        [device, number].withUnsafeBytes { bytes in xxh3(Array(bytes)) }
    }
}
