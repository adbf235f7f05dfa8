import TestSupport
import Testing
import WinnowCore
import WinnowIO
import WinnowText

@testable import WinnowStages

@Suite struct NearDuplicateTwinTests {
    static let seeds: Range<UInt64> = 1..<41

    /// The stage finds what the definition says, no more and no less.
    @Test(arguments: seeds) func likeTheDefinition(_ seed: UInt64) throws {
        var prose = EditedProse(seed: seed)
        let lines = prose.document(lines: 1 + prose.random.below(60))
        let thresholds = [0.5, 0.5, 0.3, 0.7, 0.9, 1.0]
        let threshold = thresholds[prose.random.below(thresholds.count)]
        let keepsBest = prose.random.chance(3, in: 4)
        let ignoresNumbers = prose.random.chance(1, in: 4)
        let run = try StageRun(
            NearDuplicates.self,
            [
                "threshold": .number(threshold), "best-copy": .flag(keepsBest),
                "numbers": .word(ignoresNumbers ? "ignore" : "distinct"),
            ])
        let decided = try run.decide(lines)
        var twin = DocumentTwin(threshold: threshold, numbersMayDiffer: ignoresNumbers, keepsBest: keepsBest)
        let expected = twin.decide(lines)
        let same = decided.sources == expected
        if !same, let place = expected.indices.first(where: { expected[$0] != decided.sources[$0] }) {
            func text(_ line: Int?) -> String { line.map { "\($0 + 1): \(lines[$0])" } ?? "nothing" }
            Issue.record(
                """
                seed \(seed), threshold \(threshold), best \(keepsBest), numbers ignored \(ignoresNumbers): place \(place + 1)
                expected \(text(expected[place]))
                found    \(text(decided.sources[place]))
                line     \(lines[place])
                verdict  \(String(describing: decided.verdicts[place]))
                """)
        }
    }

    /// The figures of the evidence are those of the two lines, and the twin stands: itself, or the better copy in its place.
    @Test(arguments: seeds) func evidenceIsTrue(_ seed: UInt64) throws {
        var prose = EditedProse(seed: seed &+ 1000)
        let lines = prose.document(lines: 40)
        let run = try StageRun(NearDuplicates.self)
        let decided = try run.decide(lines)
        let twin = DocumentTwin()
        let standing = Set(decided.sources.compactMap { $0 })
        for (index, verdict) in decided.verdicts where !standing.contains(index) {
            guard case .twin(let evidence) = verdict.evidence else {
                Issue.record("seed \(seed): line \(index + 1) went without a twin")
                continue
            }
            #expect(evidence.document == 0)
            let other = Int(evidence.line) - 1
            if verdict.rule != "moved-up" {
                let place = decided.sources.indices.first { decided.sources[$0] == other }
                let replaced = decided.verdicts[other]?.rule == "worse-copy"
                #expect(place != nil || replaced, "seed \(seed): line \(index + 1) repeats line \(other + 1), which went")
            }
            guard evidence.measure == .jaccard else { continue }
            let naive = naiveJaccard(twin.sketched(lines[index]).key, twin.sketched(lines[other]).key)
            #expect(
                Int(evidence.shared) == naive.shared && Int(evidence.total) == naive.total,
                "seed \(seed): \(lines[index]) | \(lines[other])")
            #expect(naive.shared * 2 >= naive.total)
        }
        // What stands is no duplicate of anything that stands before it.
        var matcher = DocumentTwin()
        let output = decided.output.map(twin.sketched)
        for i in output.indices {
            for j in 0..<i {
                let isCopy = matcher.isDuplicate(output[i], output[j])
                #expect(!isCopy, "seed \(seed): \(decided.output[j]) | \(decided.output[i])")
            }
        }
    }

    /// Windows of a document: with the first copy staying, where they are cut does not matter.
    @Test(arguments: seeds) func windowsOfOneDocument(_ seed: UInt64) throws {
        var prose = EditedProse(seed: seed &+ 2000)
        let lines = prose.document(lines: 40)
        let whole = try StageRun(NearDuplicates.self, ["best-copy": .flag(false)]).decide(lines)
        for window in [1, 2, 7, 20, 39] {
            let cut = try StageRun(NearDuplicates.self, ["best-copy": .flag(false)]).decide(lines, window: window)
            #expect(cut.sources == whole.sources, "seed \(seed), windows of \(window)")
        }
    }

    /// A document's second reading changes nothing, in a new run and in the same one.
    @Test(arguments: seeds) func secondRun(_ seed: UInt64) throws {
        var prose = EditedProse(seed: seed &+ 3000)
        let lines = prose.document(lines: 50)
        let run = try StageRun(NearDuplicates.self)
        let once = try run.decide(lines).output
        #expect(try run.decide(once).output == once, "seed \(seed)")
    }
}

