#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The top folder of the repository.
public let repository: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
}()

/// Names of the files of a folder of the repository that end so, sorted.
public func files(in folder: String, ending: String) -> [String] {
    names(in: "\(repository)/\(folder)").filter { $0.hasSuffix(ending) }
}

/// All names in a folder but its own and its parent's, sorted; none when it cannot be read.
public func names(in folder: String) -> [String] {
    guard let handle = opendir(folder) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}
