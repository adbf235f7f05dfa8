import WinnowCore

/// Pages of segments that were read, in memory of a fixed size: each page has one place, and the one that was there goes.
///
/// Anchors of frequent lines are asked for again and again; the rest is seldom asked for twice.
final class PageCache {
    private static let page = 1 << 12

    private let memory: UnsafeMutableRawPointer
    private var tags: [UInt64]
    private let mask: UInt64
    /// What went wrong while a page was read; zeros were given then.
    private(set) var failure: WinnowError?

    /// - Parameter bytes: of memory that it may take; it takes at least 64 KiB.
    init(bytes: Int) {
        var pages = 16
        while 2 * pages * Self.page <= bytes { pages *= 2 }
        memory = .allocate(byteCount: pages * Self.page, alignment: Self.page)
        tags = Array(repeating: .max, count: pages)
        mask = UInt64(pages - 1)
    }

    deinit { memory.deallocate() }

    /// Copies a part of a segment.
    /// - Parameter number: of the segment, which no other has.
    func copy(_ range: Range<Int>, of segment: any StoredSegment, number: Int, to out: UnsafeMutableRawPointer) {
        var at = range.lowerBound
        while at < range.upperBound {
            let number = UInt64(truncatingIfNeeded: number) << 40 | UInt64(truncatingIfNeeded: at / Self.page)
            let place = Int((number &* 0x9E37_79B9_7F4A_7C15) >> 32 & mask)
            let start = at / Self.page * Self.page
            let page = memory + place * Self.page
            if tags[place] != number {
                let count = min(Self.page, segment.bytes.count - start)
                do throws(WinnowError) {
                    try segment.read(at: start, into: UnsafeMutableRawBufferPointer(start: page, count: count))
                    tags[place] = number
                } catch {
                    if failure == nil { failure = error }
                    page.initializeMemory(as: UInt8.self, repeating: 0, count: Self.page)
                    tags[place] = .max
                }
            }
            let end = min(range.upperBound, start + Self.page)
            (out + (at - range.lowerBound)).copyMemory(from: page + (at - start), byteCount: end - at)
            at = end
        }
    }
}
