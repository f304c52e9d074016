import Torch

/// What U-Flow's training computes with.
public enum TrainingPrecision: String, Codable, Sendable, CaseIterable {
  case single
  /// Convolutions of the subnets in bfloat16, all else, so log-determinants and losses, in single precision.
  case mixed

  /// Type of the subnets' convolutions; nil where it is that of their input.
  var convolutionType: DType? { self == .mixed ? .bfloat16 : nil }
}