/// Pairs of lines by the matcher alone.
@Suite struct NearDuplicateMatcherTests {
    static let pairs: [(a: String, b: String, isDuplicate: Bool)] = [
        // Equal keys.
        ("The harbour was quiet on Monday", "the harbour was quiet on monday!", true),
        ("Caf\u{E9}", "CAFE\u{301}", true),
        ("Ёлка в лесу", "Елка в лесу", true),
        // Small edits.
        (
            "The harbour was quiet on Monday morning after the storm", "The harbor was quiet on Monday morning after the storm",
            true
        ),
        (
            "Firefighters at the scene of the blaze in the old warehouse",
            "Firefighter at the scene of the blaze in the old warehouse", true
        ),
        (
            "The council will vote on the new budget in the first week of the month, the mayor said in a short statement",
            "The council will decide on the new budget in the first week of the month, the mayor said in a brief statement",
            true
        ),
        // Numbers.
        (
            "Room 1 will be free for community groups on weekday mornings.",
            "Room 2 will be free for community groups on weekday mornings.", false
        ),
        (
            "The ferry leaves the island at 10.30 on every day of the week",
            "The ferry leaves the island at 10.45 on every day of the week", false
        ),
        (
            "Temperatures will fall to 5 degrees in the valley on Monday night",
            "Temperatures will fall to -5 degrees in the valley on Monday night", false
        ),
        (
            "Chapter ٣ of the long story of the harbour and its people",
            "Chapter ٤ of the long story of the harbour and its people", false
        ),
        // Names.
        (
            "The prize for the best short film of the year went to Anna Kowalska from Poland",
            "The prize for the best short film of the year went to Maria Kowalska from Poland", false
        ),
        (
            "Победу в конкурсе чтецов этого года одержала Анна Смирнова из Твери и её команда",
            "Победу в конкурсе чтецов этого года одержала Ольга Смирнова из Твери и её команда", false
        ),
        // Short lines: no word may be swapped, and none added in the middle of a sentence.
        ("The library will be open on weekday mornings", "The library will be closed on weekday mornings", false),
        ("The bridge has been closed again.", "The bridge has not been closed again.", false),
        ("It made another turn.", "It made another turn today.", false),
        // Three words, or twelve characters, must be equal.
        ("Breaking news today", "Breaking news todays", false),
        ("a b c d e", "a b c d f", false),
        // More than a third of a longer line swapped.
        (
            "The committee opened the winter market before the people of the village had carried the ladder away",
            "The committee closed the summer market after the children of the station had painted the window grey", false
        ),
        // Containment.
        (
            "The owners of the old mill by the river say they will not sell it to…",
            "The owners of the old mill by the river say they will not sell it to anyone from the city", true
        ),
        ("Storm closes the ferry to the island", "Storm closes the ferry to the island | Valley Press", true),
        ("Storm closes the ferry to the island", "Weather: Storm closes the ferry to the island", true),
        (
            "Storm closes the ferry to the",
            "Storm closes the ferry to the island and the school and the market and the library and the mill", false
        ),
        ("The long road to the sea and back again", "The long road to the sea and back again part 2", false),
        ("台北市政府宣布明天停止上班上课", "头条台北市政府宣布明天停止上班上课", true),
        ("東京都は明日の授業を中止すると発表した", "東京都は明日の授業を中止すると発表した…", true),
    ]

    @Test(arguments: pairs) func pair(_ a: String, _ b: String, _ isDuplicate: Bool) {
        var twin = DocumentTwin()
        let (x, y) = (twin.sketched(a), twin.sketched(b))
        let found = [twin.isDuplicate(x, y), twin.isDuplicate(y, x)]
        #expect(found == [isDuplicate, isDuplicate], "one way, and the other way round")
        let selves = [twin.isDuplicate(x, x), twin.isDuplicate(y, y)]
        #expect(selves == [true, true])
    }

    @Test func numbersIgnored() {
        var twin = DocumentTwin(numbersMayDiffer: true)
        let a = twin.sketched("Room 1 will be free for community groups on weekday mornings.")
        let b = twin.sketched("Room 2 will be free for community groups on weekday mornings.")
        let found = twin.isDuplicate(a, b)
        #expect(found)
    }

