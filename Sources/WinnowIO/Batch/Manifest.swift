import WinnowCore

/// What a batch has done, a row an input: `OUT/.winnow/manifest.db`, a file of SQLite.
///
/// Rows are written by the thousand, or after a second, in one transaction: what a kill loses is the news of outputs that are in
/// place already, and those are made again. A row is never there before its output is, if `record` is called after
/// `AtomicFile.commit`.
///
/// The journal is a rollback journal, not a write-ahead log, since a log needs memory that all who open the file share, which
/// network file systems do not have; and one transaction a second gains nothing from it. `synchronous=FULL`.
///
/// Not for several threads at a time, nor for two runs: see `RunLock`.
public final class Manifest {
    /// An input as it was when it was read.
    public struct Input: Equatable, Sendable {
        /// Relative to the root (`InputFile.relative`).
        public var path: Path
        /// Bytes.
        public var size: Int64
        /// Nanoseconds since 1970.
        public var modified: Int64

        public init(path: Path, size: Int64, modified: Int64) {
            self.path = path
            self.size = size
            self.modified = modified
        }
    }

    public struct Counts: Equatable, Sendable {
        public var linesIn: Int64 = 0
        public var linesOut: Int64 = 0
        public var bytesIn: Int64 = 0
        public var bytesOut: Int64 = 0
        public var dropped: Int64 = 0
        public var rewritten: Int64 = 0

        public init() {}
    }

    public struct Output: Equatable, Sendable {
        /// Relative to the output folder.
        public var path: Path
        /// Bytes of the file.
        public var size: Int64
        /// XXH3-128, 32 hexadecimal digits.
        public var hash: String

        public init(path: Path, size: Int64, hash: String) {
            self.path = path
            self.size = size
            self.hash = hash
        }
    }

    public enum State: Equatable, Sendable {
        /// An input without an output (all was removed, and empty results are dropped) is done too.
        case done
        /// Why it could not be done; tried again by the next run.
        case failed(String)
    }

    public struct Record: Equatable, Sendable {
        public var input: Input
        /// XXH3-128 of the input's bytes, 32 hexadecimal digits; empty where it could not be read.
        public var hash: String
        /// What of the configuration decides the output, in short.
        public var configuration: String
        public var output: Output?
        public var counts = Counts()
        public var state = State.done

        public init(
            _ input: Input, hash: String, configuration: String, output: Output?, counts: Counts = Counts(),
            state: State = .done
        ) {
            self.input = input
            self.hash = hash
            self.configuration = configuration
            self.output = output
            self.counts = counts
            self.state = state
        }
    }

    /// Whether an input must be done, and why.
    public enum Status: Equatable, Sendable {
        case done(Record)
        case new
        /// The input has another size, or another time and hash.
        case changed
        case configured
        /// The output is gone or has another size.
        case outputLost
        case failedBefore
    }

    /// Rows to a transaction, and the longest time in seconds that a row waits for one.
    static let mostPending = 1000
    static let longestWait = 1.0

    static let version: Int64 = 1
    /// "wnnw": other files of SQLite are not taken for manifests.
    static let application: Int64 = 0x776E_6E77

    private let output: Path
    private let database: Database
    private let clock: () -> Double
    private let find: Statement
    private let insert: Statement
    private let configurations: (find: Statement, insert: Statement)
    private var configurationNumbers: [String: Int64] = [:]
    private var pending: [Record] = []
    /// The last of each path in `pending`.
    private var pendingPlaces: [Path: Int] = [:]
    private var firstPending = 0.0
    /// Whether a transaction is open in which rows are read.
    private var isReading = false

    /// Where the manifest of an output folder stands. Parts of a batch have one each, since machines cannot share a file of
    /// SQLite on a network disk.
    public static func path(in output: Path, shard: Shard? = nil) -> Path {
        OutputFolder.own(output).appending(shard.map { "manifest-\($0.label).db" } ?? "manifest.db")
    }

    /// Opens the manifest of an output folder, or makes it.
    /// - Parameter clock: seconds that never go back.
    /// - Throws: `input` when it is damaged, no manifest, or of a newer winnow; `system`.
    public convenience init(
        _ output: Path, shard: Shard? = nil, clock: @escaping () -> Double = monotonicSeconds
    ) throws(WinnowError) {
        try self.init(output, at: Self.path(in: output, shard: shard), clock: clock)
    }

    /// The manifests of an output folder that other runs have written, and that know of a configuration: those of parts, and
    /// that of a run without parts. Not those of parts of the same number, which have other files and may be at work. What
    /// cannot be read is left out.
    public static func others(in output: Path, than shard: Shard?, knowing configuration: String) -> [Manifest] {
        let own = OutputFolder.own(output)
        let siblings = shard.map { Array("-of-\($0.count).db".utf8) }
        var paths: [Path] = []
        guard let reader = try? FolderReader(own) else { return [] }
        while let entry = try? reader.next() {
            let name = Path(entry.name)
            guard name.bytes.starts(with: "manifest".utf8), name.bytes.suffix(3).elementsEqual(".db".utf8),
                siblings.map({ !name.bytes.suffix($0.count).elementsEqual($0) }) ?? true
            else { continue }
            paths.append(own.appending(name))
        }
        paths.removeAll { $0 == path(in: output, shard: shard) }
        return paths.sorted().compactMap { path in
            guard let manifest = try? Manifest(output, at: path, clock: monotonicSeconds),
                (try? manifest.knows(configuration)) == true
            else { return nil }
            return manifest
        }
    }

