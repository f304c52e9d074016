import Foundation
import Inspection
import Torch

/// What came of one run; `row.json` in the run's folder.
public struct BenchmarkRow: Codable, Sendable, Equatable {
  public enum Status: String, Codable, Sendable { case done, failed }

  public var conditions: BenchmarkConditions
  public var status: Status
  /// Why there are no metrics.
  public var error: String?
  /// How the epoch was chosen, in so many words.
  public var selection: String?
  /// Whether test images had a say in the model.
  public var selectedOnTestData = false
  /// Nil where the run failed.
  public var metrics: EvaluationMetrics?
  /// What the detector tells of its fitting, such as the last loss.
  public var fitting: [String: Double] = [:]
  public var fittingImages: Int?
  public var calibrationImages: Int?
  /// Test images that could not be judged, each with the reason.
  public var failures: [String] = []
  /// Seconds that each stage took.
  public var seconds: [String: Double] = [:]
  /// The most memory that the process held during the run.
  public var peakMemoryMB: Double?
  /// The model's folder beside the row, where it was kept.
  public var model: String?
  public var processor: String
  public var threads: Int
  public var libtorch: String
  /// ISO 8601, UTC.
  public var finished: String

  public init(_ conditions: BenchmarkConditions, _ status: Status, error: String? = nil) {
    self.conditions = conditions
    self.status = status
    self.error = error
    processor = Hardware.processor
    threads = Machine.threads
    libtorch = Machine.torchVersion
    finished = Date().formatted(.iso8601)
  }
}
