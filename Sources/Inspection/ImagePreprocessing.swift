import Backbones
import Imaging
import Torch

/// How an image becomes what a detector is given: its size and its colors. It is part of every saved model.
public struct ImagePreprocessing: Codable, Sendable, Hashable {
  /// The fewest pixels that a side of an image may have, before it is resized.
  public static let minimumSide = 32

  /// The pixels that ``height`` and ``width`` may be.
  public static let sides = 1...8192

  /// Pixels that every image is brought to.
  public var height: Int
  /// Pixels that every image is brought to.
  public var width: Int
  /// How pixels between those of the image are made.
  public var interpolation: Interpolation
  /// Whether levels are rounded to bytes on the way, as Pillow does.
  public var arithmetic: ResizeArithmetic
  /// What the backbone wants done to the colors.
  public var colors: ColorNormalization
  /// The levels of 16-bit and float samples that become the darkest and the lightest, as the training images use them; nil
  /// takes the high byte of 16 bits and cuts floats to 0...255. Levels of 8 bits are what they are.
  public var levels: ClosedRange<Float>?

  public init(
    height: Int, width: Int, interpolation: Interpolation = .bilinear,
    arithmetic: ResizeArithmetic = .uint8, colors: ColorNormalization,
    levels: ClosedRange<Float>? = nil
  ) {
    self.height = height
    self.width = width
    self.interpolation = interpolation
    self.arithmetic = arithmetic
    self.colors = colors
    self.levels = levels
  }

  /// Checks what may have come from a file.
  ///
  /// - Throws: ``InspectionError`` where images cannot be brought to that size, or colors to that range.
  package func validate() throws {
    guard Self.sides.contains(height), Self.sides.contains(width) else {
      throw InspectionError(
        "image size", found: "\(width) x \(height)",
        remedy: "give sides of \(Self.sides.lowerBound) to \(Self.sides.upperBound) pixels",
        isUsage: true)
    }
    let (mean, deviation) = (colors.mean, colors.standardDeviation)
    guard mean.count == 3, deviation.count == 3, deviation.allSatisfy({ $0 > 0 }) else {
      throw InspectionError(
        "colors", found: "means \(mean), standard deviations \(deviation)",
        remedy: "give three of each, the latter above 0", isUsage: true)
    }
  }

  /// The image as a model sees it and as pictures of it are drawn: 8-bit gray or RGB, alpha composed on black.
  package func visible(_ image: Image) -> Image { image.visible(levels: levels) }

  /// The image as RGB at the model's size, `[1, 3, H, W]` in channels-last order: `uint8` levels or, with `.float`
  /// arithmetic, `float32` in 0...1.
  ///
  /// - Parameter path: what errors call the image.
  /// - Throws: ``InspectionError`` where the image is too small, or where memory runs out.
  public func resize(_ image: Image, path: String, minimumSide: Int = Self.minimumSide) throws
    -> Tensor
  {
    guard min(image.width, image.height) >= minimumSide else {
      throw InspectionError(
        path, found: "an image of \(image.width) x \(image.height) pixels",
        remedy: "both sides must have at least \(minimumSide) pixels")
    }
    return try withinMemory(path, remedy: "use a smaller image size") {
      visible(image).rgb().resizedTensor(
        width: width, height: height, interpolation, arithmetic: arithmetic)
    }
  }

  /// Resized images `[N, 3, H, W]` as the detector is given them: `float32` in channels-last order.
  public func normalize(_ resized: Tensor) -> Tensor {
    colors.normalized(resized).contiguous(.channelsLast)
  }
}