    @Test func thresholds() {
        let a = "The council will vote on the new budget in the first week of the month, the mayor said in a short statement"
        let b = "The council will decide on the new budget in the first week of the month, the mayor said in a brief statement"
        for (threshold, isDuplicate) in [(0.3, true), (0.5, true), (0.95, false), (1.0, false)] {
            var twin = DocumentTwin(threshold: threshold)
            let found = twin.isDuplicate(twin.sketched(a), twin.sketched(b))
            #expect(found == isDuplicate, "\(threshold)")
        }
    }
}

/// What the stage does with two lines and what stands around them.
@Suite struct NearDuplicateStructureTests {
    static let prose = [
        "The ferryman said later that he had waited only twice in thirty years, and that both times the sun had come out in the afternoon as if nothing had happened at all.",
        "Nobody in the village could remember a winter in which the river had frozen as far down as the mill, and the miller, who was ninety, did not believe that there had been one.",
        "When the market closed, the children carried the empty crates up to the orchard and built a wall of them that the wind took down again before anybody had gone to bed.",
    ]

    private func output(_ lines: [String]) throws -> [String] { try StageRun(NearDuplicates.self).decide(lines).output }

    /// Texts in which every repetition is structure.
    static let kept: [(name: String, lines: [String])] = [
        (
            "refrain",
            [
                "The river ran by the mill at night,", "And the moon went down to the sea;",
                "The miller put out the candle light,", "Oh, come back to me.", "",
                "The winter sat on the mill-wheel white,", "And the birds had gone to the lee;",
                "The miller looked at the frozen light,", "Oh, come back to me.", "",
                "The spring came over the hill at night,", "And the ice went down to the sea;",
                "The miller opened the window bright,", "Oh, come back to me.",
            ]
        ),
        ("dialogue", ["— Да.", prose[0], "— Нет.", prose[1], "— Да.", prose[2], "— Нет."]),
        ("quoted dialogue", ["“Yes.”", prose[0], "“No.”", "“Yes.”", prose[1], "“Yes.”"]),
        (
            "tabs",
            ["Cedar\t3\t9\topen to all on weekdays only", "Oak\t3\t9\topen", "Cedar\t3\t9\topen to all on weekdays only"]
        ),
        (
            "bars",
            [
                "| Cedar | 3 | 9 | open to all visitors on weekdays |", "| Oak | 3 |",
                "| Cedar | 3 | 9 | open to all visitors on weekdays |",
            ]
        ),
        ("list", ["- two eggs and flour", "- milk", "- two eggs and flour", "- milk"]),
        ("bullets", ["• two eggs and a spoon of flour", "• milk", "• two eggs and a spoon of flour"]),
        ("numbered", ["1. Stir.", "2. Wait.", "1. Stir."]),
        ("code", ["    return value;", "}", "    return value;", "}"]),
        ("rules", ["-----", prose[0], "-----", prose[1], "***", "***"]),
        ("blank lines", ["", "", prose[0], "", "", prose[1], ""]),
        ("short line far away", ["Read the full report", prose[0], prose[1], prose[2], "Read the full report"]),
        ("subheadings", [prose[0], "Background", prose[1], "Background", prose[2]]),
        (
            "rooms",
            [
                "Room 1 will be free for community groups on weekday mornings.",
                "Room 2 will be free for community groups on weekday mornings.",
                "Room 3 will be free for community groups on weekday mornings.",
            ]
        ),
    ]

    @Test(arguments: kept.map(\.name)) func stays(_ name: String) throws {
        let lines = try #require(Self.kept.first { $0.name == name }).lines
        #expect(try output(lines) == lines)
    }

    /// Texts with a copy; the last column is the index of the line that goes.
    static let removed: [(name: String, lines: [String], gone: Int)] = [
        ("sentence far away", [prose[0], prose[1], prose[2], prose[0]], 3),
        (
            "caption next to itself",
            [prose[0], "The restored ceiling of the hall", "The restored ceiling of the hall", prose[1]], 2
        ),
        (
            "caption across a blank line",
            [prose[0], "", "The restored ceiling of the hall", "", "The restored ceiling of the hall", "", prose[1]], 4
        ),
        ("two words next to themselves", [prose[0], "Town hall", "Town hall", prose[1]], 2),
        ("equal but for punctuation", [prose[0], prose[1], prose[2], prose[0].replacing(",", with: ";")], 3),
        (
            "label without the title's own place",
            [
                "Town hall in Pellbridge to reopen after four-year repair", prose[0],
                "Local: Town hall in Pellbridge to reopen after four-year repair", prose[1],
            ], 2
        ),
    ]

    @Test(arguments: removed.map(\.name)) func goes(_ name: String) throws {
        let (_, lines, gone) = try #require(Self.removed.first { $0.name == name })
        var expected = lines
        expected.remove(at: gone)
        #expect(try output(lines) == expected)
    }

