import Backbones
import Torch

/// What a detector has at hand while it learns.
public struct FitContext {
  /// The metric that tells which epoch ``selection`` chose, from 1.
  public static let selectedEpoch = "selectedEpoch"
  /// The metric that tells the score of that epoch.
  public static let selectionScore = "selectionScore"

  /// The metric that tells which epoch was kept for its likelihood of held-out good images, from 1.
  public static let keptEpoch = "keptEpoch"

  /// The metric that tells how many of ``testImages`` took part in the fitting.
  public static let seenTestImages = "seenTestImages"

  public let backbone: (any Backbone)?
  public let seed: UInt64
  public let device: Device
  /// The published weights of a network by its id, for a detector that trains on from them.
  ///
  /// It throws where they are not there.
  public let publishedWeights: (String) throws -> [String: Tensor]
  /// Takes note of how far the work is. It throws to end the work.
  public let report: (WorkProgress) throws -> Void
  /// Scores what was learnt so far, higher is better. Where there is one, a detector that learns in epochs asks it after
  /// each, keeps the best epoch in place of the last, and says which in ``FittedDetector/metrics`` (``selectedEpoch``,
  /// ``selectionScore``). What it is given is good for the call alone.
  ///
  /// Such a choice is only as honest as the images that it looks at.
  public let selection: ((any FittedDetector) throws -> Double)?
  /// The images that the detector will be judged by, without their labels, where a protocol lets it look at them: some
  /// authors scale their maps by the extremes of the test set. A detector that does so tells it in
  /// ``FittedDetector/metrics`` (``seenTestImages``).
  public let testImages: (any TrainingImages)?
  /// Where a detector that learns in epochs leaves its state after each, and finds it again where its fit was cut off.
  public let checkpoints: (any CheckpointStore)?

  public init(
    backbone: (any Backbone)?, seed: UInt64 = 0, device: Device = .cpu,
    report: @escaping (WorkProgress) throws -> Void = { _ in },
    selection: ((any FittedDetector) throws -> Double)? = nil,
    testImages: (any TrainingImages)? = nil, checkpoints: (any CheckpointStore)? = nil,
    publishedWeights: @escaping (String) throws -> [String: Tensor] = {
      try WeightStore().tensors($0)
    }
  ) {
    self.backbone = backbone
    self.seed = seed
    self.device = device
    self.publishedWeights = publishedWeights
    self.report = report
    self.selection = selection
    self.testImages = testImages
    self.checkpoints = checkpoints
  }
}
