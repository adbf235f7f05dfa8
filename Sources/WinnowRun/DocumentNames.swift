import Synchronization
import WinnowCore

/// Names of documents by ordinal: those of one input share its name, records have a number.
public final class DocumentNames: Sendable {
    private let entries = Mutex<[DocumentNameRun]>([])

    public init() {}

    /// Notes an input whose first document has this ordinal; inputs come in order.
    func append(first: Int, name: String) {
        entries.withLock { $0.append(DocumentNameRun(first: first, name: name)) }
    }

    /// Notes a record. Records whose numbers follow each other take no more memory than one.
    func append(_ ordinal: Int, file: String, record: Int) {
        entries.withLock { entries in
            if let last = entries.last, last.record > 0, last.name == file, record - last.record == ordinal - last.first {
                return
            }
            entries.append(DocumentNameRun(first: ordinal, name: file, record: record))
        }
    }

    /// Forgets all.
    func removeAll() { entries.withLock { $0.removeAll(keepingCapacity: true) } }

    /// - Complexity: O(log inputs)
    public func name(_ ordinal: Int) -> String {
        guard let place = place(ordinal) else { return "?" }
        return place.record == 0 ? place.file : Self.name(place.file, record: place.record)
    }

    /// The file of a document, and the number of the record that it is; 0 where it is none.
    func place(_ ordinal: Int) -> (file: String, record: Int)? {
        entries.withLock { entries in
            var low = 0
            var high = entries.count
            while low < high {
                let middle = (low + high) / 2
                if entries[middle].first <= ordinal { low = middle + 1 } else { high = middle }
            }
            guard low > 0 else { return nil }
            let entry = entries[low - 1]
            return (entry.name, entry.record == 0 ? 0 : entry.record + ordinal - entry.first)
        }
    }

    /// All names.
    var runs: [DocumentNameRun] { entries.withLock { $0 } }

    /// The name of a record.
    static func name(_ file: String, record: Int) -> String { "\(file)#\(record)" }
}
