/// Numbers and tables as people read them.
public enum Format {
    /// Three significant digits for numbers below 1000, none after the point for those above: "0.52", "17.2", "1,234".
    public static func number(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        let size = abs(value)
        if size >= 99.95 { return grouped(Int(value.rounded())) }
        return fixed(value, size >= 9.995 ? 1 : 2)
    }

    /// "17.2 x"
    public static func ratio(_ value: Double) -> String { number(value) + " x" }

    /// Seconds, with the unit that suits: "3.1 ms", "0.52 s".
    public static func time(_ seconds: Double) -> String {
        seconds < 0.1 ? number(seconds * 1e3) + " ms" : number(seconds) + " s"
    }

    /// Bytes as MB of 10^6.
    public static func megabytes(_ bytes: Double) -> String { number(bytes / 1e6) }

    /// A share from 0 to 1: "42 %"; below a tenth with a digit more.
    public static func percent(_ share: Double) -> String {
        fixed(share * 100, abs(share) < 0.0995 ? 1 : 0) + " %"
    }

    /// A change with its sign: "+1.3 %".
    public static func change(_ share: Double) -> String {
        let text = fixed(share * 100, 1)
        return (text.hasPrefix("-") ? "" : "+") + (text == "-0.0" ? "+0.0" : text) + " %"
    }

    /// Digits in groups of three.
    public static func grouped(_ value: Int) -> String {
        let digits = Array(String(abs(value)))
        var out = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out += "," }
            out.append(digit)
        }
        return out
    }

    private static func fixed(_ value: Double, _ places: Int) -> String {
        let scale = places == 0 ? 1.0 : places == 1 ? 10 : 100
        let scaled = Int((abs(value) * scale).rounded())
        let sign = value < 0 ? "-" : ""
        guard places > 0 else { return "\(sign)\(scaled)" }
        let fraction = String(scaled % Int(scale))
        return "\(sign)\(scaled / Int(scale)).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
    }
}

/// Rows of cells below headings; the first column is text, the others are numbers and stand to the right.
public struct Table {
    private var rows: [[String]]

    public init(_ headings: [String]) { rows = [headings] }

    public mutating func add(_ cells: [String]) { rows.append(cells) }

    public var markdown: String {
        let headings = rows[0]
        var out = "| \(headings.joined(separator: " | ")) |\n"
        out += "| \(headings.indices.map { $0 == 0 ? "---" : "---:" }.joined(separator: " | ")) |\n"
        for row in rows.dropFirst() {
            let cells = row.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
            out += "| \(cells.joined(separator: " | ")) |\n"
        }
        return out
    }

    /// Columns of equal width, for a terminal.
    public var text: String {
        let widths = rows[0].indices.map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = zip(row, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + space : space + cell.0
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
