import WinnowCore
import WinnowIO
import WinnowText

/// What a batch does with each file, and how.
public struct BatchSettings: Sendable {
    public var pipeline: Pipeline
    public var window: Window
    public var encoding: BatchReader.EncodingChoice
    public var separator: Separator
    /// What decides the cleaned text, in short.
    public var fingerprint: String
    /// Version of winnow, for ledgers.
    public var winnow: String

    /// The folder of outputs; nil for one stream on standard output.
    public var output: Path?
    /// Of all files; nil to recognize it.
    public var format: Format?
    public var textField = FieldPath.text
    /// Of outputs; nil for the input's own.
    public var compression: Compression?
    public var level: Int?
    /// Whether records are left out whose text is empty after cleaning.
    public var dropsEmpty = false
    public var shard: Shard?
    /// Whether what is done is done again.
    public var isForced = false
    public var stopsOnError = false
    /// Whether what could not be cleaned is copied to `OUT/.winnow/quarantine`.
    public var quarantines = false
    /// Whether changes are recorded in `OUT/.winnow/ledger`.
    public var writesLedgers = false
    /// Whether outputs are synchronized to disk before they are put in their place.
    public var isDurable = true
    /// What earlier runs kept, to compare with (corpus scope); and whether this run's lines are added to it.
    public var index: Path?
    public var updatesIndex = true
    /// Where lines go for which `limits: memory` has no room, when there is no output folder.
    public var spillFolder = Path("/var/tmp")
    /// From 1.
    public var threads = 1

    public init(
        _ pipeline: Pipeline, window: Window, encoding: BatchReader.EncodingChoice, separator: Separator, fingerprint: String,
        winnow: String
    ) {
        self.pipeline = pipeline
        self.window = window
        self.encoding = encoding
        self.separator = separator
        self.fingerprint = fingerprint
        self.winnow = winnow
    }

    /// Where the output of an input stands below the output folder, and how it is packed: by the end of the name.
    public func outputName(for input: Path) -> (path: Path, kind: Compression) {
        let own = Compression(ofName: input)
        let kind = own.ofMirror(asked: compression)
        let end = own.fileExtension.utf8.count
        guard own != kind, input.name.bytes.count > end else { return (input, kind) }
        return (Path(input.bytes.dropLast(end) + Array(kind.fileExtension.utf8)), kind)
    }

    /// Where the ledger of an output stands.
    /// - Parameter output: below the output folder.
    public static func ledger(of output: Path, in folder: Path) -> Path {
        Path(OutputFolder.own(folder).appending("ledger").appending(output).bytes + Array(".ledger.zst".utf8))
    }

    /// What decides the bytes of outputs, in short.
    var outputFingerprint: String {
        let text =
            "\(fingerprint) \(format?.rawValue ?? "") \(textField) \(compression?.rawValue ?? "") \(level ?? 0) "
            + "\(dropsEmpty) \(writesLedgers)"
        return Self.hash(text)
    }

    static func hash(_ text: String) -> String {
        let hash = StreamHash()
        Array(text.utf8).withUnsafeBytes { hash.update($0) }
        return hash.hex
    }
}
