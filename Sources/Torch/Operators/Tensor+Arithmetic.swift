infix operator .== : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence
infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
prefix operator .!

extension Operator {
  static let add = Operator("add", "Tensor", arguments: 3)
  static let addScalar = Operator("add", "Scalar", arguments: 3)
  static let subtract = Operator("sub", "Tensor", arguments: 3)
  static let subtractScalar = Operator("sub", "Scalar", arguments: 3)
  static let reverseSubtract = Operator("rsub", "Scalar", arguments: 3)
  static let multiply = Operator("mul", "Tensor", arguments: 2)
  static let multiplyScalar = Operator("mul", "Scalar", arguments: 2)
  static let addProduct = Operator("addcmul", arguments: 4)
  static let divide = Operator("div", "Tensor", arguments: 2)
  static let divideScalar = Operator("div", "Scalar", arguments: 2)
  static let negate = Operator("neg", arguments: 1)
  static let exp = Operator("exp", arguments: 1)
  static let log = Operator("log", arguments: 1)
  static let sqrt = Operator("sqrt", arguments: 1)
  static let reciprocalSqrt = Operator("rsqrt", arguments: 1)
  static let absolute = Operator("abs", arguments: 1)
  static let reciprocal = Operator("reciprocal", arguments: 1)
  static let square = Operator("square", arguments: 1)
  static let clamp = Operator("clamp", arguments: 3)
  static let maximum = Operator("maximum", arguments: 2)
  static let minimum = Operator("minimum", arguments: 2)
  static let selectWhere = Operator("where", "self", arguments: 3)
  static let equal = Operator("eq", "Scalar", arguments: 2)
  static let greater = Operator("gt", "Scalar", arguments: 2)
  static let greaterOrEqual = Operator("ge", "Scalar", arguments: 2)
  static let less = Operator("lt", "Scalar", arguments: 2)
  static let lessOrEqual = Operator("le", "Scalar", arguments: 2)
  static let greaterTensor = Operator("gt", "Tensor", arguments: 2)
  static let equalTensor = Operator("eq", "Tensor", arguments: 2)
  static let logAddExp = Operator("logaddexp", arguments: 2)
  static let isFinite = Operator("isfinite", arguments: 1)
  static let logicalNot = Operator("logical_not", arguments: 1)
  static let allTrue = Operator("all", arguments: 1)
  static let anyTrue = Operator("any", arguments: 1)
  static let addInPlace = Operator("add_", "Tensor", arguments: 3)
  static let fill = Operator("fill_", "Scalar", arguments: 2)
  static let copyInPlace = Operator("copy_", arguments: 3)
}

extension Tensor {
  /// Arithmetic goes element by element; axes of size 1, and those that one shape lacks at its front, are repeated. So it is
  /// with the operators below.
  public static func + (a: Tensor, b: Tensor) -> Tensor { Operator.add(a, b) }
  public static func + (a: Tensor, b: Double) -> Tensor { Operator.addScalar(a, b) }
  public static func + (a: Double, b: Tensor) -> Tensor { Operator.addScalar(b, a) }
  public static func - (a: Tensor, b: Tensor) -> Tensor { Operator.subtract(a, b) }
  public static func - (a: Tensor, b: Double) -> Tensor { Operator.subtractScalar(a, b) }
  public static func - (a: Double, b: Tensor) -> Tensor { Operator.reverseSubtract(b, a) }
  public static func * (a: Tensor, b: Tensor) -> Tensor { Operator.multiply(a, b) }
  public static func * (a: Tensor, b: Double) -> Tensor { Operator.multiplyScalar(a, b) }
  public static func * (a: Double, b: Tensor) -> Tensor { Operator.multiplyScalar(b, a) }
  public static func / (a: Tensor, b: Tensor) -> Tensor { Operator.divide(a, b) }
  public static func / (a: Tensor, b: Double) -> Tensor { Operator.divideScalar(a, b) }
  public static func / (a: Double, b: Tensor) -> Tensor { Operator.reciprocal(b) * a }
  public static prefix func - (a: Tensor) -> Tensor { Operator.negate(a) }

  /// `self + weight * a * b`, element by element.
  public func adding(_ a: Tensor, times b: Tensor, weighed weight: Double = 1) -> Tensor {
    Operator.addProduct(self, a, b, weight)
  }
  /// e to the power of each element.
  public func exp() -> Tensor { Operator.exp(self) }
  /// The natural logarithm of each element.
  public func log() -> Tensor { Operator.log(self) }
  /// The square root of each element.
  public func sqrt() -> Tensor { Operator.sqrt(self) }
  /// 1 over the square root of each element.
  public func reciprocalSqrt() -> Tensor { Operator.reciprocalSqrt(self) }
  /// The magnitude of each element.
  public func abs() -> Tensor { Operator.absolute(self) }
  /// The square of each element.
  public func square() -> Tensor { Operator.square(self) }
  /// Each element, no less than `min` and no more than `max`.
  public func clamped(min: Double? = nil, max: Double? = nil) -> Tensor {
    Operator.clamp(self, min, max)
  }

  /// `log(exp(a) + exp(b))` without overflow.
  public static func logAddExp(_ a: Tensor, _ b: Tensor) -> Tensor { Operator.logAddExp(a, b) }
  /// The larger of two elements, place by place.
  public static func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { Operator.maximum(a, b) }
  /// The smaller of two elements, place by place.
  public static func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { Operator.minimum(a, b) }
  /// `yes` where `condition` holds, `no` elsewhere.
  public static func `where`(_ condition: Tensor, _ yes: Tensor, _ no: Tensor) -> Tensor {
    Operator.selectWhere(condition, yes, no)
  }

  /// Comparisons give `bool` tensors, element by element.
  public static func .== (a: Tensor, b: Double) -> Tensor { Operator.equal(a, b) }
  public static func .== (a: Tensor, b: Tensor) -> Tensor { Operator.equalTensor(a, b) }
  public static func .> (a: Tensor, b: Double) -> Tensor { Operator.greater(a, b) }
  public static func .> (a: Tensor, b: Tensor) -> Tensor { Operator.greaterTensor(a, b) }
  public static func .>= (a: Tensor, b: Double) -> Tensor { Operator.greaterOrEqual(a, b) }
  public static func .< (a: Tensor, b: Double) -> Tensor { Operator.less(a, b) }
  public static func .<= (a: Tensor, b: Double) -> Tensor { Operator.lessOrEqual(a, b) }
  /// Where elements are neither NaN nor infinite, as `bool`.
  public func isFinite() -> Tensor { Operator.isFinite(self) }
  /// The opposite of truth values.
  public static prefix func .! (a: Tensor) -> Tensor { Operator.logicalNot(a) }
  /// Whether every element is true, or not 0.
  public func all() -> Bool { Operator.allTrue(self).item() != 0 }
  /// Whether an element is true, or not 0.
  public func any() -> Bool { Operator.anyTrue(self).item() != 0 }

  /// Changes `a` itself, as all that share its memory see.
  public static func += (a: Tensor, b: Tensor) { Operator.addInPlace(a, b) }
  /// Sets every element.
  public func fill(_ value: Double) { Operator.fill(self, value) }
  /// Overwrites the elements with those of `source`, converting type and device.
  public func copy(from source: Tensor) { Operator.copyInPlace(self, source) }
}