    private func knows(_ configuration: String) throws(WinnowError) -> Bool {
        configurations.find.bind(1, configuration)
        defer { configurations.find.reset() }
        return try configurations.find.step()
    }

    private init(_ output: Path, at path: Path, clock: @escaping () -> Double) throws(WinnowError) {
        self.output = output
        self.clock = clock
        try makeFolder(path.folder)
        database = try Database(path)
        try Self.prepare(database, path)
        // The right version, but not its tables.
        guard try database.number("SELECT count(*) FROM sqlite_schema WHERE name IN ('file', 'configuration')") == 2 else {
            throw database.damaged("tables are missing")
        }
        find = try database.prepare("SELECT \(Self.columns) FROM file JOIN configuration USING (number) WHERE path = ?1")
        insert = try database.prepare(
            "INSERT OR REPLACE INTO file VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)")
        configurations = (
            try database.prepare("SELECT number FROM configuration WHERE fingerprint = ?1"),
            try database.prepare("INSERT INTO configuration (fingerprint) VALUES (?1) RETURNING number")
        )
    }

    private static let columns = """
        path, size, modified, hash, fingerprint, output, output_size, output_hash, lines_in, lines_out, bytes_in, bytes_out, \
        dropped, rewritten, is_done, message
        """

    private static func prepare(_ database: Database, _ path: Path) throws(WinnowError) {
        // DELETE is what SQLite does by itself; said here because a file may have been made otherwise.
        let journal = try database.text("PRAGMA journal_mode = DELETE")
        guard journal == "delete" else { throw database.damaged("journal mode \(journal)") }
        try database.run("PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
        let version = try database.number("PRAGMA user_version")
        let application = try database.number("PRAGMA application_id")
        if version == 0, application == 0, try database.number("SELECT count(*) FROM sqlite_schema") == 0 {
            try database.run(
                """
                BEGIN IMMEDIATE;
                CREATE TABLE configuration (number INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE) STRICT;
                CREATE TABLE file (
                    path BLOB PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, hash TEXT NOT NULL,
                    number INTEGER NOT NULL REFERENCES configuration, output BLOB, output_size INTEGER, output_hash TEXT,
                    lines_in INTEGER NOT NULL, lines_out INTEGER NOT NULL, bytes_in INTEGER NOT NULL, bytes_out INTEGER NOT NULL,
                    dropped INTEGER NOT NULL, rewritten INTEGER NOT NULL, is_done INTEGER NOT NULL, message TEXT
                ) STRICT, WITHOUT ROWID;
                PRAGMA application_id = \(Self.application);
                PRAGMA user_version = \(Self.version);
                COMMIT;
                """)
            return
        }
        guard application == Self.application else { throw database.damaged("it belongs to another program") }
        guard version <= Self.version else {
            throw WinnowError(
                .input, "the manifest was written by a newer winnow (version \(version), known here: \(Self.version))",
                hint: "use that winnow, or remove the file, and all inputs are done again", at: .init(file: "\(path)"))
        }
        guard version == Self.version else { throw database.damaged("version \(version)") }
    }

    /// Reads all of the file.
    /// - Throws: `input` when it is damaged.
    /// - Complexity: O(size of the file)
    public func verify() throws(WinnowError) {
        try endReading()
        let found = try database.text("PRAGMA integrity_check(1)")
        guard found == "ok" else { throw database.damaged(found) }
    }

    // MARK: Asking

    /// Whether an input must be done. An input of the same size and time counts as the same; of one with another time, the hash
    /// decides. The output is not read; it must be there with its size.
    /// - Parameter hash: XXH3-128 of the input as it is now; called only when time alone differs. Without it, time decides.
    public func status(
        of input: Input, configuration: String, hash: (() throws(WinnowError) -> String)? = nil
    ) throws(WinnowError) -> Status {
        guard var record = try record(of: input.path) else { return .new }
        if case .failed = record.state { return .failedBefore }
        if record.configuration != configuration { return .configured }
        if record.input.size != input.size { return .changed }
        let isTouched = record.input.modified != input.modified
        if isTouched {
            guard let hash, try hash() == record.hash else { return .changed }
        }
        if let made = record.output {
            guard let status = try? FileStatus(output.appending(made.path), followingLinks: false), status.isFile,
                status.size == made.size
            else { return .outputLost }
        }
        if isTouched {
            // The next run need not read it.
            record.input = input
            try self.record(record)
        }
        return .done(record)
    }

    /// The row of an input.
    public func record(of path: Path) throws(WinnowError) -> Record? {
        if let place = pendingPlaces[path] { return pending[place] }
        // Within one transaction SQLite need not take its locks for each row. Others can read all the while.
        if !isReading {
            try database.run("BEGIN")
            isReading = true
        }
        find.bind(1, path.bytes)
        defer { find.reset() }
        return try find.step() ? Self.read(find) : nil
    }

    /// Calls with all rows, by the bytes of their paths.
    public func forEach(_ body: (Record) throws(WinnowError) -> Void) throws(WinnowError) {
        try flush()
        let all = try database.prepare("SELECT \(Self.columns) FROM file JOIN configuration USING (number) ORDER BY path")
        while try all.step() { try body(Self.read(all)) }
    }

    /// Whether nothing was noted yet.
    /// - Complexity: O(1)
    public func isEmpty() throws(WinnowError) -> Bool {
        guard pending.isEmpty else { return false }
        return try database.number("SELECT EXISTS (SELECT 1 FROM file)") == 0
    }

    public func count() throws(WinnowError) -> Int {
        try flush()
        return Int(try database.number("SELECT count(*) FROM file"))
    }

    // MARK: Writing

    /// Notes what became of an input, in place of what was noted before. Its output must be in place.
    public func record(_ record: Record) throws(WinnowError) {
        if pending.isEmpty { firstPending = clock() }
        pendingPlaces[record.input.path] = pending.count
        pending.append(record)
        if pending.count >= Self.mostPending || clock() - firstPending >= Self.longestWait { try flush() }
    }

    /// Writes what waits; to be called at the end. After an error it waits still.
    public func flush() throws(WinnowError) {
        guard !pending.isEmpty else { return }
        try transaction { () throws(WinnowError) in
            for record in pending { try write(record) }
        }
        pending.removeAll(keepingCapacity: true)
        pendingPlaces.removeAll(keepingCapacity: true)
    }

    /// Removes the rows of inputs that are not wanted any more.
    /// - Returns: their outputs, which are left in place.
    public func prune(_ isGone: (Path) -> Bool) throws(WinnowError) -> [Path] {
        var gone: [(path: Path, output: Path?)] = []
        try forEach { record in
            if isGone(record.input.path) { gone.append((record.input.path, record.output?.path)) }
        }
        let delete = try database.prepare("DELETE FROM file WHERE path = ?1")
        try transaction { () throws(WinnowError) in
            for item in gone {
                delete.bind(1, item.path.bytes)
                try delete.run()
            }
        }
        return gone.compactMap(\.output)
    }

    private func endReading() throws(WinnowError) {
        guard isReading else { return }
        try database.run("COMMIT")
        isReading = false
    }

    private func transaction(_ body: () throws(WinnowError) -> Void) throws(WinnowError) {
        try endReading()
        try database.run("BEGIN IMMEDIATE")
        do throws(WinnowError) {
            try body()
            try database.run("COMMIT")
        } catch {
            // Some failures have rolled back already.
            _ = Result { () throws(WinnowError) in try database.run("ROLLBACK") }
            configurationNumbers = [:]
            throw error
        }
    }

    private func number(of configuration: String) throws(WinnowError) -> Int64 {
        if let known = configurationNumbers[configuration] { return known }
        for statement in [configurations.find, configurations.insert] {
            statement.bind(1, configuration)
            let number = try statement.step() ? statement.integer(0) : nil
            // A statement that returns rows has done its work only at its end.
            if number != nil { _ = try statement.step() }
            statement.reset()
            if let number {
                configurationNumbers[configuration] = number
                return number
            }
        }
        throw database.damaged("no configuration")
    }

    private func write(_ record: Record) throws(WinnowError) {
        insert.bind(1, record.input.path.bytes)
        insert.bind(2, record.input.size)
        insert.bind(3, record.input.modified)
        insert.bind(4, record.hash)
        insert.bind(5, try number(of: record.configuration))
        insert.bind(6, record.output?.path.bytes)
        if let output = record.output { insert.bind(7, output.size) } else { insert.bind(7, String?.none) }
        insert.bind(8, record.output?.hash)
        let counts = record.counts
        for (index, value) in [
            counts.linesIn, counts.linesOut, counts.bytesIn, counts.bytesOut, counts.dropped, counts.rewritten,
        ].enumerated() { insert.bind(Int32(9 + index), value) }
        if case .failed(let message) = record.state {
            insert.bind(15, 0)
            insert.bind(16, message)
        } else {
            insert.bind(15, 1)
            insert.bind(16, String?.none)
        }
        try insert.run()
    }

    private static func read(_ row: Statement) -> Record {
        var counts = Counts()
        counts.linesIn = row.integer(8)
        counts.linesOut = row.integer(9)
        counts.bytesIn = row.integer(10)
        counts.bytesOut = row.integer(11)
        counts.dropped = row.integer(12)
        counts.rewritten = row.integer(13)
        let output = row.bytes(5).map { Output(path: Path($0), size: row.integer(6), hash: row.text(7) ?? "") }
        return Record(
            Input(path: Path(row.bytes(0) ?? []), size: row.integer(1), modified: row.integer(2)), hash: row.text(3) ?? "",
            configuration: row.text(4) ?? "", output: output, counts: counts,
            state: row.integer(14) != 0 ? .done : .failed(row.text(15) ?? ""))
    }
}
