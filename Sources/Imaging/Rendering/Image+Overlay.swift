extension Image {
  /// This picture as RGB with `top`, an 8-bit RGB or RGBA image of the same size, laid over it.
  ///
  /// - Parameter opacity: 0 leaves the picture, 1 shows only `top`; multiplied by the alpha of an RGBA `top`.
  package func overlaid(with top: Image, opacity: Float = 0.5) -> Image {
    precondition(
      top.width == width && top.height == height,
      "an overlay of \(top.width) x \(top.height) on \(width) x \(height) pixels")
    precondition(top.depth == .uint8 && top.channels >= 3, "an overlay is 8-bit RGB or RGBA")
    let base = rgb()
    let (count, step) = (width * height, top.channels)
    // Weights in 1/65280 (255 * 256), so that the blend runs in integers.
    let whole = UInt32(Swift.max(0, Swift.min(opacity, 1)) * 256 + 0.5)
    return Image(width: width, height: height, channels: 3) { target in
      base.withUnsafeBytes { below in
        top.withUnsafeBytes { above in
          for i in 0..<count {
            let alpha = step == 4 ? UInt32(above[4 * i + 3]) : 255
            let weight = whole &* alpha
            for channel in 0..<3 {
              let mixed =
                UInt32(below[3 * i + channel]) &* (65280 &- weight)
                &+ UInt32(above[step * i + channel]) &* weight
              target[3 * i + channel] = UInt8(truncatingIfNeeded: (mixed &+ 32640) / 65280)
            }
          }
        }
      }
    }
  }
}
