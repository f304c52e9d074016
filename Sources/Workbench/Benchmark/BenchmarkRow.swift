import Foundation
import Inspection
import Torch

/// What came of one run; `row.json` in the run's folder.
package struct BenchmarkRow: Codable, Sendable, Equatable {
  package enum Status: String, Codable, Sendable { case done, failed }

  package var conditions: BenchmarkConditions
  package var status: Status
  /// Why there are no metrics.
  package var error: String?
  /// How the epoch was chosen, in so many words.
  package var selection: String?
  /// Whether test images had a say in the model.
  package var selectedOnTestData = false
  /// Nil where the run failed.
  package var metrics: EvaluationMetrics?
  /// What the detector tells of its fitting, such as the last loss.
  package var fitting: [String: Double] = [:]
  package var fittingImages: Int?
  package var calibrationImages: Int?
  /// Test images that could not be judged, each with the reason.
  package var failures: [String] = []
  /// Seconds that each stage took.
  package var seconds: [String: Double] = [:]
  /// The most memory that the process held during the run.
  package var peakMemoryMB: Double?
  /// The model's folder beside the row, where it was kept.
  package var model: String?
  package var processor: String
  package var threads: Int
  package var libtorch: String
  /// ISO 8601, UTC.
  package var finished: String

  package init(_ conditions: BenchmarkConditions, _ status: Status, error: String? = nil) {
    self.conditions = conditions
    self.status = status
    self.error = error
    processor = Hardware.processor
    threads = Machine.threads
    libtorch = Machine.torchVersion
    finished = Date().formatted(.iso8601)
  }
}
