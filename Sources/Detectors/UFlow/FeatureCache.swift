import Backbones
import Inspection
import Torch

/// The frozen features of all training images, computed once.
struct FeatureCache {
  /// `[N, h, w, C]` for each scale, finest first: an image's features lie together, so that a batch is gathered in long
  /// runs, and are in channels-last order.
  private(set) var scales: [Tensor] = []
  let count: Int

  init(
    _ images: any TrainingImages, backbone: any Backbone, strides: [Int], batchSize: Int,
    context: FitContext
  ) throws {
    count = images.count
    try images.forEachBatch(of: batchSize) { range, batch in
      let images = try batch.to(context.device)
      let features = inferenceMode { backbone.features(images, strides: strides) }
      if scales.isEmpty {
        scales = features.map { feature in
          let shape = feature.shape
          return .zeros([count, shape[2], shape[3], shape[1]])
        }
      }
      for (scale, feature) in zip(scales, features) {
        scale[range].copy(from: feature.permuted(0, 2, 3, 1))
      }
      try context.report(
        WorkProgress(
          stage: "features", completed: range.upperBound, total: count, unit: "images"))
    }
  }

  /// `[C, h, w]` of each scale.
  var shapes: [[Int]] { scales.map { [$0.shape[3], $0.shape[1], $0.shape[2]] } }

  func statistics(byPosition: Bool) -> [FeatureStatistics] {
    scales.map { FeatureStatistics($0, byPosition: byPosition) }
  }

  /// Standardizes all features, image by image, so that no second copy of them is needed.
  func standardize(with normalization: FeatureNormalization) {
    noGrad {
      for (index, scale) in scales.enumerated() {
        for image in 0..<count {
          let features = scale[image..<image + 1]
          let result = normalization.standardize(features.permuted(0, 3, 1, 2), scale: index)
          features.copy(from: result.permuted(0, 2, 3, 1))
        }
      }
    }
  }

  /// Features `[n, C, h, w]` of the images at `indices`, in channels-last order.
  func batch(_ indices: Tensor, on device: Device) throws -> [Tensor] {
    try scales.map { try $0.selecting(indices).to(device).permuted(0, 3, 1, 2) }
  }
}
