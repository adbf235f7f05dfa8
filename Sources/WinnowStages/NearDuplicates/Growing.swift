/// Memory that grows, of values without references; its owner gives it back.
///
/// For loops over millions of values in classes, where an array would cost a check of uniqueness, of access and of bounds at
/// each.
struct Growing<Value: BitwiseCopyable> {
    private(set) var base: UnsafeMutablePointer<Value>
    private var capacity: Int
    var count = 0

    init(_ capacity: Int) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    func deallocate() { base.deallocate() }

    /// Makes room for `wanted` values in all; what stands there stays.
    @inline(__always)
    mutating func reserve(_ wanted: Int) {
        if wanted > capacity { grow(wanted) }
    }

    private mutating func grow(_ wanted: Int) {
        let larger = UnsafeMutablePointer<Value>.allocate(capacity: 2 * wanted)
        larger.update(from: base, count: capacity)
        base.deallocate()
        base = larger
        capacity = 2 * wanted
    }

    mutating func append(_ values: UnsafeBufferPointer<Value>) {
        reserve(count + values.count)
        if let source = values.baseAddress { (base + count).update(from: source, count: values.count) }
        count += values.count
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
