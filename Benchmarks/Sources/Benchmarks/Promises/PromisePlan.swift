import Blemish

/// What tells one run from another.
struct PromiseConditions: Codable, Hashable {
  /// Name of the data set.
  var data: String
  var detector: String
  /// Good images that were drawn to learn from.
  var images: Int
  /// Draws the images, and is the seed of the training.
  var seed: UInt64
  var options: TrainingOptions
}

/// What the training is told beside its defaults.
struct TrainingOptions: Codable, Hashable {
  /// See `TrainingRun.holdOut`.
  var holdOut: Double?

  func apply(to training: inout TrainingRun) {
    if let holdOut { training.holdOut = holdOut }
  }

  /// As tables show them; empty where all are defaults.
  var text: String { holdOut.map { "hold-out \($0)" } ?? "" }
}

/// A part of the matrix: sets, sizes, detectors and seeds.
struct PromisePlan {
  /// Where the data sets are; empty where all that a file has is meant.
  let data: [String]
  private let detectors: [String]
  private let sizes: [Size]
  private let seeds: [UInt64]
  private let options: TrainingOptions
  /// What was asked for by name, where a table is to be of less than all.
  private let chosen: Set<String>

  private enum Size: Hashable {
    case images(Int)
    case all

    /// Images that are drawn of so many.
    func count(of available: Int) -> Int {
      switch self {
      case .images(let count): min(count, available)
      case .all: available
      }
    }
  }

  init(_ given: Arguments) throws {
    data = given.list("data") ?? []
    detectors = try given.names("detectors") ?? ["padim", "uflow", "anomalyhop"]
    for name in detectors { _ = try DetectorRegistry.all.type(name) }
    seeds = try (given.names("seeds") ?? ["0", "1", "2", "3", "4"]).map { text in
      guard let seed = UInt64(text) else {
        throw Misuse(description: "--seeds has \(text); give whole numbers such as 0,1,2")
      }
      return seed
    }
    sizes = try (given.names("sizes") ?? ["10", "20", "40", "80", "all"]).map { text in
      if text == "all" { return .all }
      guard let count = Int(text), count > 0 else {
        throw Misuse(description: "--sizes has \(text); give numbers of images, or all")
      }
      return .images(count)
    }
    let holdOut = try given["hold-out"].map { text in
      guard let share = Double(text), (0..<1).contains(share) else {
        throw Misuse(description: "--hold-out is \(text); give a share of at least 0 and below 1")
      }
      return share
    }
    options = TrainingOptions(holdOut: holdOut)
    chosen = Set(["detectors", "sizes", "seeds", "hold-out"].filter { given[$0] != nil })
  }

  /// All runs of a set, seed by seed, so that an interrupted set has something of everything.
  func conditions(of dataset: Dataset) -> [PromiseConditions] {
    var counts: [Int] = []
    for size in sizes {
      let count = size.count(of: dataset.training.count)
      if !counts.contains(count) { counts.append(count) }
    }
    return seeds.flatMap { seed in
      counts.flatMap { count in
        detectors.map {
          PromiseConditions(
            data: dataset.name, detector: $0, images: count, seed: seed, options: options)
        }
      }
    }
  }

  /// Whether a table of what was asked for has that run in it.
  func includes(_ row: PromiseRow) -> Bool {
    let conditions = row.conditions
    let names = data.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    return (names.isEmpty || names.contains(conditions.data))
      && (!chosen.contains("detectors") || detectors.contains(conditions.detector))
      && (!chosen.contains("seeds") || seeds.contains(conditions.seed))
      && (!chosen.contains("sizes")
        || sizes.contains {
          $0.count(of: row.found?.available ?? conditions.images) == conditions.images
        })
      && (!chosen.contains("hold-out") || options == conditions.options)
  }
}
