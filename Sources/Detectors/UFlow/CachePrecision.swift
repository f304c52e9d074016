import Torch

/// What U-Flow's features are kept as while it learns.
public enum CachePrecision: String, Codable, Sendable, CaseIterable {
  case float32
  /// Half the memory; the arithmetic stays in single precision.
  case float16

  var dtype: DType { self == .float32 ? .float32 : .float16 }
}
