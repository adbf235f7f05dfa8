import WinnowCore

/// `check:` of pipeline.yml.
extension YAMLFile {
    private static let keys = ["across-files", "short-document", "mostly-debris", "corpus", "file", "files"]

    func check(_ node: YAMLNode) throws(WinnowError) -> CheckOptions {
        var options = CheckOptions()
        for entry in try entries(node) {
            switch entry.key {
            case "across-files":
                switch try text(entry.value) {
                case "true", "yes", "on": options.acrossFiles = true
                case "false", "no", "off": options.acrossFiles = false
                default: throw error("'\(try text(entry.value))' is not true or false", at: entry.value.mark)
                }
            case "short-document": options.shortDocument = try integer(entry.value, in: 0...1_000_000)
            case "mostly-debris": options.mostlyDebris = try number(entry.value, in: 0...1)
            case "corpus": options.corpus.merge(try checkLimits(entry.value)) { $1 }
            case "file": options.file = try checkLimits(entry.value)
            case "files": options.groups = try checkGroups(entry.value)
            default: throw unknown(entry.key, at: entry.keyMark, known: Self.keys)
            }
        }
        return options
    }

    private func checkGroups(_ node: YAMLNode) throws(WinnowError) -> [CheckOptions.Group] {
        guard case .sequence(let items, _) = node else {
            throw error("`files:` is a list", at: node.mark, hint: "write `- glob: \"news/**\"` with its limits indented below")
        }
        var groups: [CheckOptions.Group] = []
        for item in items {
            var group = CheckOptions.Group(glob: "", location: location(item.mark), limits: [:])
            for entry in try entries(item) {
                if entry.key == "glob" {
                    group.glob = try text(entry.value)
                    group.location = location(entry.value.mark)
                } else {
                    let (subject, limit) = try checkLimit(entry, others: ["glob"])
                    group.limits[subject] = limit
                }
            }
            guard !group.glob.isEmpty else {
                throw error("`glob:` is missing", at: item.mark, hint: "name the files: `- glob: \"news/**\"`")
            }
            groups.append(group)
        }
        return groups
    }

    private func checkLimits(_ node: YAMLNode) throws(WinnowError) -> [LimitSubject: Limit] {
        var limits: [LimitSubject: Limit] = [:]
        for entry in try entries(node) {
            let (subject, limit) = try checkLimit(entry, others: [])
            limits[subject] = limit
        }
        return limits
    }

    /// `near-duplicate: {error: 0.02, warn: 0.01}`, `near-duplicate: 0.02` (an error beyond it) or `near-duplicate: off`.
    private func checkLimit(
        _ entry: (key: String, keyMark: YAMLNode.Mark, value: YAMLNode), others: [String]
    ) throws(WinnowError) -> (LimitSubject, Limit) {
        guard let subject = LimitSubject(entry.key) else {
            throw error(
                "unknown kind of finding or measure '\(entry.key)'", at: entry.keyMark,
                hint: nearestName(to: entry.key, among: others + LimitSubject.names).map { "did you mean '\($0)'?" }
                    ?? "docs/check.md and docs/measures.md list them")
        }
        if case .scalar(let word, _, _) = entry.value {
            if word == "off" { return (subject, Limit()) }
            return (subject, Limit(error: try bound(entry.value, subject)))
        }
        var limit = Limit()
        for level in try entries(entry.value) {
            switch level.key {
            case "error": limit.error = try bound(level.value, subject)
            case "warn": limit.warn = try bound(level.value, subject)
            default: throw unknown(level.key, at: level.keyMark, known: ["error", "warn"])
            }
        }
        return (subject, limit)
    }

    private func bound(_ node: YAMLNode, _ subject: LimitSubject) throws(WinnowError) -> Bound {
        let word = try text(node)
        guard let bound = Bound(word, of: subject) else {
            throw error("'\(word)' is not \(Bound.form)", at: node.mark)
        }
        return bound
    }
}

extension CheckOptions {
    /// The section as `winnow init` writes it.
    static var defaultText: String {
        let options = CheckOptions()
        var out = """

            # What `winnow check` takes for an error or a warning: kinds of findings (docs/check.md) and measures (docs/measures.md).
            # 0 and 3 are numbers of findings, 0.02 and 2% shares of lines or documents; ..10, 0.1.. and 3..10 are ranges; off is no limit.
            check:
              # Compare lines across files too.
              across-files: \(options.acrossFiles)
              # Fewer words make a document short.
              short-document: \(options.shortDocument)
              # A document that would lose more than this share of its characters is mostly debris.
              mostly-debris: \(options.mostlyDebris)
              # For all files together.
              corpus:

            """
        for (subject, limit) in sorted(options.corpus) {
            let parts = [limit.error.map { "error: \(yaml($0))" }, limit.warn.map { "warn: \(yaml($0))" }].compactMap { $0 }
            out += "    \(subject.name): {\(parts.joined(separator: ", "))}\n"
        }
        out += """
              # For each file.
              file: {}
              # For the files that a glob matches, in place of those above: `- glob: "news/**"` with limits below it.
              files: []

            """
        return out
    }

    private static func yaml(_ bound: Bound) -> String {
        func number(_ value: Double) -> String { bound.isCount ? "\(Int(value))" : figure(value) }
        return switch (bound.least, bound.most) {
        case (nil, let most?): number(most)
        case (let least?, nil): "\(number(least)).."
        case (let least?, let most?): "\(number(least))..\(number(most))"
        case (nil, nil): "off"
        }
    }
}
