import Testing
import TestSupport
import Glibc
@testable import WinnowStages
@Suite struct ScratchMojibake {
    @Test func harm() throws {
        let bytes = NormalizeKit.output(of: "cat /tmp/hmj-gold.txt")
        var n = 0, h = 0
        for line in bytes.split(separator: 10) {
            n += 1
            var s = NormalizeKit.scalars(String(decoding: line, as: UTF8.self))
            let before = s
            if NormalizeKit.repair(&s) {
                h += 1
                var i = 0
                while i < min(s.count, before.count), s[i] == before[i] { i += 1 }
                func show(_ a: [UInt32]) -> String {
                    var v = String.UnicodeScalarView();
                    for c in a[max(0, i - 12)..<min(a.count, i + 25)] { v.append(Unicode.Scalar(c)!) }; return String(v)
                }
                print("HARM", show(before), "=>", show(s))
            }
        }
        print("HARMED", h, n)
    }
}
@Suite struct ScratchMojibake2 {
    @Test func fa() throws {
        for t in ["ШіШ§Щ„вЂЊШґЩ…Ш§Ш±", "В«Г€ del signor Pagani, passa sabato, domanda"] {
            var s = NormalizeKit.scalars(t)
            let r = NormalizeKit.repair(&s)
            print("FA", r, NormalizeKit.visible(t), s.map(NormalizeKit.hex))
            var found: [Mojibake.Candidate] = []
            Mojibake.find(&found, in: NormalizeKit.scalars(t), .cyrillic)
            print(found)
        }
    }
}
