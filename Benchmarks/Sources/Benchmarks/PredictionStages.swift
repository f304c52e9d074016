import Blemish

/// Where the time of one prediction goes, in milliseconds, in a warm process.
enum PredictionStages {
  static func run(model path: String, image: String, repeats: Int = 50) throws -> [String: [String:
    Double]]
  {
    let model = try ModelBundle.load(path, registry: .all, backbones: BackboneStore())
    guard let fitted = model.fitted as? FittedUFlow, let reference = model.backbone,
      let strides = (model.detector as? UFlow)?.taps
    else { throw InspectionError(path, found: "no model of U-Flow", remedy: "give one") }
    let backbone = try BackboneStore().load(reference)
    let preprocessing = model.preprocessing
    let sample = Sample(path: image, name: image, label: .unknown)
    let loaded = try ImageLoader(preprocessing).load(sample)
    let input = preprocessing.normalize(loaded.resized)
    let features = inferenceMode { backbone.features(input, strides: strides) }
    let evidence = inferenceMode { fitted.evidence(features: features) }
    var result: [String: [String: Double]] = [:]
    func measure(_ name: String, _ body: () throws -> Void) rethrows {
      result[name] = try Measurement(repeats: repeats, warmUp: 5) {
        try inferenceMode { try body() }
      }.summary(scale: 1000)
    }
    try measure("decode") { _ = try Image(contentsOf: image) }
    try measure("resize") { _ = try preprocessing.resize(loaded.original, path: image) }
    measure("normalize") { _ = preprocessing.normalize(loaded.resized) }
    measure("backbone") { _ = backbone.features(input, strides: strides) }
    measure("flow") { _ = fitted.evidence(features: features) }
    measure("map") {
      _ = fitted.anomalyMaps(evidence, height: preprocessing.height, width: preprocessing.width)
    }
    try measure("all, from the file") { _ = try model.predict(image) }
    return result
  }
}
