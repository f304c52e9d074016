import Inspection

extension JSONValue {
  /// Nil for what is no number.
  var asNumber: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// Null stands for a figure that is undefined.
  var isNumberOrNull: Bool { self == .null || asNumber != nil }
}
