// swift-tools-version: 6.1
import PackageDescription

// A package of somebody else's that uses Blemish. Yours would name the repository's URL instead of the path.
let package = Package(
  name: "Consumer",
  dependencies: [.package(name: "Blemish", path: "../..")],
  targets: [
    .executableTarget(
      name: "Consumer", dependencies: [.product(name: "Blemish", package: "Blemish")])
  ]
)
