import AContrario
import Foundation
import Imaging

/// What a model says of one image.
public struct Prediction: Sendable {
  /// Higher is more anomalous. It sorts images as the ``decision`` cuts them.
  public let score: Float
  /// What the ``decision`` says of the image.
  public let verdict: Verdict
  /// Whether the ``verdict`` is anomalous.
  public var isAnomalous: Bool { verdict == .anomalous }
  /// log10 of the probability that a good image scores at least so high; with a theoretical null distribution, and in models of
  /// version 0.1, of the false alarms that come with accepting its most unusual region. Nil where a threshold of the detector's own
  /// score decides.
  public let log10FalseAlarms: Double?
  /// Whether ``log10FalseAlarms`` is rarer than the good images of the calibration could show by counting.
  public let isExtrapolated: Bool
  /// How anomalous each part is, at the model's resolution.
  public let map: AnomalyMap
  /// What was decided by.
  public let decision: Decision
  /// Pixels of the original image.
  public let imageWidth: Int
  /// Pixels of the original image.
  public let imageHeight: Int
  /// The anomalous parts, the worst first; none where the image is normal.
  public let regions: [Region]
  /// What was seen, from which ``Model/decide(on:imageWidth:imageHeight:)`` can decide otherwise.
  public let raw: RawPrediction
  /// log10 of the false alarms an image that come with calling a pixel anomalous, at the model's
  /// resolution; nil where a threshold of the detector's own score decides.
  public let falseAlarms: FalseAlarmMap?
  /// The value of the map that one pixel of a good image exceeds on average; where a threshold of the detector's own score decides,
  /// that.
  public let suspicion: Float
  /// At the model's resolution, row by row.
  package let anomalousPixels: [Bool]

  /// - Parameter raw: its values must be finite.
  /// - Throws: ``InspectionError`` where nothing can be decided by the decision's number,
  ///   where it needs a law that is not known, or where the calibration is of another detector.
  package init(
    _ raw: RawPrediction, _ decision: Decision, calibration: Calibration,
    scoreKind: ScoreKind = .common, imageWidth: Int, imageHeight: Int
  ) throws {
    try decision.validate()
    self.raw = raw
    self.decision = decision
    self.imageWidth = imageWidth
    self.imageHeight = imageHeight
    map = raw.map
    let map = raw.map
    let marked: FalseAlarmMap
    let limit: Double
    switch decision {
    case .falseAlarms(_, let null, let confidence, _):
      let judged = try ImageJudgement(
        raw, calibration, scoreKind, null: null, confidence: confidence)
      score = judged.score
      (log10FalseAlarms, isExtrapolated) = (judged.log10FalseAlarms, judged.isExtrapolated)
      falseAlarms = judged.map
      verdict = judged.verdict(by: decision)
      marked = judged.map
      limit = judged.limit(of: verdict, decision)
      suspicion = calibration.fairThreshold
    case .threshold(let threshold) where scoreKind == .common && calibration.scoreLaw != nil:
      let judged = try ImageJudgement(raw, calibration, scoreKind, null: .calibrated)
      score = judged.score
      (log10FalseAlarms, isExtrapolated) = (judged.log10FalseAlarms, judged.isExtrapolated)
      falseAlarms = judged.map
      verdict = score > threshold ? .anomalous : .normal
      marked = judged.map
      // Its parts are marked at the false alarms that come with the threshold.
      let perImage = calibration.scoreLaw.map { $0.log10Probability(of: threshold.nextUp).value }
      limit = verdict == .normal ? -.infinity : judged.regionLimit(pow(10, perImage ?? 0))
      suspicion = calibration.fairThreshold
    case .threshold(let threshold):
      let plane = Plane(
        width: map.width, height: map.height, values: map.values.map { -Double($0) })
      marked = FalseAlarmMap(log10FalseAlarms: plane)
      limit = -Double(threshold)
      falseAlarms = nil
      (log10FalseAlarms, isExtrapolated) = (nil, false)
      score = try calibration.score(raw, scoreKind)
      verdict = score > threshold ? .anomalous : .normal
      suspicion = threshold
    }
    anomalousPixels = marked.mask(log10Epsilon: limit)
    let names = falseAlarms.map { _ in raw.scales.map(\.name) }
    let flags = anomalousPixels
    regions = marked.regions(log10Epsilon: limit).map { region in
      Region(
        region, of: map, flags, scales: names, imageWidth: imageWidth, imageHeight: imageHeight)
    }.sorted { $0.isWorse(than: $1) }
  }

  /// The anomalous pixels at the original image's size: 255 where anomalous, 0 elsewhere.
  ///
  /// A pixel is marked where any anomalous pixel of the map touches it, so no region is lost in a smaller image.
  public func mask() -> Image {
    var pixels = [UInt8](repeating: 0, count: imageWidth * imageHeight)
    for (index, isAnomalous) in anomalousPixels.enumerated() where isAnomalous {
      let (row, column) = index.quotientAndRemainder(dividingBy: map.width)
      let columns = (column..<column + 1).scaled(from: map.width, to: imageWidth)
      for y in (row..<row + 1).scaled(from: map.height, to: imageHeight) {
        for x in columns { pixels[y * imageWidth + x] = 255 }
      }
    }
    return Image(width: imageWidth, height: imageHeight, channels: 1, pixels: pixels)
  }
}

extension Region {
  /// - Parameter scales: the names of the scales; nil where a threshold decides.
  fileprivate init(
    _ region: DetectedRegion, of map: AnomalyMap, _ flags: [Bool], scales: [String]?,
    imageWidth: Int, imageHeight: Int
  ) {
    let columns = region.columns.scaled(from: map.width, to: imageWidth)
    let rows = region.rows.scaled(from: map.height, to: imageHeight)
    let scale = Double(imageWidth) / Double(map.width) * Double(imageHeight) / Double(map.height)
    var peak = -Float.infinity
    for row in region.rows {
      for index in row * map.width + region.columns.lowerBound..<row * map.width
        + region.columns.upperBound where flags[index]
      {
        peak = max(peak, map.values[index])
      }
    }
    let corner = { (position: PixelPosition) in
      Corner(
        x: (2 * position.x * imageWidth + map.width) / (2 * map.width),
        y: (2 * position.y * imageHeight + map.height) / (2 * map.height))
    }
    self.init(
      x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count,
      area: max(Int((Double(region.area) * scale).rounded()), 1), peak: peak,
      log10FalseAlarms: scales == nil ? nil : region.log10FalseAlarms,
      scale: scales?[region.scale],
      contours: region.contours.map { $0.vertices.map(corner) })
  }

  fileprivate func isWorse(than other: Region) -> Bool {
    (-(log10FalseAlarms ?? 0), peak, y, x)
      > (-(other.log10FalseAlarms ?? 0), other.peak, other.y, other.x)
  }
}

extension Range<Int> {
  /// The pixels of a line of `size` pixels that the range touches of the same line in `count` pixels.
  fileprivate func scaled(from count: Int, to size: Int) -> Range<Int> {
    // In integers: a product of floats may end up past the last pixel.
    lowerBound * size / count..<(upperBound * size + count - 1) / count
  }
}
