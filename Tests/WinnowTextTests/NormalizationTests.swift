import Testing
import WinnowText

/// Texts of 4,096 code points each, with line feeds between, across which nothing composes.
private func blocks(_ scalars: [UInt32]) -> [[UInt8]] {
    stride(from: 0, to: scalars.count, by: 4096).map { start in
        scalars[start..<min(start + 4096, scalars.count)].flatMap { utf8($0) + [0x0A] }
    }
}

/// The whole of Unicode's NormalizationTest.txt through ICU as winnow calls it.
@Suite(.enabled(if: NormalizationFile.isThere, Comment(rawValue: NormalizationFile.absence)))
struct NormalizationFileTests {
    typealias Row = NormalizationFile.Row

    @Test func theFileIsWhole() {
        #expect(NormalizationFile.rows.count > 18_000)
        #expect(NormalizationFile.rows.filter { $0.single != nil }.count > 16_000)
    }

    private func check(_ form: Normalizer.Form, _ expected: (Row) -> [(from: Int, to: Int)]) throws {
        let normalizer = try Normalizer(form)
        var failures = 0
        for row in NormalizationFile.rows {
            for (from, to) in expected(row) where normalizer(row(from)) != row(to) {
                failures += 1
                if failures < 20 { Issue.record("line \(row.number): \(form.rawValue)(c\(from)) is not c\(to)") }
            }
            // The quick check and the full answer agree.
            for column in 1...5 where normalizer.accepts(row(column)) != (normalizer(row(column)) == row(column)) {
                failures += 1
                if failures < 20 { Issue.record("line \(row.number): isNormalized(c\(column)) is wrong") }
            }
        }
        #expect(failures == 0)
    }

    /// c2 == toNFC(c1) == toNFC(c2) == toNFC(c3); c4 == toNFC(c4) == toNFC(c5).
    @Test func nfc() throws { try check(.nfc) { _ in [(1, 2), (2, 2), (3, 2), (4, 4), (5, 4)] } }

    /// c4 == toNFKC(c1) == … == toNFKC(c5).
    @Test func nfkc() throws { try check(.nfkc) { _ in (1...5).map { ($0, 4) } } }

    /// Every code point that part 1 does not list is unchanged by NFC and NFKC.
    @Test(arguments: [Normalizer.Form.nfc, .nfkc]) func partOneIsComplete(_ form: Normalizer.Form) throws {
        let normalizer = try Normalizer(form)
        let listed = Set(NormalizationFile.rows.compactMap(\.single))
        let unlisted = allScalars.filter { !listed.contains($0) }
        #expect(unlisted.count > 1_090_000)
        for block in blocks(unlisted) where !normalizer.accepts(block) || normalizer(block) != block {
            for c in unlisted where normalizer(utf8(c)) != utf8(c) { Issue.record("\(form.rawValue) changes \(hex(c))") }
            Issue.record("a block is changed")
            break
        }
    }

    /// NFKC_Casefold folds equivalents alike (D147: of NFD, on account of U+0345, which decomposition moves), is NFC and
    /// NFKC, and is idempotent.
    @Test func nfkcCasefold() throws {
        let fold = try Normalizer(.nfkcCasefold)
        let (nfc, nfkc) = (try Normalizer(.nfc), try Normalizer(.nfkc))
        let ypogegrammeni: [UInt8] = utf8(0x345)
        var failures = 0
        func expect(_ holds: Bool, _ row: Row, _ what: @autoclosure () -> String) {
            if holds { return }
            failures += 1
            if failures < 20 { Issue.record("line \(row.number): \(what())") }
        }
        for row in NormalizationFile.rows {
            let folded = (1...5).map { fold(row($0)) }
            expect(folded[2] == folded[4], row, "cf(c3) is not cf(c5)")
            if !contains(row(5), ypogegrammeni) {
                for k in [0, 1, 3] { expect(folded[k] == folded[4], row, "cf(c\(k + 1)) is not cf(c5)") }
            }
            for text in folded {
                expect(fold(text) == text, row, "not idempotent: \(hex(text))")
                expect(fold.accepts(text), row, "isNormalized denies \(hex(text))")
                expect(nfc(text) == text && nfkc(text) == text, row, "not normalized: \(hex(text))")
            }
        }
        #expect(failures == 0)
    }

    private func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        text.indices.contains { text[$0...].starts(with: part) }
    }
}

@Suite struct NormalizerTests {
    @Test(arguments: [
        ("Straße", "strasse"), ("ÀÉÎ", "àéî"), ("ΣΊΣΥΦΟΣ", "σίσυφοσ"), ("İ", "i\u{307}"), ("ﬁ", "fi"), ("Ⅷ", "viii"),
        ("co\u{AD}op", "coop"), ("a\u{200B}\u{2060}\u{FEFF}b", "ab"), ("ＡＢＣ１２３", "abc123"), ("㎏", "kg"), ("ſ", "s"),
        ("Ꭰ", "Ꭰ"), ("ꭰ", "Ꭰ"), ("①²", "12"), ("\u{2011}", "\u{2010}"),
    ])
    func casefold(_ text: String, _ folded: String) throws {
        let fold = try Normalizer(.nfkcCasefold)
        #expect(fold(Array(text.utf8)) == Array(folded.utf8))
    }

    @Test func casefoldIsIdempotentOnEveryCodePoint() throws {
        let fold = try Normalizer(.nfkcCasefold)
        for block in blocks(allScalars) {
            let once = fold(block)
            #expect(fold(once) == once)
            #expect(fold.accepts(once))
        }
    }

    /// U+FDFA grows from 3 bytes to 33, the most there is; a whole line of it needs more room than the first guess.
    @Test func growth() throws {
        let nfkc = try Normalizer(.nfkc)
        let one = nfkc(utf8(0xFDFA))
        #expect(one == Array("صلى الله عليه وسلم".utf8))
        for count in [1, 2, 3, 10, 1000] {
            var out = Array("before".utf8)
            Array(repeatElement(utf8(0xFDFA), count: count).joined()).withUnsafeBufferPointer { nfkc.normalize($0, into: &out) }
            #expect(out == Array("before".utf8) + repeatElement(one, count: count).joined())
        }
    }

    @Test func emptyText() throws {
        for form in Normalizer.Form.allCases {
            let normalizer = try Normalizer(form)
            #expect(normalizer([]) == [])
            #expect(normalizer.accepts([]))
        }
    }

    @Test func aThousandMarksInARow() throws {
        // UAX #15 does not bound combining sequences; the order by class must still come out.
        let nfc = try Normalizer(.nfc)
        let text = "a" + String(repeating: "\u{301}\u{323}", count: 1000)
        let sorted = "\u{1EA1}" + String(repeating: "\u{323}", count: 999) + String(repeating: "\u{301}", count: 1000)
        #expect(nfc(Array(text.utf8)) == Array(sorted.utf8))
    }

    @Test func versionsAreKnown() {
        #expect(ICU.version.first?.isNumber == true)
        #expect(ICU.unicodeVersion.first?.isNumber == true)
    }
}
