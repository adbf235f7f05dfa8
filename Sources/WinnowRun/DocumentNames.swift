import Synchronization

/// Names of documents by ordinal: those of one input share its name.
public final class DocumentNames: Sendable {
    private let inputs = Mutex<[(first: Int, name: String)]>([])

    public init() {}

    /// Notes an input whose first document has this ordinal; inputs come in order.
    func append(first: Int, name: String) { inputs.withLock { $0.append((first, name)) } }

    /// Forgets all.
    func removeAll() { inputs.withLock { $0.removeAll(keepingCapacity: true) } }

    /// - Complexity: O(log inputs)
    public func name(_ ordinal: Int) -> String {
        inputs.withLock { inputs in
            var low = 0
            var high = inputs.count
            while low < high {
                let middle = (low + high) / 2
                if inputs[middle].first <= ordinal { low = middle + 1 } else { high = middle }
            }
            return low == 0 ? "?" : inputs[low - 1].name
        }
    }
}
