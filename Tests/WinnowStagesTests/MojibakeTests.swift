import Testing
import WinnowCore

@testable import WinnowStages

/// Damage made on purpose: UTF-8 read as Windows-1252, bytes that have no character there as Latin-1.
private enum Damage {
    /// <https://encoding.spec.whatwg.org/#index-windows-1252>
    static let high: [Unicode.Scalar] = Array("€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)

    static func once(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for byte in text.utf8 { out.append((0x80...0x9F).contains(byte) ? high[Int(byte) - 0x80] : Unicode.Scalar(byte)) }
        return String(out)
    }

    /// The same with Latin-1: C1 controls where Windows has quotes and dashes.
    static func latin1(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for byte in text.utf8 { out.append(Unicode.Scalar(byte)) }
        return String(out)
    }

    static func characters(_ text: String) -> Int { text.unicodeScalars.count { !$0.isASCII } }
}

@Suite struct MojibakeTests {
    static let sentences: [NormalizeCase] = [
        .init("French", stays: "L’été dernier, nous étions à la plage près de Sète."),
        .init("German", stays: "Die Straße führt über die größte Brücke nach Köln."),
        .init("Spanish", stays: "El niño comió piña mañana y tarde según él."),
        .init("Polish", stays: "Zażółć gęślą jaźń, powiedział żółw."),
        .init("Russian", stays: "Съешь ещё этих мягких французских булок."),
        .init("Greek", stays: "Η γρήγορη αλεπού πηδά πάνω από το σκύλο."),
        .init("Chinese", stays: "敏捷的棕色狐狸跳过了懒狗。"), .init("emoji", stays: "Great 😀 day 🎉 for all ❤️ of us 👍🏽"),
        .init("quotes", stays: "“It’s fine,” she said — and left…"),
        .init("Japanese", stays: "いろはにほへと、散りぬるを。"), .init("Arabic", stays: "كل عام وأنتم بخير يا أصدقاء"),
        .init("signs", stays: "25 °C, £10, © 2020, 3 × 4 µm"),
        .init("one letter", stays: "A café."), .init("Portuguese", stays: "A situação não é fácil, são três irmãos."),
        .init("Turkish", stays: "Şişli’de güneşli bir gün, çok güzel."),
    ]

    @Test(arguments: sentences) func once(_ sample: NormalizeCase) throws {
        try NormalizeCase(sample.name, Damage.once(sample.text), sample.text).check()
    }

    @Test(
        arguments: sentences)
    func twice(_ sample: NormalizeCase) throws {
        try NormalizeCase(sample.name, Damage.once(Damage.once(sample.text)), sample.text).check()
    }

    @Test(arguments: sentences) func asLatin1(_ sample: NormalizeCase) throws {
        try NormalizeCase(sample.name, Damage.latin1(sample.text), sample.text).check()
    }

