extension Plane {
  /// Each pixel takes the value that has the largest share in its bilinear mixture (corners not
  /// aligned), of equals the least: plateaus keep their values and get smooth outlines.
  public func resizedByMajority(width: Int, height: Int) -> Plane {
    precondition(self.width > 0 && self.height > 0, "a plane without pixels cannot be resized")
    let columns = Self.neighbors(from: self.width, to: width)
    var result: [Double] = []
    result.reserveCapacity(width * height)
    for row in Self.neighbors(from: self.height, to: height) {
      let (upper, lower) = (row.first * self.width, row.second * self.width)
      for column in columns {
        let corners = [
          (values[upper + column.first], (1 - row.share) * (1 - column.share)),
          (values[upper + column.second], (1 - row.share) * column.share),
          (values[lower + column.first], row.share * (1 - column.share)),
          (values[lower + column.second], row.share * column.share),
        ]
        result.append(Self.heaviest(corners))
      }
    }
    return Plane(width: width, height: height, values: result)
  }

  private static func heaviest(_ corners: [(value: Double, weight: Double)]) -> Double {
    let first = corners[0].value
    if corners.allSatisfy({ $0.value == first }) { return first }
    var best = (value: Double.infinity, weight: -1.0)
    for corner in corners {
      var weight = 0.0
      for other in corners where other.value == corner.value { weight += other.weight }
      if (weight, -corner.value) > (best.weight, -best.value) { best = (corner.value, weight) }
    }
    return best.value
  }

  private static func neighbors(from size: Int, to newSize: Int) -> [(
    first: Int, second: Int, share: Double
  )] {
    (0..<newSize).map { target in
      let position = max(
        0, (Double(target) + 0.5) * Double(size) / Double(newSize) - 0.5)
      let index = min(Int(position), size - 1)
      return (index, min(index + 1, size - 1), min(position - Double(index), 1))
    }
  }
}