    /// A worse copy first, the better one later: the better one takes the first place.
    static let better: [(name: String, worse: String, better: String)] = [
        (
            "glued label, Latin", "LocalTown hall in Pellbridge to reopen after four-year repair",
            "Town hall in Pellbridge to reopen after four-year repair"
        ),
        (
            "glued label, Cyrillic", "НовостиМост через реку Каменку откроют для пешеходов в субботу",
            "Мост через реку Каменку откроют для пешеходов в субботу"
        ),
        ("glued label, Han", "头条台北市政府宣布明天停止上班上课并关闭学校", "台北市政府宣布明天停止上班上课并关闭学校"),
        (
            "label with a colon", "Live: Town hall in Pellbridge to reopen after four-year repair",
            "Town hall in Pellbridge to reopen after four-year repair"
        ),
        (
            "site behind a bar", "Town hall in Pellbridge to reopen after four-year repair | Harrowmere Courier",
            "Town hall in Pellbridge to reopen after four-year repair"
        ),
        (
            "site behind a dash", "Town hall in Pellbridge to reopen after four-year repair - The Courier",
            "Town hall in Pellbridge to reopen after four-year repair"
        ),
        (
            "all capitals", "TOWN HALL IN PELLBRIDGE TO REOPEN AFTER FOUR-YEAR REPAIR",
            "Town hall in Pellbridge to reopen after four-year repair"
        ),
        (
            "cut with an ellipsis", "Town hall in Pellbridge to reopen after four-year…",
            "Town hall in Pellbridge to reopen after four-year repair of the roof"
        ),
        (
            "cut with three dots", "Town hall in Pellbridge to reopen after four-year...",
            "Town hall in Pellbridge to reopen after four-year repair of the roof"
        ),
        (
            "the longer one", "The old mill by the river was sold on Friday",
            "The old mill by the river was sold on Friday to a family"
        ),
        (
            "replacement character", "The caf\u{FFFD} by the river in Pellbridge was sold on Friday",
            "The café by the river in Pellbridge was sold on Friday"
        ),
    ]

    @Test(arguments: better.map(\.name)) func bestCopy(_ name: String) throws {
        let (_, worse, better) = try #require(Self.better.first { $0.name == name })
        let run = try StageRun(NearDuplicates.self)
        let decided = try run.decide([worse, Self.prose[0], better, Self.prose[1]])
        #expect(decided.output == [better, Self.prose[0], Self.prose[1]])
        #expect(decided.verdicts[0]?.rule == "worse-copy")
        #expect(decided.verdicts[2]?.rule == "moved-up")
        // The other way round the first stays where it is.
        #expect(
            try run.decide([better, Self.prose[0], worse, Self.prose[1]]).output == [better, Self.prose[0], Self.prose[1]])
        // Without the search for the best copy, the first stays.
        let first = try StageRun(NearDuplicates.self, ["best-copy": .flag(false)])
        #expect(
            try first.decide([worse, Self.prose[0], better, Self.prose[1]]).output == [worse, Self.prose[0], Self.prose[1]])
    }

    @Test func protectedLinesNeitherGoNorMove() throws {
        let title = "Town hall in Pellbridge to reopen after four-year repair"
        let lines = ["Local" + title, Self.prose[0], title, Self.prose[0]]
        let run = try StageRun(NearDuplicates.self, protect: ["^Town hall", "^The ferryman"])
        #expect(try run.decide(lines).output == lines)
    }
}

/// Corpus scope: the same lines in several documents.
@Suite struct NearDuplicateCorpusTests {
    private func run(_ change: [String: OptionValue] = [:]) throws -> StageRun {
        try StageRun(NearDuplicates.self, change.merging(["scope": .word("corpus")]) { $1 })
    }

    @Test func twinOfAnotherDocument() throws {
        let prose = NearDuplicateStructureTests.prose
        let run = try run()
        #expect(try run.decide([prose[0], prose[1]]).output == [prose[0], prose[1]])
        let second = try run.decide([prose[2], prose[1]])
        #expect(second.output == [prose[2]])
        guard case .twin(let twin)? = second.verdicts[1]?.evidence else {
            Issue.record("no twin")
            return
        }
        #expect(twin.document == 0 && twin.line == 2 && twin.measure == .equal)
        let third = try run.decide(["", prose[2].replacing("children", with: "child"), prose[0]])
        #expect(third.output == [""])
        guard case .twin(let similar)? = third.verdicts[1]?.evidence else {
            Issue.record("no twin")
            return
        }
        #expect(similar.document == 1 && similar.line == 1 && similar.measure == .jaccard)
        // Document scope knows nothing of it.
        let document = try StageRun(NearDuplicates.self)
        _ = try document.decide([prose[0]])
        #expect(try document.decide([prose[0]]).output == [prose[0]])
    }

