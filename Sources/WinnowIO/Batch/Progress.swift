#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import CSystem
import WinnowCore

/// How far a batch is.
public struct Progress: Equatable, Sendable {
    /// Files that are done, those that need not be done again among them; and all there are, where known.
    public var files = 0
    public var filesTotal: Int?
    /// Bytes of input that were read, and all there are; without what need not be read again.
    public var bytes: Int64 = 0
    public var bytesTotal: Int64?
    /// Bytes of text before and after cleaning, of which the removed share is told.
    public var textIn: Int64 = 0
    public var textOut: Int64 = 0
    public var failed = 0

    public init(filesTotal: Int? = nil, bytesTotal: Int64? = nil) {
        self.filesTotal = filesTotal
        self.bytesTotal = bytesTotal
    }

    /// 0 to 1; nil before there is text.
    public var removedShare: Double? { textIn > 0 ? Double(textIn - textOut) / Double(textIn) : nil }

    /// Seconds until all bytes are read, at a rate of bytes a second.
    public func secondsLeft(rate: Double) -> Double? {
        guard let bytesTotal, rate > 0, bytesTotal >= bytes else { return nil }
        return Double(bytesTotal - bytes) / rate
    }

    /// One line for people, of at most so many columns; what matters least goes first when there is no room.
    public func line(rate: Double, width: Int) -> String {
        let ofFiles = filesTotal.map { "/\(grouped(Int64($0)))" } ?? ""
        var parts: [(text: String, weight: Int)] = [
            ("\(grouped(Int64(files)))\(ofFiles) files", 5),
            (bytesTotal.map { "\(amount(bytes)) of \(amount($0))" } ?? amount(bytes), 2),
            ("\(decimal(rate / 1e6)) MB/s", 3),
        ]
        if let seconds = secondsLeft(rate: rate) { parts.append(("\(duration(seconds)) left", 4)) }
        if let removedShare { parts.append(("\(decimal(removedShare * 100)) % removed", 1)) }
        if failed > 0 { parts.append(("\(grouped(Int64(failed))) failed", 6)) }
        func text() -> String { parts.map(\.text).joined(separator: "  ") }
        while parts.count > 1, text().utf8.count > width, let least = parts.map(\.weight).min() {
            parts.removeAll { $0.weight == least }
        }
        return String(text().prefix(max(0, width)))
    }

    /// One JSON object for programs, without a line end.
    public func json(rate: Double, seconds: Double) -> String {
        var fields = ["\"files\":\(files)"]
        if let filesTotal { fields.append("\"files_total\":\(filesTotal)") }
        fields.append("\"failed\":\(failed)")
        fields.append("\"bytes\":\(bytes)")
        if let bytesTotal { fields.append("\"bytes_total\":\(bytesTotal)") }
        fields.append("\"bytes_per_second\":\(Int64(rate))")
        fields.append("\"seconds\":\(decimal(seconds))")
        if let left = secondsLeft(rate: rate) { fields.append("\"seconds_left\":\(decimal(left))") }
        fields.append("\"text_in\":\(textIn),\"text_out\":\(textOut)")
        return "{" + fields.joined(separator: ",") + "}"
    }
}

/// The present rate of something that grows: the mean of the last 10 seconds or so, where later ones weigh more.
struct RateMeter {
    private var last: (seconds: Double, amount: Double)?
    private var mean = 0.0
    private var weight = 0.0

    /// Units a second; 0 until two moments are known.
    var rate: Double { weight > 0 ? mean / weight : 0 }

    mutating func note(_ amount: Double, at seconds: Double) {
        guard let last else { return self.last = (seconds, amount) }
        let span = seconds - last.seconds
        guard span > 0 else { return }
        let share = 1 - exp(-span / 10)
        mean += share * ((amount - last.amount) / span - mean)
        weight += share * (1 - weight)
        self.last = (seconds, amount)
    }
}

/// Shows progress: one line that is drawn anew at most ten times a second and is gone at the end, or JSON lines, one a second at
/// most and one at the end.
public final class ProgressPrinter {
    public enum Style: Sendable {
        case none, line, json

