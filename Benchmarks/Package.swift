// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
    name: "winnow-benchmarks",
    targets: [
        // Text with the debris that winnow exists for, the same bytes for a seed on each machine.
        .target(name: "Corpus", swiftSettings: strict),
        // Figures, and what is written about them.
        .target(name: "BenchReport", swiftSettings: strict),
        .executableTarget(name: "winnow-bench", dependencies: ["Corpus", "BenchReport"], swiftSettings: strict),
        .testTarget(name: "CorpusTests", dependencies: ["Corpus"], swiftSettings: strict),
        .testTarget(name: "BenchReportTests", dependencies: ["BenchReport"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
