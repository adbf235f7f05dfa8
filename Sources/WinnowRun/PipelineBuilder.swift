import WinnowCore
import WinnowIO
import WinnowStages
import WinnowText

/// Makes a pipeline of stages with their options.
public enum PipelineBuilder {
    /// - Parameters:
    ///   - stages: names and checked options, in order; `decode` is put first where it is missing, since nothing works on
    ///     bytes that are no text.
    ///   - protect: regular expressions of lines that no stage may take.
    ///   - memory: bytes that the state of each stage may take that grows with the input.
    ///   - places: where "stages" and "protect" stand, for errors.
    ///   - cache: where compiled regular expressions are kept from run to run.
    /// - Throws: `usage`.
    public static func pipeline(
        stages entries: [(name: String, options: OptionValues)], protect: [String], harmGuard: HarmGuard,
        memory: Int = .max, places: Places = Places(), cache: (any PatternCache)? = nil
    ) throws(WinnowError) -> Pipeline {
        var entries = entries
        let decode = Decode.descriptor
        if !entries.contains(where: { $0.name == decode.name }) {
            entries.insert((decode.name, OptionValues(defaultsOf: decode.options)), at: 0)
        }
        guard entries.first?.name == decode.name else {
            throw WinnowError(
                .usage, "stage 'decode' must be the first", hint: "move it to the top of `stages:`, or leave it out",
                at: places["stages"])
        }
        var stages: [any Stage] = []
        for entry in entries {
            guard let type = StageRegistry.stage(named: entry.name) else {
                throw WinnowError(.usage, "unknown stage '\(entry.name)'")
            }
            if let type = type as? any PatternStage.Type {
                stages.append(try type.init(entry.options, cache: cache))
            } else {
                stages.append(try type.init(entry.options))
            }
        }
        let patterns: PatternSet
        do throws(WinnowError) { patterns = try PatternSet(protect, cache: cache) } catch {
            throw error.located(at: places["protect"])
        }
        do throws(WinnowError) {
            return try Pipeline(stages: stages, harmGuard: harmGuard, memory: memory) { () throws(WinnowError) in
                try Keys(protecting: patterns)
            }
        } catch {
            throw error.located(at: places["stages"])
        }
    }

    /// How the pipeline's `decode` stage wants documents to be read.
    public static func encoding(
        of entries: [(name: String, options: OptionValues)]
    ) throws(WinnowError) -> BatchReader.EncodingChoice {
        let options = entries.first { $0.name == Decode.descriptor.name }?.options
        let name = options?.word("encoding") ?? "utf-8"
        if name.lowercased() == "auto" { return .auto }
        do throws(WinnowError) { return .named(try TextEncoding(named: name)) } catch {
            throw error.located(at: options?.location(of: "encoding"))
        }
    }
}

extension CacheFolder: PatternCache {
    /// Winnow starts in about 7 ms; less than that again is not felt, and spares files for sets of a few plain words (below
    /// 1 ms). One `\w` alone compiles in 60 ms.
    public var leastCompileTime: Duration { .milliseconds(5) }
}
