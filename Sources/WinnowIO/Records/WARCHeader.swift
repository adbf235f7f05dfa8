/// The header of a WARC record: a version line and named fields (WARC 1.1, section 4), looked at where it stands.
struct WARCHeader {
    /// A field with the lines that continue it.
    struct Field {
        /// In lower case: names mean the same in any.
        var name: String
        /// From the name to the end of the line.
        var lines: Range<Int>
        /// Without the space around it.
        var value: Range<Int>
    }

    let fields: [Field]

    /// - Parameter bytes: from the version line to the end of the last field; a line ends with LF or CR LF.
    /// - Returns: nil when a line is no field.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var fields: [Field] = []
        guard var next = bytes.firstIndex(of: 0x0A).map({ $0 + 1 }) else { return nil }
        while next < bytes.count {
            let end = bytes[next...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
            let first = bytes[next]
            if first == 0x20 || first == 0x09 {
                guard let last = fields.indices.last else { return nil }
                fields[last].lines = fields[last].lines.lowerBound..<end
                fields[last].value = Self.trim(bytes, fields[last].value.lowerBound..<end)
            } else {
                guard let colon = bytes[next..<end].firstIndex(of: UInt8(ascii: ":")), colon > next,
                    bytes[next..<colon].allSatisfy({ $0 > 0x20 && $0 != 0x7F })
                else { return nil }
                let name = String(decoding: bytes[next..<colon], as: UTF8.self).lowercased()
                fields.append(Field(name: name, lines: next..<end, value: Self.trim(bytes, colon + 1..<end)))
            }
            next = end
        }
        self.fields = fields
    }

    private static func trim(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Range<Int> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isSpace(bytes[start]) { start += 1 }
        while end > start, isSpace(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    /// The value of the first field of that name (in lower case).
    func value(_ name: String, in bytes: UnsafeRawBufferPointer) -> String? {
        fields.first { $0.name == name }.map { String(decoding: bytes[$0.value], as: UTF8.self) }
    }

    /// The length of the block in bytes; nil unless the header gives just one.
    func contentLength(in bytes: UnsafeRawBufferPointer) -> Int? {
        let values = fields.filter { $0.name == "content-length" }.map(\.value)
        guard let value = values.first, values.count == 1, bytes[value].allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(String(decoding: bytes[value], as: UTF8.self)), length < Int.max / 2
        else { return nil }
        return length
    }
}

/// A media type with its charset, as `Content-Type` writes them (RFC 9110, 8.3.1).
struct MediaType {
    /// In lower case, without parameters.
    var type: String
    /// Where the charset's value stands in the text, without quotes; nil when there is none.
    var charset: Range<String.Index>?

    init(_ text: String) {
        let head = text.prefix { $0 != ";" }
        type = head.lowercased().filter { !$0.isWhitespace }
        var next = head.endIndex
        while next < text.endIndex {
            let parameter = text.index(after: next)
            var end = parameter
            var isQuoted = false
            // A semicolon within quotes is none.
            while end < text.endIndex, isQuoted || text[end] != ";" {
                if text[end] == "\"" { isQuoted.toggle() }
                end = text.index(after: end)
            }
            if let equals = text[parameter..<end].firstIndex(of: "="), charset == nil,
                text[parameter..<equals].lowercased().filter({ !$0.isWhitespace }) == "charset"
            {
                var value = text[text.index(after: equals)..<end]
                while let byte = value.first, byte.isWhitespace || byte == "\"" { value = value.dropFirst() }
                while let byte = value.last, byte.isWhitespace || byte == "\"" { value = value.dropLast() }
                charset = value.startIndex..<value.endIndex
            }
            next = end
        }
    }
}
