import Datasets
import Foundation
import Imaging
import Inspection
import Torch

/// One inspected image: what it is, what was found, and pictures of both.
package struct InspectedImage: Sendable {
  /// What is known about the image beforehand.
  package enum Truth: Sendable, Equatable {
    case good
    /// Defective, with the kind of defect.
    case defective(String)
    case unlabeled
  }

  /// What the decision comes to, given the truth.
  package enum Verdict: Sendable {
    case detected, missed, passed, falseAlarm
    /// Anomalous, or not, by decision alone: the truth is unknown.
    case flagged, unflagged
  }

  /// Path within the data set.
  package var name: String
  package var truth: Truth
  /// Higher is more anomalous.
  package var score: Double
  /// log10 of the false alarms in a good image that come with calling this one anomalous; nil where a threshold decides.
  package var log10FalseAlarms: Double?
  package var isAnomalous: Bool
  /// Whether it lies between two limits; not anomalous then.
  package var isUncertain: Bool
  /// What the strongest region was found at; nil where nothing was, or where it is not known.
  package var scale: String?
  package var original: Thumbnail?
  /// The image under its heatmap.
  package var overlay: Thumbnail?
  /// The pixels that are marked as anomalous.
  package var mask: Thumbnail?
  package var groundTruth: Thumbnail?

  package init(
    name: String, truth: Truth, score: Double, log10FalseAlarms: Double? = nil,
    isAnomalous: Bool, isUncertain: Bool = false, scale: String? = nil, original: Thumbnail? = nil,
    overlay: Thumbnail? = nil,
    mask: Thumbnail? = nil,
    groundTruth: Thumbnail? = nil
  ) {
    self.name = name
    self.truth = truth
    self.score = score
    self.log10FalseAlarms = log10FalseAlarms
    self.isAnomalous = isAnomalous
    self.isUncertain = isUncertain
    self.scale = scale
    self.original = original
    self.overlay = overlay
    self.mask = mask
    self.groundTruth = groundTruth
  }

  package var verdict: Verdict {
    switch (truth, isAnomalous) {
    case (.good, false): .passed
    case (.good, true): .falseAlarm
    case (.defective, false): .missed
    case (.defective, true): .detected
    case (.unlabeled, false): .unflagged
    case (.unlabeled, true): .flagged
    }
  }
}

/// An encoded PNG, JPEG or WebP image, as small as it should appear; a side of 256 pixels will do.
package struct Thumbnail: Sendable, Equatable {
  package var bytes: [UInt8]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }
}

extension Thumbnail {
  /// Longer side of a thumbnail, in pixels.
  private static let side = 256

  /// A thumbnail of a photograph, as JPEG.
  package static func photograph(_ image: Image) throws -> Self {
    // The levels of a deep image that no model has brought to 8 bits are its own.
    var census = LevelCensus()
    census.add(image)
    let visible = image.visible(levels: census.range)
    return Self(Array(try reduced(visible.rgb(), .bilinear).jpegData(quality: 85)))
  }

  /// A thumbnail of a mask, as PNG.
  package static func drawing(_ image: Image) throws -> Self {
    Self(Array(try reduced(image.gray(), .nearest).pngData(level: 9)))
  }

  private static func reduced(_ image: Image, _ interpolation: Interpolation) -> Image {
    let scale = Double(side) / Double(max(image.width, image.height))
    guard scale < 1 else { return image }
    let length = { (n: Int) in max(Int((Double(n) * scale).rounded()), 1) }
    return image.resized(width: length(image.width), height: length(image.height), interpolation)
  }
}

/// Gathers images and their thumbnails while predictions are made.
final class Gallery: @unchecked Sendable {
  private let lock = NSLock()
  private var gathered: [InspectedImage] = []

  var images: [InspectedImage] { lock.withLock { gathered } }

  func add(_ image: LoadedImage, _ prediction: Prediction, _ pictures: PredictionPictures) throws {
    let sample = image.sample
    let truth: InspectedImage.Truth =
      switch sample.label {
      case .good: .good
      case .defective(let kind): .defective(kind)
      case .unknown: .unlabeled
      }
    var inspected = InspectedImage(
      name: sample.name, truth: truth, score: Double(prediction.score),
      log10FalseAlarms: prediction.log10FalseAlarms, isAnomalous: prediction.isAnomalous,
      isUncertain: prediction.verdict == .uncertain, scale: prediction.regions.first?.scale)
    inspected.original = try .photograph(image.original)
    inspected.overlay = try .photograph(pictures.overlay)
    inspected.mask = try .drawing(pictures.mask)
    inspected.groundTruth = try (try? sample.mask()).map { try .drawing($0) }
    lock.withLock { gathered.append(inspected) }
  }
}
