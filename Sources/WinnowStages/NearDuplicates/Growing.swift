#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

extension Array {
    /// Makes all elements anew, in the memory that is there.
    mutating func refill(with value: Element, count: Int) {
        removeAll(keepingCapacity: true)
        append(contentsOf: repeatElement(value, count: count))
    }
}

/// Memory that grows, of values without references; its owner gives it back.
///
/// For loops over millions of values in classes, where an array would cost a check of uniqueness, of access and of bounds at
/// each.
struct Growing<Value: BitwiseCopyable> {
    private(set) var base: UnsafeMutablePointer<Value>
    private var capacity: Int
    var count = 0

    init(_ capacity: Int) {
        self.capacity = 0
        base = Self.reallocate(nil, capacity)
        self.capacity = capacity
    }

    func deallocate() { free(base) }

    /// Makes room for `wanted` values in all; what stands there stays.
    @inline(__always)
    mutating func reserve(_ wanted: Int) {
        if wanted > capacity { grow(wanted) }
    }

    /// By half: large blocks are moved by the page tables, not copied, so that growing costs no second copy of them.
    private mutating func grow(_ wanted: Int) {
        capacity = max(wanted, capacity + capacity / 2)
        base = Self.reallocate(base, capacity)
    }

    private static func reallocate(_ old: UnsafeMutablePointer<Value>?, _ count: Int) -> UnsafeMutablePointer<Value> {
        guard let new = realloc(old, max(1, count) * MemoryLayout<Value>.stride) else { preconditionFailure("out of memory") }
        return new.assumingMemoryBound(to: Value.self)
    }

    mutating func append(_ values: UnsafeBufferPointer<Value>) {
        reserve(count + values.count)
        if let source = values.baseAddress { (base + count).update(from: source, count: values.count) }
        count += values.count
    }

    @inline(__always)
    mutating func append(_ value: Value) {
        reserve(count + 1)
        base[count] = value
        count += 1
    }

    mutating func append(_ value: Value, count repeats: Int) {
        reserve(count + repeats)
        (base + count).update(repeating: value, count: repeats)
        count += repeats
    }

    mutating func removeFirst(_ removed: Int) {
        base.update(from: base + removed, count: count - removed)
        count -= removed
    }
}
