import WinnowCore
import WinnowText

/// Says what is wrong with the characters of a line, and where: the steps of `Normalize` with a place for each, whatever the
/// pipeline switches off, and what is wrong without being changed.
public final class LineInspector {
    /// Something wrong in a line.
    public struct Fault: Equatable, Sendable {
        public var kind: FindingKind
        /// 1-based column in code points; 0 where it is not known.
        public var column: Int
        /// How many code points it takes there; 0 for the line.
        public var length = 0
        /// How often it is met in the line.
        public var count = 1
        /// What it is: a code point, what the text would become.
        public var detail: String

        public init(kind: FindingKind, column: Int, length: Int = 0, count: Int = 1, detail: String) {
            self.kind = kind
            self.column = column
            self.length = length
            self.count = count
            self.detail = detail
        }
    }

    private let nfc: Normalizer
    @exclusivity(unchecked) private var valid: [UInt8] = []
    @exclusivity(unchecked) private var scalars: [UInt32] = []
    @exclusivity(unchecked) private var before: [UInt32] = []
    @exclusivity(unchecked) private var decoded: [UInt32] = []
    @exclusivity(unchecked) private var candidates: [Mojibake.Candidate] = []

    public init() throws(WinnowError) { nfc = try Normalizer(.nfc) }

    /// Appends what is wrong with a line as it came, in UTF-8.
    public func inspect(_ line: UnsafeBufferPointer<UInt8>, into faults: inout [Fault]) {
        valid.removeAll(keepingCapacity: true)
        let look = Kernels.classify(line)
        var flags = look.flags
        // What the first look does not find is not there, as in `Normalize`; but it ends where bytes are no text.
        let all: LineFlags = [.control, .ampersand, .invisible, .mojibake]
        if flags.contains(.invalid) {
            flags = all.union(.unnormalized)
            let count = replaceInvalidUTF8(line, into: &valid)
            var column = 1
            for byte in line[..<look.bad] where byte & 0xC0 != 0x80 { column += 1 }
            faults.append(
                Fault(
                    kind: .invalidUTF8, column: column, length: 1, count: count, detail: "byte \(hexadecimal(line[look.bad]))"))
        } else {
            valid.append(contentsOf: line)
        }
        if flags.contains(.unnormalized), !valid.withUnsafeBufferPointer(nfc.isNormalized) { findForm(&faults) }
        guard !flags.isDisjoint(with: all) else { return }
        scalars = Self.scalars(valid)
        let original = scalars
        before = scalars
        if !flags.isDisjoint(with: [.mojibake, .invisible]), Mojibake.repair(&scalars, &candidates) {
            flags = all
            let place = changed(original)
            faults.append(
                Fault(
                    kind: .mojibake, column: place.column, length: place.old.count,
                    detail: "\(Self.shown(place.old)) for \(Self.shown(place.new))"))
        }
        before = scalars
        if flags.contains(.ampersand), Entities.decode(&scalars, &decoded) {
            flags = all
            // What it stands for may begin with its own ampersand.
            let start = before[...max(0, changed(before).column - 1)].lastIndex(of: 0x26) ?? 0
            let end = before[start...].prefix(40).firstIndex(of: 0x3B) ?? start
            let column = original[..<min(start, original.count)].elementsEqual(before[..<start]) ? start + 1 : 0
            faults.append(
                Fault(
                    kind: .htmlEntity, column: column, length: column > 0 ? end - start + 1 : 0,
                    detail: Self.shown(before[start...end])))
        }
        before = scalars
        if Characters.removeControls(&scalars) { addRemoved(.controlCharacter, original, &faults) }
        guard flags.contains(.invisible) else { return }
        before = scalars
        if Characters.replaceSpaces(&scalars) {
            let place = changed(original)
            faults.append(
                Fault(
                    kind: .oddSpace, column: place.column, length: 1, count: zip(before, scalars).count { $0 != $1 },
                    detail: place.old.first.map(Self.codePoint) ?? ""))
        }
        before = scalars
        if Characters.removeInvisible(&scalars) { addRemoved(.invisibleCharacter, original, &faults) }
        if let column = Self.unclosedDirection(scalars) {
            let c = scalars[column]
            faults.append(
                Fault(
                    kind: .bidiControl, column: (original.firstIndex(of: c) ?? -1) + 1, length: 1,
                    detail: "\(Self.codePoint(c)) without its end"))
        }
    }

