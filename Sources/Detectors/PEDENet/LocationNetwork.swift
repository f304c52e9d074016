import Torch

/// The LP network: in which of eight directions the second of two neighboring patches lies.
public struct LocationNetwork: Sendable {
  /// How two embeddings are given to it.
  public enum Input: String, Codable, Sendable, CaseIterable {
    /// The first less the second, as in Patch-SVDD.
    case difference
    /// Both, one after the other.
    case concat
  }

  let input: Input
  let layers: [Linear]

  public init(_ path: ParameterPath, dimensions: Int, input: Input) {
    self.input = input
    let width = input == .concat ? 2 * dimensions : dimensions
    layers = [
      Linear(path / 0, width, 128), Linear(path / 2, 128, 128),
      Linear(path / 4, 128, Direction.count),
    ]
  }

  /// The logits `[N, 8]` of the directions from `first` to `second`, both `[N, D]`.
  public func callAsFunction(_ first: Tensor, _ second: Tensor) -> Tensor {
    let both = input == .concat ? .concatenate([first, second], axis: 1) : first - second
    let hidden = layers.dropLast().reduce(both) { $1($0).leakyReLU(slope: PatchEncoder.slope) }
    return layers[layers.count - 1](hidden)
  }
}
