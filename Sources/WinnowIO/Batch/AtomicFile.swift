#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import Synchronization
import WinnowCore

/// A file that appears whole or not at all: written under another name in the same folder, synchronized, then renamed; or
/// written without a name, then given its own.
///
/// Until `commit` has named it, whatever stood under the name stays; a run that is killed leaves a temporary file at most
/// (`removeLeftovers`). A symbolic link of that name is replaced, not followed.
public final class AtomicFile: ByteSink {
    public let path: Path
    /// Written to directly by those who do not need a `ByteSink`.
    public let descriptor: FileDescriptor
    /// Its name until it has its own; nil while it has none.
    private var temporary: Path?
    private let owner: String
    private let isDurable: Bool
    private var isOpen = true
    private var isPending = true

    /// What temporary names begin with; the owner and 16 hexadecimal digits follow. They are short, whatever the name is, and
    /// hidden.
    static let prefix = ".winnow-tmp-"
    /// The owner of files outside of a batch, which `removeLeftovers` never touches: their writers hold no lock.
    public static let noOwner = "file"

    /// - Parameters:
    ///   - path: the folder must be there.
    ///   - owner: who may remove it when it is left over; letters and digits.
    ///   - isDurable: whether `commit` waits until the disk has it. Without, the file is whole after a kill of the process, but
    ///     perhaps not after the system loses power.
    ///   - isNameless: whether it may do without a name until it is whole, which takes a third of the time less where it
    ///     replaces nothing (`canBeNameless`).
    /// - Throws: `system` with the path that was asked for.
    public init(
        _ path: Path, owner: String = AtomicFile.noOwner, isDurable: Bool = true, isNameless: Bool = false
    ) throws(WinnowError) {
        self.path = path
        self.owner = owner
        self.isDurable = isDurable
        if isNameless, let nameless = Self.openNameless(in: path.folder) {
            descriptor = nameless
            return
        }
        let (temporary, descriptor) = try Self.create(for: path, owner)
        (self.temporary, self.descriptor) = (temporary, descriptor)
        keepPermissions()
    }

    /// - Returns: nil where it cannot be had, for whatever reason; a file with a name tells.
    private static func openNameless(in folder: Path) -> FileDescriptor? {
        let fd = folder.withCString { sysOpenNameless($0, 0o666) }
        return fd >= 0 ? FileDescriptor(rawValue: fd) : nil
    }

    /// Whether files of a folder can be written without a name and be given one: the system, the file system and the rights of
    /// the process decide. Tries it; a kill leaves a temporary file of that owner at most.
    public static func canBeNameless(in folder: Path, owner: String) -> Bool {
        guard let file = openNameless(in: folder) else { return false }
        defer { file.close() }
        let name = temporaryName(in: folder, owner)
        guard name.withCString({ sysLink(file.rawValue, $0) }) == 0 else { return false }
        return name.withCString(sysUnlink) == 0
    }

    private static func temporaryName(in folder: Path, _ owner: String) -> Path {
        folder.appending(prefix + owner + "-" + hexadecimal(nextNumber()))
    }

