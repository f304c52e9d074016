import Torch

/// Channels weighed by what all positions say together (Hu, Shen, Sun 2018); keys `reduce.weight` and `expand.weight`.
public struct SqueezeExcitation: Sendable {
  private let reduce: Linear
  private let expand: Linear

  public init(_ path: ParameterPath, channels: Int, reduction: Int = 16) {
    let hidden = max(channels / reduction, 1)
    reduce = Linear(path / "reduce", channels, hidden, bias: false)
    expand = Linear(path / "expand", hidden, channels, bias: false)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let weights = expand(reduce(x.mean(2, 3)).relu()).sigmoid()
    return x * weights.unsqueezed(2).unsqueezed(3)
  }
}
