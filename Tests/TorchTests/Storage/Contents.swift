import Torch

/// The bytes of `tensor`'s elements in row-major order.
func contents(_ tensor: Tensor) -> [UInt8] {
  tensor.withUnsafeBytes { Array($0) }
}
