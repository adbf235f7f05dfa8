#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import WinnowCore

/// Keeps a second run from an output folder while a first one writes there.
///
/// The lock is `flock` on `OUT/.winnow/lock`, which ends with the process, however it ends; the file stays and says nothing by
/// itself. Parts of a batch (`--shard`) share that lock and each hold one of their own, so that they run side by side, each once,
/// and none while a whole run does or one with another number of parts.
///
/// On NFS, Linux makes `flock` a lock of the server, which holds between machines; after a machine has crashed, the server frees
/// it only when the lease ends (NFSv4, about 90 s) or the machine comes back (NFSv3). Where a mount keeps locks local
/// (`local_lock`, `nolock`), two machines do not see each other. A file system without locks is an error.
public final class RunLock {
    private var held: [FileDescriptor] = []
    /// The owner of temporary files that are written under this lock.
    public let owner: String

    /// Makes `OUT/.winnow` where it is missing.
    /// - Throws: `system`: another run is at work, with its process, host and start; or the folder cannot be written to.
    public init(_ output: Path, shard: Shard? = nil) throws(WinnowError) {
        owner = shard.map { "part-\($0.label)" } ?? "run"
        let folder = OutputFolder.own(output)
        try makeFolder(folder, isDurable: false)
        do throws(WinnowError) {
            try hold(folder.appending("lock"), exclusive: shard == nil, in: folder)
            if let shard {
                // One's own first: of two that start at once, at least one sees the other.
                try hold(folder.appending("lock-\(shard.label)"), exclusive: true, in: folder)
                for lock in Self.shardLocks(in: folder) where !lock.name.description.hasSuffix("-of-\(shard.count)") {
                    if let other = try Self.holder(of: lock) { throw Self.refusal(output, other) }
                }
            }
        } catch {
            release()
            throw error
        }
    }

    deinit { release() }

    /// Lets others in; also done when the object goes or the process ends.
    public func release() {
        for file in held.reversed() { file.close() }
        held = []
    }

    private func hold(_ path: Path, exclusive: Bool, in folder: Path) throws(WinnowError) {
        let file = try FileDescriptor.open(path, flags: O_RDWR | O_CREAT, mode: 0o666)
        held.append(file)
        var tries = 0
        while sysLock(file.rawValue, exclusive: exclusive) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK where tries < 2:
                // Perhaps only one that looks who is there (`holder`).
                tries += 1
                usleep(50_000)
            case EWOULDBLOCK:
                var other = Self.text(file)
                // The lock that parts share names none of them.
                if other.isEmpty {
                    other = Self.shardLocks(in: folder).lazy.compactMap { try? Self.holder(of: $0) }.first ?? ""
                }
                throw Self.refusal(folder.folder, other)
            case ENOSYS, ENOTSUP, ENOLCK:
                let error = WinnowError.system("\(path)")
                throw WinnowError(
                    .system, "\(error.message): this file system has no locks", hint: "write to another file system",
                    at: error.location)
            default: throw .system("\(path)")
            }
        }
        guard sysTruncate(file.rawValue, 0) == 0 else { throw .system("\(path)") }
        if exclusive { try file.write(Array(Self.ownText().utf8), name: "\(path)") }
    }

    private static func refusal(_ output: Path, _ other: String) -> WinnowError {
        WinnowError(
            .system, "another run writes here" + (other.isEmpty ? "" : ": \(other)"), hint: "wait for it, or end it",
            at: .init(file: "\(output)"))
    }

    /// Who holds a lock; nil when nobody does.
    private static func holder(of path: Path) throws(WinnowError) -> String? {
        let file = try FileDescriptor.open(path, flags: O_RDWR)
        defer { file.close() }
        return sysLock(file.rawValue, exclusive: true) == 0 || errno != EWOULDBLOCK ? nil : text(file)
    }

    private static func shardLocks(in folder: Path) -> [Path] {
        var paths: [Path] = []
        guard let reader = try? FolderReader(folder) else { return [] }
        while let entry = try? reader.next() {
            let name = Path(entry.name)
            if name.bytes.starts(with: "lock-".utf8) { paths.append(folder.appending(name)) }
        }
        return paths.sorted()
    }

    private static func text(_ file: FileDescriptor) -> String {
        let bytes = (try? file.readToEnd(name: "lock")) ?? []
        return shownName(Array(bytes.prefix(1000).prefix { $0 != UInt8(ascii: "\n") }))
    }

    private static func ownText() -> String {
        var host = [CChar](repeating: 0, count: 256)
        gethostname(&host, host.count - 1)
        let name = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let length = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        let start = String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return "process \(getpid()) on \(name), since \(start)\n"
    }
}
