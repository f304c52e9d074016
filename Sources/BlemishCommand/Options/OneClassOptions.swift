import ArgumentParser
import Blemish

/// What `blemish benchmark` does in place of judging products.
enum BenchmarkKind: String, ExpressibleByArgument, CaseIterable {
  case oneClass = "one-class"
}

/// What tells a one-class benchmark which of the classes of a labeled set are good.
struct OneClassOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "With one-class: the classes that are good in turn, by name or number, such as 0-9; all if not given.",
      valueName: "classes"))
  var classes: ClassList?

  @Flag(help: "With one-class: the named class is the only one that is not good.")
  var multimodal = false

  var isGiven: Bool { classes != nil || multimodal }

  /// What `--data` would be for each class of the sets in turn.
  ///
  /// - Throws: ``InspectionError`` where there is no such set.
  func locations(_ sets: [String], home: String) throws -> [String] {
    try sets.flatMap { set in
      let names = try classes?.names ?? OneClassLocation.open(set, home: home).classes
      return names.map { "\(set):\(multimodal ? "not-" : "")\($0)" }
    }
  }

  /// The size of the first image of the first set, which is that of all of them as a rule.
  func imageSize(_ sets: [String], home: String) throws -> ImageSize? {
    guard let set = sets.first,
      let image = try OneClassLocation.open(set, home: home).firstImage()
    else { return nil }
    return ImageSize(width: image.width, height: image.height)
  }
}
