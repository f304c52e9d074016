import Inspection
import Statistics
import Torch

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
