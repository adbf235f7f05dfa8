#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import CSQLite
import WinnowCore

/// A file of SQLite, with its errors as ours. Not for several threads at a time.
final class Database {
    private let handle: OpaquePointer
    private let path: Path

    /// Opens or makes it.
    init(_ path: Path) throws(WinnowError) {
        self.path = path
        #if DEBUG
            if Faults.areAsked { Self.callThroughSeam() }
        #endif
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let result = path.withCString { sqlite3_open_v2($0, &opened, flags, nil) }
        guard let opened else { throw WinnowError(.system, "out of memory", at: .init(file: "\(path)")) }
        handle = opened
        // From here on, deinit closes it.
        guard result == SQLITE_OK else { throw error(result) }
        // A reader may look at the file while a run is at work.
        sqlite3_busy_timeout(opened, 10_000)
    }

    deinit { sqlite3_close(handle) }

    func run(_ sql: String) throws(WinnowError) {
        let result = sqlite3_exec(handle, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw error(result) }
    }

    func prepare(_ sql: String) throws(WinnowError) -> Statement {
        var statement: OpaquePointer?
        let result = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard result == SQLITE_OK, let statement else { throw error(result) }
        return Statement(statement, of: self)
    }

    /// The value of a pragma or a query of one number.
    func number(_ sql: String) throws(WinnowError) -> Int64 {
        let statement = try prepare(sql)
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : 0
    }

    func text(_ sql: String) throws(WinnowError) -> String {
        let statement = try prepare(sql)
        defer { statement.reset() }
        return try statement.step() ? statement.text(0) ?? "" : ""
    }

    var changes: Int { Int(sqlite3_changes64(handle)) }

    func error(_ result: Int32) -> WinnowError {
        // What the system said last; SQLite forgets it when a transaction cannot be ended.
        let last = errno
        let place = WinnowError.Location(file: "\(path)")
        switch result & 0xFF {
        case SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_FORMAT, SQLITE_MISMATCH:
            return damaged("\(String(cString: sqlite3_errstr(result)))")
        case SQLITE_BUSY, SQLITE_LOCKED:
            return WinnowError(.system, "another program holds the manifest", hint: "end it, and run again", at: place)
        case SQLITE_FULL:
            return WinnowError(.system, String(cString: strerror(ENOSPC)), hint: "make room and run again", at: place)
        case SQLITE_READONLY:
            return WinnowError(.system, "the manifest may not be written to", at: place)
        case SQLITE_CANTOPEN, SQLITE_IOERR, SQLITE_PERM:
            var code = sqlite3_system_errno(handle)
            if code == 0, [EFBIG, EDQUOT, EROFS, EIO].contains(last) { code = last }
            guard code != 0 else { return WinnowError(.system, String(cString: sqlite3_errstr(result)), at: place) }
            errno = code
            return .notWritten(path)
        default:
            return WinnowError(.bug, "SQLite: \(String(cString: sqlite3_errmsg(handle))) (\(result))", at: place)
        }
    }

    func damaged(_ reason: String) -> WinnowError {
        WinnowError(
            .input, "the manifest is damaged or none of winnow's: \(reason)",
            hint: "remove the file, and all inputs are done again", at: .init(file: "\(path)"))
    }

    #if DEBUG
        /// Leads SQLite's calls through the seam. It offers this for its own tests; fsync is not among them.
        /// <https://sqlite.org/c3ref/vfs.html>, xSetSystemCall
        private static func callThroughSeam() {
            guard let vfs = sqlite3_vfs_find(nil), let set = vfs.pointee.xSetSystemCall else { return }
            typealias Open = @convention(c) (UnsafePointer<CChar>, Int32, Int32) -> Int32
            typealias Write = @convention(c) (Int32, UnsafeRawPointer?, Int) -> Int
            typealias WriteAt = @convention(c) (Int32, UnsafeRawPointer?, Int, off_t) -> Int
            typealias Truncate = @convention(c) (Int32, off_t) -> Int32
            typealias Unlink = @convention(c) (UnsafePointer<CChar>) -> Int32
            let opens: Open = { sysOpen($0, $1, mode_t($2)) }
            let writes: Write = { sysWrite($0, $1, $2) }
            let writesAt: WriteAt = { sysWriteAt($0, $1, $2, $3) }
            let truncates: Truncate = { sysTruncate($0, $1) }
            let unlinks: Unlink = { sysUnlink($0) }
            _ = set(vfs, "open", unsafeBitCast(opens, to: sqlite3_syscall_ptr?.self))
            _ = set(vfs, "write", unsafeBitCast(writes, to: sqlite3_syscall_ptr?.self))
            _ = set(vfs, "ftruncate", unsafeBitCast(truncates, to: sqlite3_syscall_ptr?.self))
            _ = set(vfs, "unlink", unsafeBitCast(unlinks, to: sqlite3_syscall_ptr?.self))
            // Unknown, and refused, where SQLite was built to seek and write.
            _ = set(vfs, "pwrite", unsafeBitCast(writesAt, to: sqlite3_syscall_ptr?.self))
            _ = set(vfs, "pwrite64", unsafeBitCast(writesAt, to: sqlite3_syscall_ptr?.self))
        }
    #endif
}

/// A statement, with parameters from 1 and columns from 0.
final class Statement {
    private let handle: OpaquePointer
    private let database: Database

    init(_ handle: OpaquePointer, of database: Database) {
        self.handle = handle
        self.database = database
    }

    deinit { sqlite3_finalize(handle) }

    /// SQLite copies what it is given.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }

    func bind(_ index: Int32, _ value: String?) {
        if let value {
            sqlite3_bind_text64(handle, index, value, UInt64(value.utf8.count), Self.copied, UInt8(SQLITE_UTF8))
        } else {
            sqlite3_bind_null(handle, index)
        }
    }

    func bind(_ index: Int32, _ value: [UInt8]?) {
        guard let value else {
            sqlite3_bind_null(handle, index)
            return
        }
        // A blob without an address would be NULL.
        _ = value.withUnsafeBytes { bytes in
            bytes.isEmpty
                ? sqlite3_bind_zeroblob(handle, index, 0)
                : sqlite3_bind_blob64(handle, index, bytes.baseAddress, UInt64(bytes.count), Self.copied)
        }
    }

    /// - Returns: whether there is a row.
    func step() throws(WinnowError) -> Bool {
        let result = sqlite3_step(handle)
        if result == SQLITE_ROW { return true }
        if result == SQLITE_DONE { return false }
        let error = database.error(result)
        sqlite3_reset(handle)
        throw error
    }

    /// Runs it to its end, and makes it ready for the next time.
    func run() throws(WinnowError) {
        defer { reset() }
        while try step() {}
    }

    func reset() { sqlite3_reset(handle) }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func text(_ column: Int32) -> String? {
        sqlite3_column_text(handle, column).map { text in
            let length = Int(sqlite3_column_bytes(handle, column))
            return String(decoding: UnsafeBufferPointer(start: text, count: length), as: UTF8.self)
        }
    }

    func bytes(_ column: Int32) -> [UInt8]? {
        guard sqlite3_column_type(handle, column) != SQLITE_NULL else { return nil }
        let length = Int(sqlite3_column_bytes(handle, column))
        guard let blob = sqlite3_column_blob(handle, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: blob, count: length))
    }
}
