/// How much memory what grows with the input may take: a share of the machine's, or a number of bytes.
public enum MemoryLimit: Equatable, Sendable, CustomStringConvertible {
    /// In percent of the machine's memory.
    case percent(Int)
    case bytes(Int)

    public static let standard = MemoryLimit.percent(50)

    /// Reads "50%", "800MB", "4GiB", "2G" (as GiB) or a plain number of bytes.
    public init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), number > 0 else { return nil }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        if unit == "%" {
            guard number <= 100 else { return nil }
            self = .percent(number)
            return
        }
        guard let factor = Self.factors[unit.lowercased()] else { return nil }
        let (bytes, isTooMuch) = number.multipliedReportingOverflow(by: factor)
        guard !isTooMuch else { return nil }
        self = .bytes(bytes)
    }

    private static let factors: [String: Int] = [
        "": 1, "b": 1, "k": 1 << 10, "kb": 1000, "kib": 1 << 10, "m": 1 << 20, "mb": 1_000_000, "mib": 1 << 20, "g": 1 << 30,
        "gb": 1_000_000_000, "gib": 1 << 30, "t": 1 << 40, "tb": 1_000_000_000_000, "tib": 1 << 40,
    ]

    /// What the text of a limit looks like, for messages.
    public static let form = "a size such as 50%, 800MB or 4GiB"

    /// - Parameter machine: bytes of memory that the machine has.
    public func bytes(of machine: Int) -> Int {
        switch self {
        case .percent(let share): machine / 100 * share
        case .bytes(let bytes): bytes
        }
    }

    public var description: String {
        switch self {
        case .percent(let share): "\(share)%"
        case .bytes(let bytes): "\(bytes)"
        }
    }
}
