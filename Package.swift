// swift-tools-version:6.2
import PackageDescription

/// Every target builds with these: warnings are errors, unsafe code says so.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// One module of the product; arrows go down only (see the architecture document).
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one module; all of them may use the shared helpers in `Tests/Support`.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["Support"], swiftSettings: strict)
}

/// The architecture that is built for. The manifest sees the machine that builds: for another one
/// `MARGINSWEEP_TARGET_ARCH` says which (`x86_64`, `arm64`).
#if arch(x86_64)
  let builder = "x86_64"
#else
  let builder = "other"
#endif
let isX86 = (Context.environment["MARGINSWEEP_TARGET_ARCH"] ?? builder) == "x86_64"

/// The vector loops compiled for a level of x86-64: the folder is a link to their one source. Debug builds
/// and other architectures compile them as the baseline.
func level(_ name: String, _ architecture: String) -> Target {
  let flags = SwiftSetting.unsafeFlags(["-Xcc", "-march=\(architecture)"], .when(configuration: .release))
  return .target(name: name, dependencies: ["CVector"], swiftSettings: strict + (isX86 ? [flags] : []))
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "marginsweep",
  products: [
    .executable(name: "marginsweep", targets: ["marginsweep"]),
    .library(name: "Kernels", targets: ["Kernels", "Platform", "Random"]),
    .library(name: "CBaseline", targets: ["CBaseline"]),
    // What the micro-benchmarks measure besides.
    .library(name: "Parts", targets: ["Margin", "Market", "Report", "TickFile"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CZstd", pkgConfig: "libzstd",
      providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .systemLibrary(
      name: "CArchive", pkgConfig: "libarchive",
      providers: [.apt(["libarchive-dev"]), .brew(["libarchive"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CXXHash", pkgConfig: "libxxhash",
      providers: [.apt(["libxxhash-dev"]), .brew(["xxhash"])]),
    .target(name: "CVector"),
    .target(name: "CProcessor"),
    .target(name: "CAllocator"),
    .target(name: "CBaseline"),

    module("Platform", ["CAllocator", "CProcessor"]),
    module("Random", []),
    module("Market", ["Platform", "Yams"]),
    module("Margin", ["Market", "Platform"]),
    module("KernelsBaseline", ["CVector"]),
    level("KernelsV3", "x86-64-v3"),
    level("KernelsV4", "x86-64-v4"),
    module("Kernels", ["CVector", "KernelsBaseline", "KernelsV3", "KernelsV4", "Platform"]),
    module("TickFile", ["Market", "Platform", "Kernels", "CZstd", "CXXHash"]),
    module("TickImport", ["TickFile", "Market", "Platform", "CArchive", "CZlib"]),
    module("TickGenerate", ["TickFile", "Market", "Platform", "Random"]),
    module("Population", ["Margin", "Market", "Platform", "Random"]),
    module("Engine", ["Margin", "Kernels", "TickFile", "Market", "Platform"]),
    module("Report", ["Engine", "Margin", "Market", "Platform"]),
    module(
      "Sweep", ["Report", "Engine", "Population", "Margin", "TickFile", "Market", "Platform", "Random"]),
    module(
      "Bench",
      [
        "Engine", "Kernels", "Population", "Margin", "TickFile", "TickGenerate", "Market", "Platform",
        "CBaseline",
      ]),
    .executableTarget(
      name: "marginsweep",
      dependencies: [
        "Bench", "Sweep", "Report", "Engine", "Population", "Margin", "TickFile", "TickImport",
        "TickGenerate", "Market", "Platform", argumentParser,
      ],
      swiftSettings: strict),

    .target(
      name: "Support", dependencies: ["Platform"], path: "Tests/Support", swiftSettings: strict),
    tests("PlatformTests", ["Platform"]),
    tests("RandomTests", ["Random"]),
    tests("MarketTests", ["Market", "Platform"]),
    tests("MarginTests", ["Margin", "Kernels", "Market", "Platform", "Random"]),
    tests("KernelsTests", ["Kernels", "CBaseline", "Platform", "Random"]),
    tests("TickFileTests", ["TickFile", "Market", "Platform"]),
    tests("TickImportTests", ["TickImport", "TickFile", "Market", "Platform"]),
    tests("TickGenerateTests", ["TickGenerate", "TickFile", "Market", "Platform"]),
    tests("PopulationTests", ["Population", "Margin", "Market", "Platform"]),
    tests("EngineTests", ["Engine", "Population", "Margin", "TickFile", "Market", "Platform", "Random"]),
    tests(
      "SweepTests",
      ["Sweep", "Report", "Engine", "Population", "Margin", "TickFile", "Market", "Platform"]),
    tests("ReportTests", ["Report", "Engine", "Margin", "Market", "Platform"]),
    tests("CommandTests", ["Platform", "marginsweep"]),
    tests("TreeTests", []),
  ],
  swiftLanguageModes: [.v6]
)