    /// A line that is like one of its own document, which is like one of another document: the one in the middle goes, and
    /// the last one is like nothing that stands.
    @Test func noChain() throws {
        let first =
            "the harbour ferry left the island before morning because several people carried silver letters to the station market together"
        let middle =
            "the harbour ferry left the village before winter because several people carried silver letters to the station market together"
        let last =
            "the harbour ferry left the village before winter because several people carried garden ladders to the orchard market together"
        var twin = DocumentTwin()
        let (a, b, c) = (twin.sketched(first), twin.sketched(middle), twin.sketched(last))
        let like = [twin.isDuplicate(a, b), twin.isDuplicate(b, c), twin.isDuplicate(a, c)]
        #expect(like == [true, true, false])
        let run = try run()
        _ = try run.decide([first])
        #expect(try run.decide([middle, last]).output == [last])
    }

    private func documents(_ seed: UInt64) -> [[String]] {
        var prose = EditedProse(seed: seed)
        var all: [[String]] = []
        for _ in 0..<5 { all.append(prose.document(lines: 14, from: all.flatMap { $0 })) }
        return all
    }

    /// Nothing goes because of a line that is gone itself.
    @Test(arguments: 1..<UInt64(31)) func twinsStand(_ seed: UInt64) throws {
        let run = try run(["best-copy": .flag(false)])
        var decided: [Decided] = []
        let all = documents(seed)
        for lines in all { decided.append(try run.decide(lines)) }
        var crossed = 0
        for (ordinal, document) in decided.enumerated() {
            for (index, verdict) in document.verdicts where document.sources[index] == nil {
                guard case .twin(let twin) = verdict.evidence else { continue }
                let other = decided[Int(twin.document)]
                if Int(twin.document) != ordinal { crossed += 1 }
                #expect(
                    other.sources[Int(twin.line) - 1] == Int(twin.line) - 1,
                    "seed \(seed): line \(index + 1) of document \(ordinal) repeats line \(twin.line) of \(twin.document), which went\n\(all[ordinal][index])\n\(all[Int(twin.document)][Int(twin.line) - 1])"
                )
            }
        }
        #expect(crossed > 0, "nothing is found across documents")
    }

    /// Where windows are cut changes nothing, as long as the first copy stays.
    @Test(arguments: 1..<UInt64(31)) func windows(_ seed: UInt64) throws {
        let all = documents(seed)
        let whole = try run(["best-copy": .flag(false)])
        let expected = try all.map { try whole.decide($0).sources }
        for window in [1, 3, 8] {
            let cut = try run(["best-copy": .flag(false)])
            let found = try all.map { try cut.decide($0, window: window).sources }
            let same = found == expected
            #expect(same, "seed \(seed), windows of \(window)")
        }
    }
}

@Suite struct NearDuplicateIndexTests {
    @Test(arguments: [0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1]) func probabilityFormula(_ threshold: Double) {
        let minHash = MinHash(threshold: threshold)
        for s in stride(from: 0.0, through: 1.0, by: 0.05) {
            var miss = 1.0
            for _ in 0..<minHash.bands { miss *= 1 - (0..<minHash.rows).reduce(1.0) { row, _ in row * s } }
            #expect(abs(minHash.probability(ofSharingABandAt: s) - (1 - miss)) < 1e-12)
        }
        #expect(minHash.probability(ofSharingABandAt: 0) == 0)
        #expect(minHash.probability(ofSharingABandAt: 1) == 1)
        #expect(threshold < 0.5 || minHash.probability(ofSharingABandAt: threshold) > 0.97)
        #expect(minHash.bands * minHash.rows <= minHash.permutations && minHash.permutations % 32 == 0)
    }

