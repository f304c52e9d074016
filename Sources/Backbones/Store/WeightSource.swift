import Torch

/// Where the weights of a backbone come from.
public enum WeightSource: Sendable {
  /// The published ones, from where `make` or the user has put them.
  case published(WeightStore = WeightStore())
  /// Checkpoints with the architecture's own keys: one, or one for each of its ``BackboneArchitecture/parts``.
  case files([WeightFile])
  /// A state dictionary with the architecture's own keys.
  case tensors([String: Tensor])
  /// Reproducible noise, for tests and for measuring speed.
  case random(seed: UInt64)

  /// One checkpoint with the architecture's own keys.
  public static func file(_ file: WeightFile) -> WeightSource { .files([file]) }
}