    // MARK: Places

    /// The first stretch that a step changed, by what stands before and behind it.
    private func changed(_ original: [UInt32]) -> (column: Int, old: ArraySlice<UInt32>, new: ArraySlice<UInt32>) {
        var start = 0
        while start < min(before.count, scalars.count), before[start] == scalars[start] { start += 1 }
        var (a, b) = (before.count, scalars.count)
        while a > start, b > start, before[a - 1] == scalars[b - 1] { (a, b) = (a - 1, b - 1) }
        // Columns are those of the line as it came.
        let isSame = start < original.count && original[..<start].elementsEqual(before[..<start])
        return (isSame ? start + 1 : 0, before[start..<a].prefix(12), scalars[start..<b].prefix(12))
    }

    /// Adds what was taken out, each kind of character once.
    private func addRemoved(_ kind: FindingKind, _ original: [UInt32], _ faults: inout [Fault]) {
        var found: [(kind: FindingKind, character: UInt32, count: Int)] = []
        var next = 0
        for c in before {
            if next < scalars.count, scalars[next] == c {
                next += 1
                continue
            }
            // A control that became a space.
            if next < scalars.count, scalars[next] == 0x20, kind == .controlCharacter, c != 0x1B { next += 1 }
            let own = Self.isDirection(c) ? .bidiControl : kind
            if let index = found.firstIndex(where: { $0.kind == own }) {
                found[index].count += 1
            } else {
                found.append((own, c, 1))
            }
        }
        for entry in found {
            let column = (original.firstIndex(of: entry.character) ?? -1) + 1
            faults.append(
                Fault(
                    kind: entry.kind, column: column, length: column > 0 ? 1 : 0, count: entry.count,
                    detail: Self.codePoint(entry.character)))
        }
    }

    private func findForm(_ faults: inout [Fault]) {
        var normalized: [UInt8] = []
        valid.withUnsafeBufferPointer { nfc.normalize($0, into: &normalized) }
        before = Self.scalars(valid)
        scalars = Self.scalars(normalized)
        let place = changed(before)
        faults.append(
            Fault(
                kind: .notNFC, column: place.column, length: place.old.count,
                detail: "\(place.old.prefix(3).map(Self.codePoint).joined(separator: " "))"))
    }

    // MARK: Direction

    private static func isDirection(_ c: UInt32) -> Bool {
        c == 0x61C || c == 0x200E || c == 0x200F || (0x202A...0x202E).contains(c) || (0x2066...0x2069).contains(c)
    }

    /// An embedding, override or isolate that its line does not close (UAX #9, BD9 and BD11): the text of Trojan Source.
    private static func unclosedDirection(_ text: [UInt32]) -> Int? {
        var open: [Int] = []
        for (index, c) in text.enumerated() where isDirection(c) {
            switch c {
            case 0x202A, 0x202B, 0x202D, 0x202E, 0x2066...0x2068: open.append(index)
            case 0x202C: if let last = open.last, text[last] < 0x2066 { open.removeLast() }
            case 0x2069:
                if let isolate = open.lastIndex(where: { text[$0] >= 0x2066 }) { open.removeSubrange(isolate...) }
            default: break
            }
        }
        return open.first
    }

    // MARK: Text

    private static func scalars(_ text: [UInt8]) -> [UInt32] {
        var out: [UInt32] = []
        out.reserveCapacity(text.count)
        text.withUnsafeBufferPointer { text in
            guard let base = text.baseAddress else { return }
            var i = 0
            while i < text.count { out.append(nextScalar(base, &i)) }
        }
        return out
    }

    private static func codePoint(_ c: UInt32) -> String {
        let digits = String(c, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private func hexadecimal(_ byte: UInt8) -> String {
        "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }

    /// In quotes; what cannot be seen by its code point.
    private static func shown(_ text: some Sequence<UInt32>) -> String {
        var out = "\""
        for c in text {
            guard let scalar = Unicode.Scalar(c) else { continue }
            switch Scalars.category(c) {
            case 15, 16, 13, 14: out += "<\(codePoint(c))>"
            case 12 where c != 0x20: out += "<\(codePoint(c))>"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
