import Backbones
import Fixtures
import Testing
import Torch

@Suite struct BackboneTests {
  private func lite0() throws -> any Backbone {
    try BackboneRegistry.architecture("efficientnet_lite0").load(.random(seed: 1))
  }

  @Test func tapsOfTheDefaultBackbone() throws {
    let backbone = try lite0()
    #expect(backbone.taps.map(\.stride) == [4, 8, 16, 32])
    #expect(backbone.taps.map(\.channels) == [24, 40, 112, 320])
  }

  @Test func featuresComeInTheOrderAskedFor() throws {
    let backbone = try lite0()
    let images = Formula.images(height: 64, width: 64)
    let ascending = backbone.features(images, strides: [4, 8, 16, 32])
    let picked = backbone.features(images, strides: [16, 4, 16])
    #expect(picked.map(\.shape) == [[2, 112, 4, 4], [2, 24, 16, 16], [2, 112, 4, 4]])
    for (a, b) in zip(picked, [ascending[2], ascending[0], ascending[2]]) {
      #expect((a - b).abs().max().item() == 0)
    }
    #expect(backbone.features(images, strides: []).isEmpty)
  }

  @Test func featuresCanBeTrainedOn() throws {
    let features = try lite0().features(Formula.images(height: 32, width: 32), strides: [8])[0]
    #expect(!features.requiresGrad)
    let weight = Tensor.ones([4, 40, 1, 1])
    weight.requiresGrad = true
    features.convolved2d(weight).sum().backward()
    let gradient = try #require(weight.grad)
    #expect(gradient.abs().sum().item() > 0)
  }

  @Test func layoutOfTheInputDoesNotMatter() throws {
    let backbone = try lite0()
    let images = Formula.images(height: 64, width: 96)
    let a = backbone.features(images, strides: [16])[0]
    let b = backbone.features(images.contiguous(.channelsLast), strides: [16])[0]
    #expect((a - b).abs().max().item() == 0)
  }

  @Test func seedsRepeat() throws {
    let images = Formula.images(height: 32, width: 32)
    let architecture = try BackboneRegistry.architecture("resnet18")
    let maps = try [3, 3, 4].map {
      try architecture.load(.random(seed: $0)).features(images, strides: [32])[0]
    }
    #expect((maps[0] - maps[1]).abs().max().item() == 0)
    #expect((maps[0] - maps[2]).abs().max().item() > 0)
  }

  @Test func normalizesBytesAndFractionsAlike() throws {
    let preprocessing = try BackboneRegistry.architecture("efficientnet_lite0").colors
    let bytes = Tensor([127, 255, 0] as [UInt8], shape: [1, 3, 1, 1])
    let normalized = preprocessing.normalized(bytes).array(of: Float.self)
    for (value, expected) in zip(normalized, [0, 1, -127 / 128] as [Float]) {
      #expect(abs(value - expected) < 1e-6)
    }
    let fractions = preprocessing.normalized(bytes.to(.float32) / 255).array(of: Float.self)
    for (a, b) in zip(normalized, fractions) { #expect(abs(a - b) < 1e-6) }
  }

  @Test func unknownNamesListTheKnownOnes() {
    let error = #expect(throws: UnknownBackboneError.self) {
      try BackboneRegistry.architecture("efficientnet_lite9")
    }
    #expect(error?.description.contains("efficientnet_lite0") == true)
  }
}
