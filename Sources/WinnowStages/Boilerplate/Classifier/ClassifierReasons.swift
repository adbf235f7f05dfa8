import WinnowCore

/// The features that weighed most against a line, and what they are in words.
struct ClassifierReasons {
    /// Numbers of features: those of the line itself come first.
    static let neighbours: UInt16 = 32
    static let surroundings: UInt16 = 40
    static let windows: UInt16 = 128
    private static let most = 5

    /// The weightiest first.
    private(set) var heaviest: [Reason] = []

    mutating func add(_ reason: Reason) {
        guard reason.weight < 0, heaviest.count < Self.most || reason.weight < heaviest[Self.most - 1].weight else { return }
        let place = heaviest.firstIndex { reason.weight < $0.weight } ?? heaviest.count
        heaviest.insert(reason, at: place)
        if heaviest.count > Self.most { heaviest.removeLast() }
    }

    static func words(_ reason: Reason, about text: String) -> String {
        let feature = reason.feature
        let value = Int(reason.value ?? 0)
        switch feature {
        case windows...:
            let k = Int(feature - windows)
            return k < ScoreWindows.count ? "\(ScoreWindows.names[k]) \(ScoreWindows.text(of: k, value))" : ""
        case surroundings...:
            let k = Int(feature - surroundings)
            guard k < Surroundings.features.count else { return "" }
            let name = Surroundings.features[k].name
            return name.hasPrefix("position") ? name.replacingPrefix("position", with: "position \(value) %") : name
        case neighbours...:
            return [
                "words of the line above", "words of the line below", "words of the second line above",
                "words of the second line below",
            ][Int(feature - neighbours) % 4]
        default:
            return FeatureKind(rawValue: UInt32(feature)).map { words($0, text) } ?? ""
        }
    }

    private static func words(_ kind: FeatureKind, _ text: String) -> String {
        switch kind {
        case .word: "\"\(text)\""
        case .first: "\"\(text)\" at the start"
        case .last: "\"\(text)\" at the end"
        case .line: "the whole line"
        case .shapeFirst: "shape of \"\(text)\" at the start"
        case .shapeLast: "shape of \"\(text)\" at the end"
        case .shapeLine: "shape of the line"
        case .words: "number of words"
        case .length: "length"
        case .capitals: "words with a capital"
        case .upper: "capital letters"
        case .digits: "digits"
        case .marks: "marks"
        case .ending: "how it ends"
        case .commas: "commas"
        case .lastClass: "last character"
        case .firstClass: "first character"
        case .sentences: "sentences"
        case .wordLength: "length of words"
        case .separators: "separators"
        case .address: "web address or none"
        }
    }
}

/// Keeps the features of a line with what they say against it, in 128ths of log odds.
struct ReasonSink: FeatureSink {
    let model: LineModel
    private(set) var found: [(LineFeature, Int32)] = []

    init(model: LineModel) { self.model = model }

    mutating func take(_ feature: LineFeature) {
        let slot = UInt64(littleEndian: model.slots[Int(feature.hash & 0xFFFF)])
        guard slot & 0xFFFF == UInt64(feature.hash >> 16) else { return }
        let weight = Int32(slot >> 16 & 0xFF) - 128
        if weight < 0 { found.append((feature, weight)) }
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String { other + dropFirst(prefix.count) }
}
