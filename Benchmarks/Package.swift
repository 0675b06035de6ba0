// swift-tools-version:6.2
import PackageDescription

// Micro-benchmarks, and the tests of the kernels alone: small enough to be built optimised in a minute.
//
//     swift run -c release --package-path Benchmarks KernelBench
//     swift run -c release --package-path Benchmarks PartBench

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "marginsweep", path: "..")],
  targets: [
    .executableTarget(
      name: "KernelBench",
      dependencies: [
        .product(name: "Kernels", package: "marginsweep"),
        .product(name: "CBaseline", package: "marginsweep"),
      ],
      swiftSettings: strict),

    .target(name: "CRoof"),
    .executableTarget(
      name: "PartBench",
      dependencies: [
        "CRoof", .product(name: "Kernels", package: "marginsweep"),
        .product(name: "Parts", package: "marginsweep"),
      ],
      swiftSettings: strict),

    // These folders are links to those of the product.
    .target(
      name: "Support", dependencies: [.product(name: "Kernels", package: "marginsweep")],
      path: "Tests/Support", swiftSettings: strict),
    .testTarget(
      name: "KernelsTests",
      dependencies: [
        "Support", .product(name: "Kernels", package: "marginsweep"),
        .product(name: "CBaseline", package: "marginsweep"),
      ],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
