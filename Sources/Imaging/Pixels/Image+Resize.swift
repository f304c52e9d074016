import CImageCodecs
import Torch

extension Image {
  /// The picture at another size as Pillow's `resize`: filtered against aliasing when it shrinks.
  ///
  /// Bilinear and bicubic work on 8-bit samples (others pass through `eightBit`) and give Pillow's own levels;
  /// nearest keeps the samples as they are. Alpha is resized like a color. Where memory runs out, see
  /// ``init(width:height:channels:depth:fill:)``.
  public func resized(
    width: Int, height: Int, _ interpolation: Interpolation = .bilinear
  ) -> Image {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    if width == self.width && height == self.height { return self }
    if interpolation == .nearest { return sampled(width: width, height: height) }
    let source = eightBit()
    var status = CI_OK
    let image = Image(width: width, height: height, channels: channels) { target in
      source.withUnsafeBytes { pixels in
        status = ci_resize(
          pixels.bindMemory(to: UInt8.self).baseAddress, UInt32(self.width), UInt32(self.height),
          UInt32(channels), interpolation == .bicubic ? 1 : 0,
          target.bindMemory(to: UInt8.self).baseAddress, UInt32(width), UInt32(height))
      }
    }
    if status != CI_OK {
      noteNoRoom(
        for: "the resizing to \(width) x \(height) pixels",
        byteCount: width * self.height * channels)
    }
    return image
  }

  /// The picture at another size as `[1, C, height, width]` in channels-last order.
  ///
  /// With `.uint8` arithmetic the elements are `uint8` levels; with `.float` they are `float32` in 0...1, converted
  /// before the picture is resized.
  public func resizedTensor(
    width: Int, height: Int, _ interpolation: Interpolation = .bilinear,
    arithmetic: ResizeArithmetic = .uint8
  ) -> Tensor {
    if arithmetic == .uint8 || interpolation == .nearest {
      let image = resized(width: width, height: height, interpolation)
      let samples = arithmetic == .uint8 ? image.eightBit().tensor() : image.unitTensor()
      return samples.permuted(0, 3, 1, 2)
    }
    let planes = unitTensor().permuted(0, 3, 1, 2)
    if width == self.width && height == self.height { return planes }
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

/// In which numbers an image is resized; scores differ a little between the two, so a model has to remember its own.
public enum ResizeArithmetic: String, Sendable, Codable, CaseIterable {
  /// 8-bit, with the very levels of Pillow and of the papers that load images with it; by far the faster.
  case uint8

  /// Float in 0...1, as torchvision's `v2.Resize(antialias=True)` on float tensors and anomalib.
  case float
}
