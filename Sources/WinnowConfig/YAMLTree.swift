import CYAML
import WinnowCore

/// A YAML document as a tree whose nodes know where they stand. Built from libyaml's events; anchors and tags are refused,
/// since a configuration that needs them is hard to read.
indirect enum YAMLNode {
    case scalar(String, isPlain: Bool, Mark)
    case sequence([YAMLNode], Mark)
    case mapping([(key: String, keyMark: Mark, value: YAMLNode)], Mark)

    struct Mark: Equatable {
        var line: Int
        var column: Int
    }

    var mark: Mark {
        switch self {
        case .scalar(_, _, let mark), .sequence(_, let mark), .mapping(_, let mark): mark
        }
    }

    /// What the node is, for messages.
    var kind: String {
        switch self {
        case .scalar: "a value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// A YAML file with its lines, for errors that show the place.
struct YAMLFile {
    let name: String
    let root: YAMLNode?
    private let lines: [Substring]

    /// - Throws: `usage` with the place of the first error.
    init(name: String, bytes: [UInt8]) throws(WinnowError) {
        self.name = name
        let text = String(decoding: bytes, as: UTF8.self)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var parser = try Parser(bytes: bytes, name: name, lines: lines)
        root = try parser.document()
    }

    func location(_ mark: YAMLNode.Mark) -> WinnowError.Location {
        let source = lines.indices.contains(mark.line - 1) ? String(lines[mark.line - 1]) : ""
        return .init(file: name, line: mark.line, column: mark.column, source: source)
    }

    func error(_ message: String, at mark: YAMLNode.Mark, hint: String? = nil) -> WinnowError {
        WinnowError(.usage, message, hint: hint, at: location(mark))
    }
}

private struct Parser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutablePointer<UInt8>
    private let name: String
    private let lines: [Substring]
    private var depth = 0

    init(bytes: [UInt8], name: String, lines: [Substring]) throws(WinnowError) {
        self.name = name
        self.lines = lines
        parser = .allocate(capacity: 1)
        input = .allocate(capacity: max(1, bytes.count))
        input.initialize(from: bytes, count: bytes.count)
        guard yaml_parser_initialize(parser) == 1 else { throw WinnowError(.system, "out of memory") }
        yaml_parser_set_input_string(parser, input, bytes.count)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    private func fail(_ message: String, _ mark: YAMLNode.Mark) -> WinnowError {
        let source = lines.indices.contains(mark.line - 1) ? String(lines[mark.line - 1]) : ""
        return WinnowError(
            .usage, message, at: .init(file: name, line: mark.line, column: mark.column, source: source))
    }

    private mutating func next() throws(WinnowError) -> yaml_event_t {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else {
            let p = parser.pointee
            let problem = p.problem.map { String(cString: $0) } ?? "not YAML"
            let context = p.context.map { " \(String(cString: $0))" } ?? ""
            throw fail(
                "\(problem)\(context)", .init(line: Int(p.problem_mark.line) + 1, column: Int(p.problem_mark.column) + 1))
        }
        return event
    }

    mutating func document() throws(WinnowError) -> YAMLNode? {
        while true {
            var event = try next()
            defer { yaml_event_delete(&event) }
            switch event.type {
            case YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT: continue
            case YAML_STREAM_END_EVENT: return nil
            default:
                let root = try node(event)
                try expectEnd()
                return root
            }
        }
    }

    private mutating func expectEnd() throws(WinnowError) {
        while true {
            var event = try next()
            defer { yaml_event_delete(&event) }
            switch event.type {
            case YAML_DOCUMENT_END_EVENT: continue
            case YAML_STREAM_END_EVENT: return
            default: throw fail("only one YAML document is allowed", mark(event))
            }
        }
    }

    private func mark(_ event: yaml_event_t) -> YAMLNode.Mark {
        .init(line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1)
    }

    private mutating func node(_ event: yaml_event_t) throws(WinnowError) -> YAMLNode {
        let start = mark(event)
        depth += 1
        defer { depth -= 1 }
        guard depth < 50 else { throw fail("nested too deeply", start) }
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            guard scalar.anchor == nil, scalar.tag == nil else { throw fail("anchors and tags are not supported", start) }
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE, start)
        case YAML_SEQUENCE_START_EVENT:
            guard event.data.sequence_start.anchor == nil else { throw fail("anchors are not supported", start) }
            var items: [YAMLNode] = []
            while true {
                var event = try next()
                defer { yaml_event_delete(&event) }
                if event.type == YAML_SEQUENCE_END_EVENT { return .sequence(items, start) }
                items.append(try node(event))
            }
        case YAML_MAPPING_START_EVENT:
            guard event.data.mapping_start.anchor == nil else { throw fail("anchors are not supported", start) }
            var entries: [(key: String, keyMark: YAMLNode.Mark, value: YAMLNode)] = []
            var seen: Set<String> = []
            while true {
                var event = try next()
                defer { yaml_event_delete(&event) }
                if event.type == YAML_MAPPING_END_EVENT { return .mapping(entries, start) }
                guard case .scalar(let key, _, let keyMark) = try node(event) else {
                    throw fail("a key must be a word", mark(event))
                }
                guard seen.insert(key).inserted else { throw fail("'\(key)' is given twice", keyMark) }
                var valueEvent = try next()
                defer { yaml_event_delete(&valueEvent) }
                entries.append((key, keyMark, try node(valueEvent)))
            }
        default:
            throw fail("aliases are not supported", start)
        }
    }
}
