import Torch

extension Image {
  /// The picture at another size as Pillow's `resize`: filtered against aliasing when it shrinks.
  ///
  /// Bilinear and bicubic work on 8-bit samples (others pass through `eightBit`) and are within one level of Pillow;
  /// nearest keeps the samples as they are. Alpha is resized like a color.
  public func resized(
    width: Int, height: Int, _ interpolation: Interpolation = .bilinear
  ) -> Image {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    if width == self.width && height == self.height { return self }
    if interpolation == .nearest { return sampled(width: width, height: height) }
    let pixels = resizedTensor(width: width, height: height, interpolation)
    return Image(pixels.permuted(0, 2, 3, 1))
  }

  /// The picture at another size as `[1, C, height, width]` in channels-last order.
  ///
  /// With `.uint8` arithmetic the elements are `uint8` levels; with `.float` they are `float32` in 0...1, converted
  /// before the picture is resized.
  public func resizedTensor(
    width: Int, height: Int, _ interpolation: Interpolation = .bilinear,
    arithmetic: ResizeArithmetic = .uint8
  ) -> Tensor {
    let same = width == self.width && height == self.height
    if interpolation == .nearest && !same {
      return sampled(width: width, height: height)
        .resizedTensor(width: width, height: height, .bilinear, arithmetic: arithmetic)
    }
    let planes: Tensor =
      switch arithmetic {
      case .uint8: eightBit().tensor().permuted(0, 3, 1, 2)
      case .float: unitTensor().permuted(0, 3, 1, 2)
      }
    if same { return planes }
    return planes.resizedAntialiased(
      height: height, width: width, bicubic: interpolation == .bicubic)
  }

  /// `[1, H, W, C]` of `float32` in 0...1; float samples as they are.
  private func unitTensor() -> Tensor {
    switch depth {
    case .uint8: tensor().to(.float32) / 255
    case .uint16: tensor().to(.float32) / 65535
    case .float32: tensor()
    }
  }

  /// Pillow's NEAREST: the sample whose area holds the center of the new pixel.
  private func sampled(width newWidth: Int, height newHeight: Int) -> Image {
    let columns = Self.centers(from: width, to: newWidth)
    let rows = Self.centers(from: height, to: newHeight)
    let pixel = channels * depth.byteCount
    return Image(width: newWidth, height: newHeight, channels: channels, depth: depth) { target in
      withUnsafeBytes { source in
        guard let from = source.baseAddress, var to = target.baseAddress else { return }
        for row in rows {
          let line = from + row * width * pixel
          for column in columns {
            to.copyMemory(from: line + column * pixel, byteCount: pixel)
            to += pixel
          }
        }
      }
    }
  }

  private static func centers(from size: Int, to newSize: Int) -> [Int] {
    let step = Double(size) / Double(newSize)
    // Summed up, not multiplied, as Pillow does: at exact halves the two round apart.
    var center = step / 2
    return (0..<newSize).map { _ in
      defer { center += step }
      return Swift.min(Int(center), size - 1)
    }
  }
}
