import Inspection

/// An image that all runs of a comparison have judged.
public struct ComparedImage: Sendable {
  /// What one run says of the image.
  public struct Judgement: Sendable {
    public let score: Double
    public let isAnomalous: Bool
    /// Whether the decision is that of the label.
    public let isRight: Bool
    /// Share of the good images that score lower in the same run, equal ones counting half; where no good image is in
    /// common, of all images.
    public let standing: Double
    /// Share of all images in common that score lower in the same run, equal ones counting half.
    public let rank: Double
    /// Path of the image under its heat map.
    let overlay: String?
  }

  public let identity: JudgedImage.Identity
  public let isDefective: Bool
  /// In the order of the runs.
  public let judgements: [Judgement]

  /// How far apart the runs see the image: from its lowest standing to its highest.
  public var disagreement: Double {
    let standings = judgements.map(\.standing)
    let gap = (standings.max() ?? 0) - (standings.min() ?? 0)
    // Without the last digits, which would put equal shares into an order.
    return (gap * 1e9).rounded() / 1e9
  }

  var isDecidedDifferently: Bool { Set(judgements.map(\.isAnomalous)).count > 1 }
  var isWrongSomewhere: Bool { judgements.contains { !$0.isRight } }
  var meanStanding: Double { mean(\.standing) }
  var meanRank: Double { mean(\.rank) }

  private func mean(_ value: (Judgement) -> Double) -> Double {
    judgements.reduce(0) { $0 + value($1) } / Double(judgements.count)
  }
}
