extension Plane {
  /// Each pixel takes the value that stands at its top left corner, as in PyTorch's `interpolate`
  /// with `mode="nearest"`.
  public func resizedNearest(width: Int, height: Int) -> Plane {
    precondition(self.width > 0 && self.height > 0, "a plane without pixels cannot be resized")
    let columns = (0..<width).map { $0 * self.width / width }
    let rows = (0..<height).map { $0 * self.height / height }
    let values = rows.flatMap { row in columns.map { self.values[row * self.width + $0] } }
    return Plane(width: width, height: height, values: values)
  }
}
