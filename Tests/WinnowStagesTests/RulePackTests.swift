import TestSupport
import Testing
import WinnowConfig
import WinnowCore
import WinnowIO

@testable import WinnowStages

/// The rule packs: data that must parse, be current in its compiled form, and do what its examples say.
@Suite struct RulePackTests {
    static let folder = "Sources/WinnowStages/Rules"
    static let languages = files(in: folder, ending: ".yml").map { String($0.dropLast(4)) }

    static func pack(_ language: String) throws(WinnowError) -> RulePack {
        // The name as the rule compiler sees it.
        let path = "\(folder)/\(language).yml"
        return try RulePack(file: path, bytes: try readWhole("\(repository)/\(path)"), isBuiltIn: true)
    }

    /// Two paragraphs in each language, between which an example stands. Written for this test; no furniture in them.
    static let prose: [String: (String, String)] = [
        "de": (
            "Am Morgen lag der Nebel so dicht über dem Fluss, dass die Fähre erst gegen zehn Uhr ablegte und die Schulkinder den langen Weg über die alte Brücke gehen mussten.",
            "Der Fährmann sagte später, er habe in dreißig Jahren nur zweimal gewartet, und beide Male sei am Nachmittag die Sonne herausgekommen, als wäre nichts gewesen."
        ),
        "en": (
            "In the morning the fog lay so thick over the river that the ferry did not leave before ten, and the children had to walk the long way across the old bridge to school.",
            "The ferryman said later that he had waited only twice in thirty years, and that both times the sun had come out in the afternoon as if nothing had happened."
        ),
        "es": (
            "Por la mañana la niebla era tan espesa sobre el río que el transbordador no salió hasta las diez, y los niños tuvieron que ir a la escuela por el camino largo del puente viejo.",
            "El barquero dijo después que en treinta años solo había esperado dos veces, y que las dos veces había salido el sol por la tarde como si no hubiera pasado nada."
        ),
        "fr": (
            "Le matin, le brouillard était si épais sur la rivière que le bac ne partit pas avant dix heures, et les enfants durent prendre le long chemin du vieux pont pour aller à l’école.",
            "Le passeur dit plus tard qu’il n’avait attendu que deux fois en trente ans, et que les deux fois le soleil était revenu dans l’après-midi comme si de rien n’était."
        ),
        "it": (
            "Al mattino la nebbia era così fitta sul fiume che il traghetto non partì prima delle dieci, e i bambini dovettero andare a scuola per la strada lunga del ponte vecchio.",
            "Il barcaiolo disse poi che in trent’anni aveva aspettato soltanto due volte, e che tutte e due le volte nel pomeriggio era uscito il sole come se nulla fosse stato."
        ),
        "pl": (
            "Rano mgła leżała nad rzeką tak gęsta, że prom odpłynął dopiero koło dziesiątej, a dzieci musiały iść do szkoły długą drogą przez stary most za młynem.",
            "Przewoźnik mówił potem, że przez trzydzieści lat czekał tylko dwa razy i że za każdym razem po południu wychodziło słońce, jak gdyby nic się nie stało."
        ),
        "pt": (
            "De manhã a neblina estava tão espessa sobre o rio que a balsa não saiu antes das dez, e as crianças tiveram de ir para a escola pelo caminho longo da ponte velha.",
            "O barqueiro disse depois que em trinta anos só tinha esperado duas vezes, e que das duas vezes o sol tinha aparecido à tarde como se nada tivesse acontecido."
        ),
        "ru": (
            "Утром туман над рекой стоял такой густой, что паром отошёл только около десяти, и детям пришлось идти в школу длинной дорогой через старый мост за мельницей.",
            "Паромщик потом говорил, что за тридцать лет ждал всего два раза и что оба раза после обеда выходило солнце, как будто ничего и не было."
        ),
    ]

    /// Examples that the stage does not get right yet, as "language: text". The list can only shrink.
    static let knownGaps: Set<String> = [
        "de: Blick auf den Marktplatz am frühen Morgen © picture alliance",
        "de: Die Einsatzkräfte am Dienstagabend vor der Lagerhalle. Foto: Mika Muster/dpa",
        "en: Firefighters at the scene of the warehouse blaze on Tuesday. Dana Placeholder/Reuters",
        "es: El puerto al amanecer | Getty Images",
        "es: Usamos cookies y nata como base de esta tarta.",
        "es: Vecinos frente al mercado el martes por la mañana. EFE/Marta Muestra/Europa Press",
        "fr: Le port au petit matin, mardi. PAUL FICTIF / AFP",
        "it: Il sindaco durante la conferenza stampa (ANSA)",
        "it: Link copiato!",
        "it: Manifestazione degli agricoltori a Bologna – Getty Images",
        "pl: Administratorem Twoich danych osobowych jest Przykład Media sp. z o.o. z siedzibą w Łodzi.",
        "pl: Artykuł zawiera linki afiliacyjne, dzięki którym otrzymujemy prowizję od zakupów.",
        "pl: Pozostało 78% tekstu. Wykup dostęp, aby czytać dalej",
        "pl: Premier podczas konferencji w Radomiu/PAP",
        "pl: Protest rolników pod ministerstwem | Getty Images",
        "pl: Włącz JavaScript, aby korzystać ze wszystkich funkcji serwisu.",
        "pl: Zdjęcie ilustracyjne (fot. Pixabay)",
        "pt: CNPJ 00.000.000/0001-00",
        "pt: Colheita de soja no interior — Getty Images",
        "pt: Link copiado!",
        "pt: Ponte interditada após a chuva (Reprodução/Redes Sociais)",
        "pt: Primeiro-ministro na sessão plenária, em Lisboa © LUSA",
        "ru: Губернатор на открытии моста © РИА Новости",
        "ru: Митинг фермеров у здания правительства / Getty Images",
        "ru: Мы используем файлы cookie, чтобы сайт работал лучше.",
        "ru: Поддержите независимую журналистику: даже 100 рублей в месяц помогут нам.",
        "ru: Продолжая использовать сайт, вы соглашаетесь с политикой обработки данных.",
        "ru: Скачайте наше приложение, чтобы не пропустить главное",
        "ru: Статья содержит партнёрские ссылки, с покупок мы получаем комиссию.",
        "ru: Чтобы читать дальше, оформите подписку за 99 рублей в месяц",
    ]

