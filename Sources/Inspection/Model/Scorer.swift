import Imaging
import Torch

/// A fitted detector with the way that images come to it: all that a raw prediction needs. Any number of threads may share it.
public struct Scorer: Sendable {
  /// What has learnt.
  public let fitted: any FittedDetector
  /// What is done to images before.
  public let preprocessing: ImagePreprocessing
  /// Where the detector's tensors are.
  public let device: Device

  public init(
    _ fitted: any FittedDetector, _ preprocessing: ImagePreprocessing, device: Device = .cpu
  ) {
    self.fitted = fitted
    self.preprocessing = preprocessing
    self.device = device
  }

  /// What the detector sees in an image.
  ///
  /// - Parameter name: what errors call the image, such as its path.
  /// - Throws: ``InspectionError`` where the image is too small, or where the answer is not a number.
  public func score(_ image: Image, name: String) throws -> RawPrediction {
    try score(resized: preprocessing.resize(image, path: name), name: name)
  }

  /// What the detector sees in an image `[1, 3, H, W]` that has the model's size, see
  /// ``ImagePreprocessing/resize(_:path:minimumSide:)``.
  ///
  /// Images go through one by one, since a sum over a batch may round otherwise: so an image has the same score whatever it
  /// comes with.
  ///
  /// - Throws: ``InspectionError`` where the answer is not a number, or where memory runs out.
  public func score(resized: Tensor, name: String) throws -> RawPrediction {
    // libtorch hands the number of threads of an operation on to a thread when that first asks for it, and how a sum rounds
    // depends on that number.
    _ = Machine.threads
    return try withinMemory(name, remedy: "train the model with a smaller image size") {
      try inferenceMode {
        let image = try preprocessing.normalize(resized).to(device)
        guard image.isFinite().all() else {
          throw InspectionError(
            name, found: "levels that are not finite", remedy: "look for what made the image")
        }
        return try RawPrediction(
          fitted.score(image), height: preprocessing.height, width: preprocessing.width, name: name)
      }
    }
  }
}

extension Scorer {
  /// The laws of the evidence at each scale, which are those of every image: the evidence of an empty one names them.
  ///
  /// Throws ``InspectionError`` where memory runs out.
  func nullDistributions() throws -> [Evidence.NullDistribution] {
    _ = Machine.threads
    return try withinMemory("the model", remedy: "train the model with a smaller image size") {
      inferenceMode {
        let empty = Tensor.zeros(
          [1, 3, preprocessing.height, preprocessing.width], device: device)
        return fitted.score(empty).evidence.scales.map(\.null)
      }
    }
  }
}

extension RawPrediction {
  /// What a detector has seen in one image.
  ///
  /// - Throws: ``InspectionError`` where that is no answer, or not a number.
  package init(_ batch: ScoredBatch, height: Int, width: Int, name: String) throws {
    try Self.check(batch, size: [1, height, width])
    self.init(
      map: AnomalyMap(
        width: width, height: height, values: batch.maps.to(.float32).array(of: Float.self)),
      score: Float(batch.scores.item()), scales: batch.evidence.observed())
    guard isFinite else {
      throw InspectionError(
        name, found: "the model's answer is not a number",
        remedy: "train the model anew, with a lower learning rate if the method has one")
    }
  }

  /// A detector of somebody else may have the shapes wrong.
  private static func check(_ batch: ScoredBatch, size: [Int]) throws {
    guard batch.maps.shape == size, batch.scores.shape == [1],
      (1...256).contains(batch.evidence.scales.count),
      batch.evidence.scales.allSatisfy({
        $0.statistic.rank == 3 && $0.statistic.shape[0] == 1 && $0.statistic.count > 0
      })
    else {
      let evidence = batch.evidence.scales.map { "\($0.statistic.shape)" }
      throw InspectionError(
        "the detector",
        found: "maps \(batch.maps.shape), scores \(batch.scores.shape),"
          + " evidence \(evidence.isEmpty ? "none" : evidence.joined(separator: " and "))",
        remedy: "for one image they should be \(size), [1] and 1 to 256 maps [1, h, w]")
    }
  }
}

/// Runs `body`; where memory runs out in it, throws an ``InspectionError`` about `subject`.
package func withinMemory<Result>(
  _ subject: String, remedy: String, _ body: () throws -> Result
) throws -> Result {
  do { return try throwingOutOfMemory(body) } catch let error as TorchError
    where error.kind == .outOfMemory
  {
    throw InspectionError(
      subject, found: "\(error)", remedy: "\(remedy), or give the process more memory")
  }
}
