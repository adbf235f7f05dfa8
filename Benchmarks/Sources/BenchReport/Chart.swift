/// A bar chart as SVG: one bar a figure, on a logarithmic scale from 1 x to the right; readable in light and dark.
public enum Chart {
    private static let width = 760.0
    private static let labelWidth = 290.0
    private static let right = 70.0
    private static let rowHeight = 26.0
    private static let top = 48.0

    /// - Parameters:
    ///   - figures: one core's or all cores'; the yardstick is shown as the line at 1 x.
    ///   - title: stands above the bars.
    public static func svg(_ figures: [Figure], title: String) -> String {
        let bars = figures.filter { $0.kind != .yardstick && $0.ratio > 0 }
        let most = max(10, bars.map(\.ratio).max() ?? 10)
        let least = min(1, bars.map(\.ratio).min() ?? 1)
        let plot = width - labelWidth - right
        let span = logarithm(most / least)
        func x(_ ratio: Double) -> Double { labelWidth + plot * logarithm(ratio / least) / span }
        let bottom = top + rowHeight * Double(bars.count)
        let height = bottom + 40

        var out = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(point(width)) \(point(height))" width="\(point(width))" \
            height="\(point(height))" role="img" aria-labelledby="title">
            <title id="title">\(escaped(title))</title>
            <style>
            text { font: 13px system-ui, sans-serif; fill: #1f2328; }
            .title { font-weight: 600; }
            .axis { fill: #59636e; font-size: 12px; }
            .grid { stroke: #d1d9e0; }
            .peer { fill: #8c959f; }
            .winnow { fill: #1a7f37; }
            @media (prefers-color-scheme: dark) {
            text { fill: #f0f6fc; }
            .axis { fill: #9198a1; }
            .grid { stroke: #3d444d; }
            .peer { fill: #656c76; }
            .winnow { fill: #3fb950; }
            }
            </style>
            <text class="title" x="12" y="22">\(escaped(title))</text>

            """
        var tick = 1.0
        while tick <= most {
            let place = point(x(tick))
            out += "<line class=\"grid\" x1=\"\(place)\" x2=\"\(place)\" y1=\"\(point(top - 6))\" y2=\"\(point(bottom))\"/>\n"
            out += "<text class=\"axis\" x=\"\(place)\" y=\"\(point(bottom + 16))\" text-anchor=\"middle\">"
            out += "\(Format.grouped(Int(tick))) x</text>\n"
            tick *= 10
        }
        for (index, bar) in bars.enumerated() {
            let y = top + rowHeight * Double(index)
            let from = min(x(1), x(bar.ratio))
            let to = max(x(1), x(bar.ratio))
            out += "<text x=\"\(point(labelWidth - 10))\" y=\"\(point(y + 15))\" text-anchor=\"end\">"
            out += "\(escaped(bar.name))</text>\n"
            out += "<rect class=\"\(bar.kind.rawValue)\" x=\"\(point(from))\" y=\"\(point(y + 2))\" "
            out += "width=\"\(point(max(1, to - from)))\" height=\"\(point(rowHeight - 8))\" rx=\"2\"/>\n"
            out += "<text x=\"\(point(to + 6))\" y=\"\(point(y + 15))\">\(Format.ratio(bar.ratio))</text>\n"
        }
        return out + "</svg>\n"
    }

    private static func point(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { out, character in
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            default: out.append(character)
            }
        }
    }
}
