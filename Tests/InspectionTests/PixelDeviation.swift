import Backbones
import Inspection
import Torch

/// How far each pixel is from the mean of good images there, in standard deviations.
struct PixelDeviation: Detector {
  static let name = "pixel-deviation"

  /// Standard deviation in pixels of the filter that smooths the map.
  var smoothing = 1.0

  static let settings: [Setting] = [
    .number("smoothing", 0...64, "standard deviation of the map's filter in pixels")
  ]

  /// It looks at the images themselves, not at the features of a backbone.
  var backboneID: String? { nil }

  func validate(height: Int, width: Int, backbone: (any Backbone)?) throws {
    try checkSettings(height: height, width: width)
  }

  func fit(on images: any TrainingImages, _ context: FitContext) throws -> Fitted {
    var sum = Tensor.zeros([3, images.height, images.width])
    var squares = Tensor.zeros([3, images.height, images.width])
    try images.forEachBatch(of: 16) { range, batch in
      sum = sum + batch.sum(0)
      squares = squares + batch.square().sum(0)
      try context.report(
        WorkProgress(
          stage: "pixels", completed: range.upperBound, total: images.count, unit: "images"))
    }
    let mean = sum / Double(images.count)
    let variance = (squares / Double(images.count) - mean.square()).clamped(min: 1e-4)
    guard variance.isFinite().all() else {
      throw InspectionError(
        "the training images", found: "levels that are not finite", remedy: "look for bad files")
    }
    return Fitted(smoothing: smoothing, mean: mean, deviation: variance.sqrt())
  }

  func restore(_ tensors: [String: Tensor], backbone: (any Backbone)?) throws -> Fitted {
    guard let mean = tensors["mean"], let deviation = tensors["deviation"], mean.rank == 3,
      mean.shape[0] == 3, mean.shape == deviation.shape,
      mean.dtype == .float32, deviation.dtype == .float32
    else {
      throw InspectionError(
        "the tensors", found: tensors.map { "\($0.key) \($0.value)" }.sorted().joined(),
        remedy: "mean and deviation [3, H, W] are expected")
    }
    return Fitted(smoothing: smoothing, mean: mean, deviation: deviation)
  }

  struct Fitted: FittedDetector {
    let smoothing: Double
    /// `[3, H, W]`.
    let mean: Tensor
    let deviation: Tensor

    var tensors: [String: Tensor] { ["mean": mean, "deviation": deviation] }

    func checkImageSize(height: Int, width: Int) throws {
      guard mean.shape == [3, height, width] else {
        throw InspectionError(
          "image size", found: "\(width) x \(height)", remedy: "use the size of the training")
      }
    }

    func score(_ images: Tensor) -> ScoredBatch {
      // Colors are independent enough: the sum of their squares is compared with what good images show.
      let distances = ((images - mean) / deviation).square().sum(1)
      return ScoredBatch(
        evidence: Evidence(scales: [
          Evidence.Scale(statistic: distances, null: .empirical, name: "pixels")
        ]),
        maps: GaussianFilter(sigma: smoothing)(distances.sqrt()))
    }
  }
}
