import Backbones
import Torch

/// What a detector may use while it learns: its backbone, the seed, the device, and ways to report and to be interrupted.
public struct FitContext {
  /// The metric that tells which epoch ``selection`` chose, from 1.
  public static let selectedEpoch = "selectedEpoch"
  /// The metric that tells the score of that epoch.
  public static let selectionScore = "selectionScore"

  /// The metric that tells which epoch was kept for its likelihood of held-out good images, from 1.
  public static let keptEpoch = "keptEpoch"

  /// The metric that tells how many of ``testImages`` took part in the fitting.
  public static let seenTestImages = "seenTestImages"

  /// That of ``Detector/backboneID``, on ``device``; nil where the detector needs none.
  public let backbone: (any Backbone)?
  /// Of all random numbers.
  public let seed: UInt64
  /// Where to compute. Images come on the CPU.
  public let device: Device
  /// The published weights of a network by its id, for a detector that trains on from them.
  ///
  /// It throws where they are not there.
  public let publishedWeights: (String) throws -> [String: Tensor]
  /// Takes note of how far the work is. It throws to end the work: let its error pass.
  public let report: (WorkProgress) throws -> Void
  /// Scores what was learnt so far, higher is better. Where there is one, a detector that learns in epochs asks it after
  /// each, keeps the best epoch in place of the last, and says which in ``FittedDetector/metrics`` (``selectedEpoch``,
  /// ``selectionScore``); ``EpochLoop`` does so. It does not keep what it is given.
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
    self.report = { progress in
      // Nothing that comes of exhausted memory is worth a report, or further work.
      try checkMemory()
      try report(progress)
    }
    self.selection = selection
    self.testImages = testImages
    self.checkpoints = checkpoints
  }
}

extension FitContext {
  /// For a fit without the images of a fold, beside the one that is kept: it leaves no checkpoint.
  package func fold(_ number: Int, of count: Int) -> FitContext {
    FitContext(
      backbone: backbone, seed: seed, device: device,
      report: { _ in
        try report(
          WorkProgress(stage: "folds", completed: number - 1, total: count, unit: "folds"))
      }, testImages: testImages, publishedWeights: publishedWeights)
  }
}

/// Good images as a detector sees them: preprocessed, in batches, as often as it asks for them.
public protocol TrainingImages {
  /// How many images there are.
  var count: Int { get }
  /// Pixels of every image.
  var height: Int { get }
  /// Pixels of every image.
  var width: Int { get }

  /// Hands every image over once, in order, in batches `[N, 3, H, W]` of `float32` on the CPU; the range tells which they
  /// are.
  ///
  /// - Parameter size: images in a batch, at least 1; the last may be smaller.
  /// - Throws: the error of the first image that cannot be read, or what `body` throws.
  func forEachBatch(of size: Int, _ body: (Range<Int>, Tensor) throws -> Void) throws
}

extension TrainingImages {
  /// As ``forEachBatch(of:_:)``, where no value is NaN or infinite: a network may turn such values into ordinary numbers,
  /// and nothing that was learnt from them would show it.
  ///
  /// - Throws: also ``InspectionError`` where a batch holds values that are not finite.
  public func forEachFiniteBatch(of size: Int, _ body: (Range<Int>, Tensor) throws -> Void) throws {
    try forEachBatch(of: size) { range, batch in
      guard batch.isFinite().all() else {
        throw InspectionError(
          "the training images",
          found:
            "values that are not finite among images \(range.lowerBound + 1) to \(range.upperBound)",
          remedy: "look for broken images")
      }
      try body(range, batch)
    }
  }
}

/// How far a task is that takes long.
public struct WorkProgress: Sendable {
  /// What is being done, such as `training`.
  public let stage: String
  /// How many of ``total`` are done.
  public let completed: Int
  /// How many there are in this stage.
  public let total: Int
  /// What is counted, such as `images`.
  public let unit: String
  /// Metrics that a person would want to watch, such as the loss.
  public let metrics: [(name: String, value: Double)]

  public init(
    stage: String, completed: Int, total: Int, unit: String,
    metrics: [(name: String, value: Double)] = []
  ) {
    self.stage = stage
    self.completed = completed
    self.total = total
    self.unit = unit
    self.metrics = metrics
  }
}

/// The state of a fit, from which another process can continue it.
public struct Checkpoint {
  /// Network, optimizer and generators, by name.
  public let tensors: [String: Tensor]
  /// All that is no tensor.
  public let state: JSONValue

  public init(tensors: [String: Tensor], state: JSONValue) {
    self.tensors = tensors
    self.state = state
  }
}

/// Keeps the latest checkpoint of a fit, wherever that is: a detector reads and writes no file.
public protocol CheckpointStore {
  /// What an earlier fit of the same settings on the same images has left; nil where the fit starts from the beginning.
  ///
  /// - Throws: where there is something that the fit cannot go on from.
  func load() throws -> Checkpoint?

  /// Keeps `checkpoint` in place of the one before, as a whole or not at all.
  ///
  /// - Throws: where it cannot be kept.
  func save(_ checkpoint: Checkpoint) throws
}
