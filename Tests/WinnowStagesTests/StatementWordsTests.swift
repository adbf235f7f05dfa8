import Testing
import WinnowText

@testable import WinnowStages

@Suite("Words that make another statement") struct StatementWordsTests {
    /// Whether the near-duplicate stage takes the second line for a copy of the first.
    private func isCopy(_ a: String, _ b: String) throws -> Bool {
        try StageRun(NearDuplicates.self).decide([a, b]).output.count == 1
    }

    @Test(arguments: [
        (
            "The council will raise the fee for boats in the old harbour",
            "The council will not raise the fee for boats in the old harbour"
        ),
        (
            "Der Rat hat die Gebühr für Boote im alten Hafen am Montag erhöht",
            "Der Rat hat die Gebühr für Boote im alten Hafen am Dienstag erhöht"
        ),
        (
            "в понедельник паром на остров не ходит из-за ремонта причала",
            "во вторник паром на остров не ходит из-за ремонта причала"
        ),
        (
            "el lunes el barco de la isla no sale por las obras del muelle viejo",
            "el martes el barco de la isla no sale por las obras del muelle viejo"
        ),
        (
            "the price of tickets for the small ferry went up in the second week",
            "the price of tickets for the small ferry went down in the second week"
        ),
        (
            "lodowisko przy szkole będzie otwarte przez trzy miesiące zimą",
            "lodowisko przy szkole będzie otwarte przez cztery miesiące zimą"
        ),
        ("المتحف مفتوح للزوار يوم الاثنين من كل أسبوع حتى المساء", "المتحف مفتوح للزوار يوم الثلاثاء من كل أسبوع حتى المساء"),
        ("도서관은 다음 주 월요일부터 공사 때문에 문을 닫습니다", "도서관은 다음 주 화요일부터 공사 때문에 문을 닫습니다"),
        ("Buses run from the station to the harbour all day", "Buses run from the harbour to the station all day"),
    ]) func makeAnother(_ a: String, _ b: String) throws { #expect(try !isCopy(a, b)) }

    @Test(arguments: [
        (
            "The man said he could not get dressed before the doctor came",
            "The man said he could not getdressed before the doctor came"
        ),
        (
            "The office of the U.S. agency in the harbour opens at noon",
            "The office of the US agency in the harbour opens at noon"
        ),
    ]) func makeNone(_ a: String, _ b: String) throws { #expect(try isCopy(a, b)) }

    @Test func listsAreRead() {
        let words = StatementWords(
            """
            [negations]
            en: not
            [days]
            en: monday=mon tues~
            """)
        func list(_ text: String) -> [ArraySlice<UInt8>] { text.split(separator: " ").map { ArraySlice($0.utf8) } }
        #expect(words.differ(list("not"), []))
        #expect(!words.differ(list("not"), list("not")))
        #expect(words.differ(list("monday"), list("tuesdays")))
        #expect(!words.differ(list("monday"), list("mon")))
        #expect(!words.differ(list("monday tuesday"), list("tuesday monday")))
        #expect(!words.differ(list("monday"), list("boat")))
    }
}
