extension Image {
  /// This picture as RGB with the outline of `mask` drawn on it.
  ///
  /// - Parameters:
  ///   - mask: 8-bit gray of the same size; everything but 0 is inside. The edge of the picture closes an outline.
  ///   - thickness: in pixels; nil takes one for every 300 pixels of the longer side, so that outlines look alike
  ///     at any size.
  package func outlined(by mask: Image, color: Color = .cyan, thickness: Int? = nil) -> Image {
    precondition(
      mask.width == width && mask.height == height,
      "a mask of \(mask.width) x \(mask.height) on \(width) x \(height) pixels")
    precondition(mask.depth == .uint8 && mask.channels == 1, "a mask is 8-bit gray")
    let line = Swift.max(1, thickness ?? (Swift.max(width, height) + 150) / 300)
    let drawn = mask.outline(thickness: line)
    let base = rgb()
    return Image(width: width, height: height, channels: 3) { target in
      base.withUnsafeBytes { target.copyMemory(from: $0) }
      for i in drawn.indices where drawn[i] {
        target[3 * i] = color.red
        target[3 * i + 1] = color.green
        target[3 * i + 2] = color.blue
      }
    }
  }

  /// Pixels within a square of `thickness` around a pixel that is inside and has an outside neighbor.
  private func outline(thickness: Int) -> [Bool] {
    var edge = [Bool](repeating: false, count: width * height)
    withUnsafeBytes { inside in
      for y in 0..<height {
        for x in 0..<width where inside[y * width + x] != 0 {
          let i = y * width + x
          edge[i] =
            x == 0 || y == 0 || x == width - 1 || y == height - 1 || inside[i - 1] == 0
            || inside[i + 1] == 0 || inside[i - width] == 0 || inside[i + width] == 0
        }
      }
    }
    guard thickness > 1 else { return edge }
    Self.dilate(&edge, lines: height, step: width, length: width, stride: 1, by: thickness)
    Self.dilate(&edge, lines: width, step: 1, length: height, stride: width, by: thickness)
    return edge
  }

  /// Spreads set pixels along every line; the work does not depend on `thickness`.
  private static func dilate(
    _ pixels: inout [Bool], lines: Int, step: Int, length: Int, stride: Int, by thickness: Int
  ) {
    let (back, ahead) = ((thickness - 1) / 2, thickness / 2)
    pixels.withUnsafeMutableBufferPointer { pixels in
      for line in 0..<lines {
        let start = line * step
        // Each set pixel fills [at - back, at + ahead]; `filled` is where filling has come to, so none is filled twice.
        var filled = 0
        var at = 0
        while at < length {
          guard pixels[start + at * stride] else {
            at += 1
            continue
          }
          // The end of the run has to be known before its pixels are overwritten by their own filling.
          var end = at
          while end + 1 < length && pixels[start + (end + 1) * stride] { end += 1 }
          let next = end + 1
          var from = Swift.max(filled, at - back)
          let to = Swift.min(length - 1, end + ahead)
          // Look for the next run before filling hides where it begins.
          var following = next
          while following < length && !pixels[start + following * stride] { following += 1 }
          while from <= to {
            pixels[start + from * stride] = true
            from += 1
          }
          filled = Swift.max(filled, to + 1)
          at = following
        }
      }
    }
  }
}