        /// - Parameter wish: `json`, `none`, or nil: a line on a terminal, else nothing.
        /// - Throws: `usage`.
        public static func of(_ wish: String?, isTerminal: Bool) throws(WinnowError) -> Style {
            switch wish {
            case "json": .json
            case "none": Style.none
            case nil: isTerminal ? .line : Style.none
            case .some(let other): throw WinnowError(.usage, "--progress \(other): expected json or none")
            }
        }
    }

    private let style: Style
    private let columns: () -> Int
    private let write: (String) -> Void
    private var meter = RateMeter()
    private var begun: Double?
    private var lastDrawn = -Double.infinity
    private var shown = ""

    /// - Parameters:
    ///   - columns: of the terminal, asked for at each drawing; 0 when not known.
    ///   - write: to standard error.
    public init(
        _ style: Style, columns: @escaping () -> Int = { terminalColumns(.standardError) },
        write: @escaping (String) -> Void = { FileDescriptor.standardError.print($0) }
    ) {
        self.style = style
        self.columns = columns
        self.write = write
    }

    /// Tells how far the batch is; cheap when nothing is drawn.
    /// - Parameter seconds: of a clock that never goes back (`monotonicSeconds`).
    public func update(_ progress: Progress, at seconds: Double) {
        guard style != .none else { return }
        if begun == nil { begun = seconds }
        guard seconds - lastDrawn >= (style == .line ? 0.1 : 1) else { return }
        meter.note(Double(progress.bytes), at: seconds)
        draw(progress, seconds)
    }

    /// Writes a message, which ends with a line end, without spoiling the line.
    public func message(_ text: String) {
        let line = shown
        clear()
        write(text)
        if !line.isEmpty { show(line) }
    }

    /// Removes the line, or writes the last JSON object.
    public func finish(_ progress: Progress, at seconds: Double) {
        clear()
        guard style == .json else { return }
        meter.note(Double(progress.bytes), at: seconds)
        draw(progress, seconds)
    }

    private func draw(_ progress: Progress, _ seconds: Double) {
        lastDrawn = seconds
        if style == .json {
            write(progress.json(rate: meter.rate, seconds: seconds - (begun ?? seconds)) + "\n")
        } else {
            let known = columns()
            // The last column stays free: a terminal may break the line behind it.
            show(progress.line(rate: meter.rate, width: (known > 0 ? known : 80) - 1))
        }
    }

    private func show(_ line: String) {
        write("\r\(line)\u{1B}[K")
        shown = line
    }

    private func clear() {
        if !shown.isEmpty { write("\r\u{1B}[K") }
        shown = ""
    }
}

/// Columns of a terminal; 0 when there is none or it does not say.
public func terminalColumns(_ file: FileDescriptor) -> Int { Int(csys_terminal_columns(file.rawValue)) }

/// Seconds of a clock that never goes back; from no certain beginning.
public func monotonicSeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

/// `12,345`.
func grouped(_ value: Int64) -> String {
    var digits = Array(String(value.magnitude))
    for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
    return (value < 0 ? "-" : "") + String(digits)
}

/// With one digit behind the point; large and undefined values as 0.
private func decimal(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return "0.0" }
    let tenths = Int64((value * 10).rounded())
    return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
}

/// Powers of 1000, as disks and `MB/s` count.
private func amount(_ bytes: Int64) -> String {
    var value = Double(bytes)
    var unit = 0
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    while value >= 999.95, unit < units.count - 1 {
        value /= 1000
        unit += 1
    }
    return unit == 0 ? "\(bytes) B" : "\(decimal(value)) \(units[unit])"
}

/// `0:42`, `1:02:03`, `3 d 4 h`.
private func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    let all = Int(seconds.rounded(.up))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if all >= 86_400 { return "\(all / 86_400) d \(all % 86_400 / 3600) h" }
    if all >= 3600 { return "\(all / 3600):\(two(all % 3600 / 60)):\(two(all % 60))" }
    return "\(all / 60):\(two(all % 60))"
}
