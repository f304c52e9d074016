import Torch

/// The bytes of `tensor`'s elements in row-major order.
func contents(_ tensor: Tensor) -> [UInt8] {
  tensor.withUnsafeBytes { Array($0) }
}

extension PickleValue {
  /// The number, if this is an integer.
  var intValue: Int? { if case .int(let value) = self { value } else { nil } }
  /// The number, if this is a fraction.
  var doubleValue: Double? { if case .float(let value) = self { value } else { nil } }
}
