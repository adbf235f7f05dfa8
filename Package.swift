// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is built in Swift 6 mode with warnings as errors; Core also checks memory safety strictly.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let strictC: [CSetting] = [.treatAllWarnings(as: .error)]
let strictCXX: [CXXSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
    name: "winnow",
    products: [
        .library(name: "Winnow", targets: ["WinnowCore", "WinnowStages", "WinnowRun"]),
        .executable(name: "winnow", targets: ["winnow"]),
    ],
    targets: [
        // Debian's C libraries.
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
        .systemLibrary(name: "CVectorscan", pkgConfig: "libhs", providers: [.apt(["libvectorscan-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CLZMA", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
        .systemLibrary(name: "CBZip2", providers: [.apt(["libbz2-dev"])]),
        .systemLibrary(name: "CNettle", pkgConfig: "nettle", providers: [.apt(["nettle-dev"])]),
        // ICU is reached through a C++ shim whose header names no ICU type: see docs/decisions/0002.
        .target(
            name: "CICUShims",
            cxxSettings: strictCXX,
            linkerSettings: [.linkedLibrary("icuuc"), .linkedLibrary("icui18n"), .linkedLibrary("icudata")]
        ),
        .target(name: "CSimdjsonShims", cxxSettings: strictCXX, linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CSystem", cSettings: strictC),
        .target(name: "CKernels", exclude: ["generate"], cSettings: strictC),

        // The rule packs as data, compiled from Sources/WinnowStages/Rules by `make rules`.
        .target(name: "CRules", cSettings: strictC),
        // The line classifier's model, embedded from lines.model, which `make train` writes.
        .target(name: "CLineModel", exclude: ["lines.model"], cSettings: strictC),

        // The way of a line, bottom up.
        .target(name: "WinnowCore", swiftSettings: strict + [.strictMemorySafety()]),
        .target(
            name: "WinnowText",
            dependencies: ["WinnowCore", "CICUShims", "CKernels", "CXXHash", "CVectorscan"],
            swiftSettings: strict),
        .target(
            name: "WinnowStages",
            dependencies: ["WinnowCore", "WinnowText", "CRules", "CLineModel"],
            exclude: ["Rules"],
            swiftSettings: strict),
        .target(
            name: "WinnowIO",
            dependencies: [
                "WinnowCore", "CKernels", "CSimdjsonShims", "CSystem", "CSQLite", "CXXHash", "CZlib", "CZstd", "CLZMA",
                "CBZip2",
                "CNettle",
            ],
            swiftSettings: strict),
        .target(
            name: "WinnowRun",
            dependencies: ["WinnowCore", "WinnowText", "WinnowStages", "WinnowIO"],
            swiftSettings: strict),
        .target(name: "WinnowConfig", dependencies: ["WinnowCore", "CYAML"], swiftSettings: strict),
        .target(name: "WinnowReport", dependencies: ["WinnowCore"], swiftSettings: strict),
        .target(
            name: "WinnowCLI",
            dependencies: [
                "WinnowCore", "WinnowText", "WinnowStages", "WinnowIO", "WinnowRun", "WinnowConfig", "WinnowReport",
            ],
            swiftSettings: strict),
        .executableTarget(name: "winnow", dependencies: ["WinnowCLI", "WinnowIO"], swiftSettings: strict),

        // A tool for those who change rule packs.
        .executableTarget(
            name: "rules-compiler",
            dependencies: ["WinnowCore", "WinnowStages", "WinnowConfig", "WinnowIO"],
            swiftSettings: strict),
        // A tool for those who move to another version of Unicode.
        .executableTarget(
            name: "fold-compiler", dependencies: ["WinnowCore", "WinnowText", "WinnowIO"], swiftSettings: strict),

        // What several test targets use.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "WinnowCoreTests", dependencies: ["WinnowCore", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "WinnowTextTests", dependencies: ["TestSupport", "WinnowText", "WinnowCore"], swiftSettings: strict),
        .testTarget(
            name: "WinnowStagesTests",
            dependencies: ["TestSupport", "WinnowStages", "WinnowText", "WinnowCore", "WinnowConfig", "WinnowIO"],
            swiftSettings: strict),
        .testTarget(
            name: "WinnowConfigTests", dependencies: ["TestSupport", "WinnowConfig", "WinnowCore", "WinnowStages", "WinnowIO"],
            swiftSettings: strict),
        .testTarget(
            name: "WinnowIOTests", dependencies: ["TestSupport", "WinnowIO", "WinnowCore", "CKernels"], swiftSettings: strict),
        .testTarget(
            name: "WinnowRunTests",
            dependencies: ["TestSupport", "WinnowRun", "WinnowIO", "WinnowStages", "WinnowText", "WinnowCore", "WinnowConfig"],
            swiftSettings: strict),
        // A small run over the blocks of a batch, for tests that kill it.
        .executableTarget(
            name: "batch-probe", dependencies: ["WinnowIO", "WinnowCore"], path: "Tests/BatchProbe", swiftSettings: strict),
        .testTarget(
            name: "WinnowBatchTests", dependencies: ["TestSupport", "WinnowIO", "WinnowCore", "batch-probe"],
            swiftSettings: strict),
        .testTarget(
            name: "WinnowCLITests",
            dependencies: ["TestSupport", "WinnowCLI", "winnow", "rules-compiler", "WinnowConfig", "WinnowStages"],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x,
    cxxLanguageStandard: .cxx17
)
