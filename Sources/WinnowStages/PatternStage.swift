import WinnowCore
import WinnowText

/// A stage that compiles regular expressions when it is made, and can take them from a cache.
public protocol PatternStage: Stage {
    /// - Throws: as `Stage.init` does; `usage` for a pattern that does not compile.
    init(_ options: OptionValues, cache: (any PatternCache)?) throws(WinnowError)
}

extension PatternStage {
    public init(_ options: OptionValues) throws(WinnowError) { try self.init(options, cache: nil) }
}
