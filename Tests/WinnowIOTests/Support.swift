import TestSupport
import WinnowCore
import WinnowIO

func fixture(_ name: String) throws -> [UInt8] { try readWhole("\(repository)/Fixtures/formats/\(name)") }

/// What a source gave until its end or its first error.
func drain(_ source: some ByteSource, room: Int = 1 << 16) -> (bytes: [UInt8], error: WinnowError?) {
    var bytes: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 1)
    defer { buffer.deallocate() }
    do throws(WinnowError) {
        while true {
            let count = try source.read(into: buffer)
            if count == 0 { return (bytes, nil) }
            bytes.append(contentsOf: buffer[..<count])
        }
    } catch {
        return (bytes, error)
    }
}

func unpack(
    _ bytes: [UInt8], _ compression: Compression? = nil, name: String = "-", block: Int = .max, room: Int = 1 << 16
) -> (bytes: [UInt8], error: WinnowError?) {
    do throws(WinnowError) {
        return drain(
            try DecompressingSource(MemorySource(bytes, name: name, block: block), compression: compression), room: room)
    } catch {
        return ([], error)
    }
}

/// Packs bytes, written in pieces of such sizes, one after the other and again.
func pack(_ bytes: [UInt8], _ kind: Compression, level: Int? = nil, pieces: [Int] = [.max]) throws -> [UInt8] {
    let memory = MemorySink()
    let sink = try CompressingSink(memory, kind, level: level)
    try bytes.withUnsafeBytes { all in
        var next = 0
        var turn = 0
        while next < all.count {
            let size = min(pieces[turn % pieces.count], all.count - next)
            try sink.write(UnsafeRawBufferPointer(rebasing: all[next..<next + size]))
            next += size
            turn += 1
        }
    }
    try sink.finish()
    return memory.bytes
}

/// Records until the end or the first error.
func records(
    _ bytes: [UInt8], _ format: Format, field: FieldPath = .text, limits: RecordLimits = RecordLimits(), block: Int = .max
) -> (records: [Record], error: WinnowError?) {
    var all: [Record] = []
    do throws(WinnowError) {
        let reader = try format.reader(MemorySource(bytes, name: "in", block: block), field: field, limits: limits)
        var record = Record()
        while try reader.next(into: &record) { all.append(record) }
        return (all, nil)
    } catch {
        return (all, error)
    }
}

/// The file with each text replaced by what `clean` makes of it.
func rewrite(
    _ bytes: [UInt8], _ format: Format, field: FieldPath = .text, dropsEmpty: Bool = false,
    _ clean: (String) -> String
) throws -> [UInt8] {
    let sink = MemorySink()
    let writer = RecordWriter(sink, encoder: RecordEncoder(dropsEmpty: dropsEmpty))
    let (all, error) = records(bytes, format, field: field)
    if let error { throw error }
    for record in all {
        let text = clean(String(decoding: record.text, as: UTF8.self))
        try writer.write(record, text: record.kind == .text ? Array(text.utf8)[...] : nil)
    }
    try writer.finish()
    return sink.bytes
}

func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

/// The bytes of records, one behind the other.
func contents(of records: [Record]) -> [UInt8] {
    var out: [UInt8] = []
    for record in records { out.append(contentsOf: record.bytes) }
    return out
}

extension Record {
    var error: WinnowError? {
        if case .damaged(let error) = kind { error } else { nil }
    }
}

/// A script of bash over files; its standard output. The files stand in the current folder.
func bash(_ script: String, files: [String: [UInt8]] = [:], arguments: [String] = []) throws -> (output: [UInt8], status: Int32)
{
    try withTemporaryFolder { folder in
        for (name, bytes) in files { try AtomicFile.write(bytes, to: "\(folder)/\(name)") }
        let status = try runBash(
            "cd \"$1\" || exit 99; out=\"$1/stdout\"; shift; { \(script)\n} > \"$out\"", [folder] + arguments)
        return (try readWhole("\(folder)/stdout"), status)
    }
}

func hasTool(_ name: String) -> Bool { (try? runBash("command -v \"$1\" > /dev/null", [name])) == 0 }

/// Python with warcio: the one that .ci/run sets up, else the user's; nil where neither has it.
let pythonWithWarcio: String? = ["\(repository)/.build/python/bin/python3", "python3"].first {
    (try? runBash("\"$1\" -c 'import warcio' 2> /dev/null", [$0])) == 0
}

/// Text that is worth packing: words at random, with lines.
func prose(_ size: Int, seed: UInt64) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    let words = ["ferry", "noon", "bread", "Fährmann", "été", "wind", "north", "letters", "the", "of", "🚀", "and"]
    var out: [UInt8] = []
    while out.count < size {
        out += words[random.below(words.count)].utf8
        out += "\(random.chance(1, in: 9) ? "\(random.below(10_000))\n" : " ")".utf8
    }
    return Array(out.prefix(size))
}
