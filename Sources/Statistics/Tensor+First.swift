import Torch

extension Tensor {
  /// Where a vector of truth values first holds; nil where it never does.
  var firstTrue: Int? { any() ? Int(to(.int32).argmax(0).item()) : nil }

  /// The first of matrices `[G, n, m]` with an element that is NaN or infinite.
  var firstNotFinite: Int? { (.!(sum(1, 2).isFinite())).firstTrue }
}
