/// One value a pixel, row by row from the top left.
public struct Plane: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// `height` x `width` values, row-major.
  public var values: [Double]

  public init(width: Int, height: Int, values: [Double]) {
    precondition(
      width >= 0 && height >= 0 && values.count == width * height,
      "\(values.count) values given to a plane of \(width) x \(height)")
    self.width = width
    self.height = height
    self.values = values
  }
}
