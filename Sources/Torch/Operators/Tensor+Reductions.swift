extension Operator {
  static let sum = Operator("sum", arguments: 2)
  static let sumDimensions = Operator("sum", "dim_IntList", arguments: 4)
  static let mean = Operator("mean", arguments: 2)
  static let meanDimensions = Operator("mean", "dim", arguments: 4)
  static let variance = Operator("var", "correction", arguments: 4)
  static let maximumDimensions = Operator("amax", arguments: 3)
  static let minimumDimensions = Operator("amin", arguments: 3)
  static let logSumExp = Operator("logsumexp", arguments: 3)
  static let argumentMaximum = Operator("argmax", arguments: 3)
  static let topK = Operator("topk", arguments: 5)
  static let sort = Operator("sort", arguments: 3)
  static let item = Operator("item", arguments: 1)
}

extension Tensor {
  /// The sum of all elements, as a tensor of rank 0.
  public func sum() -> Tensor { Operator.sum(self) }
  /// Sums over `axes`, which stay with size 1 where `keepDimensions` says so.
  public func sum(_ axes: Int..., keepDimensions: Bool = false) -> Tensor {
    Operator.sumDimensions(self, axes, keepDimensions)
  }
  /// The mean of all elements, as a tensor of rank 0.
  public func mean() -> Tensor { Operator.mean(self) }
  /// Means over `axes`, which stay with size 1 where `keepDimensions` says so.
  public func mean(_ axes: Int..., keepDimensions: Bool = false) -> Tensor {
    Operator.meanDimensions(self, axes, keepDimensions)
  }
  /// Variances over `axes`, with divisor `n - correction`.
  public func variance(_ axes: Int..., correction: Int = 1, keepDimensions: Bool = false) -> Tensor
  {
    Operator.variance(self, axes, correction, keepDimensions)
  }
  /// The largest element over `axes`, over all where none is given.
  public func max(_ axes: Int..., keepDimensions: Bool = false) -> Tensor {
    Operator.maximumDimensions(self, axes, keepDimensions)
  }
  /// The smallest element over `axes`, over all where none is given.
  public func min(_ axes: Int..., keepDimensions: Bool = false) -> Tensor {
    Operator.minimumDimensions(self, axes, keepDimensions)
  }
  /// `log(sum(exp(x)))` over `axes`, without overflow.
  public func logSumExp(_ axes: Int..., keepDimensions: Bool = false) -> Tensor {
    Operator.logSumExp(self, axes, keepDimensions)
  }
  /// Index of the largest element along `axis`, as `int64`.
  public func argmax(_ axis: Int) -> Tensor { Operator.argumentMaximum(self, axis) }

  /// The `k` largest (or smallest) elements along `axis` in order, and where they stood.
  public func top(_ k: Int, axis: Int = -1, largest: Bool = true) -> (
    values: Tensor, indices: Tensor
  ) {
    let results = Operator.topK.tensors(self, k, axis, largest, true)
    return (results[0], results[1])
  }

  /// The elements along `axis` in order, and where they stood.
  public func sorted(axis: Int = -1, descending: Bool = false) -> (values: Tensor, indices: Tensor)
  {
    let results = Operator.sort.tensors(self, axis, descending)
    return (results[0], results[1])
  }
}
