import Inspection
import Metrics

/// An image that all runs of a comparison have judged.
package struct ComparedImage: Sendable {
  /// What one run says of the image.
  package struct Judgement: Sendable {
    package let score: Double
    package let isAnomalous: Bool
    /// Whether the decision is that of the label.
    package let isRight: Bool
    /// Share of the good images that score lower in the same run, equal ones counting half; where no good image is in
    /// common, of all images.
    package let standing: Double
    /// Share of all images in common that score lower in the same run, equal ones counting half.
    package let rank: Double
    /// Path of the image under its heat map.
    package let overlay: String?
  }

  package let identity: JudgedImage.Identity
  package let isDefective: Bool
  /// In the order of the runs.
  package let judgements: [Judgement]

  /// How far apart the runs see the image: from its lowest standing to its highest.
  package var disagreement: Double {
    let standings = judgements.map(\.standing)
    let gap = (standings.max() ?? 0) - (standings.min() ?? 0)
    // Without the last digits, which would put equal shares into an order.
    return (gap * 1e9).rounded() / 1e9
  }

  package var isDecidedDifferently: Bool { Set(judgements.map(\.isAnomalous)).count > 1 }
  var isWrongSomewhere: Bool { judgements.contains { !$0.isRight } }
  var meanStanding: Double { mean(\.standing) }
  var meanRank: Double { mean(\.rank) }

  private func mean(_ value: (Judgement) -> Double) -> Double {
    judgements.reduce(0) { $0 + value($1) } / Double(judgements.count)
  }
}

/// How often two runs decide rightly, together and alone.
package struct PairedOutcomes: Sendable, Equatable {
  package private(set) var both = 0
  package private(set) var onlyFirst = 0
  package private(set) var onlySecond = 0
  package private(set) var neither = 0

  init(_ decisions: some Sequence<(first: Bool, second: Bool)>) {
    for decision in decisions {
      switch decision {
      case (true, true): both += 1
      case (true, false): onlyFirst += 1
      case (false, true): onlySecond += 1
      case (false, false): neither += 1
      }
    }
  }

  package var images: Int { both + onlyFirst + onlySecond + neither }
  package var test: McNemarTest { McNemarTest(onlyFirst: onlyFirst, onlySecond: onlySecond) }
}

/// What one run says of the images in common, with the scale that its scores make.
struct RunScale {
  private let images: [JudgedImage.Identity: JudgedImage]
  private let folder: String
  private let standing: Ranks
  private let rank: Ranks

  init(_ images: [JudgedImage], folder: String) {
    self.images = Dictionary(
      images.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
    self.folder = folder
    let good = images.filter { !$0.isDefective }
    standing = Ranks(among: (good.isEmpty ? images : good).compactMap(\.score))
    rank = Ranks(among: images.compactMap(\.score))
  }

  /// Nil where the image is not among those in common.
  func judgement(of identity: JudgedImage.Identity) -> ComparedImage.Judgement? {
    guard let image = images[identity], let score = image.score,
      let standing = standing.position(of: score), let rank = rank.position(of: score)
    else { return nil }
    return ComparedImage.Judgement(
      score: score, isAnomalous: image.isAnomalous,
      isRight: image.isAnomalous == image.isDefective, standing: standing, rank: rank,
      overlay: image.overlayPath.map { "\(folder)/\($0)" })
  }
}

/// Where scores stand among others.
private struct Ranks {
  private let reference: [Double]

  init(among reference: [Double]) {
    self.reference = reference.sorted()
  }

  /// Share of the others that lie below, those that are equal counting half: 0.5 in the middle, whatever the scale; nil
  /// where there are no others.
  func position(of score: Double) -> Double? {
    guard !reference.isEmpty else { return nil }
    let below = reference.lowerBound { $0 < score }
    let upTo = reference.lowerBound { $0 <= score }
    return (Double(below) + Double(upTo - below) / 2) / Double(reference.count)
  }
}

extension [Double] {
  /// How many come first that satisfy `isBefore`; they must stand together.
  fileprivate func lowerBound(_ isBefore: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
