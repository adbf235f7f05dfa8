#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import WinnowCore

/// Finds the files of a batch.
///
/// - A folder stands for the files in it, at any depth. They keep their places: what is `FOLDER/a/b.txt` is `a/b.txt` below the
///   output folder, whatever `FOLDER` is, `..` and absolute paths too.
/// - A file is taken by its name alone; hidden or not, and whatever the globs say. A link that is named is followed.
/// - A list (`--files-from`) names files and folders; what they are called there is their place below the output folder, without
///   a leading slash; `..` in it is an error. Globs hold for what a list names.
/// - Names of a folder that begin with a dot, and symbolic links, are passed over unless the options say otherwise; globs do not
///   bring them back. Pipes, sockets and devices are never read.
/// - A folder that cannot be read, or a name that does not exist, is reported, and the walk goes on.
/// - The order of what is given does not matter. A folder that is reached twice is walked once, at the first of its names.
public struct FileWalk {
    public struct Options: Sendable {
        public var includesHidden = false
        public var followsLinks = false
        public var filter = GlobFilter()
        /// Whether named folders and files keep their paths below the output folder, as those of a list do.
        public var keepsPaths = false
        /// Files below it are not taken; nor may what is read stand in it.
        public var output: Path?

        public init() {}
    }

    private let options: Options
    private let report: (WinnowError) -> Void
    private var named: Set<Path> = []
    private var listed: Set<Path> = []
    private var list = FileList()
    private var visited: Set<FileStatus.Identity> = []
    /// Folders of files that were named, by path.
    private var parents: [Path: Int] = [:]
    private var output: FileStatus.Identity?

    /// - Parameter report: called for what could not be read.
    public init(_ options: Options = Options(), report: @escaping (WinnowError) -> Void) {
        self.options = options
        self.report = report
    }

    /// Adds what stands on the command line.
    public mutating func add(_ operand: Path) { named.insert(operand.normalized) }

    /// Adds the names of a list: separated by NUL when there is one in it, else by line ends. It is read as a whole.
    /// - Parameter path: `-` is standard input.
    public mutating func add(listIn path: String) throws(WinnowError) {
        let bytes: [UInt8]
        if path == "-" {
            bytes = try FileDescriptor.standardInput.readToEnd(name: "standard input")
        } else {
            bytes = try readWhole(path)
        }
        add(list: bytes)
    }

    mutating func add(list bytes: [UInt8]) {
        let separator: UInt8 = bytes.contains(0) ? 0 : UInt8(ascii: "\n")
        for name in bytes.split(separator: separator) { listed.insert(Path(name).normalized) }
    }

    /// Walks what was added.
    /// - Throws: `usage` for an output that would overwrite inputs and for `..` where paths are kept; `limit`.
    public consuming func files() throws(WinnowError) -> FileList {
        if let path = options.output, let status = try? FileStatus(path, followingLinks: true) { output = status.identity }
        for path in sorted(named) { try take(path, isListed: false) }
        named = []
        for path in sorted(listed) { try take(path, isListed: true) }
        listed = []
        list.finish()
        return list
    }

