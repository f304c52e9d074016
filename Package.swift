// swift-tools-version: 6.1
import PackageDescription

let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// Bottom floor first; a target imports only what stands above it in this list.
let package = Package(
  name: "Blemish",
  products: [
    .library(name: "Blemish", targets: ["Blemish"]),
    .library(name: "Torch", targets: ["Torch"]),
    .library(name: "DetectorConformance", targets: ["DetectorConformance"]),
    .executable(name: "blemish", targets: ["BlemishLauncher"]),
    .executable(name: "blemish-engine", targets: ["BlemishCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
  ],
  targets: [
    // System libraries. `make` writes libtorch.pc into .deps/pkgconfig.
    .systemLibrary(name: "CLibTorch", pkgConfig: "libtorch"),
    .systemLibrary(
      name: "CLibJPEG", pkgConfig: "libjpeg",
      providers: [.apt(["libjpeg-dev"])]),
    .systemLibrary(
      name: "CLibPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"])]),
    .systemLibrary(
      name: "CLibTIFF", pkgConfig: "libtiff-4",
      providers: [.apt(["libtiff-dev"])]),
    .systemLibrary(
      name: "CLibWebP", pkgConfig: "libwebp",
      providers: [.apt(["libwebp-dev"])]),
    .systemLibrary(
      name: "CLibCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CLibZ", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"])]),

    // What needs no tensors, so that the program `blemish` starts without libtorch and in little memory.
    .target(name: "Records", swiftSettings: swiftSettings),
    .target(
      name: "CommandInterface",
      dependencies: [
        "Records", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "BlemishLauncher", dependencies: ["CommandInterface", "Records"],
      swiftSettings: swiftSettings),

    .target(name: "CFileSystem"),
    .target(name: "CTorch", dependencies: ["CLibTorch"]),
    .target(
      name: "CImageCodecs", dependencies: ["CLibJPEG", "CLibPNG", "CLibTIFF", "CLibWebP"]),
    .target(
      name: "Torch", dependencies: ["CTorch", "CLibCrypto", "CLibZ"], swiftSettings: swiftSettings),
    .target(name: "Statistics", dependencies: ["Torch"], swiftSettings: swiftSettings),
    .target(name: "AContrario", swiftSettings: swiftSettings),
    .target(name: "Metrics", swiftSettings: swiftSettings),
    .target(
      name: "Imaging", dependencies: ["CImageCodecs", "Torch"], swiftSettings: swiftSettings),
    .target(name: "Backbones", dependencies: ["Torch"], swiftSettings: swiftSettings),
    .target(
      name: "Inspection",
      dependencies: [
        "CFileSystem", "Records", "Torch", "AContrario", "Metrics", "Imaging", "Backbones",
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "DetectorConformance", dependencies: ["Torch", "Imaging", "Backbones", "Inspection"],
      swiftSettings: swiftSettings),
    .target(
      name: "Datasets", dependencies: ["CLibZ", "Torch", "Imaging", "Inspection"],
      swiftSettings: swiftSettings),
    .target(
      name: "Detectors", dependencies: ["Torch", "Statistics", "Backbones", "Inspection"],
      exclude: [
        "AnomalyHop/README.md", "Gaussian/README.md", "PEDENet/README.md", "PIADE/README.md",
        "PaDiM/README.md", "UFlow/README.md",
      ],
      resources: [
        .embedInCode("UFlow/uflow.json"), .embedInCode("AnomalyHop/anomalyhop.json"),
        .embedInCode("PIADE/piade.json"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "Workbench",
      dependencies: [
        "Records", "Torch", "AContrario", "Metrics", "Imaging", "Backbones", "Inspection",
        "Datasets",
        "Detectors",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      resources: [
        .embedInCode("Benchmark/Published/mvtec.json")
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "Reports",
      dependencies: [
        "Torch", "Metrics", "Imaging", "Inspection", "Datasets", "Workbench",
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [
        .embedInCode("Templates/report.mustache"),
        .embedInCode("Templates/benchmark.mustache"),
        .embedInCode("Templates/comparison.mustache"),
        .embedInCode("Templates/head.mustache"),
        .embedInCode("Templates/plots.mustache"),
        .embedInCode("Templates/tables.mustache"),
        .embedInCode("Templates/pictures.mustache"),
        .embedInCode("Templates/provenance.mustache"),
        .embedInCode("Templates/script.mustache"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "Blemish",
      dependencies: [
        "Torch", "Statistics", "AContrario", "Metrics", "Imaging", "Backbones", "Inspection",
        "Datasets", "Detectors", "Workbench", "Reports",
      ],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "BlemishCommand",
      dependencies: [
        // All that Blemish re-exports, so that a change in one of them builds the command anew.
        "Blemish", "Torch", "Statistics", "AContrario", "Metrics", "Imaging", "Backbones",
        "Inspection", "Datasets", "Detectors", "Workbench", "Reports", "Records",
        "CommandInterface",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: swiftSettings),

    .target(
      name: "Fixtures", dependencies: ["Torch", "Imaging"], path: "Tests/Fixtures",
      swiftSettings: swiftSettings),
    .target(
      name: "WorkbenchFixtures",
      dependencies: [
        "Workbench", "Detectors", "Datasets", "Inspection", "Backbones", "Torch", "Fixtures",
      ],
      path: "Tests/WorkbenchFixtures", swiftSettings: swiftSettings),
    .testTarget(
      name: "TorchTests", dependencies: ["CTorch", "Torch", "Fixtures"], exclude: ["Data"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "StatisticsTests", dependencies: ["Statistics", "Torch", "Fixtures"], exclude: ["Data"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "AContrarioTests", dependencies: ["AContrario", "Torch", "Fixtures"],
      exclude: ["Data"], swiftSettings: swiftSettings),
    .testTarget(
      name: "MetricsTests", dependencies: ["Metrics", "Torch", "Fixtures"], exclude: ["Data"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "ImagingTests", dependencies: ["Imaging", "Torch", "Fixtures"], exclude: ["Data"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "BackbonesTests", dependencies: ["Backbones", "Torch", "Imaging", "Fixtures"],
      exclude: ["Data"], swiftSettings: swiftSettings),
    .testTarget(
      name: "InspectionTests",
      dependencies: [
        "DetectorConformance", "Inspection", "AContrario", "Backbones", "Imaging", "Torch",
        "Fixtures",
      ],
      exclude: ["Data"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Datasets", "Inspection", "Backbones", "Imaging", "Torch", "Fixtures"],
      exclude: ["Data"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "DetectorsTests",
      dependencies: [
        "DetectorConformance", "Detectors", "Inspection", "Backbones", "Imaging", "Statistics",
        "Torch", "Fixtures",
      ],
      exclude: ["Data"], swiftSettings: swiftSettings),
    .testTarget(
      name: "WorkbenchTests",
      dependencies: [
        "Workbench", "Detectors", "Datasets", "Inspection", "Backbones", "Imaging", "Metrics",
        "Torch", "Fixtures", "WorkbenchFixtures",
      ],
      exclude: ["Data"], swiftSettings: swiftSettings),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "Reports", "Workbench", "Detectors", "Inspection", "Datasets", "Backbones", "Imaging",
        "Metrics", "Torch", "Fixtures", "WorkbenchFixtures",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "BlemishCommandTests",
      dependencies: [
        "Blemish", "BlemishCommand", "BlemishLauncher", "CommandInterface", "Fixtures",
      ],
      swiftSettings: swiftSettings),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
