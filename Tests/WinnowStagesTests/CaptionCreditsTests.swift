import Testing
import WinnowCore
import WinnowText

@testable import WinnowStages

@Suite("Credits behind captions") struct CaptionCreditsTests {
    private func cut(_ line: String) -> String {
        var finder = CreditFinder(PhraseTable())
        var text = Array(line.utf8)
        while let (end, _) = text.withUnsafeBufferPointer({ finder.find($0) }) { text.removeLast(text.count - end) }
        return String(decoding: text, as: UTF8.self)
    }

    @Test(arguments: [
        ("Boats in the harbour of the old town", " (Photo: Ana Example)"),
        ("Boats in the harbour of the old town", " [Photo by Ana Example/Getty Images]"),
        ("Boats in the harbour of the old town", " © Name / Agency"),
        ("Boats in the harbour of the old town.", " Photo: Ana Example"),
        ("Boats in the harbour of the old town", " | Foto: Ana Beispiel/dpa"),
        ("Boats in the harbour of the old town", " – Image courtesy of Harbour Museum"),
        ("Firefighters at the scene of the warehouse blaze on Tuesday.", " Dana Placeholder/Reuters"),
        ("Der Rat tagte am Montag bis in die Nacht.", " (dpa)"),
        ("Лодки в гавани старого города.", " Фото: Анна Иванова / ТАСС"),
        ("港の古い町に並ぶ船は朝早く出ていく。", "写真：山田太郎／共同"),
        ("漁船が港に並ぶ朝の風景", "（写真＝山田太郎）"),
        ("נוסעים בתחנה המרכזית בבאר שבע, השבוע", " (צילום: אורי גל)"),
        ("Boats in the harbour of the old town.", " Photo: Ana Example © East Desk"),
    ]) func goes(_ caption: String, _ credit: String) { #expect(cut(caption + credit) == caption) }

    @Test(arguments: [
        "He bought a new camera. Photos: he sells them all to the paper.",
        "She said the photo (taken by her brother) was never sold to Reuters.",
        "The rights to the song © are disputed by both sides in the case, he said.",
        "The council met on Monday and voted (seven to two)",
        "- Update copyright year (© 2031) in the example footer.",
        "About us | Contact | Archive",
        "Stay in touch: Facebook • LinkedIn • X • YouTube",
        "The storm in pictures – 31 photos",
        "All rights reserved © The Morning Desk Ltd",
        "(Photo: Ana Example)",
        "Text: Ana Example | Photos: Tom Sample",
        "",
    ]) func stays(_ line: String) { #expect(cut(line) == line) }

    /// Where it is off, nothing is looked at.
    @Test func isOffByDefault() throws {
        let values = OptionValues(defaultsOf: CaptionCredits.descriptor.options)
        #expect(values.flag("cut") == false)
    }
}
