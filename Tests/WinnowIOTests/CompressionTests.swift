import TestSupport
import Testing
import WinnowCore
import WinnowIO

@Suite struct CompressionTests {
    static let packed: [Compression] = [.gzip, .zstd, .xz, .bzip2]
    static let written: [Compression] = [.gzip, .zstd]

    static func sample(_ kind: Compression) throws -> [UInt8] { try fixture("sample.txt\(kind.fileExtension)") }

    // MARK: Recognition

    @Test(arguments: Compression.allCases) func contentsDecide(_ kind: Compression) throws {
        for name in ["-", "a.txt", "a.gz", "a.zst", "a.xz", "A.BZ2"] {
            let source = try DecompressingSource(MemorySource(try Self.sample(kind), name: name))
            #expect(source.compression == kind, "\(name)")
            #expect(Compression.detect(try Self.sample(kind), name: name) == kind)
        }
    }

    @Test(arguments: ["", "B", "BZh9 is how it begins", "BZh91AY", "(", "P", "text", "\u{1F}", "\u{FEFF}text"])
    func textIsNotPacked(_ text: String) {
        for block in [1, .max] {
            let (bytes, error) = unpack(Array(text.utf8), name: "a.txt", block: block)
            #expect(error == nil)
            #expect(bytes == Array(text.utf8))
        }
    }

