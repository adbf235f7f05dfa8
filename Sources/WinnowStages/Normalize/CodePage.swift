/// A Windows code page, or several that agree, from characters back to bytes. The tables are the WHATWG's
/// (<https://encoding.spec.whatwg.org/#legacy-single-byte-encodings>): bytes without a character stand for C1 controls.
struct CodePage {
    /// Windows-1252 with the characters of Windows-1250 and -1254 that it lacks, and all C1 controls, as in Latin-1.
    static let latin = CodePage(isCyrillic: false) {
        for (k, c) in high.enumerated() { $0.set(c, 0x80 + k) }
        for c in 0x80...0xFF as ClosedRange<UInt32> { $0.set(c, Int(c)) }
        // Windows-1250; "•" stands for what it shares with Windows-1252 or has not.
        $0.set("ŚŤ•Ź", from: 0x8C)
        $0.set("ś", from: 0x9C)
        $0.set("ť•ź•ˇ˘Ł•Ą••••Ş••••Ż••˛ł•••••ąş•Ľ˝ľżŔ••Ă•ĹĆ•Č•Ę•Ě••ĎĐŃŇ••Ő••ŘŮ•Ű••Ţ•ŕ••ă•ĺć•č•ę•ě••ďđńň", from: 0x9D)
        // Windows-1254; its Ş and ş lead and continue nothing.
        $0.set("Ğ", from: 0xD0)
        $0.set("ğ", from: 0xF0)
    }

    /// Windows-1251.
    static let cyrillic = CodePage(isCyrillic: true) {
        $0.set("ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—", from: 0x80)
        $0.set(0x98, 0x98)
        $0.set("™љ›њќћџ", from: 0x99)
        for c in [0xA0, 0xA4, 0xA6, 0xA7, 0xA9, 0xAB, 0xAC, 0xAD, 0xAE, 0xB0, 0xB1, 0xB5, 0xB6, 0xB7, 0xBB] {
            $0.set(UInt32(c), c)
        }
        $0.set("Ўў", from: 0xA1)
        $0.set("Ј", from: 0xA3)
        $0.set("Ґ", from: 0xA5)
        $0.set("Ё", from: 0xA8)
        $0.set("Є", from: 0xAA)
        $0.set("Ї", from: 0xAF)
        $0.set("Ііґ", from: 0xB2)
        $0.set("ё№є", from: 0xB8)
        $0.set("јЅѕї", from: 0xBC)
        for c in 0x410...0x44F as ClosedRange<UInt32> { $0.set(c, Int(c) - 0x350) }
    }

    /// Windows-1252 characters of the bytes 0x80–0x9F.
    static let high: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
        0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
        0x017E, 0x0178,
    ]

    let isCyrillic: Bool
    /// Bytes of U+0000–04FF, then of U+2000–217F; 0 for characters that are not in the page.
    private var bytes = [UInt8](repeating: 0, count: 0x500 + 0x180)

    private init(isCyrillic: Bool, _ fill: (inout CodePage) -> Void) {
        self.isCyrillic = isCyrillic
        fill(&self)
    }

    private static func place(_ c: UInt32) -> Int? {
        c < 0x500 ? Int(c) : c >= 0x2000 && c < 0x2180 ? Int(c) - 0x2000 + 0x500 : nil
    }

    private mutating func set(_ c: UInt32, _ byte: Int) {
        if let place = Self.place(c) { bytes[place] = UInt8(truncatingIfNeeded: byte) }
    }

    /// Sets characters of bytes in a row; "•" leaves a byte as it is.
    private mutating func set(_ characters: String, from first: Int) {
        for (k, c) in characters.unicodeScalars.enumerated() where c != "•" || first + k == 0x95 { set(c.value, first + k) }
    }

    /// The byte of a character in the page, or 0 for ASCII and characters that are not in it.
    func byte(_ c: UInt32) -> UInt8 { Self.place(c).map { bytes[$0] } ?? 0 }

    /// The table without the costs of an array.
    struct Bytes {
        fileprivate let base: UnsafeBufferPointer<UInt8>

        @inline(__always)
        subscript(_ c: UInt32) -> UInt8 {
            if c < 0x500 { return base[Int(c)] }
            let sign = c &- 0x2000
            return sign < 0x180 ? base[Int(sign) + 0x500] : 0
        }
    }

    @inline(__always)
    func withBytes(_ body: (Bytes) -> Void) { bytes.withUnsafeBufferPointer { body(Bytes(base: $0)) } }
}