    /// How often two random sets of a known similarity share a band, against the formula; and how much of their signatures
    /// agrees in two bits.
    @Test(arguments: [0.2, 0.35, 0.5, 0.7]) func bandsAreShared(_ similarity: Double) {
        var random = SplitMix64(seed: 42)
        let minHash = MinHash(threshold: 0.5)
        let trials = 300
        let union = 60
        let common = Int((Double(union) * similarity).rounded())
        var shared = 0
        var agreement = 0
        func sign(_ set: [UInt64]) -> (keys: [UInt32], sketch: SIMD2<UInt64>) {
            var signature = [UInt32](repeating: 0, count: minHash.permutations)
            return set.withUnsafeBufferPointer { set in
                signature.withUnsafeMutableBufferPointer { out in
                    minHash.sign(set, to: out.baseAddress!)
                    return ((0..<minHash.bands).map { minHash.key($0, of: out.baseAddress!) }, MinHash.sketch(out.baseAddress!))
                }
            }
        }
        for _ in 0..<trials {
            let all = (0..<union).map { _ in random.next() }
            let middle = common + (union - common) / 2
            let a = sign(Array(all[..<middle]))
            let b = sign(Array(all[..<common] + all[middle...]))
            if zip(a.keys, b.keys).contains(where: { $0 == $1 }) { shared += 1 }
            agreement += MinHash.agreement(a.sketch, b.sketch)
        }
        let exact = Double(common) / Double(union)
        let expected = minHash.probability(ofSharingABandAt: exact)
        // Four standard deviations.
        let deviation = 4 * (expected * (1 - expected) / Double(trials)).squareRoot() + 0.01
        #expect(abs(Double(shared) / Double(trials) - expected) < deviation, "\(shared) of \(trials), expected \(expected)")
        let agreed = Double(agreement) / Double(trials * 64)
        #expect(abs(agreed - (exact + (1 - exact) / 4)) < 0.03, "\(agreed) of the numbers agree")
        #expect(MinHash.leastAgreement(threshold: exact) < Int(64 * (exact + (1 - exact) / 4)))
    }

    /// Neither the bitmaps nor the index pass over a pair that reaches the threshold; a pair that they let through may be
    /// anything.
    @Test(arguments: 1..<UInt64(31)) func scanRefusesNothing(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let folder = Folder()
        // Few letters make many repeated shingles; lengths from one bitmap word to sixty-four.
        let letters = Array("abcdefghij кошбст 字漢日本".unicodeScalars).prefix([3, 8, 17, 22][Int(seed % 4)])
        func text(_ n: Int) -> String {
            var out = String.UnicodeScalarView()
            for k in 0..<n { out.append(k % 6 == 5 ? " " : letters[random.below(letters.count)]) }
            return String(out)
        }
        var texts: [String] = []
        for _ in 0..<24 {
            if let last = texts.randomElement(using: &random), random.chance(2, in: 3) {
                var scalars = Array(last.unicodeScalars)
                for _ in 0..<random.below(1 + scalars.count / 6) {
                    scalars[random.below(scalars.count)] = letters[random.below(letters.count)]
                }
                if random.chance(1, in: 3) { scalars += Array(text(random.below(scalars.count + 1)).unicodeScalars) }
                var view = String.UnicodeScalarView()
                view.append(contentsOf: scalars)
                texts.append(String(view))
            } else {
                texts.append(text(20 + random.below(random.chance(1, in: 6) ? 6000 : 300)))
            }
        }
        let lines = texts.map { SketchedLine($0, folder: folder) }.filter(\.sketch.isComparable)
        var shingler = Shingler()
        let sets = lines.map { line in
            var hashes: [UInt64] = []
            line.key.withUnsafeBufferPointer { shingler.shingle($0, into: &hashes) }
            return Set(hashes)
        }
        for (line, set) in zip(lines, sets) {
            #expect(Int(line.sketch.bits) <= set.count && set.count <= Int(line.sketch.shingles))
        }
        for (numerator, denominator) in [(500, 1000), (300, 1000), (1000, 1000), (773, 1000)] {
            let bound = BitmapBound(numerator: numerator, denominator: denominator)
            let index = ShingleIndex(bound)
            for line in lines {
                line.withView(index.read)
                _ = index.insert(line.sketch)
            }
            var overlap = ShingleOverlap()
            for (i, line) in lines.enumerated() {
                let found = Set(
                    lines.indices.filter { bound.allows(line.sketch, line.bitmap, lines[$0].sketch, lines[$0].bitmap) })
                line.withView(index.read)
                #expect(index.find(line.sketch, most: .max))
                let met = Set((0..<index.found.count).map { Int(index.found.base[$0]) })
                for j in lines.indices {
                    let shared = sets[i].intersection(sets[j]).count
                    let total = sets[i].union(sets[j]).count
                    let counted = overlap.count(Array(sets[i]), Array(sets[j]))
                    #expect(counted.shared == shared && counted.total == total)
                    if shared * denominator >= numerator * total {
                        #expect(met.contains(j), "seed \(seed), \(numerator): not in the index: \(shared) of \(total)")
                        #expect(found.contains(j), "seed \(seed), \(numerator): \(shared) of \(total)\n\(texts)")
                    }
                }
            }
        }
    }

