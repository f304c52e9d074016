import Fixtures
import Imaging
import Inspection
import Testing
import Workbench

@Suite struct PredictionPicturesTests {
  private static func prediction(
    _ values: [Float], of image: Image, threshold: Float = 1
  ) throws -> Prediction {
    let raw = RawPrediction(
      map: AnomalyMap(width: 8, height: 8, values: values), score: values.max() ?? 0,
      scales: [.init(width: 8, height: 8, values: values, null: .empirical)])
    return try Prediction(
      raw, .threshold(threshold), calibration: try Calibration([raw]), scoreKind: .own,
      imageWidth: image.width, imageHeight: image.height)
  }

  @Test(arguments: [(8, 8), (72, 60), (33, 200), (4, 3)])
  func haveTheImagesSize(_ width: Int, _ height: Int) throws {
    let image = Weave(width: width, height: height).picture(0)
    let values = (0..<64).map { Float($0 == 27 ? 4 : 0.1) }
    let pictures = PredictionPictures(try Self.prediction(values, of: image), of: image)
    for picture in [pictures.overlay, pictures.mask] {
      #expect(picture.width == width && picture.height == height)
      #expect(picture.depth == .uint8)
    }
    #expect(pictures.overlay.channels == 3)
    #expect(pictures.mask.channels == 1)
    #expect(pictures.mask.samples(of: UInt8.self).contains(255))
    #expect(pictures.overlay.samples(of: UInt8.self) != image.samples(of: UInt8.self))
  }

  @Test func whereNothingIsFoundTheImageShows() throws {
    let image = Weave(width: 20, height: 30).picture(0)
    let pictures = PredictionPictures(
      try Self.prediction([Float](repeating: 0, count: 64), of: image), of: image)
    #expect(pictures.overlay.samples(of: UInt8.self) == image.samples(of: UInt8.self))
    #expect(pictures.mask.samples(of: UInt8.self).allSatisfy { $0 == 0 })
  }

  /// A threshold at or below zero leaves the colors no range.
  @Test(arguments: [0, -3] as [Float])
  func thresholdsWithoutARange(_ threshold: Float) throws {
    let image = Weave(width: 20, height: 30).picture(0)
    let prediction = try Self.prediction(
      (0..<64).map { Float($0) - 32 }, of: image, threshold: threshold)
    #expect(PredictionPictures(prediction, of: image).overlay.width == 20)
  }

  @Test func everyKindOfImage() throws {
    let deep = Image(
      width: 8, height: 8, channels: 1, pixels: [UInt16](repeating: 40000, count: 64))
    let clear = Image(
      width: 8, height: 8, channels: 4, pixels: [UInt8](repeating: 128, count: 256))
    for image in [deep, clear] {
      let pictures = PredictionPictures(
        try Self.prediction([Float](repeating: 3, count: 64), of: image), of: image)
      #expect(pictures.overlay.channels == 3)
      #expect(pictures.mask.samples(of: UInt8.self).allSatisfy { $0 == 255 })
    }
  }
}
