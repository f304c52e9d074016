import Detectors
import Fixtures
import Testing
import Torch

/// Largest difference between two tensors, relative to the largest element of the second.
func relativeError(_ a: Tensor, _ b: Tensor) -> Double {
  let b = b.to(.float64)
  return ((a.to(.float64) - b).abs().max() / (b.abs().max() + 1e-30)).item()
}

extension [String: Tensor] {
  /// The entries below `prefix`, without it.
  func below(_ prefix: String) -> [String: Tensor] {
    [String: Tensor](
      uniqueKeysWithValues: filter { $0.key.hasPrefix(prefix) }
        .map { (String($0.key.dropFirst(prefix.count)), $0.value) })
  }
}

/// FrEIA's `AllInOneBlock` and compositions of it are the oracle (`Scripts/fixtures/uflow.py`).
@Suite struct UFlowNetworkTests {
  @Test(
    arguments: [("c7k1", 1), ("c7k3", 3), ("c12k1", 1)],
    [(DType.float32, 1e-5), (.float64, 1e-12)])
  func couplingBlockIsFrEIAs(_ form: (name: String, kernel: Int), _ precision: (DType, Double))
    throws
  {
    let (dtype, tolerance) = precision
    let fixture = try Fixture.load("uflow_block", beside: #filePath).below(form.name + ".")
    let expected = fixture.below("\(dtype).")
    let input = try #require(fixture["input"]).to(dtype).detached()
    let parameters = Parameters(loading: fixture, dtype: dtype)
    let block = CouplingBlock(parameters.root, channels: input.shape[1], kernel: form.kernel)
    input.requiresGrad = true
    parameters.enableGradients()

    let (output, logDeterminant) = block(input)
    #expect(relativeError(output, try #require(expected["output"])) < tolerance)
    #expect(relativeError(logDeterminant, try #require(expected["logDeterminant"])) < tolerance)
    let latent = try #require(fixture["latent"]).to(dtype)
    #expect(relativeError(block.inverse(latent), try #require(expected["inverse"])) < tolerance)

    let loss = (output.square().sum(1, 2, 3) * 0.5 - logDeterminant).mean()
    #expect(relativeError(loss, try #require(expected["loss"])) < tolerance)
    let names = parameters.names.filter { $0 != "permutation" }
    let gradients = loss.gradients(of: [input] + parameters.trainable)
    for (name, gradient) in zip(["input"] + names, gradients) {
      let oracle = try #require(expected["gradient.\(name)"])
      #expect(relativeError(try #require(gradient), oracle) < tolerance, "\(name)")
    }
  }

  /// What lies apart has no part in the finer latents, and the whole is still invertible.
  @Test func aScaleApartPassesNothingUp() throws {
    let generator = Generator(seed: 0)
    func normal(_ shape: [Int]) -> Tensor { .normal(shape, generator: generator, dtype: .float64) }
    let features = [normal([2, 8, 8, 8]), normal([2, 12, 4, 4]), normal([2, 16, 2, 2])]
    let parameters = Parameters(seed: 0, dtype: .float64)
    let flow = UShapedFlow(
      parameters.root, featureChannels: [8, 12, 16], steps: 2, separateScales: [2])
    #expect(flow.passedUp == [0, 4, 0])
    #expect(flow.latentChannels == [9, 8, 16])
    let (latents, logDeterminant) = flow(features)
    #expect(latents.map(\.shape) == [[2, 9, 8, 8], [2, 8, 4, 4], [2, 16, 2, 2]])
    for (back, feature) in zip(flow.inverse(latents), features) {
      #expect(relativeError(back, feature) < 1e-12)
    }
    let other = flow(features.dropLast() + [normal([2, 16, 2, 2])])
    #expect(relativeError(other.latents[0], latents[0]) == 0)
    #expect(relativeError(other.latents[1], latents[1]) == 0)
    #expect(relativeError(other.latents[2], latents[2]) > 0.1)
    #expect(relativeError(other.logDeterminant, logDeterminant) > 0)
    parameters.enableGradients()
    let (loss, reversible) = (flow.loss(features), flow.reversibleLoss(features))
    #expect(relativeError(reversible.loss, loss) < 1e-12)
    for (a, b) in zip(reversible.parameterGradients, loss.gradients(of: parameters.trainable)) {
      #expect(relativeError(a, try #require(b)) < 1e-9)
    }
  }

  @Test(arguments: [("twoScales", 2), ("threeScales", 4)])
  func wholeNetworkIsAsComposedOfFrEIAsBlocks(_ name: String, steps: Int) throws {
    let fixture = try Fixture.load("uflow_network", beside: #filePath).below(name + ".")
    let features = (0..<3).compactMap { fixture["features\($0)"]?.to(.float64).detached() }
    let parameters = Parameters(loading: fixture, dtype: .float64)
    let flow = UShapedFlow(
      parameters.root, featureChannels: features.map { $0.shape[1] }, steps: steps)
    for feature in features { feature.requiresGrad = true }
    parameters.enableGradients()

    let (latents, logDeterminant) = flow(features)
    for (scale, latent) in latents.enumerated() {
      #expect(relativeError(latent, try #require(fixture["latents\(scale)"])) < 1e-12)
    }
    #expect(relativeError(logDeterminant, try #require(fixture["logDeterminant"])) < 1e-12)
    let loss = flow.loss(features)
    #expect(relativeError(loss, try #require(fixture["loss"])) < 1e-12)

    let names =
      features.indices.map { "features\($0)" }
      + parameters.names.filter { !$0.hasSuffix("permutation") }
    let gradients = loss.gradients(of: features + parameters.trainable)
    for (name, gradient) in zip(names, gradients) {
      let oracle = try #require(fixture["gradient.\(name)"])
      #expect(relativeError(try #require(gradient), oracle) < 1e-10, "\(name)")
    }

    for (feature, restored) in zip(features, flow.inverse(latents)) {
      #expect(relativeError(restored, feature) < 1e-10)
    }
  }

  @Test func inverseGivesTheInputBackInSinglePrecision() {
    let parameters = Parameters(seed: 3)
    let flow = UShapedFlow(parameters.root, featureChannels: [24, 40, 112], steps: 4)
    let generator = Generator(seed: 4)
    let features = [(24, 32), (40, 16), (112, 8)].map {
      Tensor.normal([2, $0.0, $0.1, $0.1], generator: generator)
    }
    let restored = noGrad { flow.inverse(flow(features).latents) }
    for (feature, restored) in zip(features, restored) {
      #expect(relativeError(restored, feature) < 1e-5)
    }
  }

  @Test func frozenFlowGivesTheSameLatents() {
    let flow = UShapedFlow(Parameters(seed: 5).root, featureChannels: [24, 40, 112], steps: 4)
    let generator = Generator(seed: 6)
    let features = [(24, 32), (40, 16), (112, 8)].map {
      Tensor.normal([1, $0.0, $0.1, $0.1], generator: generator).contiguous(.channelsLast)
    }
    let frozen = FrozenFlow(flow).latents(features)
    for (latent, expected) in zip(frozen, noGrad { flow(features).latents }) {
      #expect(relativeError(latent, expected) < 1e-5)
    }
  }

  /// Section 4.2 of the specification; the sums are the authors' architectures.
  @Test(
    arguments: [
      ([768, 384], 12_216_480), ([64, 128, 256], 1_479_880), ([256, 512, 1024], 23_594_080),
    ])
  func parameterCountsAreThePapers(_ channels: [Int], _ count: Int) {
    let parameters = Parameters(seed: 0)
    _ = UShapedFlow(parameters.root, featureChannels: channels, steps: 4)
    #expect(parameters.trainableCount == count)
  }

  /// A factor and a summand for each element of the ResNets' features at 256 px; MS-CaiT normalizes its features itself.
  @Test(
    arguments: [
      (UFlow.Normalization.layer, [[64, 64, 64], [128, 32, 32], [256, 16, 16]], 917_504),
      (.layer, [[256, 64, 64], [512, 32, 32], [1024, 16, 16]], 3_670_016),
      (.none, [[768, 28, 28], [384, 14, 14]], 0),
    ])
  func normalizationLearnsAsManyParametersAsThePapers(
    _ kind: UFlow.Normalization, _ shapes: [[Int]], _ count: Int
  ) {
    var settings = UFlow()
    settings.normalization = kind
    let parameters = Parameters(shapesOf: .float32)
    _ = UFlowNetwork(
      parameters, settings: settings, strides: shapes.indices.map { 4 << $0 }, shapes: shapes)
    let flow = Parameters(shapesOf: .float32)
    _ = UShapedFlow(flow.root, featureChannels: shapes.map { $0[0] }, steps: settings.flowSteps)
    #expect(parameters.trainableCount - flow.trainableCount == count)
    #expect(kind == .none || count == 2 * shapes.reduce(0) { $0 + $1.reduce(1, *) })
  }

  @Test func channelsAreThePapers() {
    #expect(UShapedFlow.channels([768, 384]).stages == [816, 384])
    #expect(UShapedFlow.channels([64, 128, 256]).stages == [84, 160, 256])
    #expect(UShapedFlow.channels([256, 512, 1024]).stages == [336, 640, 1024])
  }

  @Test func upsamplingIsIRevNets() throws {
    let fixture = try Fixture.load("uflow_upsample", beside: #filePath)
    let input = try #require(fixture["input"])
    let output = try #require(fixture["output"])
    #expect(relativeError(input.pixelShuffled(2), output) == 0)
    #expect(relativeError(output.pixelUnshuffled(2), input) == 0)
  }
}