    /// Against a dictionary, through many splits, with keys that share a group and keys with many indices.
    @Test(arguments: [100, 3000, 50_000]) func linearHashTable(_ keys: Int) {
        var random = SplitMix64(seed: 7)
        var table = LinearHashTable()
        defer { table.deallocate() }
        var expected: [UInt32: [UInt32]] = [:]
        for index in 0..<UInt32(40_000) {
            let drawn = UInt32(truncatingIfNeeded: random.below(keys))
            // Half of the keys differ in their upper half alone.
            let key = drawn & 1 == 0 ? drawn << 16 | 5 : drawn &* 0x9E37_79B1
            let most = index % 3 == 0 ? 8 : Int.max
            table.insert(key, index, most: most)
            if expected[key, default: []].count < most { expected[key, default: []].append(index) }
        }
        #expect(table.count == expected.values.reduce(0) { $0 + $1.count })
        for (key, indices) in expected {
            var found: [UInt32] = []
            table.forEach(key) { found.append($0) }
            if found != indices { Issue.record("key \(key): \(found.count) of \(indices.count), in order of insertion") }
        }
        #expect(table.count(0xFFFF_FFF0) == expected[0xFFFF_FFF0, default: []].count)
    }

    /// Lines that say nearly the same go into the same lists, without end: what is forgotten is given back.
    @Test func indexStaysBounded() {
        let index = ShingleIndex(BitmapBound(similarity: 0.5))
        let folder = Folder()
        var most = 0
        for number in 0..<8_000 {
            let line = SketchedLine("record \(number % 300) of the archive lists the names of all members", folder: folder)
            line.withView(index.read)
            let serial = index.insert(line.sketch)
            if serial % 500 == 0 { index.forget(before: max(0, serial - 1000)) }
            if number == 3000 { most = index.blockCount }
        }
        #expect(index.blockCount < most * 3 / 2, "\(most) blocks for 3,000 lines, \(index.blockCount) for 8,000")
        let line = SketchedLine("record 290 of the archive lists the names of all members", folder: folder)
        line.withView(index.read)
        #expect(index.find(line.sketch, most: .max))
        let met = (0..<index.found.count).map { index.oldest + Int(index.found.base[$0]) }
        #expect(met.contains(7_790) && met.allSatisfy { $0 >= index.oldest } && met.count >= 1000)
    }

    /// Shingles of the scripts that have their own length, and keys too short for one.
    @Test func shingles() {
        var shingler = Shingler()
        func count(_ key: String) -> Int {
            var hashes: [UInt64] = []
            Array(key.utf8).withUnsafeBufferPointer { shingler.shingle($0, into: &hashes) }
            return Set(hashes).count
        }
        #expect(count("ab") == 1)
        #expect(count("abc") == 1)
        #expect(count("abcd") == 2)
        #expect(count("aaaaaaaaaaaaaaaa") == 3)
        #expect(count("кот") == 1)
        #expect(count("котик") == 3)
        // A pair for each Han character (the last one with the space behind it); the space before them has no five.
        #expect(count("漢字日本") == 5)
        #expect(count("") == 0)
        for (a, b) in [("ab", "ac"), ("a", "b"), ("é", "è")] {
            var x: [UInt64] = []
            var y: [UInt64] = []
            Array(a.utf8).withUnsafeBufferPointer { shingler.shingle($0, into: &x) }
            Array(b.utf8).withUnsafeBufferPointer { shingler.shingle($0, into: &y) }
            #expect(x != y, "\(a) and \(b)")
        }
    }
}

/// The fast ways, bitmaps, indices and signatures, find what brute force finds.
@Suite struct NearDuplicateExhaustiveTests {
    /// All lines of the fixtures, and documents of made-up prose long enough for the index of shingles.
    static let documents: [(name: String, lines: [String])] = {
        var all: [(String, [String])] = []
        for folder in ["Fixtures/articles", "Fixtures/clean"] {
            for name in files(in: folder, ending: ".txt") {
                // Of the articles, two a language.
                if folder.hasSuffix("articles"), !name.hasSuffix("-01.txt"), !name.hasSuffix("-02.txt") { continue }
                let bytes = (try? readWhole("\(repository)/\(folder)/\(name)")) ?? []
                all.append(
                    (
                        name,
                        String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(
                            String.init)
                    ))
            }
        }
        all.append(("all fixtures in one", all.flatMap(\.1)))
        for seed in 1..<4 as Range<UInt64> {
            var prose = EditedProse(seed: seed)
            all.append(("prose \(seed)", prose.document(lines: 500)))
        }
        return all
    }()

    private func stage(_ change: [String: OptionValue], isExhaustive: Bool) throws -> NearDuplicates {
        var options = OptionValues(defaultsOf: NearDuplicates.descriptor.options)
        for (name, value) in change { options[name] = value }
        var stage = try NearDuplicates(options)
        stage.isExhaustive = isExhaustive
        return stage
    }

