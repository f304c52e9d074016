import Backbones
import Inspection
import Statistics
import Torch

/// The frozen features of all training images, computed once: in memory as far as the budget goes, beyond it in a
/// temporary file that is mapped into memory.
struct FeatureCache {
  /// `[N, h, w, C]` for each scale, finest first: an image's features lie together, so that a batch is gathered in long
  /// runs, and are in channels-last order.
  private(set) var scales: [Tensor] = []
  let count: Int

  /// - Parameter budget: bytes that may be kept in memory.
  /// - Throws: `StorageError` where the disk has no room for the rest, the error of the first image that cannot be read, or
  ///   what the context's `report` throws.
  init(
    _ images: any TrainingImages, backbone: any Backbone, taps: [FeatureTap], batchSize: Int,
    budget: Int = .max, context: FitContext
  ) throws {
    count = images.count
    var left = budget
    try images.forEachFiniteBatch(of: batchSize) { range, batch in
      let images = try batch.to(context.device)
      let features = inferenceMode { backbone.features(images, taps: taps.map(\.name)) }
      if scales.isEmpty {
        scales = try features.map { feature in
          let shape = [count, feature.shape[2], feature.shape[3], feature.shape[1]]
          let bytes = shape.reduce(DType.float32.byteCount, *)
          guard bytes <= left else { return try .scratch(shape, dtype: .float32) }
          left -= bytes
          return .zeros(shape)
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

  /// What the `images` are like, as the normalization needs it; nil where it needs nothing. Features that are to be whitened
  /// are so afterwards, since for that each image must be kept from what it is whitened by.
  ///
  /// - Throws: ``InspectionError`` where the features have no covariance.
  /// - Parameter groups: those of all images, where some are near-equal: they are whitened together.
  func statistics(
    of images: [Int], groups: [Int]? = nil, for kind: UFlow.Normalization, seed: UInt64
  ) throws(InspectionError) -> [FeatureStatistics]? {
    var statistics: [FeatureStatistics] = []
    for (scale, shape) in zip(scales, shapes) {
      switch kind {
      case .channel: statistics.append(FeatureStatistics(scale, of: images, byPosition: false))
      case .position: statistics.append(FeatureStatistics(scale, of: images, byPosition: true))
      case .whitening:
        let whitening = try lawOfTrainingImages { () throws(StatisticsError) in
          let whitening = try PositionWhitening(scale, of: images, groups: groups, seed: seed)
          try whitening.whiten(scale)
          return whitening
        }
        statistics.append(FeatureStatistics(whitening, shape: shape))
      case .layer, .none: return nil
      }
    }
    return statistics
  }

  /// Standardizes all features, some images at a time, so that no second copy of them is needed; what ``statistics`` has
  /// whitened stays as it is.
  func standardize(with normalization: FeatureNormalization) {
    guard normalization.kind != .whitening else { return }
    noGrad {
      for (index, scale) in scales.enumerated() {
        for start in stride(from: 0, to: count, by: 8) {
          let features = scale[start..<min(start + 8, count)]
          let result = normalization.standardize(
            features.permuted(0, 3, 1, 2), scale: index)
          features.copy(from: result.permuted(0, 2, 3, 1))
        }
      }
    }
  }

  /// Features `[n, C, h, w]` of the images at `indices`, in channels-last order.
  func batch(_ indices: Tensor, on device: Device) throws -> [Tensor] {
    try scales.map {
      try $0.selecting(indices).to(device).permuted(0, 3, 1, 2)
    }
  }
}
