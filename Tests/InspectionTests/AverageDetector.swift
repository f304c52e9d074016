import Backbones
import Foundation
import Inspection
import Torch

/// Learns the average of good images; what differs from it is anomalous. Small enough to be checked by hand.
struct AverageDetector: Detector {
  static let name = "average"

  /// Multiplies the map.
  var gain = 1.0
  var epochs = 3
  var title = "mean"
  var isStrict = false
  var sizes = [1, 2]
  /// Id of a backbone, which it does not use; none where empty.
  var backbone = ""

  var backboneID: String? { backbone.isEmpty ? nil : backbone }

  func validate(height: Int, width: Int, backbone: (any Backbone)?) throws {}

  func fit(on images: any TrainingImages, _ context: FitContext) throws -> Fitted {
    let sum = Tensor.zeros([1, 3, images.height, images.width])
    try images.forEachBatch(of: 4) { _, batch in sum += batch.sum(0, keepDimensions: true) }
    return Fitted(gain: gain, average: sum / Double(images.count))
  }

  func restore(_ tensors: [String: Tensor], backbone: (any Backbone)?) throws -> Fitted {
    let parameters = Parameters(loading: tensors)
    let average = parameters.root.buffer(
      "average", tensors["average"]?.shape ?? [], .constant(0))
    try parameters.verify("the tensors")
    return Fitted(gain: gain, average: average)
  }

  struct Fitted: FittedDetector {
    let gain: Double
    let average: Tensor
    var nulls = [Evidence.NullDistribution.empirical]
    var tensors: [String: Tensor] { ["average": average] }

    func score(_ images: Tensor) -> ScoredBatch {
      let distance = (images - average).square().mean(1)
      return ScoredBatch(
        evidence: Evidence(
          scales: nulls.map { .init(statistic: distance, null: $0, name: "average") }),
        maps: distance * gain)
    }
  }
}

extension Model {
  /// An ``AverageDetector`` that has learnt one gray value.
  static func average(
    _ value: Double, detector: AverageDetector = AverageDetector(), side: Int = 32,
    nulls: [Evidence.NullDistribution] = [.empirical]
  )
    throws -> Model
  {
    Model(
      detector: detector,
      scorer: Scorer(
        AverageDetector.Fitted(
          gain: detector.gain, average: .full([1, 3, side, side], value), nulls: nulls),
        ImagePreprocessing(height: side, width: side, colors: .imageNet)),
      calibration: try Calibration([
        RawPrediction(width: 2, height: 2, values: [0.25, 0.5, 0.75, 1])
      ]),
      backbone: nil,
      provenance: Provenance(
        dataset: "cloth", datasetSHA256: "00", fittingImages: 8, calibrationImages: 4, seed: 7,
        threads: 2, device: "cpu", blemish: "0", libtorch: "0", processor: "none",
        created: "2024-01-01T00:00:00Z", seconds: ["fitting": 1.5], metrics: ["loss": 0.25]))
  }
}
