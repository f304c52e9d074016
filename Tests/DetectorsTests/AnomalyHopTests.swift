import Detectors
import Fixtures
import Foundation
import Inspection
import Testing
import Torch

/// The whole detector against numpy and scipy, see `Scripts/fixtures/anomalyhop.py`.
@Suite struct AnomalyHopTests {
  static func settings(_ model: NormalityModel) -> AnomalyHop {
    var settings = AnomalyHop()
    settings.kernels = [5, 4, 3]
    settings.components = [3, 3, 2]
    settings.weights = [0.2, 0.3, 0.7]
    settings.model = model
    return settings
  }

  static func fit(
    _ settings: AnomalyHop, on images: Tensor? = nil,
    context: FitContext = FitContext(backbone: nil)
  ) throws -> FittedAnomalyHop {
    try settings.fit(on: MemoryImages(images: images ?? SaabTests.images("good")), context)
  }

  static func maps(_ fitted: FittedAnomalyHop, _ images: Tensor) -> Tensor {
    fitted.score(images).maps
  }

  static let models: [NormalityModel] = [.locationAware, .locationIndependent, .selfReference]

  @Test(arguments: models)
  func equalsNumpy(_ model: NormalityModel) throws {
    let fixture = try SaabTests.fixture.get()
    let fitted = try Self.fit(Self.settings(model))
    let images = try SaabTests.images("test")
    let evidence = fitted.score(images).evidence
    try #require(evidence.scales.count == 3)
    for (hop, scale) in evidence.scales.enumerated() {
      let distances = try #require(fixture["\(model).\(hop).distances"])
      #expect(SaabTests.difference(scale.statistic.sqrt(), distances) < 1e-4)
      let channels = fitted.features(images)[hop].shape[1]
      // The images are the samples, not their places.
      #expect(
        scale.null
          == (model == .selfReference
            ? .chiSquare(degreesOfFreedom: channels)
            : .hotelling(dimensions: channels, samples: 12)))
    }
    let fused = try #require(fixture["\(model).fused"])
    #expect(SaabTests.difference(Self.maps(fitted, images), fused) < 1e-4)
  }

  /// Its Gaussians need two images.
  @Test func oneImageHasNoLaw() throws {
    let one = try SaabTests.images("good")[0..<1]
    let error = #expect(throws: InspectionError.self) {
      try Self.fit(Self.settings(.locationAware), on: one)
    }
    #expect(error?.subject == "the training images")
    #expect(error?.remedy == "give at least 2")
  }

  @Test(arguments: NormalityModel.allCases)
  func comesBackFromItsTensors(_ model: NormalityModel) throws {
    for weights in [[0.2, 0.3, 0.7], [0, 1, 0]] {
      var settings = Self.settings(model)
      settings.weights = weights
      let fitted = try Self.fit(settings)
      let restored = try settings.restore(
        fitted.tensors.mapValues { $0.cloned() }, backbone: nil)
      let images = try SaabTests.images("test")
      #expect(
        Self.maps(fitted, images).array(of: Float.self)
          == Self.maps(restored, images).array(of: Float.self))
      #expect(restored.tensors.keys.sorted() == fitted.tensors.keys.sorted())
    }
  }

  /// Half of the images, then the other half: the same sums as of all at once, to rounding.
  @Test(arguments: [NormalityModel.locationAware, .locationIndependent])
  func updatedEqualsWhole(_ model: NormalityModel) throws {
    let settings = Self.settings(model)
    let images = try SaabTests.images("good")
    let first = try Self.fit(settings, on: images[0..<6])
    let updated = try first.updated(with: MemoryImages(images: images[6..<12])) { _ in }
    let laws = try updated.score(SaabTests.images("test")).evidence.scales.map(\.null)
    #expect(laws.allSatisfy { if case .hotelling(_, samples: 12) = $0 { true } else { false } })
    // Of no more images nothing changes.
    let none = try first.updated(with: MemoryImages(images: images[0..<0])) { _ in }
    for (name, tensor) in first.tensors where tensor.dtype == .float64 {
      #expect(none.tensors[name]?.array(of: Double.self) == tensor.array(of: Double.self))
    }
    for hop in 0..<3 {
      let features = first.features(images)[hop].to(.float64)
      let samples = features.permuted(0, 2, 3, 1)
        .reshaped(
          model == .locationAware ? [12, -1, features.shape[1]] : [-1, 1, features.shape[1]])
      let mean = samples.mean(0)
      let deviations = (samples - mean).permuted(1, 2, 0)
      let scatter = deviations.matmul(deviations.transposed(1, 2))
      let size = features.shape[1]
      let places = (0..<size).flatMap { row in (0...row).map { row * size + $0 } }
      let packed = scatter.flattened(from: 1).selecting(Tensor(places), axis: 1)
      let own = updated.tensors
      #expect(try #require(own["moments.\(hop).count"]).item() == Double(samples.shape[0]))
      #expect(SaabTests.difference(try #require(own["moments.\(hop).mean"]), mean) < 1e-10)
      #expect(SaabTests.difference(try #require(own["moments.\(hop).scatter"]), packed) < 1e-10)
    }
  }

  /// The pictures have a light that lies alike in all of them, so that positions matter.
  @Test func choosesTheModelByLikelihood() throws {
    var settings = Self.settings(.automatic)
    settings.weights = []
    let fitted = try Self.fit(settings)
    for hop in 1...3 {
      let aware = try #require(fitted.metrics["logLikelihoodLocationAware.hop\(hop)"])
      let independent = try #require(fitted.metrics["logLikelihoodLocationIndependent.hop\(hop)"])
      let groups = try #require(fitted.tensors["moments.\(hop - 1).mean"]).shape[0]
      #expect((groups > 1) == (aware > independent))
    }
    // What was held out for the choice is learnt of in the end.
    let positions = try #require(fitted.tensors["moments.0.mean"]).shape[0]
    let count = try #require(fitted.tensors["moments.0.count"]).item()
    #expect(count == (positions > 1 ? 12 : 12 * 36 * 36))
    let maps = Self.maps(fitted, try SaabTests.images("test"))
    #expect(maps[1].max().item() > maps[0].max().item())
  }

  /// A law that takes its own images for all there are finds others unlikely.
  @Test func weighsHopsByLikelihood() throws {
    func weights(regularizer: Double) throws -> [Double] {
      var settings = Self.settings(.locationAware)
      settings.weights = []
      settings.regularizer = regularizer
      let fitted = try Self.fit(settings)
      let weights = try #require(fitted.tensors["weights"]).array(of: Double.self)
      #expect(weights == (1...3).map { fitted.metrics["relativeLikelihood.hop\($0)"] })
      return weights
    }
    let (cautious, sure) = (try weights(regularizer: 1e3), try weights(regularizer: 1e-4))
    // Next to a large regularizer all distances are 0.
    #expect(cautious.allSatisfy { $0 <= exp(0.5) && $0 > exp(0.5) - 0.01 })
    #expect(zip(sure, cautious).allSatisfy { $0 < $1 })
    #expect(sure.contains { $0 < 1 })
  }

  /// As few as a training can have, and fewer.
  @Test(arguments: NormalityModel.allCases)
  func fewImages(_ model: NormalityModel) throws {
    var settings = Self.settings(model)
    settings.weights = []
    let images = try SaabTests.images("good")
    let maps = Self.maps(try Self.fit(settings, on: images[0..<4]), images[4..<6])
    let isFinite = maps.isFinite().all()
    #expect(isFinite)
    #expect(throws: (any Error).self) { try Self.fit(settings, on: images[0..<1]) }
    #expect(throws: InspectionError.self) { try Self.fit(settings, on: images[0..<0]) }
  }

  @Test func partsAddUpToTheMap() throws {
    let fitted = try Self.fit(Self.settings(.locationAware))
    let images = try SaabTests.images("test")
    let parts = fitted.parts(fitted.score(images).evidence, height: 40, width: 40)
    #expect(parts.map(\.neighborhood) == fitted.transform.neighborhoods)
    let sum = parts[0].maps + parts[1].maps + parts[2].maps
    #expect(SaabTests.difference(sum, Self.maps(fitted, images)) < 1e-6)
  }

  /// Under a protocol that lets it look, the maps of the test images span 0 to 1.
  @Test func scalesByTestImagesWhereAllowed() throws {
    var settings = Self.settings(.locationAware)
    settings.weights = [0, 1, 0]
    let test = try SaabTests.images("test")
    let fitted = try Self.fit(
      settings,
      context: FitContext(backbone: nil, testImages: MemoryImages(images: test)))
    let maps = Self.maps(fitted, test)
    #expect(abs(maps.min().item()) < 1e-5)
    #expect(abs(maps.max().item() - 1) < 1e-5)
    #expect(fitted.metrics[FitContext.seenTestImages] == 2)
    #expect(try Self.fit(settings).metrics.isEmpty)
  }

  @Test func presetsAreSound() throws {
    #expect(AnomalyHop.presets.count == 15)
    for (category, settings) in AnomalyHop.presets {
      try settings.validate(height: 224, width: 224, backbone: nil)
      let preset = try DetectorRegistry.all.preset("anomalyhop/mvtec/\(category)")
      #expect(preset.imageSize == 224)
      #expect((preset.detector as? AnomalyHop)?.kernels == settings.kernels)
    }
    let error = #expect(throws: InspectionError.self) {
      try DetectorRegistry.all.preset("anomalyhop/mvtec/spoon")
    }
    #expect(error?.isUsage == true)
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    let subject: String
    var side = 64
    let change: @Sendable (inout AnomalyHop) -> Void
    var testDescription: String { subject }
  }

  @Test(arguments: [
    Refused(subject: "kernels") { $0.kernels = [] },
    Refused(subject: "kernels") { $0.kernels = [5, 1, 3] },
    Refused(subject: "components") { $0.components = [4, 4] },
    Refused(subject: "components") { $0.components = [26, 4, 4] },
    Refused(subject: "components") { $0.components = [0, 4, 4] },
    Refused(subject: "weights") { $0.weights = [1] },
    Refused(subject: "weights") { $0.weights = [0, 0, 0] },
    Refused(subject: "weights") { $0.weights = [1, -1, 0] },
    Refused(subject: "energyThreshold") { $0.energyThreshold = 1 },
    Refused(subject: "regularizer") { $0.regularizer = 0 },
    Refused(subject: "smoothing") { $0.smoothing = -1 },
    Refused(subject: "image size", side: 12) { _ in },
  ])
  func refuses(_ bad: Refused) throws {
    var settings = AnomalyHop()
    bad.change(&settings)
    let error = #expect(throws: InspectionError.self) {
      try settings.validate(height: bad.side, width: bad.side, backbone: nil)
    }
    #expect(error?.subject == bad.subject)
    #expect(error?.isUsage == true)
  }

  @Test func refusesTensorsThatDoNotFit() throws {
    let settings = Self.settings(.locationIndependent)
    let tensors = try Self.fit(settings).tensors
    for name in tensors.keys {
      var others = tensors
      others[name] = nil
      #expect(throws: ParameterError.self) { try settings.restore(others, backbone: nil) }
      others[name] = .zeros([1, 7, 2], dtype: .float64)
      #expect(throws: ParameterError.self) { try settings.restore(others, backbone: nil) }
    }
  }
}
