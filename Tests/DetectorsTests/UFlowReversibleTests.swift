import Detectors
import Fixtures
import Testing
import Torch

/// Compositions of FrEIA's blocks are the oracle (`Scripts/fixtures/uflow.py`), differentiated by PyTorch.
@Suite struct UFlowReversibleTests {
  @Test(
    arguments: [("twoScales", 2), ("threeScales", 4)], [(DType.float64, 1e-9), (.float32, 1e-4)])
  func gradientsAreFrEIAs(_ network: (name: String, steps: Int), _ precision: (DType, Double))
    throws
  {
    let (dtype, tolerance) = precision
    let fixture = try Fixture.load("uflow_network", beside: #filePath).below(network.name + ".")
    let features = (0..<3).compactMap { fixture["features\($0)"]?.to(dtype) }
    let parameters = Parameters(loading: fixture, dtype: dtype)
    let flow = UShapedFlow(
      parameters.root, featureChannels: features.map { $0.shape[1] }, steps: network.steps)
    parameters.enableGradients()
    let result = flow.reversibleLoss(features)
    #expect(relativeError(result.loss, try #require(fixture["loss"])) < tolerance)
    let names = parameters.names.filter { !$0.hasSuffix("permutation") }
    try #require(names.count == result.parameterGradients.count)
    let gradients =
      Array(zip(features.indices.map { "features\($0)" }, result.featureGradients))
      + Array(zip(names, result.parameterGradients))
    for (name, gradient) in gradients {
      let oracle = try #require(fixture["gradient.\(name)"])
      #expect(relativeError(gradient, oracle) < tolerance, "\(name)")
    }
  }

  /// Sixteen blocks a stage, with scales and offsets that are not those of a fresh flow.
  @Test func aDeepFlowStaysCloseToOrdinaryGradients() {
    let parameters = Parameters(seed: 8)
    let flow = UShapedFlow(parameters.root, featureChannels: [24, 40], steps: 16)
    let generator = Generator(seed: 9)
    noGrad {
      for tensor in parameters.trainable {
        tensor += .normal(tensor.shape, generator: generator) * 0.02
      }
    }
    parameters.enableGradients()
    let features = [(24, 16), (40, 8)].map {
      Tensor.normal([2, $0.0, $0.1, $0.1], generator: generator).contiguous(.channelsLast)
    }
    let expected = flow.loss(features).gradients(of: parameters.trainable)
    for (gradient, expected) in zip(flow.reversibleLoss(features).parameterGradients, expected) {
      #expect(relativeError(gradient, expected!) < 1e-4)
    }
  }
}
