import CVectorscan
import WinnowCore

/// A user's regular expressions, matched together by Vectorscan: no backtracking, so linear time on hostile text.
///
/// Syntax is PCRE's without back-references and look-around (<https://intel.github.io/hyperscan/>). Patterns see one line
/// at a time; `^` and `$` are its ends. An empty set costs nothing.
public final class PatternSet: @unchecked Sendable {
    // The database is immutable after `init`; scratch space belongs to a `Matcher`, one a thread.
    private let database: OpaquePointer?
    public let patterns: [String]

    /// - Parameter cache: where the compiled set is looked for, and put when compiling took long.
    /// - Throws: `usage` naming the pattern that does not compile, and why.
    public init(
        _ patterns: [String], ignoreCase: Bool = false, cache: (any PatternCache)? = nil
    ) throws(WinnowError) {
        self.patterns = patterns
        guard !patterns.isEmpty else {
            database = nil
            return
        }
        // HS_FLAG_SINGLEMATCH 0x08, UTF8 0x20, UCP 0x40, ALLOWEMPTY 0x10, CASELESS 0x01.
        let flags =
            UInt32(HS_FLAG_SINGLEMATCH | HS_FLAG_UTF8 | HS_FLAG_UCP | HS_FLAG_ALLOWEMPTY)
            | (ignoreCase ? UInt32(HS_FLAG_CASELESS) : 0)
        guard let cache else {
            database = try Self.compile(patterns, flags)
            return
        }
        let entry = PatternCacheEntry(patterns, flags)
        if let bytes = cache.load(entry.key), let cached = entry.database(in: bytes) {
            database = cached
            return
        }
        let start = ContinuousClock.now
        database = try Self.compile(patterns, flags)
        if ContinuousClock.now - start >= cache.leastCompileTime, let bytes = entry.bytes(of: database) {
            cache.store(bytes, as: entry.key)
        }
    }

    private static func compile(_ patterns: [String], _ flags: UInt32) throws(WinnowError) -> OpaquePointer? {
        let cStrings = patterns.map { Array($0.utf8CString) }
        var database: OpaquePointer?
        var compileError: UnsafeMutablePointer<hs_compile_error_t>?
        var pointers: [UnsafePointer<CChar>?] = []
        // The arrays outlive the call below, and are not touched in between.
        let storage = cStrings.map { bytes -> UnsafeMutablePointer<CChar> in
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            copy.initialize(from: bytes, count: bytes.count)
            return copy
        }
        defer { storage.forEach { $0.deallocate() } }
        pointers = storage.map { UnsafePointer($0) }
        let allFlags = [UInt32](repeating: flags, count: patterns.count)
        let ids = (0..<UInt32(patterns.count)).map { $0 }
        let status = hs_compile_multi(
            pointers, allFlags, ids, UInt32(patterns.count), UInt32(HS_MODE_BLOCK), nil, &database, &compileError)
        if status != HS_SUCCESS {
            let expression = compileError.map { Int($0.pointee.expression) } ?? -1
            let reason = compileError.map { String(cString: $0.pointee.message) } ?? "error \(status)"
            hs_free_compile_error(compileError)
            let name = patterns.indices.contains(expression) ? "'\(patterns[expression])'" : "set"
            throw WinnowError(.usage, "pattern \(name) does not compile: \(reason)")
        }
        return database
    }

    deinit { hs_free_database(database) }

    /// A matcher with scratch memory of its own: one a thread.
    public func makeMatcher() throws(WinnowError) -> Matcher { try Matcher(self) }

    public final class Matcher {
        private let set: PatternSet
        private var scratch: OpaquePointer?

        init(_ set: PatternSet) throws(WinnowError) {
            self.set = set
            if let database = set.database, hs_alloc_scratch(database, &scratch) != HS_SUCCESS {
                throw WinnowError(.system, "out of memory for pattern matching")
            }
        }

        deinit { hs_free_scratch(scratch) }

        /// The lowest index of a pattern that matches in the text; nil when none does.
        /// - Complexity: O(n)
        public func firstMatch(in text: UnsafeBufferPointer<UInt8>) -> Int? {
            guard let database = set.database else { return nil }
            var best = UInt32.max
            let status = withUnsafeMutablePointer(to: &best) { best in
                text.withMemoryRebound(to: CChar.self) { bytes in
                    // A null pointer is no text to Vectorscan, even of length 0.
                    var empty: CChar = 0
                    return withUnsafePointer(to: &empty) { none in
                        hs_scan(
                            database, bytes.baseAddress ?? none, UInt32(truncatingIfNeeded: bytes.count), 0, scratch,
                            { id, _, _, _, context in
                                guard let context else { return 1 }
                                let best = context.assumingMemoryBound(to: UInt32.self)
                                best.pointee = min(best.pointee, id)
                                return 0
                            }, best)
                    }
                }
            }
            guard status == HS_SUCCESS, best != .max else { return nil }
            return Int(best)
        }
    }
}