    @Test func theNameIsAHint() {
        // Text that was unpacked on its way, and kept its name.
        let (bytes, error) = unpack(Array("plain text".utf8), name: "a.gz")
        #expect(error == nil)
        #expect(text(bytes) == "plain text")
        // What is neither gzip nor text was gzip.
        #expect(unpack([0x1E, 0x8B, 8, 0, 0], name: "a.gz").error?.code == .input)
        #expect(unpack([0x1F, 0x8B], name: "a.gz").error?.message.contains("cut off") == true)
        #expect(
            unpack([], name: "a.zst").error?.message
                == "cut off: the file ends at byte 0, within zstd frame 1, which begins at byte 0")
        #expect(unpack([0x1E, 0x8B, 8, 0, 0], name: "a").error == nil)
    }

    // MARK: Unpacking

    @Test(arguments: packed) func membersAreOneFile(_ kind: Compression) throws {
        let expected = try fixture("sample.txt")
        let bytes = try Self.sample(kind)
        for block in [1, 2, 3, 7, 64, 500, .max] {
            for room in [1, 5, 1000, 1 << 16] {
                let result = unpack(bytes, block: block, room: room)
                #expect(result.error == nil, "blocks of \(block), room of \(room)")
                #expect(result.bytes == expected, "blocks of \(block), room of \(room)")
            }
        }
    }

    @Test func membersAreTold() throws {
        let first = try pack(Array("one".utf8), .gzip)
        let source = try DecompressingSource(MemorySource(first + (try pack(Array("two".utf8), .gzip))))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
        defer { buffer.deallocate() }
        #expect(try source.read(into: buffer) == 3)
        #expect(source.member == (1, 0))
        #expect(try source.read(into: buffer) == 3)
        #expect(source.member == (2, first.count))
        #expect(try source.read(into: buffer) == 0)
        #expect(source.packedOffset == first.count * 2)
    }

    @Test(arguments: packed) func aCutFileIsTold(_ kind: Compression) throws {
        let whole = try fixture("sample.txt")
        let bytes = try Self.sample(kind)
        var ends = 0
        for length in 0..<bytes.count {
            let result = unpack(Array(bytes[..<length]), kind, name: "a")
            #expect(whole.starts(with: result.bytes))
            guard let error = result.error else {
                // Between two members nothing is missing.
                ends += 1
                continue
            }
            #expect(error.code == .input)
            #expect(error.message.contains("the file ends at byte \(length)") || kind == .xz, "\(error.text)")
            #expect(error.location?.file == "a")
        }
        #expect(ends < 8)
    }

    @Test(arguments: packed) func aFlippedByteIsFoundOrHarmless(_ kind: Compression) throws {
        let whole = try fixture("sample.txt")
        let bytes = try Self.sample(kind)
        var found = 0
        for place in bytes.indices {
            for bit: UInt8 in [0x01, 0x10, 0x80] {
                var damaged = bytes
                damaged[place] ^= bit
                let result = unpack(damaged, kind, name: "a")
                if let error = result.error {
                    found += 1
                    #expect(error.code == .input || error.code == .limit, "\(error.text)")
                } else {
                    #expect(result.bytes == whole, "byte \(place), bit \(bit)")
                }
            }
        }
        #expect(found > bytes.count * 2)
    }

    @Test(arguments: packed) func garbageBehindIsTold(_ kind: Compression) throws {
        let bytes = try Self.sample(kind)
        let result = unpack(bytes + Array("x".utf8), name: "a")
        #expect(result.bytes == (try fixture("sample.txt")))
        #expect(
            result.error?.message
                == "bytes that are no \(kind.rawValue) data at byte \(bytes.count), behind \(kind == .gzip ? "member 3" : kind == .zstd ? "frame 4" : "stream 2")"
        )
        #expect(result.error?.hint?.contains("head -c \(bytes.count)") == true)
    }

    @Test func zerosBehindArePadding() throws {
        #expect(unpack(try Self.sample(.gzip) + [0, 0, 0]).error == nil)
        #expect(unpack(try Self.sample(.xz) + [0, 0, 0, 0]).error == nil)
        #expect(unpack(try Self.sample(.xz) + [0, 0, 0]).error != nil)
        #expect(unpack(try Self.sample(.zstd) + [0]).error != nil)
        #expect(unpack(try Self.sample(.bzip2) + [0]).error != nil)
    }

    @Test(arguments: packed) func damageWaitsBehindWhatWasPeeked(_ kind: Compression) throws {
        let bytes = try Self.sample(kind).dropLast(20)
        let source = try DecompressingSource(MemorySource(Array(bytes), name: "a"))
        let peeked = source.peek(1 << 16)
        let result = drain(source)
        #expect(result.bytes == peeked)
        #expect(result.error != nil)
        // And it stays.
        #expect(drain(source).error == result.error)
    }

    @Test func peekingTakesNothing() throws {
        for kind in Compression.allCases {
            let source = try DecompressingSource(MemorySource(try Self.sample(kind), block: 10))
            let whole = try fixture("sample.txt")
            #expect(source.peek(5) == Array(whole[..<5]))
            #expect(source.peek(500) == Array(whole[..<500]))
            #expect(source.peek(3) == Array(whole[..<3]))
            #expect(drain(source, room: 7).bytes == whole)
        }
    }

    @Test func aWindowBeyondTheLimitIsTold() throws {
        let bytes = prose(300_000, seed: 1)
        let zstd = try pack(bytes, .zstd, level: 19)
        let source = try DecompressingSource(MemorySource(zstd, name: "a"), memoryLimit: 1 << 16)
        let error = drain(source).error
        #expect(error?.code == .limit, "\(error?.text ?? "none")")
        let xz = try DecompressingSource(MemorySource(try Self.sample(.xz), name: "a"), memoryLimit: 1 << 16)
        #expect(drain(xz).error?.code == .limit)
    }

    // MARK: Packing

    @Test(arguments: written) func theSameBytesHoweverTheyCome(_ kind: Compression) throws {
        let bytes = prose(400_000, seed: 2)
        let once = try pack(bytes, kind)
        for pieces in [[1000], [1, 7, 70_000], [131_072], [131_071, 1], [400_000], [65_537]] {
            let again = try pack(bytes, kind, pieces: pieces)
            #expect(again == once, "pieces of \(pieces)")
        }
        #expect(unpack(once).bytes == bytes)
    }

    @Test(arguments: written) func nothingPackedIsAFile(_ kind: Compression) throws {
        let bytes = try pack([], kind)
        #expect(!bytes.isEmpty)
        let result = unpack(bytes)
        #expect(result.error == nil)
        #expect(result.bytes.isEmpty)
    }

    @Test func gzipTellsNoTimeAndNoName() throws {
        // ID1, ID2, CM, FLG, MTIME, XFL, OS "unknown" (RFC 1952, 2.3).
        #expect(try pack([65], .gzip).prefix(10) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
    }

    @Test(arguments: written) func levels(_ kind: Compression) throws {
        let bytes = prose(200_000, seed: 3)
        let levels = try #require(CompressingSink.levels(kind)).range
        let least = try pack(bytes, kind, level: levels.lowerBound)
        let most = try pack(bytes, kind, level: levels.upperBound)
        #expect(most.count < least.count)
        #expect(unpack(least).bytes == bytes)
        #expect(unpack(most).bytes == bytes)
        for level in [levels.lowerBound - 1, levels.upperBound + 1] {
            #expect(throws: WinnowError.self) { try pack(bytes, kind, level: level) }
        }
    }

    @Test(arguments: written) func sizesMayBeTold(_ kind: Compression) throws {
        let memory = MemorySink()
        let sink = try CompressingSink(memory, kind)
        for word in ["one", "", "three"] {
            try sink.beginMember(size: word.utf8.count)
            try Array(word.utf8).withUnsafeBytes { try sink.write($0) }
            try sink.endMember()
        }
        try sink.finish()
        #expect(text(unpack(memory.bytes).bytes) == "onethree")
    }

    /// However bytes are cut into writes, whole blocks among them: the packed bytes are the same.
    @Test(arguments: written) func largeWritesPackTheSame(_ kind: Compression) throws {
        let bytes = prose(700_000, seed: 4)
        let expected = try pack(bytes, kind, pieces: [4093])
        for pieces in [[.max], [1 << 17], [1, 1 << 18, 77], [(1 << 17) - 1, (1 << 17) + 2, 1 << 19]] {
            #expect(try pack(bytes, kind, pieces: pieces) == expected, "\(pieces)")
        }
    }

    /// A source that says its size takes a small block; all is read, also where it is longer by then.
    @Test func sizesThatAreToldAreNotTrusted() throws {
        for count in [0, 1, 4095, 4096, 5000, 200_000] {
            let bytes = prose(count, seed: 5)
            for size in [0, 1, count, count + 1, 10_000] {
                for block in [1000, .max] {
                    let source = try DecompressingSource(MemorySource(bytes, block: block), size: size)
                    #expect(source.peek(1 << 16) == Array(bytes.prefix(1 << 16)), "\(count) bytes, told \(size)")
                    #expect(source.peek(3) == Array(bytes.prefix(3)))
                    #expect(drain(source).bytes == bytes, "\(count) bytes, told \(size)")
                }
            }
        }
    }

    /// What goes wrong while looking ahead is told behind the bytes before it.
    @Test func errorsWaitForTheBytesBeforeThem() throws {
        final class Breaking: ByteSource {
            let name = "breaking"
            let hasBytes = true
            var reads = 0
            func read(into buffer: UnsafeMutableRawBufferPointer) throws(WinnowError) -> Int {
                reads += 1
                guard reads == 1 else { throw WinnowError(.system, "broken") }
                buffer.copyBytes(from: Array("text".utf8))
                return 4
            }
        }
        let source = try DecompressingSource(Breaking())
        #expect(text(source.peek(100)) == "text")
        let (bytes, error) = drain(source)
        #expect(text(bytes) == "text")
        #expect(error?.message == "broken")
    }

    // MARK: Names

    @Test func namesSayWhatToWrite() throws {
        #expect(try Compression.ofOutput("a.txt.zst") == .zstd)
        #expect(try Compression.ofOutput("a.txt.GZ") == .gzip)
        #expect(try Compression.ofOutput("a.txt") == .none)
        #expect(try Compression.ofOutput("a.txt", asked: .gzip) == .gzip)
        #expect(throws: WinnowError.self) { try Compression.ofOutput("a.txt.xz") }
        #expect(try Compression.ofOutput("a.txt.xz", asked: .zstd) == .zstd)
        for (input, kind, name) in [
            ("b/a.txt.xz", nil, "b/a.txt.zst"), ("a.txt.gz", nil, "a.txt.gz"), ("a.txt", nil, "a.txt"),
            ("a.txt.GZ", .gzip, "a.txt.GZ"), ("a.txt.gz", .zstd, "a.txt.zst"), ("a.txt.bz2", Compression.none, "a.txt"),
            ("a.txt", .gzip, "a.txt.gz"),
        ] as [(String, Compression?, String)] {
            #expect(Compression.outputName(for: input, kind: kind).name == name, "\(input)")
        }
    }

    // MARK: Other programs

    @Test(arguments: [("gzip", Compression.gzip), ("zstd", .zstd)]) func otherProgramsRead(_ tool: String, _ kind: Compression)
        throws
    {
        try #require(hasTool(tool), ".ci/setup installs it")
        let bytes = prose(500_000, seed: 4)
        let half = bytes.count / 3
        let twice = try pack(Array(bytes[..<half]), kind, level: 1) + pack(Array(bytes[half...]), kind, level: 9)
        let result = try bash("\(tool) -q -dc < packed", files: ["packed": twice])
        #expect(result.status == 0)
        #expect(result.output == bytes)
    }

    @Test(arguments: ["gzip -1", "gzip -9", "zstd -q", "zstd -q -19 --long=27", "xz -0", "xz -9e", "xz --check=none", "bzip2"])
    func otherProgramsWrite(_ command: String) throws {
        let tool = String(command.prefix { $0 != " " })
        try #require(hasTool(tool), ".ci/setup installs it")
        let bytes = prose(500_000, seed: 5)
        let result = try bash("\(command) -c < plain; \(command) -c < plain", files: ["plain": bytes])
        #expect(result.status == 0)
        let unpacked = unpack(result.output, block: 4099)
        #expect(unpacked.error == nil)
        #expect(unpacked.bytes == bytes + bytes)
    }

    /// As archives of web pages have it: the dictionary in a skippable frame at the beginning, plain or packed; frames behind it.
    @Test(arguments: ["cat", "zstd -q -c"]) func aDictionaryWithinIsUsed(_ packing: String) throws {
        let samples = (0..<200).map { ("s\($0)", prose(600, seed: 100 + UInt64($0))) }
        let script = """
            zstd -q --train s* -o dict > /dev/null 2>&1 || exit 1
            \(packing) < dict > frame
            size=$(stat -c %s frame)
            [ "$1" = without ] || {
                printf '\\135\\052\\115\\030'
                for k in 0 8 16 24; do printf "\\\\$(printf %03o $((size >> k & 255)))"; done
                cat frame
            }
            zstd -q -D dict -c s0; zstd -q -c s1; zstd -q -D dict -c s2
            """
        let files = Dictionary(uniqueKeysWithValues: samples)
        let packed = try bash(script, files: files).output
        let expected = samples[0].1 + samples[1].1 + samples[2].1
        for block in [1, 100, .max] {
            let result = unpack(packed, name: "a.zst", block: block)
            #expect(result.error == nil, "\(result.error?.text ?? "")")
            let isSame = result.bytes == expected
            #expect(isSame)
        }
        for length in 0..<200 { #expect(unpack(Array(packed[..<length]), .zstd).error?.message.contains("cut off") == true) }
        for place in 0..<200 {
            var damaged = packed
            damaged[place] ^= 0x10
            let result = unpack(damaged, .zstd)
            #expect(result.error != nil || result.bytes == expected)
        }
        let error = unpack(try bash(script, files: files, arguments: ["without"]).output, name: "a.zst").error
        #expect(error?.text.contains("packed with a dictionary that it does not contain") == true, "\(error?.text ?? "none")")
    }
}