    private static func create(for path: Path, _ owner: String) throws(WinnowError) -> (Path, FileDescriptor) {
        while true {
            let name = temporaryName(in: path.folder, owner)
            let fd = name.withCString { sysOpen($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
            if fd >= 0 { return (name, FileDescriptor(rawValue: fd)) }
            // The name that was asked for, not the one that it has until it is whole.
            if errno != EEXIST, errno != EINTR { throw .notWritten(path) }
        }
    }

    private static let numbers = Atomic<UInt64>(.random(in: 0...(.max)))

    /// A number that no name has yet, most likely; asking the system for each takes as long as opening a file.
    private static func nextNumber() -> UInt64 { numbers.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue }

    public convenience init(_ path: String) throws(WinnowError) { try self.init(Path(path)) }

    public func write(_ bytes: UnsafeRawBufferPointer) throws(WinnowError) {
        do throws(WinnowError) { try descriptor.write(bytes, name: "\(path)") } catch { throw error.withAdvice }
    }

    /// Puts the file in its place. When it throws, the old file or none stands there, unless the last step failed: then the
    /// new one does, and may not outlast a loss of power.
    public func commit() throws(WinnowError) {
        guard isPending else { return }
        let name = "\(path)"
        if isDurable {
            do throws(WinnowError) { try descriptor.synchronize(name: name) } catch { throw error.withAdvice }
        }
        if temporary == nil, try nameIt() {
            isPending = false
            isOpen = false
            descriptor.close()
        } else {
            // Network file systems, where all files have names, may tell only now that there is no space.
            isOpen = false
            guard sysClose(descriptor.rawValue) == 0 || errno == EINTR else { throw .notWritten(path) }
            let result = temporary?.withCString { from in path.withCString { to in sysRename(from, to) } }
            guard result == 0 else { throw .notWritten(path) }
            isPending = false
        }
        if isDurable { try synchronizeFolder(path.folder) }
    }

    /// Gives a file without a name its own, or a temporary one where its own is taken: only a rename replaces.
    /// - Returns: whether it has its own.
    private func nameIt() throws(WinnowError) -> Bool {
        if path.withCString({ sysLink(descriptor.rawValue, $0) }) == 0 { return true }
        guard errno == EEXIST else { throw .notWritten(path) }
        while temporary == nil {
            let name = Self.temporaryName(in: path.folder, owner)
            if name.withCString({ sysLink(descriptor.rawValue, $0) }) == 0 {
                temporary = name
            } else if errno != EEXIST {
                throw .notWritten(path)
            }
        }
        keepPermissions()
        return false
    }

    /// A file that is replaced keeps its permissions.
    private func keepPermissions() {
        if let old = try? FileStatus(path, followingLinks: false), old.isFile {
            _ = fchmod(descriptor.rawValue, old.permissions)
        }
    }

    /// Removes what was written; the name stays as it was. Does nothing after `commit`.
    public func abandon() {
        if isOpen { descriptor.close() }
        isOpen = false
        if isPending { _ = temporary?.withCString(sysUnlink) }
        isPending = false
    }

    deinit { abandon() }

    /// Writes a whole file at once.
    public static func write(_ bytes: [UInt8], to path: String) throws(WinnowError) {
        let file = try AtomicFile(path)
        do throws(WinnowError) { try file.descriptor.write(bytes, name: path) } catch { throw error.withAdvice }
        try file.commit()
    }

    /// Removes the temporary files that killed runs of this owner left anywhere in a folder; links are not followed, folders
    /// that cannot be read are passed over.
    ///
    /// Only for who holds the lock under which that owner writes (`RunLock`).
    /// - Returns: how many there were.
    @discardableResult
    public static func removeLeftovers(in folder: Path, owner: String) -> Int {
        let start = Array((prefix + owner + "-").utf8)
        var count = 0
        var folders = [folder]
        while let folder = folders.popLast() {
            guard let reader = try? FolderReader(folder) else { continue }
            while let entry = try? reader.next() {
                if entry.kind == .folder {
                    folders.append(Path(joinedPath(folder.bytes, entry.name)))
                } else if entry.kind == .file, isTemporary(entry.name, start),
                    Path(joinedPath(folder.bytes, entry.name)).withCString(sysUnlink) == 0
                {
                    count += 1
                }
            }
        }
        return count
    }

    private static func isTemporary(_ name: some Collection<UInt8>, _ start: [UInt8]) -> Bool {
        name.count == start.count + 16 && name.starts(with: start)
            && name.dropFirst(start.count).allSatisfy { Unicode.Scalar($0).properties.isASCIIHexDigit }
    }
}

/// Makes a folder and those it stands in.
/// - Parameter isDurable: whether to wait until the disk has them.
/// - Throws: `system`; also where something that is no folder is in the way.
public func makeFolder(_ path: Path, isDurable: Bool = true) throws(WinnowError) {
    if path.bytes.isEmpty || path.withCString({ sysMakeFolder($0, 0o777) }) == 0 {
        if isDurable, !path.bytes.isEmpty { try synchronizeFolder(path.folder) }
        return
    }
    switch errno {
    case EEXIST:
        guard try FileStatus(path, followingLinks: true).isFolder else {
            throw WinnowError(.system, "is in the way: a folder is needed here", at: .init(file: "\(path)"))
        }
    case ENOENT where path.folder != path:
        try makeFolder(path.folder, isDurable: isDurable)
        guard path.withCString({ sysMakeFolder($0, 0o777) }) == 0 || errno == EEXIST else { throw .system("\(path)") }
        if isDurable { try synchronizeFolder(path.folder) }
    default: throw .system("\(path)")
    }
}

/// Waits until the disk has a folder's names. A folder that may be written to but not read cannot be synchronized, which is no
/// failure.
func synchronizeFolder(_ path: Path) throws(WinnowError) {
    guard let handle = try? FileDescriptor.open(path, flags: O_RDONLY | O_DIRECTORY) else { return }
    defer { handle.close() }
    try handle.synchronize(name: "\(path)")
}

extension WinnowError {
    /// What the system said of the last call, and what to do about it.
    static func notWritten(_ path: Path) -> WinnowError { system("\(path)").withAdvice }

    /// With a hint where the last call failed for want of room.
    var withAdvice: WinnowError {
        var error = self
        switch errno {
        case ENOSPC, EDQUOT: error.hint = "nothing was put in its place; make room and run again"
        case EFBIG: error.hint = "the limit on the size of files (ulimit -f), or that of the file system"
        case EROFS: error.hint = "this file system is mounted read-only"
        default: break
        }
        return error
    }
}

/// 16 digits.
func hexadecimal(_ value: UInt64) -> String {
    String(unsafeUninitializedCapacity: 16) { digits in
        for place in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(60 - 4 * place) & 15)
            digits[place] = digit < 10 ? 0x30 + digit : 0x57 + digit
        }
        return 16
    }
}
