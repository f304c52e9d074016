import Torch

/// Where the weights of a backbone come from.
public enum WeightSource: Sendable {
  /// The published ones, from where `make` or the user has put them.
  case published(WeightStore = WeightStore())
  /// A checkpoint with the architecture's own keys.
  case file(WeightFile)
  /// A state dictionary with the architecture's own keys.
  case tensors([String: Tensor])
  /// Reproducible noise, for tests and for measuring speed.
  case random(seed: UInt64)
}
