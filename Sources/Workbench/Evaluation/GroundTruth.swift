import Datasets
import Imaging
import Inspection
import Torch

/// Where an image is defective, pixel by pixel, at the size of the map that it is held against.
package struct GroundTruth {
  package let width: Int
  package let height: Int
  /// Row by row; nil where nothing is known pixel by pixel.
  package let mask: [Bool]?

  /// Reads the sample's mask. A good image has none, and no defect.
  ///
  /// Masks come as 0 and 1, 0 and 255, or with grey borders: a pixel counts where it is above half of the mask's maximum.
  /// They are resized by taking the nearest pixel, as the field does.
  ///
  /// - Throws: an error that names the mask where it cannot be read or has another size than the image.
  package init(_ sample: Sample, image: Image, width: Int, height: Int) throws {
    self.width = width
    self.height = height
    guard let path = sample.maskPath else {
      mask = sample.isDefective == false ? [Bool](repeating: false, count: width * height) : nil
      return
    }
    let picture = try Image(contentsOf: path)
    guard picture.width == image.width, picture.height == image.height else {
      throw InspectionError(
        path,
        found: "a mask of \(picture.width) x \(picture.height) pixels for an image of"
          + " \(image.width) x \(image.height)",
        remedy: "make the mask as large as \(sample.address)")
    }
    let gray = picture.gray(scaling: .window(0...Self.maximum(of: picture)))
    let half = (gray.samples(of: UInt8.self).max() ?? 0) / 2
    mask = gray.resized(width: width, height: height, .nearest).samples(of: UInt8.self)
      .map { $0 > half }
  }

  /// The largest sample; deep masks may use the lowest of their levels alone.
  private static func maximum(of picture: Image) -> Float {
    switch picture.depth {
    case .uint8: 255
    case .uint16: Float(picture.samples(of: UInt16.self).max() ?? 0)
    // Not-a-number is above nothing.
    case .float32: picture.samples(of: Float.self).reduce(0) { $1 > $0 ? $1 : $0 }
    }
  }
}
