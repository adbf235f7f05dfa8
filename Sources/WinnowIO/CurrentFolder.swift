#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The folder that this process runs in.
public enum CurrentFolder {
    /// A path below the current folder without what leads there: what reports name, so that they are the same on every machine.
    public static func relative(_ path: String) -> String {
        guard path.hasPrefix("/"), let name = getcwd(nil, 0) else { return path }
        defer { free(name) }
        let folder = String(cString: name)
        if path == folder || path == folder + "/" { return "." }
        return path.hasPrefix(folder + "/") ? String(decoding: path.utf8.dropFirst(folder.utf8.count + 1), as: UTF8.self) : path
    }
}
