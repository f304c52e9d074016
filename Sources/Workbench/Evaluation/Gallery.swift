import Datasets
import Foundation
import Imaging
import Inspection
import Torch

/// The entries of a report's gallery, gathered while predictions are made.
final class Gallery: @unchecked Sendable {
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
      log10FalseAlarms: prediction.log10FalseAlarms, isAnomalous: prediction.isAnomalous,
      scale: prediction.regions.first?.scale)
    entry.original = try .photograph(image.original)
    entry.overlay = try .photograph(pictures.overlay)
    entry.mask = try .drawing(pictures.mask)
    entry.groundTruth = try (try? sample.mask()).map { try .drawing($0) }
    lock.withLock { gathered.append(entry) }
  }
}
