import Backbones
import Blemish
import Detectors
import Inspection

/// Seconds that a detector takes to learn, decoding included, over the number of images and over their size.
enum FitGrowth {
  static func run(detector name: String, data: String) throws -> [String: Any] {
    let samples = try Dataset.open(data, home: Home.standard.path).training
    let detector = try DetectorRegistry.all.detector(name)
    let backbone = try detector.backboneID.map { try BackboneStore().load($0).backbone }
    func row(images: Int, side: Int) throws -> [String: Any] {
      let preprocessing = ImagePreprocessing(height: side, width: side, colors: .imageNet)
      let loader = ImageLoader(preprocessing)
      let measurement = try Measurement(repeats: 2, warmUp: 0) {
        _ = try detector.fit(
          on: SampleImages(Array(samples.prefix(images)), loader: loader),
          FitContext(backbone: backbone))
      }
      return ["images": images, "side": side, "seconds": measurement.least]
    }
    let counts = [0.25, 0.5, 0.75, 1].map { Int(Double(samples.count) * $0) }
    let sides = [96, 128, 160, 192, 224, 256]
    return [
      "detector": name,
      "overImages": try counts.map { try row(images: $0, side: 224) },
      "overPixels": try sides.map { try row(images: counts[1], side: $0) },
    ]
  }
}
