import Torch

/// The largest difference of two tensors, in parts of the largest element of the second.
func relativeError(_ a: Tensor, _ b: Tensor) -> Double {
  guard a.shape == b.shape else { return .infinity }
  let b = b.to(.float64)
  return ((a.to(.float64) - b).abs().max() / b.abs().max()).item()
}
