import Inspection

extension AnomalyHop {
  /// What the authors published for the categories of MVTec AD, at 224 x 224 pixels: names as in `bottle`.
  ///
  /// They look chosen on the test images, category by category.
  package static let presets: [String: AnomalyHop] = [
    "carpet": released(
      [7, 6, 3, 2, 4], [4, 4, 4, 4, 4], .locationIndependent, [0.2, 0.2, 0.4, 0.5, 0.1]),
    "grid": released([5, 5, 5], [5, 5, 5], .selfReference, [0.2, 0.2, 0.2]),
    "leather": released(
      [5, 5, 3, 2, 2], [4, 4, 4, 4, 4], .locationIndependent, [0.2, 0.3, 0.7, 0.3, 0.3]),
    "tile": released(
      [4, 6, 6, 4, 2], [3, 2, 5, 5, 2], .locationIndependent, [0.3, 0.1, 0.6, 0.4, 0.2]),
    "wood": released(
      [3, 7, 3, 3, 2], [4, 4, 4, 4, 4], .locationIndependent, [0.6, 0, 0, 0.2, 0.6]),
    "bottle": released([7, 5, 2, 2, 2], [2, 3, 3, 3, 3], .locationAware, [0, 0.1, 0, 0, 0]),
    "cable": released(
      [3, 4, 4, 2, 5], [2, 2, 4, 3, 5], .locationAware, [0.4, 0.5, 0.2, 0.1, 0.7]),
    "capsule": released([4, 5, 5], [4, 5, 3], .locationAware, [0, 0.1, 0.1]),
    "hazelnut": released(
      [3, 3, 2, 4, 3], [5, 2, 4, 4, 3], .locationAware, [0.7, 0, 0.7, 0.4, 0]),
    "metal_nut": released(
      [7, 3, 5, 4, 2], [2, 3, 4, 5, 4], .locationAware, [0.1, 0.7, 0.1, 0.5, 0.2]),
    "pill": released([3, 2, 7, 2], [5, 2, 3, 2], .locationAware, [0.6, 0.1, 0.3, 0.3]),
    "screw": released([2, 2, 7, 5], [3, 4, 4, 2], .selfReference, [0.7, 0.3, 0.6, 0.3]),
    "toothbrush": released([3, 3], [3, 3], .locationAware, [0.1, 0.1]),
    "transistor": released(
      [5, 7, 3, 5, 4], [4, 5, 3, 5, 5], .locationAware, [0.4, 0, 0.1, 0.2, 0.4]),
    "zipper": released(
      [5, 5, 3, 2, 2], [5, 5, 2, 4, 4], .locationAware, [0.2, 0.3, 0.7, 0.3, 0.3]),
  ]

  private static func released(
    _ kernels: [Int], _ components: [Int], _ model: NormalityModel, _ weights: [Double]
  ) -> AnomalyHop {
    var settings = AnomalyHop()
    settings.kernels = kernels
    settings.components = components
    settings.model = model
    settings.weights = weights
    return settings
  }
}
