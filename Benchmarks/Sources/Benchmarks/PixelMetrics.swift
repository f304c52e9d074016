import Metrics

/// Seconds for pixel AUROC and AUPRO over 83 images of 256 x 256 with a defect region each.
enum PixelMetrics {
  static func run() throws -> [String: Double] {
    let side = 256
    var state: UInt64 = 1
    func random() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24)
    }
    let images = (0..<83).map { _ in
      let map = (0..<side * side).map { _ in random() }
      let mask = (0..<side * side).map { ($0 / side) < 40 && ($0 % side) < 60 }
      return (map: map, mask: Optional(mask))
    }
    return try Measurement(repeats: 5) {
      let evaluation = try PixelEvaluation(images: images, width: side, height: side)
      _ = evaluation.auroc
      _ = evaluation.aupro()
    }.summary(scale: 1)
  }
}
