import AContrario
import Metrics

/// How often good images raise an alarm, learnt from what is seen in those that the detector was not fitted on.
///
/// It promises two things, each for what it is: for an image the probability that a good one raises an alarm, and for regions
/// their expected number in a good image.
public struct Calibration: Codable, Sendable, Equatable {
  /// The fewest images that a training holds out for it.
  public static let minimumImageCount = 4

  /// Where the good images come from that it rests on.
  public enum Basis: Codable, Sendable, Equatable {
    /// From the images that were kept from the fitting.
    case split
    /// From all images, each judged by a fit without those of its fold.
    case folds(Int)
  }

  /// Good images, as they are handed over one by one.
  package struct Images {
    fileprivate var scales: [[RawPrediction.Scale]] = []
    fileprivate var scores: [Float] = []
    fileprivate var size = (width: 0, height: 0)
    fileprivate var fair: FairThreshold
    fileprivate var least: Float = 0

    package init(count: Int) {
      fair = FairThreshold(maximumImageCount: count, falseAlarmsPerImage: 1)
    }

    package mutating func add(_ raw: RawPrediction) throws {
      guard scales.isEmpty || scales[0].count == raw.scales.count else {
        throw InspectionError(
          "calibration",
          found: "evidence of \(scales[0].count) scales in one image, of others in another",
          remedy: "calibrate with the predictions of one detector")
      }
      try fair.add(map: raw.map.values)
      if scales.isEmpty { least = raw.map.values.min() ?? 0 }
      scales.append(raw.scales)
      scores.append(raw.score)
      size = (raw.map.width, raw.map.height)
    }
  }

  /// How many good images it rests on.
  public var imageCount: Int { scoreLaw?.scores.count ?? regions.law.imageCount }
  /// How many of them are independent: groups of near-equal images count as one.
  public var groupCount: Int { scoreLaw?.groupCount ?? imageCount }
  /// Where the images come from; nil in models of version 0.1.
  public let basis: Basis?
  /// How a scale's numbers are brought to a common footing; nil in models of version 0.1, whose images alarm where a region does.
  let statistic: ImageStatistic?
  /// The law of the one statistic of an image; nil likewise.
  public let scoreLaw: ScoreLaw?
  /// The law of the detector's own score; nil likewise.
  public let ownScoreLaw: ScoreLaw?
  /// The law of regions.
  let regions: RegionLaw
  /// The value of the anomaly map that one pixel of a good image exceeds, on average (U-Flow
  /// section 4.3, the "fair" threshold).
  public let fairThreshold: Float

  /// Learns from what a ``Scorer`` saw in good images that its detector was not fitted on.
  ///
  /// - Parameter groups: which of the images are near-equal, by a number for each; empty where none are.
  /// - Throws: ``InspectionError`` where there are none, or where they are not of the same detector.
  public init(
    _ rawPredictions: [RawPrediction], groups: [Int] = [], basis: Basis = .split
  ) throws {
    var images = Images(count: rawPredictions.count)
    for raw in rawPredictions { try images.add(raw) }
    try self.init(images, groups: groups, basis: basis)
  }

  package init(_ images: Images, groups: [Int], basis: Basis) throws {
    guard !images.scales.isEmpty else {
      throw InspectionError(
        "calibration", found: "no images", remedy: "hold out at least \(Self.minimumImageCount)")
    }
    self.basis = basis
    // No threshold: there are no more pixels than images, and any of them may alarm.
    fairThreshold = images.fair.value ?? images.least
    let numbers = images.scales.map(ImageStatistic.numbers)
    let statistic = ImageStatistic(numbers)
    self.statistic = statistic
    scoreLaw = ScoreLaw(numbers.map(statistic.score), groups: groups)
    ownScoreLaw = ScoreLaw(images.scores, groups: groups)
    regions = try RegionLaw(
      images.scales, groups: groups, width: images.size.width, height: images.size.height)
  }

  /// Of the good images, ascending; empty in models of version 0.1.
  public func goodScores(_ kind: ScoreKind) -> [Float] { law(kind)?.scores ?? [] }

  func law(_ kind: ScoreKind) -> ScoreLaw? {
    switch kind {
    case .common: scoreLaw
    case .own: ownScoreLaw
    }
  }

