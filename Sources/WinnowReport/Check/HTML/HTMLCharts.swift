import WinnowCore

/// Inline SVG of whole numbers, the same on every machine.
extension HTMLWriter {
    /// How the values of documents are spread: a bar a bin, the last one for what lies above; lines where limits are.
    mutating func histogram(_ distribution: Distribution, of name: String, limit: Limit?) {
        let most = distribution.counts.max() ?? 0
        let all = distribution.counts.reduce(0, +)
        guard most > 0 else { return text("–") }
        let height = 24
        let words =
            "\(name) of \(CheckWords.count(all, "document")): \(spread(distribution, all)), scale 0 to \(figure(distribution.top))"
        element(
            "svg",
            [
                "class": "hist", "viewBox": "0 0 106 \(height)", "width": "106", "height": "\(height)", "role": "img",
                "aria-label": words,
            ]
        ) { svg in
            svg.element("title", words)
            var path = ""
            for (bin, count) in distribution.counts.enumerated() where count > 0 {
                let tall = max(1, count * (height - 1) / most)
                path += "M\(bin * 5 + (bin == Distribution.bins ? 1 : 0)) \(height)v-\(tall)h4v\(tall)z"
            }
            svg.element("path", ["d": path]) { _ in }
            for (bound, name) in [(limit?.warn, "warn"), (limit?.error, "err")] {
                for value in [bound?.least, bound?.most] {
                    guard let value, value <= distribution.top else { continue }
                    let x = Int((value / distribution.top * 100).rounded())
                    svg.element("path", ["class": name, "d": "M\(x) 0v\(height)"]) { _ in }
                }
            }
        }
    }

    private func spread(_ distribution: Distribution, _ all: Int) -> String {
        func at(_ share: Int) -> String {
            var sum = 0
            for (bin, count) in distribution.counts.enumerated() {
                sum += count
                if sum * 100 >= all * share {
                    return bin == Distribution.bins
                        ? "at least \(figure(distribution.top))"
                        : "below \(figure(distribution.top * Double(bin + 1) / Double(Distribution.bins)))"
                }
            }
            return ""
        }
        return "half \(at(50)), nine tenths \(at(90))"
    }

    /// A value against its limits: a bar with a line for each.
    mutating func gauge(_ value: Double, _ limit: Limit, isBeyond: LimitLevel?) {
        let marks = [limit.warn?.least, limit.warn?.most, limit.error?.least, limit.error?.most].compactMap { $0 }
        let top = max(value, marks.max() ?? 0) * 1.2
        guard top > 0 else { return }
        func place(_ value: Double) -> Int { Int((value / top * 120).rounded()) }
        element("svg", ["class": "gauge", "viewBox": "0 0 120 12", "width": "120", "height": "12", "aria-hidden": "true"]) {
            svg in
            svg.element("path", ["class": "back", "d": "M0 2h120v8h-120z"]) { _ in }
            let long = max(value > 0 ? 1 : 0, place(value))
            svg.element("path", ["class": isBeyond?.rawValue ?? "fine", "d": "M0 3h\(long)v6h-\(long)z"]) { _ in }
            for (bound, name) in [(limit.warn, "warn"), (limit.error, "err")] {
                for value in [bound?.least, bound?.most] {
                    if let value { svg.element("path", ["class": name, "d": "M\(place(value)) 0v12"]) { _ in } }
                }
            }
        }
    }

    /// A part of a whole.
    mutating func bar(_ part: Double, of all: Double) {
        let long = all > 0 ? max(part > 0 ? 1 : 0, min(120, Int((part * 120 / all).rounded()))) : 0
        element("svg", ["class": "gauge", "viewBox": "0 0 120 12", "width": "120", "height": "12", "aria-hidden": "true"]) {
            svg in
            svg.element("path", ["class": "back", "d": "M0 2h120v8h-120z"]) { _ in }
            svg.element("path", ["class": "fine", "d": "M0 3h\(long)v6h-\(long)z"]) { _ in }
        }
    }
}