    @Test func allLanguagesHaveProse() {
        #expect(Self.languages.count >= 8)
        #expect(Set(Self.languages) == Set(Self.prose.keys), "write two paragraphs for the new pack")
        #expect(BuiltInPhrases.languages.sorted() == Self.languages, "run `make rules`")
    }

    @Test(arguments: languages) func parses(_ language: String) throws {
        let pack = try Self.pack(language)
        #expect(pack.language == language)
        #expect(pack.phrases.count > 100)
        let kinds = Set(RuleKind.all.map(\.name))
        for phrase in pack.phrases { #expect(kinds.contains(phrase.kind), "\(phrase.location)") }
        for example in pack.examples { #expect(example.kind.map(kinds.contains) ?? true, "\(example)") }
        #expect(pack.examples.contains { $0.kind == nil } && pack.examples.contains { $0.kind != nil })
    }

    @Test(arguments: languages) func noPhraseTwice(_ language: String) throws {
        var seen: [String: Int] = [:]
        for phrase in try Self.pack(language).phrases {
            let entry = "\(phrase.kind)/\(phrase.anchor.rawValue): \(phrase.text)"
            if let line = seen[entry] {
                Issue.record("\(language).yml:\(phrase.location.line): \(entry) stands in line \(line) already")
            }
            seen[entry] = phrase.location.line
        }
    }

    @Test func compiledFormIsCurrent() throws {
        var packs: [RulePack] = []
        for language in Self.languages { packs.append(try Self.pack(language)) }
        let source = Array(try RuleCompiler.source(for: packs).utf8)
        let isCurrent = try readWhole("\(repository)/Sources/CRules/rules.c") == source
        #expect(isCurrent, "Sources/CRules/rules.c is not what the packs say: run `make rules`")
    }

    @Test(arguments: languages) func examples(_ language: String) throws {
        let (before, after) = try #require(Self.prose[language])
        let run = try StageRun(Boilerplate.self)
        for example in try Self.pack(language).examples {
            let decided = try run.decide([before, "", example.text, "", after])
            let isThere = decided.sources[2] != nil
            let proseStays = decided.sources[0] != nil && decided.sources[4] != nil
            #expect(proseStays, "\(language): the prose around \(example.text)")
            let isRight = isThere == (example.kind == nil)
            let name = "\(language): \(example.text)"
            if Self.knownGaps.contains(name) {
                #expect(!isRight, "\(name): is right now, take it off `knownGaps`")
            } else {
                let wanted = example.kind.map { "goes (\($0))" } ?? "stays"
                #expect(isRight, "\(name): \(wanted); \(String(describing: decided.verdicts[2]))")
            }
        }
    }

    /// Every gap is an example still.
    @Test func gapsExist() throws {
        var all: Set<String> = []
        for language in Self.languages {
            for example in try Self.pack(language).examples { all.insert("\(language): \(example.text)") }
        }
        #expect(Self.knownGaps.subtracting(all) == [])
    }

    /// The prose by itself passes.
    @Test(arguments: languages) func proseStays(_ language: String) throws {
        let (before, after) = try #require(Self.prose[language])
        let decided = try StageRun(Boilerplate.self).decide([before, "", after])
        #expect(decided.output == [before, "", after])
    }

    @Test func packErrors() throws {
        func error(_ text: String) -> WinnowError? {
            do throws(WinnowError) {
                let pack = try RulePack(file: "p.yml", bytes: Array(text.utf8), isBuiltIn: true)
                _ = try RuleCompiler.source(for: [pack])
                return nil
            } catch { return error }
        }
        #expect(error("pack: 1\nlanguage: xx\nrules:\n  credit:\n    whole:\n      - \"a b\"\n") == nil)
        let kind = error("pack: 1\nlanguage: xx\nrules:\n  credits:\n    whole:\n      - \"a b\"\n")
        #expect(kind?.hint == "did you mean 'credit'?" && kind?.location?.line == 6)
        let anchor = error("pack: 1\nlanguage: xx\nrules:\n  credit:\n    begin:\n      - \"a b\"\n")
        #expect(anchor?.location?.line == 5)
        let number = error("pack: 1\nlanguage: xx\nrules:\n  credit:\n    whole:\n      - \"12\"\n")
        #expect(number?.location?.line == 6)
        #expect(
            error("pack: 1\nlanguage: xx\nrules:\n  credit:\n    pattern:\n      - \"a.*\"\n") != nil,
            "no patterns in built-in packs")
        #expect(error("pack: 2\nlanguage: xx\n") != nil)
        #expect(error("pack: 1\n") != nil)
    }
}
