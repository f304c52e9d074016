import Backbones
import Fixtures
import Testing
import Torch

@Suite struct BackboneTests {
  private func lite0() throws -> any Backbone {
    try BackboneRegistry.standard.architecture("efficientnet_lite0").load(.random(seed: 1))
  }

  @Test func tapsOfTheDefaultBackbone() throws {
    let backbone = try lite0()
    #expect(
      backbone.taps.map(\.name) == [
        "bn1", "blocks.0", "blocks.1", "blocks.2", "blocks.3", "blocks.4", "blocks.5", "blocks.6",
      ])
    #expect(backbone.taps.map(\.stride) == [2, 2, 4, 8, 16, 16, 32, 32])
    #expect(backbone.taps.map(\.channels) == [32, 16, 24, 40, 80, 112, 192, 320])
    #expect(backbone.strides == [2, 4, 8, 16, 32])
  }

  /// Settings and saved models name strides; each stands for the deepest tap that has it.
  @Test func aStrideStandsForItsDeepestTap() throws {
    let backbone = try lite0()
    #expect(
      [4, 8, 16, 32].map { backbone.tap(stride: $0)?.name }
        == ["blocks.1", "blocks.2", "blocks.4", "blocks.6"])
    #expect(backbone.tap(stride: 3) == nil)
    let resNet = try BackboneRegistry.standard.architecture("resnet18").load(.random(seed: 1))
    #expect([4, 8, 16, 32].map { resNet.tap(stride: $0)?.name } == (1...4).map { "layer\($0)" })
    let images = Formula.images(height: 64, width: 64)
    let byStride = backbone.features(images, strides: [16])[0]
    let byName = backbone.features(images, taps: ["blocks.3", "blocks.4"])
    #expect(byName.map(\.shape) == [[2, 80, 4, 4], [2, 112, 4, 4]])
    #expect((byName[1] - byStride).abs().max().item() == 0)
  }

  /// What is trained and what is frozen is the same network: with the same weights, features agree.
  @Test(arguments: [NetworkForm.differentiable, .trainable])
  func formsAgree(_ form: NetworkForm) throws {
    let images = Formula.images(height: 75, width: 64).contiguous(.channelsLast)
    for id in ["efficientnet_lite0", "resnet18"] {
      let architecture = try BackboneRegistry.standard.architecture(id)
      let weights = Formula.weights(architecture)
      let frozen = try architecture.load(.tensors(weights))
      let root = Parameters(loading: weights).root
      let chain =
        id == "resnet18"
        ? ResNet.resNet18.chain(root, form) : EfficientNetLite.variants[0].chain(root, form)
      #expect(chain.parts.map(\.tap) == frozen.taps)
      let expected = frozen.features(images, taps: frozen.taps.map(\.name))
      let features = noGrad { chain(images) }
      for (a, b) in zip(features, expected) { #expect(relativeDifference(a, b) < 1e-4) }
    }
  }

  @Test func ownArchitecturesJoinTheRegistry() throws {
    let own = try TinyNetwork.architecture()
    let registry = BackboneRegistry.standard.adding(own)
    #expect(registry.ids == BackboneRegistry.standard.ids + ["tiny"])
    #expect(registry.adding(own).ids == registry.ids)
    let backbone = try registry.architecture("tiny").load(.tensors(TinyNetwork.tensors()))
    #expect(backbone.features(Formula.images(height: 4, width: 4), taps: ["conv"]).count == 1)
    #expect(throws: UnknownBackboneError.self) {
      try BackboneRegistry.standard.architecture("tiny")
    }
  }

  @Test func vgg11HasTorchvisionsKeys() {
    let shapes = Parameters(seed: 0)
    let chain = VGG.vgg11.chain(shapes.root, through: "features.18")
    #expect(
      shapes.names.filter { $0.hasSuffix("weight") }
        == [0, 3, 6, 8, 11, 13, 16, 18].map { "features.\($0).weight" })
    #expect(chain.parts.map(\.tap.stride) == [1, 2, 4, 4, 8, 8, 16, 16])
    let maps = noGrad { chain(Formula.images(height: 32, width: 48)) }
    #expect(maps.map(\.shape).last == [2, 512, 2, 3])
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
    let gradient = try #require(features.convolved2d(weight).sum().gradients(of: [weight])[0])
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
    let architecture = try BackboneRegistry.standard.architecture("resnet18")
    let maps = try [3, 3, 4].map {
      try architecture.load(.random(seed: $0)).features(images, strides: [32])[0]
    }
    #expect((maps[0] - maps[1]).abs().max().item() == 0)
    #expect((maps[0] - maps[2]).abs().max().item() > 0)
  }

  @Test func normalizesBytesAndFractionsAlike() throws {
    let preprocessing = try BackboneRegistry.standard.architecture("efficientnet_lite0").colors
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
      try BackboneRegistry.standard.architecture("efficientnet_lite9")
    }
    #expect(error?.description.contains("efficientnet_lite0") == true)
  }
}
