/// Resampling to another size, equal to PyTorch's `interpolate` without antialiasing.
extension Plane {
  /// Bilinear between pixel centers, as `mode="bilinear", align_corners=False`.
  public func resizedBilinear(width: Int, height: Int) -> Plane {
    resized(
      columns: Self.bilinearTaps(from: self.width, to: width),
      rows: Self.bilinearTaps(from: self.height, to: height))
  }

  /// Bicubic (a = -0.75) with the centers of the corner pixels kept in place, as `mode="bicubic",
  /// align_corners=True`; may overshoot the range of the values.
  public func resizedBicubicAligned(width: Int, height: Int) -> Plane {
    resized(
      columns: Self.alignedBicubicTaps(from: self.width, to: width),
      rows: Self.alignedBicubicTaps(from: self.height, to: height))
  }

  /// A source pixel and its share in a target pixel.
  private typealias Tap = (index: Int, weight: Double)

  private func resized(columns: [[Tap]], rows: [[Tap]]) -> Plane {
    let newWidth = columns.count
    var wide = [Double](repeating: 0, count: newWidth * height)
    for y in 0..<height {
      for (x, taps) in columns.enumerated() {
        var sum = 0.0
        for tap in taps { sum += values[y * width + tap.index] * tap.weight }
        wide[y * newWidth + x] = sum
      }
    }
    var result = [Double](repeating: 0, count: newWidth * rows.count)
    for (y, taps) in rows.enumerated() {
      for tap in taps {
        for x in 0..<newWidth {
          result[y * newWidth + x] += wide[tap.index * newWidth + x] * tap.weight
        }
      }
    }
    return Plane(width: newWidth, height: rows.count, values: result)
  }

  private static func bilinearTaps(from size: Int, to newSize: Int) -> [[Tap]] {
    precondition(size > 0 && newSize > 0, "a plane without pixels cannot be resized")
    let scale = Double(size) / Double(newSize)
    return (0..<newSize).map { target in
      let position = max(0, (Double(target) + 0.5) * scale - 0.5)
      let index = min(Int(position), size - 1)
      let share = min(position - Double(index), 1)
      return [(index, 1 - share), (min(index + 1, size - 1), share)]
    }
  }

  private static func alignedBicubicTaps(from size: Int, to newSize: Int) -> [[Tap]] {
    precondition(size > 0 && newSize > 0, "a plane without pixels cannot be resized")
    let scale = newSize > 1 ? Double(size - 1) / Double(newSize - 1) : 0
    return (0..<newSize).map { target in
      let position = Double(target) * scale
      let index = min(Int(position), size - 1)
      let share = position - Double(index)
      return (-1...2).map { offset in
        (min(max(index + offset, 0), size - 1), cubicWeight(abs(share - Double(offset))))
      }
    }
  }

  /// Keys' cubic convolution kernel (1981) with a = -0.75.
  private static func cubicWeight(_ distance: Double) -> Double {
    let a = -0.75
    if distance < 1 { return ((a + 2) * distance - (a + 3)) * distance * distance + 1 }
    if distance < 2 { return ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a }
    return 0
  }
}
