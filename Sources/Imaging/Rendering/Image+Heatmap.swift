import Torch

extension Image {
  /// Draws a map in the colors of inferno: `range.lowerBound` and below is the first color, `range.upperBound` and above the last.
  ///
  /// - Parameters:
  ///   - values: `height` rows of `width` values, not-a-number drawn as the first color.
  ///   - fading: makes an RGBA image whose alpha grows with the value, so that low values leave a picture
  ///     underneath untouched.
  package static func heatmap(
    _ values: UnsafeBufferPointer<Float>, width: Int, height: Int, range: ClosedRange<Float>,
    fading: Bool = false
  ) -> Image {
    precondition(values.count == width * height, "\(values.count) values for \(width) x \(height)")
    let channels = fading ? 4 : 3
    let scale = range.upperBound > range.lowerBound ? 1 / (range.upperBound - range.lowerBound) : 0
    return Image(width: width, height: height, channels: channels) { target in
      ColorMap.inferno.withUnsafeBufferPointer { table in
        var place = 0
        for value in values {
          let share = (value - range.lowerBound) * scale
          let level = share >= 0 ? Int(Swift.min(share, 1) * 255 + 0.5) : 0
          let color = table[level]
          target[place] = UInt8(truncatingIfNeeded: color >> 16)
          target[place + 1] = UInt8(truncatingIfNeeded: color >> 8)
          target[place + 2] = UInt8(truncatingIfNeeded: color)
          if fading { target[place + 3] = UInt8(truncatingIfNeeded: level) }
          place += channels
        }
      }
    }
  }

  /// Draws a map `[..., h, w]` of one plane, sampled bilinearly to `width` x `height` before it is colored.
  package static func heatmap(
    _ map: Tensor, width: Int, height: Int, range: ClosedRange<Float>, fading: Bool = false
  ) -> Image {
    let shape = map.shape
    precondition(
      shape.count >= 2 && shape.dropLast(2).allSatisfy { $0 == 1 }, "\(shape) is not one plane")
    var plane = map.detached().to(.float32).reshaped([1, 1] + shape.suffix(2))
    if shape.suffix(2) != [height, width] { plane = plane.resampled(height: height, width: width) }
    return plane.withUnsafeFloats {
      heatmap($0, width: width, height: height, range: range, fading: fading)
    }
  }
}
