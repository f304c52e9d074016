import AContrario
import Foundation
import Synchronization
import Torch

/// How many regions of a good image stand out as much as one, learnt from good images that the detector was not fitted on.
///
/// A region's evidence is how unlikely it is under laws that need not be right; how much of it turns up in good images is
/// counted, see ``FalseAlarmLaw``.
struct RegionLaw: Sendable, Equatable {
  /// The false alarms an image that come with accepting a region.
  let law: FalseAlarmLaw
  /// The law of a pixel at each scale; nil where the detector's own is taken.
  let pixelLaws: [EmpiricalLaw?]
  /// What the values of each scale are multiplied with; nil in models of version 0.1, where it is 1.
  ///
  /// One in a hundred values of good images then exceeds what one in a hundred of the chi-square law exceeds. Without that,
  /// a scale whose values are larger than its law says would find whole images unlikely, good and flawed alike, and no other scale
  /// would be heard.
  let units: [Float]?
  /// How much larger a value of each scale is in good images than its law says, on average; nil likewise, 1 where a law is learnt.
  ///
  /// Latents of images that a flow has not learnt from are wider than those of images that it has.
  let widths: [Float]?

  /// Of a scale's values in good images, those that set its unit lie below that share of them.
  private static let quantile = 0.99

  init(law: FalseAlarmLaw, pixelLaws: [EmpiricalLaw?], units: [Float]?, widths: [Float]?) {
    (self.law, self.pixelLaws, self.units, self.widths) = (law, pixelLaws, units, widths)
  }

  /// - Parameters:
  ///   - images: the evidence of each good image; at least one.
  ///   - groups: which of them are near-equal; empty where none are.
  ///   - width: of the maps in pixels; the height likewise.
  init(_ images: [[RawPrediction.Scale]], groups: [Int], width: Int, height: Int) throws {
    var pixelLaws: [EmpiricalLaw?] = []
    var (units, widths): ([Float], [Float]) = ([], [])
    for index in images[0].indices {
      let sample = images.flatMap { $0[index].values }
      switch images[0][index].null {
      case .empirical:
        pixelLaws.append(try EmpiricalLaw(sample: sample))
        units.append(1)
        widths.append(1)
      case .chiSquare(let degrees):
        pixelLaws.append(nil)
        units.append(Self.unit(of: sample, degrees: degrees))
        let mean = sample.reduce(0) { $0 + Double($1) } / Double(sample.count)
        widths.append(max(Float(mean / Double(degrees)), .leastNormalMagnitude))
      case .hotelling(let dimensions, _):
        pixelLaws.append(nil)
        units.append(Self.unit(of: sample, degrees: dimensions))
        // Its law knows already that means and covariances were estimated.
        widths.append(1)
      }
    }
    (self.pixelLaws, self.units, self.widths) = (pixelLaws, units, widths)
    let uncounted = RegionLaw(
      law: FalseAlarmLaw(peaks: [[]]), pixelLaws: pixelLaws, units: units, widths: widths)
    let peaks = Mutex([Result<[Double], any Error>?](repeating: nil, count: images.count))
    DetachedThread.concurrently(images.count) { image in
      let found = Result {
        try uncounted.probabilities(of: images[image], width: width, height: height).peaks()
      }
      peaks.withLock { $0[image] = found }
    }
    law = FalseAlarmLaw(
      peaks: try peaks.withLock { try $0.compactMap { try $0?.get() } }, groups: groups)
  }

  private static func unit(of sample: [Float], degrees: Int) -> Float {
    let sorted = sample.sorted()
    let found = sorted[Int(quantile * Double(sorted.count - 1))]
    // Wilson and Hilferty's approximation, which is near enough for a unit.
    let (count, deviate) = (Double(degrees), 2.326348)
    let cube = 1 - 2 / (9 * count) + deviate * (2 / (9 * count)).squareRoot()
    let unit = Float(count * cube * cube * cube) / found
    return found > 0 && unit.isFinite && unit > 0 ? unit : 1
  }

  /// The false alarms an image that come with calling a pixel anomalous, at the size of the map.
  ///
  /// - Throws: ``InspectionError`` where the law is of another detector.
  func falseAlarms(_ raw: RawPrediction) throws -> FalseAlarmMap {
    try probabilities(of: raw.scales, width: raw.map.width, height: raw.map.height)
      .calibrated(by: law)
  }

  /// log10 of the probability of a false alarm, under laws that need not be right.
  private func probabilities(of scales: [RawPrediction.Scale], width: Int, height: Int) throws
    -> FalseAlarmMap
  {
    guard pixelLaws.count == scales.count else {
      throw Self.ofAnotherDetector(
        "\(pixelLaws.count) scales where the detector's evidence has \(scales.count)")
    }
    let statistics = try scales.indices.map { index in
      let scale = scales[index]
      let unit = units?[index] ?? 1
      return RegionStatistic(
        width: scale.width, height: scale.height,
        values: unit == 1 ? scale.values : scale.values.map { $0 * unit },
        measure: try Self.measure(scale, pixelLaws[index]))
    }
    return try RegionTest(resampling: .majority).falseAlarms(
      scales: statistics, width: width, height: height, log10Tests: 0)
  }

  private static func measure(_ scale: RawPrediction.Scale, _ pixelLaw: EmpiricalLaw?) throws
    -> RegionTailBound
  {
    switch (scale.null, pixelLaw) {
    // Of distances by estimated laws it is no bound, but an order of regions, which is all that is asked for here.
    case (.chiSquare(let degrees), nil), (.hotelling(let degrees, _), nil):
      .chiSquare(ChernoffBound(degrees: degrees))
    case (.empirical, let pixelLaw?):
      .empirical(TailMeasure(law: pixelLaw, pixelCount: scale.values.count))
    case (.empirical, nil):
      throw ofAnotherDetector("no law of a pixel where the detector's evidence needs a learnt one")
    case (.chiSquare, _?), (.hotelling, _?):
      throw ofAnotherDetector("a learnt law of a pixel where the detector's evidence has its own")
    }
  }

  /// No sooner than here, for what evidence a detector gives shows when it has seen an image.
  static func ofAnotherDetector(_ found: String) -> InspectionError {
    InspectionError(
      "the model's calibration", found: "made for another detector: \(found)",
      remedy: "train the model anew")
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
