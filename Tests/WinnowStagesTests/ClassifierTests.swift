import CLineModel
import Testing
import TestSupport
import WinnowCore
import WinnowIO

@testable import WinnowStages

@Suite struct ClassifierTests {
    /// The lines of a text that are not blank, with their line numbers, as the classifier's second half has them.
    private func page(_ text: [UInt8], _ model: LineModel) -> (lines: PageLines, numbers: [Int]) {
        let page = PageLines()
        var scorer = LineScorer(model)
        var numbers: [Int] = []
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
        page.begin(lines.count)
        var afterBlank = false
        for (index, line) in lines.enumerated() {
            guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) else {
                afterBlank = true
                continue
            }
            let score = line.withUnsafeBufferPointer { scorer.score($0) }
            page.append(place: index, source: index, afterBlank: afterBlank, score)
            numbers.append(index + 1)
            afterBlank = false
        }
        page.addUp()
        page.score(model)
        return (page, numbers)
    }

    @Test func scoresAreThoseOfThePythonTwin() throws {
        let model = LineModel.builtIn
        var wanted: [String: [String]] = [:]
        for row in String(decoding: try readWhole("\(repository)/Fixtures/classifier/scores.tsv"), as: UTF8.self).split(
            separator: "\n")
        {
            let cells = row.split(separator: "\t").map(String.init)
            wanted[cells[0], default: []].append(cells[1...4].joined(separator: " "))
        }
        #expect(wanted.count > 50)
        for (name, rows) in wanted {
            let folder = name.contains("-0") ? "articles" : "clean"
            let (lines, numbers) = page(try readWhole("\(repository)/Fixtures/\(folder)/\(name)"), model)
            let windows = ScoreWindows(lines)
            let found = numbers.indices.map { i in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: ScoreWindows.count) { out in
                    out.baseAddress.map { base in
                        windows.fill(i, base)
                        return "\(numbers[i]) \(lines.joint[i]) \(lines.lone[i]) \(model.sum(base))"
                    } ?? ""
                }
            }
            #expect(found == rows, "\(name)")
        }
    }

    @Test func theModelIsWhole() throws {
        let start = try #require(wl_model())
        #expect(LineModel.isWhole(start, wl_model_size()))
        #expect(wl_model_size() <= 1 << 20)
        #expect(LineModel(start, wl_model_size() - 8) == nil)
    }

    // MARK: Models of the user's own

    private static let bytes = Array(UnsafeBufferPointer(start: wl_model(), count: wl_model_size()))

    /// A model with another byte, and the checksum that is then right (docs/model.md).
    private func changed(at place: Int, to byte: UInt8) -> [UInt8] {
        var bytes = Self.bytes
        bytes[place] = byte
        var h: UInt64 = 0x243F_6A88_85A3_08D3
        for word in stride(from: 24, to: bytes.count, by: 8) {
            let value = (0..<8).reduce(0 as UInt64) { $0 | UInt64(bytes[word + $1]) << UInt64(8 * $1) }
            h = (h ^ value) &* 0x9E37_79B9_7F4A_7C15
            h ^= h >> 32
        }
        for k in 0..<8 { bytes[16 + k] = UInt8(truncatingIfNeeded: h >> UInt64(8 * k)) }
        return bytes
    }

    @Test func readsAModel() throws {
        let model = try LineModel.read(FileContents(name: "own", bytes: changed(at: 0, to: Self.bytes[0])))
        #expect(model.thresholds == LineModel.builtIn.thresholds)
        #expect(model.roots.count == LineModel.builtIn.roots.count)
    }

    @Test(arguments: [0, 1, 8, 24, 25, 64, 1000, 300_000]) func refusesACutModel(_ size: Int) {
        #expect(throws: WinnowError.self) {
            try LineModel.read(FileContents(name: "own", bytes: Array(Self.bytes.prefix(size))))
        }
    }

    @Test(arguments: [0, 9, 12, 17, 24, 30, 70, 600_000]) func refusesADamagedModel(_ place: Int) {
        var bytes = Self.bytes
        bytes[place] ^= 0x40
        #expect(throws: WinnowError.self) { try LineModel.read(FileContents(name: "own", bytes: bytes)) }
    }

    /// Trees that lead nowhere, or round and round, with a checksum that is right.
    @Test func refusesAModelThatIsNotSound() throws {
        // Counts of tables stand first; the nodes come behind the slots and the context's weights.
        let nodes = 64 + 8 * (1 << 16) + (2 * Surroundings.count + 7) / 8 * 8
        for (offset, byte) in [(4, 0 as UInt8), (5, 0x7F), (6, 0), (7, 0x7F), (10, 0xFF)] {
            let error = #expect(throws: WinnowError.self) {
                try LineModel.read(FileContents(name: "own", bytes: changed(at: nodes + offset, to: byte)))
            }
            #expect(error?.message.contains("another version") == true, "\(offset)")
        }
    }

    // MARK: In the stage

    /// A page of a made-up paper, its menus and all.
    private static let page = [
        "Ferry timetable to change in March - Harbour Post", "", "Harbour Post", "", "Top stories", "Local", "Island life",
        "Fishing fleet", "Puzzles and games",
        "Obituaries", "Tide tables", "Classified ads", "Letters to the editor", "Photo galleries", "Our journalists", "",
        "Most read", "Quay wall to be rebuilt", "Swimmers warned of jellyfish", "Choir sings in the boathouse",
        "Old crane sold for scrap",
        "Bus line 4 gets new stops", "School canteen wins prize", "", "Ferry timetable to change in March", "",
        "The ferry to the islands will run an hour earlier from the second week of March, the harbour office said on Tuesday.",
        "The change follows complaints from pupils, who had reached their schools on the mainland late on most mornings.", "",
        "A second boat will be put into service at weekends, when more visitors than islanders are usually on board.",
        "Tickets that were bought before the change stay valid, and the price of a crossing is not going to rise this year.",
        "",
        "Residents had asked for an evening crossing too. The office said it would look at that again in the autumn.", "",
        "Boats, buses and the harbour", "", "Trending topics", "Ferries", "Islands", "Weather warnings", "Timetables",
        "Tourism", "Schools", "",
        "More from Harbour Post", "", "Lighthouse keeper retires", "Ten walks along the cliffs", "Herring prices at a new low",
        "",
        "Mussels are back on the menu", "Storm damage at the pier", "A walk with the bird warden", "Regatta called off", "",
        "Editor's choice", "The last net maker", "What the tide brings in", "Five beaches for families",
        "The harbour in old pictures", "",
        "Our papers", "Harbour Post Weekend", "Harbour Post Business", "Island Courier", "Coast Magazine", "Work with us",
        "Delivery and returns", "Reader offers", "Help centre", "Accessibility", "Complaints", "Modern slavery statement", "",
        "Advertise with us", "Privacy policy", "Contact", "Jobs", "\u{A9} 2024 Harbour Post",
    ]

    private func run(
        _ lines: [String] = page, profile: String = "page", isOn: Bool = true, protect: [String] = []
    ) throws -> Decided {
        try StageRun(
            Boilerplate.self, ["profile": .word(profile), "classifier": .flag(isOn)], protect: protect
        ).decide(lines)
    }

    private func taken(_ decided: Decided, of lines: [String] = page) -> Set<String> {
        Set(decided.verdicts.filter { $0.value.rule == "classifier" }.map { lines[$0.key] })
    }

    @Test func debrisGoesAndProseStays() throws {
        let decided = try run()
        #expect(taken(decided).count > 5)
        for line in Self.page where line.count > 80 { #expect(decided.output.contains(line)) }
        let strict = taken(try run(profile: "article"))
        #expect(strict.isSubset(of: Set(Self.page.filter { !decided.output.contains($0) })))
    }

    @Test func theFirstLineStays() throws {
        #expect(try run().output.first == Self.page[0])
        // As the first line it stays; elsewhere it goes.
        let gone = try #require(taken(try run()).min())
        #expect(try run([gone] + Self.page).output.first == gone)
    }

    @Test func itCanBeSwitchedOff() throws { #expect(taken(try run(isOn: false)).isEmpty) }

    @Test func rulesHaveTheFirstWord() throws {
        let rules = try run(isOn: false).verdicts
        let both = try run().verdicts
        for (line, verdict) in rules { #expect(both[line]?.rule == verdict.rule) }
    }

    @Test func protectedLinesStay() throws {
        let gone = try #require(taken(try run()).min())
        #expect(try run(protect: [gone]).output.contains(gone))
    }

    @Test func aSecondRunChangesNothing() throws {
        for profile in ["article", "page"] {
            let once = try run(profile: profile).output
            #expect(try run(once, profile: profile).output == once)
        }
    }

    @Test func withoutProseNothingGoes() throws {
        let menu = Self.page.filter { $0.count < 60 }
        #expect(taken(try run(menu), of: menu).isEmpty)
    }

    @Test func ofLongLinesTheEndsCount() {
        var features = LineFeatures(.builtIn)
        func sums(_ text: String) -> LineSums {
            var sum = WeightSum(.builtIn)
            _ = Array(text.utf8).withUnsafeBufferPointer { features.read($0, into: &sum) }
            return sum.sums
        }
        let (head, tail) = (String(repeating: "begin ", count: 60), String(repeating: "end ", count: 40))
        let one = sums(head + String(repeating: "middle ", count: 100) + tail)
        let other = sums(head + String(repeating: "cookie ", count: 100) + tail)
        #expect(one.own == other.own && one.lone == other.lone)
        // Characters that are cut through at the ends are not read beyond.
        _ = sums(String(repeating: "\u{1F600}", count: 500))
        _ = sums("a" + String(repeating: "\u{6F22}", count: 500))
    }
}
