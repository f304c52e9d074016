extension Operator {
  static let zeros = Operator("zeros", arguments: 5)
  static let full = Operator("full", arguments: 6)
  static let arange = Operator("arange", "start_step", arguments: 7)
  static let randn = Operator("randn", "generator", arguments: 6)
  static let rand = Operator("rand", "generator", arguments: 6)
  static let randperm = Operator("randperm", "generator", arguments: 6)
  static let eye = Operator("eye", arguments: 5)
}

extension Tensor {
  /// Zeros.
  public static func zeros(_ shape: [Int], dtype: DType = .float32, device: Device = .cpu) -> Tensor
  {
    Operator.zeros(shape, dtype, Int?.none, device)
  }

  /// The same `value` everywhere.
  public static func full(
    _ shape: [Int], _ value: Double, dtype: DType = .float32, device: Device = .cpu
  ) -> Tensor {
    Operator.full(shape, value, dtype, Int?.none, device)
  }

  /// Ones.
  public static func ones(_ shape: [Int], dtype: DType = .float32, device: Device = .cpu) -> Tensor
  {
    full(shape, 1, dtype: dtype, device: device)
  }

  /// The integers `0 ..< end` as `int64`.
  public static func range(_ end: Int) -> Tensor { Operator.arange(0, end, 1, DType.int64) }

  /// Standard normal samples.
  public static func normal(_ shape: [Int], generator: Generator, dtype: DType = .float32) -> Tensor
  {
    Operator.randn(shape, generator, dtype)
  }

  /// Samples of the uniform distribution over `[low, high)`.
  public static func uniform(
    _ shape: [Int], from low: Double = 0, to high: Double = 1, generator: Generator,
    dtype: DType = .float32
  ) -> Tensor {
    Operator.rand(shape, generator, dtype) * (high - low) + low
  }

  /// A random order of `0 ..< count` as `int64`.
  public static func permutation(_ count: Int, generator: Generator) -> Tensor {
    Operator.randperm(count, generator, DType.int64)
  }

  /// The identity matrix `[size, size]`.
  public static func identity(_ size: Int, dtype: DType = .float32) -> Tensor {
    Operator.eye(size, dtype)
  }
}
