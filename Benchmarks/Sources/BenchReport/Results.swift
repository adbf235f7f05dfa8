/// What `make bench` measured: kept as JSON in the build folder, from which the report is written.
public struct Results: Codable, Sendable {
    public var machine: Machine
    public var corpus: CorpusFacts
    public var figures: [Figure]
    /// Peers that are not installed here.
    public var missing: [String]
    public var growth: [Growth]
    public var stages: [StageCost]
    public var starts: [ColdStart]
    public var allocations: [Allocations]

    public init(machine: Machine, corpus: CorpusFacts) {
        self.machine = machine
        self.corpus = corpus
        (figures, missing, growth, stages, starts, allocations) = ([], [], [], [], [], [])
    }
}

public struct Machine: Codable, Sendable {
    public var processor: String
    public var cores: Int
    /// Memory in GiB.
    public var memory: Int
    /// Those of the processor's vector instructions that matter here.
    public var vectors: [String]
    public var system: String
    /// Year, month, day.
    public var date: String
    /// Programs and libraries with their versions.
    public var versions: [String]

    public init(
        processor: String, cores: Int, memory: Int, vectors: [String], system: String, date: String, versions: [String]
    ) {
        self.processor = processor
        self.cores = cores
        self.memory = memory
        self.vectors = vectors
        self.system = system
        self.date = date
        self.versions = versions
    }
}

/// The corpus of the main table.
public struct CorpusFacts: Codable, Sendable {
    public var seed: UInt64
    public var languages: Int
    public var pages: Int
    public var lines: Int
    public var bytesPerLine: Int
    /// Shares of the lines, from 0 to 1.
    public var nonASCII: Double
    public var furniture: Double
    public var plantedCopies: Double
    /// Those of them with a date appended.
    public var datedCopies: Double
    /// What winnow's near-duplicates stage removed.
    public var foundCopies: Double

    public init(
        seed: UInt64, languages: Int, pages: Int, lines: Int, bytesPerLine: Int, nonASCII: Double, furniture: Double,
        plantedCopies: Double, datedCopies: Double, foundCopies: Double
    ) {
        self.seed = seed
        self.languages = languages
        self.pages = pages
        self.lines = lines
        self.bytesPerLine = bytesPerLine
        self.nonASCII = nonASCII
        self.furniture = furniture
        self.plantedCopies = plantedCopies
        self.datedCopies = datedCopies
        self.foundCopies = foundCopies
    }
}

/// A program over a corpus, beside the yardstick in the same moments.
public struct Figure: Codable, Sendable {
    public enum Kind: String, Codable, Sendable { case yardstick, winnow, peer }

    public var name: String
    public var kind: Kind
    public var allCores: Bool
    /// Size of the input in bytes.
    public var bytes: Int
    /// Best wall time of the runs, in seconds; the yardstick's from between these runs.
    public var wall: Double
    public var yardstick: Double
    /// Peak memory of the largest process, in bytes.
    public var peak: Int
    public var runs: Int

    public init(
        name: String, kind: Kind, allCores: Bool, bytes: Int, wall: Double, yardstick: Double, peak: Int, runs: Int
    ) {
        self.name = name
        self.kind = kind
        self.allCores = allCores
        self.bytes = bytes
        self.wall = wall
        self.yardstick = yardstick
        self.peak = peak
        self.runs = runs
    }

    /// How many times as long as the yardstick it takes.
    public var ratio: Double { yardstick > 0 ? wall / yardstick : 0 }
    /// Bytes of input a second.
    public var speed: Double { wall > 0 ? Double(bytes) / wall : 0 }
}

/// How time and memory grow with the input, on one core.
public struct Growth: Codable, Sendable {
    public var name: String
    /// Sizes in bytes, wall times in seconds, peak memory in bytes.
    public var small: Figure
    public var medium: Figure
    public var large: Figure

    public init(name: String, small: Figure, medium: Figure, large: Figure) {
        self.name = name
        self.small = small
        self.medium = medium
        self.large = large
    }

    /// Time a byte of the large corpus, relative to the small one's.
    public var time: Double {
        guard large.speed > 0 else { return 0 }
        return small.speed / large.speed
    }
    /// Peak memory over the large corpus, relative to the medium one's.
    public var memory: Double { medium.peak > 0 ? Double(large.peak) / Double(medium.peak) : 0 }
}

/// What a stage adds to the time of the chain before it.
public struct StageCost: Codable, Sendable {
    public var name: String
    /// Seconds, and a share of the whole from 0 to 1.
    public var added: Double
    public var share: Double

    public init(name: String, added: Double, share: Double) {
        self.name = name
        self.added = added
        self.share = share
    }

    /// Differences of the times of a growing chain; the last is the whole.
    public static func costs(ofChain chain: [(name: String, wall: Double)]) -> [StageCost] {
        guard let whole = chain.last?.wall, whole > 0 else { return [] }
        var before = 0.0
        return chain.map { step in
            defer { before = step.wall }
            return StageCost(name: step.name, added: step.wall - before, share: (step.wall - before) / whole)
        }
    }
}

public struct ColdStart: Codable, Sendable {
    public var name: String
    /// Median wall time in seconds.
    public var median: Double
    public var runs: Int

    public init(name: String, median: Double, runs: Int) {
        self.name = name
        self.median = median
        self.runs = runs
    }
}

/// Calls for memory a MB of input once the program has what it needs.
public struct Allocations: Codable, Sendable {
    public var name: String
    public var calls: Double
    public var bytes: Double

    /// - Parameters: calls and bytes over an input, the same over one twice as long, and how many bytes longer it is.
    public init(
        name: String, shorter: (calls: Int, bytes: Int), longer: (calls: Int, bytes: Int), difference: Int
    ) {
        let megabytes = Double(difference) / 1e6
        self.name = name
        calls = megabytes > 0 ? Double(longer.calls - shorter.calls) / megabytes : 0
        bytes = megabytes > 0 ? Double(longer.bytes - shorter.bytes) / megabytes : 0
    }
}

/// The value in the middle of a sorted list; of two, the lower. 0 for an empty list.
public func median(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.sorted()[(values.count - 1) / 2]
}
