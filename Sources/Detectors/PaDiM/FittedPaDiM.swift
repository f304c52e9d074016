import Backbones
import Inspection
import Statistics
import Torch

/// PaDiM with the normal law of each position.
public struct FittedPaDiM: FittedDetector {
  public let tensors: [String: Tensor]
  private let settings: PaDiM
  let embedding: PatchEmbedding
  let gaussian: Gaussian
  /// Images that it was estimated from.
  private let samples: Int
  private let height: Int
  private let width: Int
  private let filter: GaussianFilter

  init(
    settings: PaDiM, embedding: PatchEmbedding, positions: PositionMoments, gaussian: Gaussian
  ) {
    self.settings = settings
    tensors = positions.tensors.merging(embedding.reduction.tensors) { own, _ in own }
    self.embedding = embedding
    self.gaussian = gaussian
    samples = positions.moments.count
    (height, width) = (positions.height, positions.width)
    filter = GaussianFilter(sigma: settings.smoothing)
  }

  /// The squared Mahalanobis distance at each position (section 3.3, equation 2). Under normality its law is Hotelling's, where
  /// more images than channels were learnt from: with the regularizer, distances are shorter than it says. The map is made of
  /// the distances, enlarged and smoothed.
  public func score(_ images: Tensor) -> ScoredBatch {
    let features = embedding(images)
    return scored(
      gaussian.mahalanobisSquared(features.flattened(from: 1, through: 2)), height: images.shape[2],
      width: images.shape[3])
  }

  /// - Parameters:
  ///   - squares: `[N, positions]`.
  ///   - height: of the images in pixels; the width likewise.
  func scored(_ squares: Tensor, height imageHeight: Int, width imageWidth: Int) -> ScoredBatch {
    let squares = squares.reshaped(-1, height, width)
    let evidence = Evidence(scales: [
      Evidence.Scale(
        statistic: squares, null: .hotelling(dimensions: gaussian.dimensions, samples: samples),
        name: "stride \(embedding.taps[embedding.grid].stride)")
    ])
    let distances = squares.sqrt().unsqueezed(1)
      .resampled(height: imageHeight, width: imageWidth).squeezed(1)
    return ScoredBatch(evidence: evidence, maps: filter(distances))
  }
}

extension FittedPaDiM {
  public func checkImageSize(height: Int, width: Int) throws {
    let stride = embedding.taps[embedding.grid].stride
    try requireSize(
      [self.height, self.width], [height, width].map { ($0 + stride - 1) / stride },
      height: height, width: width)
  }
}

extension FittedPaDiM: UpdatableDetector {
  public func updated(
    with images: any TrainingImages, report: (WorkProgress) throws -> Void
  ) throws -> FittedPaDiM {
    try withoutActuallyEscaping(report) { report in
      let context = FitContext(
        backbone: embedding.backbone, device: gaussian.mean.device, report: report)
      return try settings.update(self, on: images, context)
    }
  }
}

/// The features of all training images, in memory as far as there is room, beyond it in a temporary file.
final class FeatureStore {
  private let count: Int
  private var filled = 0
  /// `[N, positions, C]`.
  private var features: Tensor?

  init(count: Int) { self.count = count }

  /// Adds features `[n, h, w, C]` of the next images.
  ///
  /// - Throws: `StorageError` where the disk has no room.
  func add(_ batch: Tensor) throws {
    let rows = batch.flattened(from: 1, through: 2)
    if features == nil {
      let shape = [count] + rows.shape.dropFirst()
      let bytes = shape.reduce(DType.float32.byteCount, *)
      features =
        bytes < Machine.availableMemory / 4
        ? .zeros(shape) : try .scratch(shape, dtype: .float32)
    }
    guard let features else { return }
    noGrad { features[filled..<filled + rows.shape[0]].copy(from: rows) }
    filled += rows.shape[0]
  }

  /// Those `[n, positions, C]` of some images.
  subscript(images: [Int]) -> Tensor {
    guard let features else { preconditionFailure("no image has been added") }
    if images.count == 1 { return features[images[0]..<images[0] + 1] }
    return features.selecting(Tensor(images))
  }
}

/// The moments of features at each position of a grid.
struct PositionMoments {
  private(set) var moments: Moments
  let height: Int
  let width: Int

  /// Empty moments for features `[N, h, w, C]`.
  init(for features: Tensor) {
    (height, width) = (features.shape[1], features.shape[2])
    moments = Moments(
      groups: height * width, dimensions: features.shape[3], device: features.device)
  }

  /// - Throws: ``InspectionError`` where the features are on another grid.
  mutating func add(_ features: Tensor) throws {
    let grid = [height, width, moments.dimensions]
    guard Array(features.shape.dropFirst()) == grid else {
      throw InspectionError(
        "the training images", found: "features \(features.shape.dropFirst()), not \(grid)",
        remedy: "give the image size that the model was trained with", isUsage: true)
    }
    moments.add(features.flattened(from: 1, through: 2))
  }

  /// Those of ``Moments``, and `grid` `[2]`: rows and columns.
  var tensors: [String: Tensor] {
    var tensors = moments.tensors
    tensors["grid"] = Tensor([Int64(height), Int64(width)])
    return tensors
  }

  /// - Throws: ``ParameterError`` where tensors are missing or of another shape.
  init(_ tensors: [String: Tensor]) throws(ParameterError) {
    let origin = "the bundle's tensors"
    guard let grid = tensors["grid"] else {
      throw ParameterError(origin: origin, missing: ["grid"])
    }
    let moments = try Moments(tensors, origin: origin)
    let sides = grid.dtype == .int64 ? grid.array(of: Int64.self).map(Int.init) : []
    guard sides.count == 2, sides.allSatisfy({ (1...moments.groups).contains($0) }),
      sides[0] * sides[1] == moments.groups
    else { throw ParameterError(origin: origin, misshapen: ["grid"]) }
    self.moments = moments
    (height, width) = (sides[0], sides[1])
  }
}
