import Foundation
import Imaging
import Inspection
import Torch

/// The entries of a report's gallery, gathered while predictions are made.
final class Gallery: @unchecked Sendable {
  /// Longer side of a thumbnail, in pixels.
  static let side = 256

  private let lock = NSLock()
  private var gathered: [Report.Entry] = []

  var entries: [Report.Entry] { lock.withLock { gathered } }

  func add(_ image: LoadedImage, _ prediction: Prediction, _ pictures: PredictionPictures) throws {
    let sample = image.sample
    let truth: Report.Entry.Truth =
      switch sample.label {
      case .good: .good
      case .defective(let kind): .defective(kind)
      case .unknown: .unlabeled
      }
    var entry = Report.Entry(
      name: sample.name, truth: truth, score: Double(prediction.score),
      isAnomalous: prediction.isAnomalous)
    entry.original = try Self.photograph(image.original)
    entry.overlay = try Self.photograph(pictures.overlay)
    entry.mask = try Self.drawing(pictures.mask)
    entry.groundTruth = try sample.maskPath.map { try Self.drawing(Image(contentsOf: $0)) }
    lock.withLock { gathered.append(entry) }
  }

  private static func photograph(_ image: Image) throws -> Report.Picture {
    Report.Picture(Array(try reduced(image.rgb(), .bilinear).jpegData(quality: 85)))
  }

  private static func drawing(_ image: Image) throws -> Report.Picture {
    Report.Picture(Array(try reduced(image.gray(), .nearest).pngData(level: 9)))
  }

  private static func reduced(_ image: Image, _ interpolation: Interpolation) -> Image {
    let scale = Double(side) / Double(max(image.width, image.height))
    guard scale < 1 else { return image }
    let length = { (n: Int) in max(Int((Double(n) * scale).rounded()), 1) }
    return image.resized(width: length(image.width), height: length(image.height), interpolation)
  }
}
