import Backbones
import Fixtures
import Testing
import Torch

/// Features and logits against timm (EfficientNet-Lite) and torchvision (ResNets).
@Suite struct ParityTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let id: String
    let height: Int
    let width: Int
    var testDescription: String { "\(id).\(height)x\(width)" }
  }

  static let cases =
    [
      "efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2", "resnet18",
      "wide_resnet50_2",
    ].map { Case(id: $0, height: 64, width: 96) } + [
      // Odd sides meet other paddings.
      Case(id: "efficientnet_lite0", height: 75, width: 97),
      Case(id: "resnet18", height: 75, width: 97),
    ]

  @Test(arguments: cases)
  func featuresAndLogits(_ this: Case) throws {
    let fixture = try Fixture.load("parity", beside: #filePath)
    let architecture = try BackboneRegistry.standard.architecture(this.id)
    let backbone = try architecture.load(.tensors(Formula.weights(architecture)))
    let images = Formula.images(height: this.height, width: this.width)

    let taps = [4, 8, 16, 32].compactMap(backbone.tap(stride:))
    let features = backbone.features(images, taps: taps.map(\.name))
    for (tap, feature) in zip(taps, features) {
      let key = "\(this.testDescription).\(tap.stride)"
      let shape = try #require(fixture["\(key).shape"]).array(of: Int64.self)
      #expect(feature.shape.map(Int64.init) == shape)
      #expect(feature.shape[1] == tap.channels)
      #expect(feature.isContiguous(.channelsLast))
      let last = feature[1]
      let (height, width) = (last.shape[1], last.shape[2])
      let places = [(0, 0), (height - 1, width - 1), (height / 2, width / 3)]
      let samples = Tensor.stack(places.map { last.select(1, $0).select(1, $1) })
      #expect(relativeDifference(samples, try #require(fixture[key])) < 1e-4, "\(key)")
    }
    let logits = try #require(backbone as? any ClassifyingBackbone).logits(images)
    #expect(logits.shape == [2, 1000])
    let expected = try #require(fixture["\(this.testDescription).logits"])
    #expect(relativeDifference(logits[1], expected) < 1e-4)
  }

}

/// Largest difference between two tensors, relative to the largest element of the second.
func relativeDifference(_ x: Tensor, _ y: Tensor) -> Double {
  (x - y).abs().max().item() / y.abs().max().item()
}
