import Backbones
import Blemish
import Detectors
import Inspection
import Torch
import Workbench

/// Milliseconds and memory of a network with random weights over random images, in a warm process: the features of a backbone
/// and, of one image, what U-Flow makes of them. `python/predict.py` is the counterpart.
enum NetworkCost {
  static func run(
    backbone id: String, side: Int?, taps: [Int], normalization: String?, batch: Int, repeats: Int
  ) throws -> [String: Any] {
    let architecture = try BackboneRegistry.standard.architecture(id)
    let backbone = try architecture.load(.random(seed: 0))
    let side = side ?? architecture.imageSize
    let images = RandomImages(count: batch, side: side)
    var milliseconds: [String: [String: Double]] = [:]
    func measure(_ name: String, _ body: () -> Void) {
      milliseconds[name] = Measurement(repeats: repeats, warmUp: min(2, repeats - 1)) {
        inferenceMode(body)
      }
      .summary(scale: 1000)
    }
    Hardware.resetPeakMemory()
    let before = Hardware.peakMemory ?? 0
    let input = images.tensor
    measure("backbone") { _ = backbone.features(input, strides: taps) }
    let peak = Hardware.peakMemory ?? 0
    if let normalization {
      guard let kind = UFlow.Normalization(rawValue: normalization) else {
        throw Misuse(description: "--flow is \(normalization); give a normalization, such as layer")
      }
      var settings = UFlow()
      (settings.backbone, settings.taps, settings.normalization) = (id, taps, kind)
      settings.epochs = 1
      let fitted = try settings.fit(on: images, FitContext(backbone: backbone))
      let features = inferenceMode { backbone.features(input, strides: taps) }
      let evidence = inferenceMode { fitted.evidence(features: features) }
      measure("flow") { _ = fitted.evidence(features: features) }
      measure("map") { _ = fitted.anomalyMaps(evidence, height: side, width: side) }
      measure("all") { _ = fitted.score(input) }
    }
    return [
      "backbone": id, "side": side, "batch": batch, "taps": taps, "threads": Machine.threads,
      "milliseconds": milliseconds,
      "megabytes": ["weights": before.rounded(), "features": (peak - before).rounded()],
    ]
  }
}

private struct RandomImages: TrainingImages {
  let tensor: Tensor
  var count: Int { tensor.shape[0] }
  var height: Int { tensor.shape[2] }
  var width: Int { tensor.shape[3] }

  init(count: Int, side: Int) {
    tensor = Tensor.normal([count, 3, side, side], generator: Generator(seed: 0))
      .contiguous(.channelsLast)
  }

  func forEachBatch(of size: Int, _ body: (Range<Int>, Tensor) throws -> Void) throws {
    for start in stride(from: 0, to: count, by: size) {
      let range = start..<min(start + size, count)
      try body(range, tensor[range])
    }
  }
}
