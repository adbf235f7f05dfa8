import WinnowCore

/// What the phrases of one kind mean: how long a line may be, and what else must be true of it, before it goes.
///
/// Phrases alone are no proof ("Photo by photo, the album …", "We use cookies and cream …"); the demands are what keeps
/// prose safe. A new kind is one row in `all`.
struct RuleKind: Sendable {
    /// A further demand on a line that begins with a phrase.
    enum Demand: Sendable {
        /// Nothing more: the phrase is specific enough.
        case nothing
        /// No comma or colon follows the phrase, as it would where prose quotes it ("Subscribe to our newsletter, the page
        /// says"), and the line has at most two sentences.
        case prompt
        /// A separator follows the phrase: a colon, a bar, a slash, a dash, a copyright sign.
        case separator
        /// A separator or a capitalised name follows, and names make up most of the rest.
        case name
        /// A digit follows somewhere: a date, a time, a count.
        case number
        /// A path separator follows, and every part of the path is short.
        case path
        /// The rest is short, and is no sentence.
        case shortRest
    }

    var name: String
    var help: String
    /// The most tokens that a line of this kind has.
    var maxTokens: Int
    var start: Demand = .nothing
    /// Whether the short lines that follow go too, as teasers of a related-content block.
    var opensBlock = false

    static let all: [RuleKind] = [
        RuleKind(name: "credit", help: "image sources, photo credits, agencies", maxTokens: 14, start: .separator),
        RuleKind(
            name: "related-heading", help: "headings of related content, with the teasers below them", maxTokens: 8,
            start: .shortRest, opensBlock: true),
        RuleKind(name: "read-more", help: "read-more and see-also lines", maxTokens: 32, start: .separator),
        RuleKind(name: "share", help: "share buttons and bars", maxTokens: 16),
        RuleKind(name: "follow", help: "follow-us lines", maxTokens: 12),
        RuleKind(name: "newsletter", help: "newsletter, subscription and log-in prompts", maxTokens: 30, start: .prompt),
        RuleKind(name: "cookie", help: "cookie, consent and privacy lines", maxTokens: 32, start: .prompt),
        RuleKind(name: "advertisement", help: "advertisement markers", maxTokens: 8),
        RuleKind(name: "comments", help: "comment counts and prompts", maxTokens: 10),
        RuleKind(name: "navigation", help: "page controls and menus", maxTokens: 16),
        RuleKind(name: "breadcrumb", help: "paths to the page", maxTokens: 24, start: .path),
        RuleKind(name: "reading-time", help: "minutes to read", maxTokens: 8, start: .number),
        RuleKind(name: "updated", help: "dates of publication and change, with their label", maxTokens: 14, start: .number),
        RuleKind(name: "tags", help: "lists of tags and topics, with their label", maxTokens: 40, start: .separator),
        RuleKind(name: "copyright", help: "copyright notices", maxTokens: 40),
        RuleKind(
            name: "appeal", help: "appeals for money, stories, app installs; affiliate notes", maxTokens: 30, start: .prompt),
    ]

    static func index(of name: String) -> Int? { all.firstIndex { $0.name == name } }

    // Kinds that code refers to by name; `RuleKindTests` holds that they exist.
    static let credit = index(of: "credit") ?? 0
    static let copyright = index(of: "copyright") ?? 0
    static let share = index(of: "share") ?? 0
    static let navigation = index(of: "navigation") ?? 0
}