    /// By bytes, as if all were folders: what contains another stands before it.
    private func sorted(_ paths: Set<Path>) -> [Path] { paths.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) } }

    // MARK: What was named

    private mutating func take(_ path: Path, isListed: Bool) throws(WinnowError) {
        if path.bytes == [UInt8(ascii: "-")], !isListed {
            throw WinnowError(
                .usage, "'-': standard input is no file", hint: "winnow clean reads it; './-' is a file of that name")
        }
        let keepsPath = isListed || options.keepsPaths
        if keepsPath, path.climbs {
            throw WinnowError(
                .usage, "'\(path)': '..' would lead out of the output folder",
                hint: "start winnow in the folder that it leads to")
        }
        let status: FileStatus
        do throws(WinnowError) { status = try FileStatus(path, followingLinks: true) } catch {
            report(error)
            return
        }
        let relativeStart = keepsPath ? (path.isAbsolute ? 1 : 0) : path.bytes.count
        if status.isFolder {
            try refuseOutput(above: path, path)
            let verdict: GlobFilter.Verdict = isListed ? verdict(ofListed: path) : .open
            if verdict == .out { return }
            try walk(
                .init(path: path.bytes, relativeStart: relativeStart, identity: status.identity),
                root: isListed ? relativeStart : path.bytes.count, verdict, isNamed: true)
        } else if status.isFile {
            if isListed, !options.filter.takes(Array(path.bytes[relativeStart...])) { return }
            guard let folder = try parentFolder(path, relativeStart: keepsPath ? relativeStart : nil) else { return }
            try list.add(path.name.bytes, in: folder, size: status.size, isNamed: true)
        } else {
            report(
                WinnowError(.input, "is no file and no folder", hint: "winnow clean reads pipes", at: .init(file: "\(path)")))
        }
    }

    /// What the globs say of a folder of a list.
    private func verdict(ofListed path: Path) -> GlobFilter.Verdict {
        let bytes = Array(path.bytes[(path.isAbsolute ? 1 : 0)...])
        var verdict = GlobFilter.Verdict.open
        for end in bytes.indices.dropFirst() where bytes[end] == slash {
            verdict = options.filter.verdict(Array(bytes[..<end]), isFolder: true, parent: verdict)
        }
        return bytes.isEmpty ? verdict : options.filter.verdict(bytes, isFolder: true, parent: verdict)
    }

    private mutating func parentFolder(_ path: Path, relativeStart: Int?) throws(WinnowError) -> Int? {
        let folder = path.folder
        // Where paths are kept, the same folder has another place: two tables in one.
        let key = relativeStart == nil ? folder : Path(joinedPath(folder.bytes, [0]))
        if let known = parents[key] { return known }
        let status: FileStatus
        do throws(WinnowError) { status = try FileStatus(folder, followingLinks: true) } catch {
            report(error)
            return nil
        }
        try refuseOutput(above: folder, path)
        let index = list.addFolder(
            .init(path: folder.bytes, relativeStart: relativeStart ?? folder.bytes.count, identity: status.identity))
        parents[key] = index
        return index
    }

    /// - Throws: `usage` when the folder is the output folder or stands in it.
    private func refuseOutput(above folder: Path, _ named: Path) throws(WinnowError) {
        guard let output else { return }
        var path = folder
        var last: FileStatus.Identity?
        while let status = try? FileStatus(path, followingLinks: true), status.identity != last {
            if status.identity == output {
                throw WinnowError(
                    .usage, "'\(named)' stands in the output folder, where it could be overwritten",
                    hint: "write to a folder of its own")
            }
            last = status.identity
            path = path.appending("..")
        }
    }

    // MARK: Folders

    private struct Found {
        var start: Int
        var length: Int
        var size: Int64
        var isFolder: Bool
    }

    /// - Parameters:
    ///   - root: where the paths that globs see begin.
    ///   - verdict: what the globs say of the folder.
    private mutating func walk(
        _ folder: FileList.Folder, root: Int, _ verdict: GlobFilter.Verdict, isNamed: Bool = false
    ) throws(WinnowError) {
        guard folder.identity != output, visited.insert(folder.identity).inserted else { return }
        var names: [UInt8] = []
        var found: [Found] = []
        do throws(WinnowError) {
            let reader = try FolderReader(Path(folder.path), followingLinks: isNamed || options.followsLinks)
            while let entry = try reader.next() {
                look(at: entry, reader, folder, root: root, verdict, &names, &found)
            }
        } catch { report(error) }
        // A folder stands where its paths do: "a.txt" before "a/b".
        let text = names
        found.sort { a, b in
            func byte(_ x: Found, _ i: Int) -> Int {
                i < x.length ? Int(text[x.start + i]) : i == x.length && x.isFolder ? Int(slash) : -1
            }
            var i = 0
            while true {
                let (left, right) = (byte(a, i), byte(b, i))
                if left != right { return left < right }
                if left < 0 { return false }
                i += 1
            }
        }
        let number = found.contains { !$0.isFolder } ? list.addFolder(folder) : 0
        for item in found {
            let name = text[item.start..<item.start + item.length]
            if item.isFolder {
                let path = joinedPath(folder.path, name)
                let inner = options.filter.verdict(below(path, root), isFolder: true, parent: verdict)
                let status: FileStatus
                do throws(WinnowError) { status = try FileStatus(Path(path), followingLinks: options.followsLinks) } catch {
                    report(error)
                    continue
                }
                var start = folder.relativeStart
                // Behind the root and its slash.
                if start == folder.path.count, folder.path.count > 0, folder.path.last != slash { start += 1 }
                try walk(.init(path: path, relativeStart: start, identity: status.identity), root: root, inner)
            } else {
                try list.add(name, in: number, size: item.size, isNamed: false)
            }
        }
    }

    private func below(_ path: [UInt8], _ root: Int) -> [UInt8] {
        let rest = path[root...]
        return Array(rest.first == slash ? rest.dropFirst() : rest)
    }

    private mutating func look(
        at entry: FolderReader.Entry, _ reader: FolderReader, _ folder: FileList.Folder, root: Int,
        _ verdict: GlobFilter.Verdict, _ names: inout [UInt8], _ found: inout [Found]
    ) {
        if entry.name[0] == dot, !options.includesHidden { return }
        var kind = entry.kind
        if kind == .other || kind == .link && !options.followsLinks {
            list.skipped += 1
            return
        }
        let isFiltered = !options.filter.isEmpty
        func isTaken(_ isFolder: Bool) -> Bool {
            let path = below(joinedPath(folder.path, entry.name), root)
            let inner = options.filter.verdict(path, isFolder: isFolder, parent: verdict)
            return isFolder ? inner != .out : inner == .allIn
        }
        // What is left out is not looked at.
        if isFiltered, kind != .link, !isTaken(kind == .folder) { return }
        var size: Int64 = 0
        if kind != .folder {
            let name = UnsafeRawPointer(entry.name.baseAddress).map { $0.assumingMemoryBound(to: CChar.self) }
            guard let name, let status = reader.status(of: name, followingLinks: kind == .link) else {
                report(.system("\(Path(joinedPath(folder.path, entry.name)))"))
                return
            }
            let isLink = kind == .link
            kind = status.isFile ? .file : status.isFolder ? .folder : .other
            if kind == .other || status.isLink {
                list.skipped += 1
                return
            }
            if isFiltered, isLink, !isTaken(kind == .folder) { return }
            size = status.size
        }
        found.append(Found(start: names.count, length: entry.name.count, size: size, isFolder: kind == .folder))
        names.append(contentsOf: entry.name)
    }
}

/// Where winnow keeps what it needs to know of an output folder.
public enum OutputFolder {
    static let ownName = Array(".winnow".utf8)
    /// `OUT/.winnow`.
    public static func own(_ output: Path) -> Path { output.appending(Path(ownName)) }
}
