/// How many lines of a corpus are what.
public struct Tally: Codable, Equatable, Sendable {
    public var pages = 0
    /// Lines that hold something; blank and separating lines are not counted.
    public var lines = 0
    public var bytes = 0
    public var nonASCII = 0
    public var furniture = 0
    /// Lines that say what another line of their page says: repeated, with a label, a changed word, a date, or cut.
    public var copies = 0
    /// Those of them that have a date more than their original.
    public var dated = 0
    /// Lines with mojibake, invisible characters, odd spaces, character references, marks apart or trailing space.
    public var damaged = 0

    public init() {}
}

/// Composes pages: an article, and the furniture and accidents around it.
public struct PageComposer {
    private let languages: [Language]
    private let totalWeight: Int
    private var random: SplitMix64
    private var language: Language
    private var lines: [[UInt8]] = []
    /// Lines of the article that a copy can be made of.
    private var prose: [[UInt8]] = []
    private var isAiry = false
    public private(set) var tally = Tally()

    /// - Parameter languages: at least one.
    public init?(_ languages: [Language], seed: UInt64) {
        guard let first = languages.first else { return nil }
        self.languages = languages
        language = first
        totalWeight = languages.reduce(0) { $0 + $1.weight }
        random = SplitMix64(seed: seed)
    }

    /// The lines of the next page, 10 to some 60 of them, without line ends.
    public mutating func page() -> [[UInt8]] {
        lines.removeAll(keepingCapacity: true)
        prose.removeAll(keepingCapacity: true)
        chooseLanguage()
        isAiry = random.chance(50)
        let length = random.within(10...50)
        header()
        title()
        while lines.count < length { body() }
        footer()
        for index in lines.indices where !lines[index].isEmpty { lines[index] = finished(lines[index]) }
        tally.pages += 1
        return lines
    }

    private mutating func chooseLanguage() {
        var rest = random.below(totalWeight)
        for candidate in languages {
            rest -= candidate.weight
            if rest < 0 {
                language = candidate
                return
            }
        }
    }

    private mutating func make(_ piece: Piece) -> [UInt8] { language.make(piece, using: &random) }

    private mutating func furniture(_ piece: Piece, percent: Int = 100) {
        guard random.chance(percent) else { return }
        tally.furniture += 1
        lines.append(make(piece))
    }

    private mutating func copy(_ line: [UInt8]) {
        tally.copies += 1
        lines.append(line)
    }

    private mutating func blank() {
        if isAiry, lines.last?.isEmpty == false { lines.append([]) }
    }

    // MARK: Parts of a page

    private mutating func header() {
        if random.chance(35) {
            let count = random.within(4...8)
            if random.chance(50) {
                for _ in 0..<count { furniture(.menu) }
            } else {
                tally.furniture += 1
                var line = make(.menu)
                for _ in 1..<count { line += Array(" | ".utf8) + make(.menu) }
                lines.append(line)
            }
        }
        furniture(.crumbs, percent: 30)
        furniture(.cookie, percent: 25)
        blank()
    }

    /// The title, now and then glued to a section label, now and then again with a no-break space.
    private mutating func title() {
        let title = make(.title)
        let form = random.below(100)
        if form < 30 {
            copy(make(.label) + title)
            blank()
        }
        if form < 50 {
            lines.append(Debris.withSpace("\u{A0}", title, using: &random))
            if form >= 30 { copy(title) }
        } else {
            lines.append(title)
        }
        furniture(.byline, percent: 60)
        furniture(.updated, percent: 40)
        furniture(.share, percent: 40)
        blank()
    }

    private mutating func body() {
        switch random.below(100) {
        case 0..<72: paragraph()
        case 72..<79:
            blank()
            lines.append(make(.heading))
        case 79..<85:
            let caption = make(.caption)
            lines.append(caption)
            if random.chance(50) { copy(caption) }
            furniture(.credit)
        case 85..<89:
            for _ in 0..<random.within(2...4) { lines.append(make(.item)) }
        case 89..<92: furniture(.readmore)
        case 92..<93: furniture(.ad)
        default: nearCopy()
        }
        blank()
    }

    private mutating func paragraph() {
        var line = make(.sentence)
        // Mostly one sentence: browsers break lines at blocks, and much that is a block is short.
        let more = random.below(100)
        for _ in 0..<(more < 85 ? 0 : more < 97 ? 1 : 2) {
            if language.hasSpaces { line.append(0x20) }
            language.append(.sentence, to: &line, using: &random)
        }
        prose.append(line)
        lines.append(line)
    }

    /// Another copy of a paragraph: as it is, with another word, with a date, or cut.
    private mutating func nearCopy() {
        guard !prose.isEmpty else { return paragraph() }
        let original = prose[random.below(prose.count)]
        switch random.below(4) {
        case 0: copy(original)
        case 1: copy(Debris.withWord(make(.filler), original, hasSpaces: language.hasSpaces))
        case 2:
            tally.dated += 1
            copy(original + Array(" (".utf8) + make(.date) + Array(")".utf8))
        default: copy(Debris.cut(original, percent: random.within(60...85)))
        }
    }

    private mutating func footer() {
        furniture(.share, percent: 20)
        if random.chance(50) {
            furniture(.related)
            for _ in 0..<random.within(2...5) { furniture(.title) }
        }
        furniture(.tags, percent: 30)
        furniture(.newsletter, percent: 25)
        furniture(.comments, percent: 30)
        furniture(.copyright, percent: 40)
    }

    /// Damages one line in ten.
    private mutating func finished(_ before: [UInt8]) -> [UInt8] {
        var line = before
        let isASCII = line.allSatisfy { $0 < 0x80 }
        let damage = random.below(1000)
        switch damage {
        case 0..<15: line = isASCII ? line : Debris.mojibake(line)
        case 15..<35: line = Debris.withInvisible(line, using: &random)
        case 35..<50: line = isASCII ? line : Debris.decomposed(line)
        case 50..<70: line = Debris.withSpace("\u{A0}", line, using: &random)
        case 70..<80: line = Debris.withSpace("&nbsp;", line, using: &random)
        case 80..<100: line += Array("  ".utf8)
        default: break
        }
        tally.lines += 1
        tally.bytes += line.count + 1
        if line.contains(where: { $0 >= 0x80 }) { tally.nonASCII += 1 }
        if line != before { tally.damaged += 1 }
        return line
    }
}
