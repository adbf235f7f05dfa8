/// Decodes one code point of valid UTF-8 and steps past it.
@inlinable @inline(__always)
public func nextScalar(_ text: UnsafePointer<UInt8>, _ i: inout Int) -> UInt32 {
    let b = UInt32(text[i])
    if b < 0x80 {
        i += 1
        return b
    }
    if b < 0xE0 {
        let c = (b & 0x1F) << 6 | UInt32(text[i + 1]) & 0x3F
        i += 2
        return c
    }
    if b < 0xF0 {
        let c = (b & 0x0F) << 12 | (UInt32(text[i + 1]) & 0x3F) << 6 | UInt32(text[i + 2]) & 0x3F
        i += 3
        return c
    }
    let c =
        (b & 0x07) << 18 | (UInt32(text[i + 1]) & 0x3F) << 12 | (UInt32(text[i + 2]) & 0x3F) << 6
        | UInt32(text[i + 3]) & 0x3F
    i += 4
    return c
}

/// Writes a code point as UTF-8, at most four bytes; returns how many.
@inlinable
public func writeScalar(_ c: UInt32, to out: UnsafeMutablePointer<UInt8>) -> Int {
    func continuation(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | c >> shift & 0x3F) }
    if c < 0x80 {
        out[0] = UInt8(truncatingIfNeeded: c)
        return 1
    }
    if c < 0x800 {
        out[0] = UInt8(truncatingIfNeeded: 0xC0 | c >> 6)
        out[1] = continuation(0)
        return 2
    }
    if c < 0x10000 {
        out[0] = UInt8(truncatingIfNeeded: 0xE0 | c >> 12)
        out[1] = continuation(6)
        out[2] = continuation(0)
        return 3
    }
    out[0] = UInt8(truncatingIfNeeded: 0xF0 | c >> 18)
    out[1] = continuation(12)
    out[2] = continuation(6)
    out[3] = continuation(0)
    return 4
}

/// Appends a code point as UTF-8.
@inlinable
public func appendScalar(_ c: UInt32, to out: inout [UInt8]) {
    if c < 0x80 {
        out.append(UInt8(truncatingIfNeeded: c))
        return
    }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4) { bytes in
        guard let base = bytes.baseAddress else { return }
        let count = writeScalar(c, to: base)
        out.append(contentsOf: UnsafeBufferPointer(start: base, count: count))
    }
}

/// Copies text, with each maximal subpart of an ill-formed sequence replaced by U+FFFD
/// (Unicode Standard, section 3.9, "U+FFFD Substitution of Maximal Subparts"; the practice of the WHATWG too).
/// - Returns: how many replacements were made.
public func replaceInvalidUTF8(_ text: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) -> Int {
    var count = 0
    var i = 0
    let n = text.count
    out.reserveCapacity(out.count + n + 16)
    while i < n {
        let b = text[i]
        if b < 0x80 {
            out.append(b)
            i += 1
            continue
        }
        // Length of the sequence and the range of its second byte (Table 3-7).
        var length = 0
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        switch b {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, low) = (3, 0xA0)
        case 0xED: (length, high) = (3, 0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, low) = (4, 0x90)
        case 0xF4: (length, high) = (4, 0x8F)
        case 0xF1...0xF3: length = 4
        default: length = 0
        }
        var k = 1
        while k < length, i + k < n, text[i + k] >= (k == 1 ? low : 0x80), text[i + k] <= (k == 1 ? high : 0xBF) { k += 1 }
        if length > 0, k == length {
            out.append(contentsOf: text[i..<i + k])
        } else {
            out.append(contentsOf: [0xEF, 0xBF, 0xBD])
            count += 1
        }
        i += k
    }
    return count
}
