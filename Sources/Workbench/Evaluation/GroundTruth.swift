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

  /// Reads the sample's mask, see `Sample.mask()`. A good image has none, and no defect.
  ///
  /// Masks are resized by taking the nearest pixel, as the field does.
  ///
  /// - Throws: an error that names the mask where it cannot be read or has another size than the image.
  package init(_ sample: Sample, image: Image, width: Int, height: Int) throws {
    self.width = width
    self.height = height
    guard let picture = try sample.mask() else {
      mask = sample.isDefective == false ? [Bool](repeating: false, count: width * height) : nil
      return
    }
    guard picture.width == image.width, picture.height == image.height else {
      let isTurned = picture.width == image.height && picture.height == image.width
      throw InspectionError(
        sample.maskPaths[0],
        found: "a mask of \(picture.width) x \(picture.height) pixels for an image of"
          + " \(image.width) x \(image.height)",
        remedy: isTurned
          ? "one of them seems to have an EXIF orientation that the other lacks: turn it like \(sample.address)"
          : "make the mask as large as \(sample.address)")
    }
    mask = picture.resized(width: width, height: height, .nearest).samples(of: UInt8.self)
      .map { $0 > 0 }
  }
}
