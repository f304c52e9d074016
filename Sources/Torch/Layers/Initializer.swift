/// How a tensor starts.
public enum Initializer: Sendable {
  case constant(Double)
  /// Uniform over `±1 / sqrt(fanIn)`: what PyTorch gives convolutions and linear layers.
  case uniform(fanIn: Int)
  case normal(standardDeviation: Double)
  /// A random order of `0 ..< n`.
  case permutation
  /// A copy of given values.
  case copy(Tensor)

  func tensor(_ shape: [Int], dtype: DType, generator: Generator) -> Tensor {
    switch self {
    case .constant(let value): .full(shape, value, dtype: dtype)
    case .uniform(let fanIn):
      .uniform(
        shape, from: -1 / Double(fanIn).squareRoot(), to: 1 / Double(fanIn).squareRoot(),
        generator: generator, dtype: dtype)
    case .normal(let deviation):
      .normal(shape, generator: generator, dtype: dtype) * deviation
    case .copy(let values): values.to(dtype).cloned()
    case .permutation: .permutation(shape.reduce(1, *), generator: generator).to(dtype)
    }
  }
}