    /// One damaged word in a line that is otherwise fine.
    @Test(arguments: [
        NormalizeCase("é inside", "The cafÃ© is open.", "The café is open."),
        .init("apostrophe", "It donâ€™t matter.", "It don’t matter."),
        .init("dash", "from here â€“ to there", "from here – to there"), .init("pound", "It costs Â£10.", "It costs £10."),
        .init("degree", "at 25Â°C", "at 25°C"),
        .init("beside honest accents", "déjà vu in the cafÃ©", "déjà vu in the café"), .init("ü", "MÃ¼nchen", "München"),
        .init("capital", "Ã‰cole", "École"),
        .init("Â before NBSP", "10Â\u{A0}000", "10 000"), .init("copyright", "Â© 2020", "© 2020"),
        .init("BOM", "ï»¿Title", "Title"),
        .init("emoji", "nice ðŸ˜€", "nice 😀"), .init("bullet", "â€¢ item", "• item"),
        .init("Cyrillic", "Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "привет"),
        .init("trademark", "Brandâ„¢", "Brand™"), .init("fraction", "2Â½ cups", "2½ cups"),
    ])
    func amongHonestText(_ sample: NormalizeCase) throws { try sample.check() }

    /// Candidates that are text.
    @Test(arguments: [
        "«AMANHû", "“CAFÉ…”", "é”—", "NÃO", "SÃO PAULO", "NÃO…", "«É»", "À»", "DÉJÀ®", "CAFÉ™", "IDÉE”", "VOILÀ…", "ÉTÉ–HIVER",
        "TÊTE", "ÜBER”", "CORAÇÃO»",
        "ATENÇÃO!", "MÃE — PAI", "Ã", "Â", "Â e Ã", "É º", "ÑANDÚ", "Å°", "3Â", "o Ângelo", "O’Âge", "HÂLÂ”", "PHÁT TRIỂN Ô”",
        "QUÊ”", "“À”", "Ö.", "ÖZÜ",
        "L’ÉTÉ»", "ÎLE", "Êtes-vous prêt ?", "Â·B", "â Â²", "ÍNDICE", "AMANHÃ—disse", "IRMÃ…que", "MANHÃ–tarde", "d’Éon",
        "LIBERTÉ – ÉGALITÉ", "É…", "Ò—", "ŠKODA É“", "ÄÖÜ äöü ß", "Đặng Ô™",
    ])
    func honestTextStays(_ text: String) throws {
        try NormalizeCase(text, stays: text).check()
        try NormalizeCase(text, stays: "Disse: \(text) e foi.").check()
    }

    @Test func switchedOffItStays() throws {
        let options = NormalizeKit.options(["mojibake": .flag(false)])
        #expect(try NormalizeKit.line("cafÃ©", options) == NormalizeKit.visible("cafÃ©"))
    }

    @Test func candidatesAreShortestForms() {
        func found(_ text: String) -> [UInt32] { NormalizeKit.candidates(in: NormalizeKit.scalars(text)).map(\.decoded) }
        #expect(found("Ã©") == [0xE9])
        #expect(found("â‚¬") == [0x20AC])
        #expect(found("ðŸ˜€") == [0x1F600])
        // C0, C1 lead nothing; E0 80 and F0 80 are overlong; ED A0 is a surrogate; F4 90 is beyond Unicode.
        #expect(found("À€") == [])
        #expect(found("à€\u{80}") == [])
        #expect(found("í\u{A0}\u{80}") == [])
        #expect(found("ð€\u{80}\u{80}") == [])
        #expect(found("ô\u{90}\u{80}\u{80}") == [])
        #expect(found("Ã") == [])
        #expect(found("â‚") == [])
    }

    /// Every byte has one character in Windows-1252, and comes back from it.
    @Test func bytes() {
        for byte in UInt8(0x80)...0xFF {
            let c = (0x80...0x9F).contains(byte) ? Damage.high[Int(byte) - 0x80].value : UInt32(byte)
            #expect(CodePage.latin.byte(c) == byte)
        }
        for c in [0x41, 0x100, 0x15E + 0x400, 0x2010, 0x2123, 0x4E2D] as [UInt32] { #expect(CodePage.latin.byte(c) == 0) }
    }
}

/// Shares over whole lines, and harm over clean text.
@Suite struct MojibakeMeasuredTests {
    static let languages: [(name: String, lines: [String])] = [
        (
            "French",
            [
                "Elle a été élue à la présidence après trois années de débats.",
                "Où étiez-vous hier soir ? À l’hôtel, près de la forêt.",
                "« C’est déjà réglé », répondit le garçon d’un air gêné.",
                "Le château fut bâti au XIIe siècle par un évêque très âgé.",
                "Les œufs frais coûtent désormais plus cher à Genève.",
                "Noël approche : les fenêtres brillent, les élèves rêvent.",
            ]
        ),
        (
            "German",
            [
                "Über die Köpfe hinweg flogen fünf Störche nach Süden.", "Die Bäckerei öffnet früh, schließt aber spät.",
                "„Natürlich“, sagte sie, „würde ich gern länger bleiben.“", "Größere Mengen müssen vorher geprüft werden.",
                "Österreichs Bevölkerung wächst – jährlich um ein Prozent.",
                "Das Mädchen trägt schöne grüne Strümpfe und weiße Schuhe.",
            ]
        ),
        (
            "Spanish",
            [
                "¿Dónde está la estación más próxima, señor?", "El año pasado llovió más que nunca en Cádiz.",
                "Mañana será otro día, pensó la niña pequeña.",
                "¡Qué difícil! Nadie sabía quién había llamado aquí.", "La película empezó después de la canción «Corazón».",
                "Según el médico, el corazón está en perfectas condiciones también.",
            ]
        ),
        (
            "Portuguese",
            [
                "A população não acreditava nas eleições de então.", "Você já não é o mesmo irmão de há três anos.",
                "As lições de português começam às três da manhã.",
                "Ninguém sabia o preço do pão nem do açúcar.", "A construção da ponte está atrasada, informou o órgão.",
                "O avô contou histórias de dragões até à meia-noite.",
            ]
        ),
        (
            "Italian",
            [
                "Perché non è più così? La città è già piena.", "L’università aprirà lunedì; il caffè è più caro.",
                "«È vero», disse, «però la libertà è un’altra cosa».",
                "Là dove c’è volontà, c’è anche possibilità.", "Mercoledì andrò in città, giovedì resterò più tranquillo.",
                "La società crescerà: più attività e più qualità.",
            ]
        ),
        (
            "Polish",
            [
                "Źródło rzeki leży w górach, niedaleko wsi Łąka.", "Wczoraj żona kupiła świeże jabłka, śliwki i gęś.",
                "Książę mówił cicho, lecz każdy go słyszał.",
                "„Dziękuję” – odpowiedział chłopiec i wyszedł.", "Łódź, Kraków i Wrocław są większe niż Gdańsk.",
                "Rząd ogłosił, że część środków będzie później.",
            ]
        ),
        (
            "Czech",
            [
                "Příliš žluťoučký kůň úpěl ďábelské ódy.", "Dnes večer přijede můj bratr z Českých Budějovic.",
                "Děti šly do školy, přestože pršelo.",
                "Nejvyšší hora země je Sněžka.", "Můžete mi říct, kde je nádraží?", "Knížku napsal známý český spisovatel.",
            ]
        ),
        (
            "Hungarian",
            [
                "Árvíztűrő tükörfúrógép, mondta a vásárló.", "Az őszi szünet után újra iskolába mentünk.",
                "Köszönöm szépen, nagyon örülök, hogy eljött.",
                "A főváros legszebb hídja éjjel kivilágítva látható.", "Örömmel értesítjük, hogy pályázata nyert.",
                "Tíz évvel később még mindig ott élt a nővére.",
            ]
        ),
        (
            "Turkish",
            [
                "Öğretmen öğrencilere yeni bir şarkı öğretti.", "İstanbul’da yağmur yağıyor, sokaklar çok kalabalık.",
                "Çocuklar bahçede gülüşüp oynuyorlardı.",
                "Türkiye’nin güneyinde hava daha sıcak olacak.", "Kitapçı dükkânı akşam altıda kapanıyor, şimdi açık.",
                "Büyük şehirlerde yaşamak kolay değil, diye düşündü.",
            ]
        ),
        (
            "Swedish",
            [
                "Räksmörgåsen på färjan smakade förträffligt.", "Hon bor på Öland, där åkrarna är gröna.",
                "Går det bra att åka över bron på kvällen?",
                "Många fåglar flyger söderut när hösten kommer, så även här på ön.",
                "Året därpå började arbetet på nytt i Växjö.", "Är älgen större än kön? frågade pojken på gården.",
            ]
        ),
        (
            "Russian",
            [
                "В лесу родилась ёлочка, в лесу она росла.", "Что вы делали вчера вечером, когда пошёл дождь?",
                "Правительство объявило о новых мерах поддержки.",
                "«Я не знаю», — ответил он и вышел.", "Москва — столица России, крупнейший город страны.",
                "Дети играли во дворе до самой ночи.",
            ]
        ),
        (
            "Greek",
            [
                "Η Αθήνα είναι η πρωτεύουσα της Ελλάδας.", "Πού ήσουν χθες το βράδυ; Σε περίμενα.",
                "Το βιβλίο βρίσκεται πάνω στο τραπέζι.",
                "Ο καιρός σήμερα θα είναι ηλιόλουστος.", "«Δεν ξέρω», απάντησε εκείνη.",
                "Τα παιδιά παίζουν στην αυλή του σχολείου.",
            ]
        ),
        (
            "Chinese",
            [
                "今天天气很好，我们去公园散步。", "政府公布了新的经济政策。", "他说：“我明天再来。”", "这座城市有三千年的历史。", "请问，火车站怎么走？", "孩子们在操场上踢足球。",
            ]
        ),
        (
            "Japanese",
            [
                "今日は天気がいいので、公園へ行きました。", "東京は日本の首都です。", "「ありがとう」と彼女は言った。", "コンピューターの電源を入れてください。", "この本はとても面白かった。",
                "電車が遅れているようです。",
            ]
        ),
        (
            "Hindi",
            [
                "आज मौसम बहुत अच्छा है।", "दिल्ली भारत की राजधानी है।", "बच्चे मैदान में खेल रहे हैं।", "उसने कहा कि वह कल आएगा।", "यह किताब मेज़ पर रखी है।",
                "सरकार ने नई नीति की घोषणा की।",
            ]
        ),
        (
            "Hebrew",
            [
                "היום מזג האוויר נאה מאוד.", "ירושלים היא עיר עתיקה.", "הילדים משחקים בחצר.", "הוא אמר שיבוא מחר.",
                "הספר נמצא על השולחן.", "הממשלה הודיעה על תוכנית חדשה.",
            ]
        ),
    ]

    /// Lines with at least three damaged characters are repaired in at least 98 of 100 cases, in all languages together.
    @Test func repairedShare() throws { try measureShare(times: 1) }

    @Test
    func repairedShareOfDamageDoneTwice() throws { try measureShare(times: 2) }

    private func measureShare(times: Int) throws {
        var (all, repaired) = (0, 0)
        var missed: [String] = []
        for (name, lines) in Self.languages {
            for line in lines {
                // A fixture that is too plain proves nothing.
                try #require(Damage.characters(line) >= 3, "\(name): \(line)")
                for damage in [Damage.once, Damage.latin1] {
                    var damaged = line
                    for _ in 0..<times { damaged = damage(damaged) }
                    let clean = try NormalizeKit.line(line)
                    #expect(clean == NormalizeKit.visible(line), "\(name): not clean to begin with")
                    all += 1
                    if try NormalizeKit.line(damaged) == clean { repaired += 1 } else { missed.append("\(name): \(line)") }
                }
            }
        }
        #expect(all == 192)
        #expect(Double(repaired) / Double(all) >= 0.98, "\(repaired) of \(all); missed: \(missed)")
    }

    /// The same for single damaged words in the midst of ASCII, where there is less to go by: stated, not promised.
    @Test func repairedShareOfSingleWords() throws {
        var (all, repaired) = (0, 0)
        for (_, lines) in Self.languages {
            for word in lines.flatMap({ $0.split(separator: " ") }) where Damage.characters(String(word)) > 0 {
                all += 1
                let line = "He wrote \(word) here."
                if try NormalizeKit.line("He wrote \(Damage.once(String(word))) here.") == NormalizeKit.line(line) {
                    repaired += 1
                }
            }
        }
        #expect(all > 400)
        #expect(Double(repaired) / Double(all) >= 0.90, "\(repaired) of \(all)")
    }

    static let cleanFiles =
        NormalizeKit.names(in: "Fixtures/clean", ending: ".txt")
        + NormalizeKit.names(in: "Fixtures/articles", ending: ".expected")

    @Test func fixturesAreThere() {
        #expect(Self.cleanFiles.count > 60)
    }

    /// No line of clean text is touched by the repair.
    @Test(arguments: cleanFiles) func harmsNothing(_ path: String) throws {
        for line in try NormalizeKit.lines(of: path) {
            var text = NormalizeKit.scalars(line)
            if NormalizeKit.repair(&text) { Issue.record("\(line)") }
        }
    }

    /// Nor are the sentences above.
    @Test func harmsNoSentence() {
        for (name, lines) in Self.languages {
            for line in lines + lines.map({ $0.uppercased() }) {
                var text = NormalizeKit.scalars(line)
                if NormalizeKit.repair(&text) { Issue.record("\(name): \(line)") }
            }
        }
    }
}
