// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that who depends on Blemish does not build what measures it.
let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "Blemish", path: "..")],
  targets: [
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        .product(name: "Blemish", package: "Blemish"), .product(name: "Torch", package: "Blemish"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