    @Test(arguments: ["document", "corpus"]) func likeBruteForce(_ scope: String) throws {
        for change in [[:], ["threshold": .number(0.3), "numbers": .word("ignore")]] as [[String: OptionValue]] {
            let options = change.merging(["scope": .word(scope)]) { $1 }
            for window in [.max, 150] {
                let fast = try StageRun(try stage(options, isExhaustive: false))
                let slow = try StageRun(try stage(options, isExhaustive: true))
                for document in Self.documents {
                    let found = try fast.decide(document.lines, window: window)
                    let expected = try slow.decide(document.lines, window: window)
                    #expect(found.sources == expected.sources, "\(document.name), windows of \(window)")
                    let same = found.verdicts.allSatisfy {
                        $1.rule == expected.verdicts[$0]?.rule && $1.evidence == expected.verdicts[$0]?.evidence
                    }
                    #expect(same && found.verdicts.count == expected.verdicts.count, "\(document.name): other evidence")
                }
            }
        }
    }

    /// The index of a corpus returns the anchors that share a band by the definition: the first eight unique lines of each band
    /// key that were kept. Of those, it may leave out what its sketches show to be unlike.
    @Test func candidatesLikeTheDefinition() throws {
        let index = try CorpusIndex(threshold: 0.5, numbersMayDiffer: true, resources: SharedResources())
        let minHash = index.minHash
        let sketcher = Sketcher(minHash: minHash)
        let folder = Folder()
        var anchors: [UInt64: [Int]] = [:]
        var lines: [SketchedLine] = []
        var kept: [Bool] = []
        var random = SplitMix64(seed: 12)
        var similarCandidates = 0
        for text in Self.documents.flatMap(\.lines) {
            let line = SketchedLine(text, folder: folder, sketcher)
            guard line.sketch.isComparable, !lines.contains(where: { $0.key == line.key }) else { continue }
            let keys = (0..<minHash.bands).map { UInt64($0) << 32 | UInt64(line.bandKeys[$0]) }
            let expected = Set(keys.flatMap { anchors[$0, default: []] }.filter { kept[$0] })
            line.withCorpusLine { asked in
                #expect(index.keeper(of: asked) == nil)
                index.findCandidates(of: asked)
                let found = (0..<index.candidates.count).map { Int(index.candidates.base[$0]) }
                #expect(found == found.sorted() && Set(found).count == found.count, "in input order, each once")
                #expect(Set(found).isSubset(of: expected))
                for other in expected.subtracting(found) {
                    let (shared, total) = naiveOverlap(line.key, lines[other].key)
                    #expect(shared * 2 < total, "a similar anchor was left out: \(shared) of \(total)")
                }
                similarCandidates += found.count
                // Some unique lines are gone; they are anchors all the same.
                let keeper = !found.isEmpty && random.chance(1, in: 2) ? found[0] : nil
                index.insert(asked, document: 3, number: lines.count + 1, keeper: keeper)
                kept.append(keeper == nil)
                #expect(index.keeper(of: asked)?.entry == keeper ?? lines.count)
            }
            for key in keys where anchors[key, default: []].count < CorpusIndex.anchors {
                anchors[key, default: []].append(lines.count)
            }
            lines.append(line)
        }
        #expect(lines.count > 800 && similarCandidates > 300)
        for entry in lines.indices where kept[entry] {
            #expect(Array(index.view(entry).key) == lines[entry].key)
            #expect(index.document(entry) == 3 && index.line(entry) == entry + 1)
        }
    }
}

/// A label glued on a line, next to the bare line, however short.
@Suite struct GluedLabelTests {
    @Test(arguments: [
        ("NewsTown hall", "Town hall", true), ("要闻市政厅重开", "市政厅重开", true), ("НовостиВ Киеве", "В Киеве", true),
        ("News Town hall", "Town hall", false), ("newstown hall", "town hall", false), ("McTown hall", "hall", false),
        ("A very long introduction thatTown hall", "Town hall", false),
    ])
    func seam(_ long: String, _ bare: String, _ isGlued: Bool) {
        let a = Array(long.utf8)
        let b = Array(bare.utf8)
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                func view(_ text: UnsafeBufferPointer<UInt8>, _ string: String) -> LineView {
                    LineView(text: text, key: text, characters: string.count, shingles: 0, isComparable: false, numbers: 0)
                }
                #expect(BestCopy.isGlued(view(a, long), bare: view(b, bare)) == isGlued)
            }
        }
    }
}