  /// An image's score.
  ///
  /// - Throws: ``InspectionError`` where the calibration is of another detector.
  func score(_ raw: RawPrediction, _ kind: ScoreKind) throws -> Float {
    guard kind == .common, let statistic else { return raw.score }
    guard statistic.fits(scales: raw.scales.count) else {
      throw RegionLaw.ofAnotherDetector(
        "\(statistic.footings.count) numbers where the detector's evidence has \(raw.scales.count) scales"
      )
    }
    return statistic.score(of: ImageStatistic.numbers(of: raw.scales))
  }

  /// The false alarms an image that come with calling a pixel anomalous, at the size of the map.
  ///
  /// - Throws: ``InspectionError`` where no theoretical law is known, or where the calibration is
  ///   not of the detector that made the raw prediction.
  package func falseAlarms(_ raw: RawPrediction, null kind: Decision.NullDistribution) throws
    -> FalseAlarmMap
  {
    switch kind {
    case .calibrated: try regions.falseAlarms(raw)
    case .theoretical: try Self.theoretical(raw, widths: nil)
    case .corrected: try Self.theoretical(raw, widths: regions.widths)
    }
  }

  /// U-Flow's test as published: the probabilities by the law of the evidence, times the number of regions.
  ///
  /// - Parameter widths: what each scale's values are divided by before; nil for the paper's own.
  private static func theoretical(_ raw: RawPrediction, widths: [Float]?) throws -> FalseAlarmMap {
    let scales = try raw.scales.enumerated().map { index, scale in
      RegionStatistic(
        width: scale.width, height: scale.height,
        values: widths.map { widths in scale.values.map { $0 / widths[index] } } ?? scale.values,
        measure: try TheoreticalTail(scale.null))
    }
    return try RegionTest().falseAlarms(
      scales: scales, width: raw.map.width, height: raw.map.height,
      log10Tests: NumberOfTests.log10Regions(pixelCounts: scales.map(\.values.count)))
  }
}

extension Calibration {
  /// Bundles of version 0.1 have the law of regions alone.
  private enum CodingKeys: CodingKey {
    case law, pixelLaws, units, widths, fairThreshold, basis, statistic, scoreLaw, ownScoreLaw
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    regions = RegionLaw(
      law: try container.decode(FalseAlarmLaw.self, forKey: .law),
      pixelLaws: try container.decode([EmpiricalLaw?].self, forKey: .pixelLaws),
      units: try container.decodeIfPresent([Float].self, forKey: .units),
      widths: try container.decodeIfPresent([Float].self, forKey: .widths))
    fairThreshold = try container.decode(Float.self, forKey: .fairThreshold)
    basis = try container.decodeIfPresent(Basis.self, forKey: .basis)
    statistic = try container.decodeIfPresent(ImageStatistic.self, forKey: .statistic)
    scoreLaw = try container.decodeIfPresent(ScoreLaw.self, forKey: .scoreLaw)
    ownScoreLaw = try container.decodeIfPresent(ScoreLaw.self, forKey: .ownScoreLaw)
    let scales = regions.pixelLaws.count
    guard statistic.map({ $0.isSound && $0.fits(scales: scales) }) ?? true,
      (statistic == nil) == (scoreLaw == nil), (scoreLaw == nil) == (ownScoreLaw == nil),
      [regions.units, regions.widths].compactMap(\.self).allSatisfy({ numbers in
        numbers.count == scales && numbers.allSatisfy { $0.isFinite && $0 > 0 }
      })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .statistic, in: container,
        debugDescription:
          "the numbers of an image's statistic and those of \(scales) scales do not fit together")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(regions.law, forKey: .law)
    try container.encode(regions.pixelLaws, forKey: .pixelLaws)
    try container.encodeIfPresent(regions.units, forKey: .units)
    try container.encodeIfPresent(regions.widths, forKey: .widths)
    try container.encode(fairThreshold, forKey: .fairThreshold)
    try container.encodeIfPresent(basis, forKey: .basis)
    try container.encodeIfPresent(statistic, forKey: .statistic)
    try container.encodeIfPresent(scoreLaw, forKey: .scoreLaw)
    try container.encodeIfPresent(ownScoreLaw, forKey: .ownScoreLaw)
  }
}

/// Which number of an image is its score.
public enum ScoreKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// The one statistic that all detectors share, on the footing of good images.
  case common
  /// The one that the detector's paper has, or its authors' program.
  case own
}
