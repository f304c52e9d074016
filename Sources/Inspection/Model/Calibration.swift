import AContrario
import Metrics

/// How often good images raise an alarm, learnt from those that the detector was not fitted on.
public struct Calibration: Codable, Sendable, Equatable {
  /// The fewest images that a training holds out for it.
  public static let minimumImageCount = 4

  /// How many good images it rests on.
  public var imageCount: Int { law.imageCount }
  /// The false alarms an image that come with accepting a region.
  package let law: FalseAlarmLaw
  /// The law of a pixel at each scale; nil where the detector's own is taken.
  package let pixelLaws: [EmpiricalLaw?]
  /// The value of the anomaly map that one pixel of a good image exceeds, on average (U-Flow
  /// section 4.3, the "fair" threshold).
  public let fairThreshold: Float
  private var scores: [Float]?
  /// The scores of the good images that it rests on, ascending; empty in older bundles.
  public var goodScores: [Float] { scores ?? [] }

  /// Learns from what a ``Scorer`` saw in good images that its detector was not fitted on.
  ///
  /// - Throws: ``InspectionError`` where there are none, or where they are not of the same detector.
  public init(_ rawPredictions: [RawPrediction]) throws {
    guard let first = rawPredictions.first else {
      throw InspectionError(
        "calibration", found: "no images", remedy: "hold out at least \(Self.minimumImageCount)")
    }
    guard rawPredictions.allSatisfy({ $0.scales.count == first.scales.count }) else {
      throw InspectionError(
        "calibration",
        found: "evidence of \(first.scales.count) scales in one image, of others in another",
        remedy: "calibrate with the predictions of one detector")
    }
    var fair = FairThreshold(maximumImageCount: rawPredictions.count, falseAlarmsPerImage: 1)
    for raw in rawPredictions { try fair.add(map: raw.map.values) }
    // No threshold: there are no more pixels than images, and any of them may alarm.
    fairThreshold = fair.value ?? first.map.values.min() ?? 0
    let pixelLaws = try first.scales.indices.map { index in
      first.scales[index].null == .empirical
        ? try EmpiricalLaw(sample: rawPredictions.flatMap { $0.scales[index].values }) : nil
    }
    self.pixelLaws = pixelLaws
    scores = rawPredictions.map(\.score).sorted()
    law = FalseAlarmLaw(
      peaks: try rawPredictions.map { try Self.probabilities(of: $0, pixelLaws).peaks() })
  }

  /// The false alarms an image that come with calling a pixel anomalous, at the size of the map.
  ///
  /// - Throws: ``InspectionError`` where no theoretical law is known, or where the calibration is
  ///   not of the detector that made the raw prediction.
  package func falseAlarms(_ raw: RawPrediction, null kind: Decision.NullDistribution) throws
    -> FalseAlarmMap
  {
    switch kind {
    case .calibrated: try Self.probabilities(of: raw, pixelLaws).calibrated(by: law)
    case .theoretical: try Self.theoretical(raw)
    }
  }

  /// Whether some scale has no law but the one that was learnt.
  var isLearntAlone: Bool { pixelLaws.contains { $0 != nil } }

  static var noTheory: InspectionError {
    InspectionError(
      "the theoretical null distribution", found: "none is known of this detector's evidence",
      remedy: "use --null calibrated", isUsage: true)
  }

  /// log10 of the probability of a false alarm, under laws that need not be right.
  private static func probabilities(of raw: RawPrediction, _ pixelLaws: [EmpiricalLaw?])
    throws -> FalseAlarmMap
  {
    guard pixelLaws.count == raw.scales.count else {
      throw ofAnotherDetector(
        "\(pixelLaws.count) scales where the detector's evidence has \(raw.scales.count)")
    }
    let scales = try zip(raw.scales, pixelLaws).map { scale, pixelLaw in
      statistic(scale, try measure(scale, pixelLaw))
    }
    return try RegionTest(resampling: .majority).falseAlarms(
      scales: scales, width: raw.map.width, height: raw.map.height, log10Tests: 0)
  }

  private static func measure(_ scale: RawPrediction.Scale, _ pixelLaw: EmpiricalLaw?) throws
    -> RegionTailBound
  {
    switch (scale.null, pixelLaw) {
    case (.chiSquare(let degrees), nil): .chiSquare(ChernoffBound(degrees: degrees))
    case (.empirical, let pixelLaw?):
      .empirical(TailMeasure(law: pixelLaw, pixelCount: scale.values.count))
    case (.empirical, nil):
      throw ofAnotherDetector("no law of a pixel where the detector's evidence needs a learnt one")
    case (.chiSquare, _?):
      throw ofAnotherDetector("a learnt law of a pixel where the detector's evidence has its own")
    }
  }

  /// No sooner than here, for what evidence a detector gives shows when it has seen an image.
  private static func ofAnotherDetector(_ found: String) -> InspectionError {
    InspectionError(
      "the model's calibration", found: "made for another detector: \(found)",
      remedy: "train the model anew")
  }

  /// U-Flow's test as published: the probabilities of its law, times the number of regions.
  private static func theoretical(_ raw: RawPrediction) throws -> FalseAlarmMap {
    let scales = try raw.scales.map { scale in
      guard case .chiSquare(let degrees) = scale.null else {
        throw noTheory
      }
      return statistic(scale, ChernoffBound(degrees: degrees))
    }
    return try RegionTest().falseAlarms(
      scales: scales, width: raw.map.width, height: raw.map.height,
      log10Tests: NumberOfTests.log10Regions(pixelCounts: scales.map(\.values.count)))
  }

  private static func statistic<Measure>(_ scale: RawPrediction.Scale, _ measure: Measure)
    -> RegionStatistic<Measure>
  {
    RegionStatistic(
      width: scale.width, height: scale.height, values: scale.values, measure: measure)
  }
}

/// How unlikely a region of a scale is, by the law of that scale.
private enum RegionTailBound: RegionMeasure {
  case chiSquare(ChernoffBound)
  case empirical(TailMeasure<EmpiricalLaw>)

  func log10PFA(area: Int, level: Double) -> Double {
    switch self {
    case .chiSquare(let measure): measure.log10PFA(area: area, level: level)
    case .empirical(let measure): measure.log10PFA(area: area, level: level)
    }
  }
}
