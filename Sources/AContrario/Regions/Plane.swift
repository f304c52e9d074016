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

/// Resampling to another size, equal to PyTorch's `interpolate` without antialiasing.
extension Plane {
  /// Bilinear between pixel centers, as `mode="bilinear", align_corners=False`.
  public func resizedBilinear(width: Int, height: Int) -> Plane {
    resized(
      columns: Self.bilinearTaps(from: self.width, to: width),
      rows: Self.bilinearTaps(from: self.height, to: height))
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
}

extension Plane {
  /// Each pixel takes the value that has the largest share in its bilinear mixture (corners not
  /// aligned), of equals the least: plateaus keep their values and get smooth outlines.
  ///
  /// Enlarged at least twofold, a plane keeps each of its values. Shares are compared in whole
  /// numbers, without rounding.
  public func resizedByMajority(width: Int, height: Int) -> Plane {
    precondition(self.width > 0 && self.height > 0, "a plane without pixels cannot be resized")
    let columns = Self.neighbors(from: self.width, to: width)
    var result: [Double] = []
    result.reserveCapacity(width * height)
    values.withUnsafeBufferPointer { values in
      for row in Self.neighbors(from: self.height, to: height) {
        let (upper, lower) = (row.first * self.width, row.second * self.width)
        for column in columns {
          let (a, b) = (values[upper + column.first], values[upper + column.second])
          let (c, d) = (values[lower + column.first], values[lower + column.second])
          if a == b && a == c && a == d {
            result.append(a)
            continue
          }
          let rests = (2 * height - row.share, 2 * width - column.share)
          result.append(
            Self.heaviest(
              (a, rests.0 * rests.1), (b, rests.0 * column.share), (c, row.share * rests.1),
              (d, row.share * column.share)))
        }
      }
    }
    return Plane(width: width, height: height, values: result)
  }

  private typealias Corner = (value: Double, weight: Int)

  private static func heaviest(_ a: Corner, _ b: Corner, _ c: Corner, _ d: Corner) -> Double {
    func weight(of value: Double) -> Int {
      (a.value == value ? a.weight : 0) + (b.value == value ? b.weight : 0)
        + (c.value == value ? c.weight : 0) + (d.value == value ? d.weight : 0)
    }
    var best: Corner = (a.value, weight(of: a.value))
    func consider(_ value: Double) {
      let weight = weight(of: value)
      if weight > best.weight || weight == best.weight && value < best.value {
        best = (value, weight)
      }
    }
    consider(b.value)
    consider(c.value)
    consider(d.value)
    return best.value
  }

  /// The pixels on both sides of the center of each new pixel, and the share of the second in units
  /// of `1 / (2 * newSize)`.
  private static func neighbors(from size: Int, to newSize: Int) -> [(
    first: Int, second: Int, share: Int
  )] {
    (0..<newSize).map { target in
      let position = max(0, (2 * target + 1) * size - newSize)
      let (index, share) = position.quotientAndRemainder(dividingBy: 2 * newSize)
      return (index, min(index + 1, size - 1), share)
    }
  }
}
