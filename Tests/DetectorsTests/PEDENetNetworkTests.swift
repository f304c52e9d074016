import Detectors
import Fixtures
import Inspection
import Statistics
import Testing
import Torch

/// PyTorch is the oracle (`Scripts/fixtures/pedenet.py`).
@Suite struct PEDENetNetworkTests {
  private let fixture: [String: Tensor]

  init() throws { fixture = try Fixture.load("pedenet", beside: #filePath) }

  private func tensor(_ name: String) throws -> Tensor {
    try #require(fixture[name], "\(name)").detached()
  }

  private func encoder() -> (PatchEncoder, Parameters) {
    let parameters = Parameters(loading: fixture.below("encoder."))
    return (PatchEncoder(parameters.root, dimensions: 6, width: 0.125), parameters)
  }

  private func expectGradients(
    of loss: Tensor, _ inputs: [(String, Tensor)], _ prefix: String
  ) throws {
    for ((name, _), gradient) in zip(inputs, loss.gradients(of: inputs.map(\.1))) {
      let error = relativeError(try #require(gradient), try tensor("\(prefix)\(name)"))
      #expect(error < 1e-4, "\(name)")
    }
  }

  @Test func embeddingsAndTheirGradientsAreTorchs() throws {
    let (encoder, parameters) = encoder()
    parameters.enableGradients()
    var loss = Tensor.zeros([])
    for size in PatchEncoder.patchSizes {
      let embeddings = encoder(try tensor("patches\(size)"))
      #expect(relativeError(embeddings, try tensor("embeddings\(size)")) < 1e-5)
      loss = loss + embeddings.square().sum()
    }
    let inputs = Array(zip(parameters.names, parameters.trainable))
    try expectGradients(of: loss, inputs, "gradient.")
  }

  /// All strides, and sides that they do not divide.
  @Test(arguments: [1, 2, 4, 8, 16, 32])
  func denseIsPatchByPatch(_ stride: Int) throws {
    let frozen = FrozenPatchEncoder(
      encoder().0, patchSizes: PatchEncoder.patchSizes, stride: stride)
    let maps = inferenceMode { frozen(try! tensor("image")) }
    for (size, map) in zip(PatchEncoder.patchSizes, maps) {
      let expected = try tensor("dense\(size)")
      let (rows, columns) = (
        Swift.stride(from: 0, to: 73 - size, by: stride).map(Int64.init),
        Swift.stride(from: 0, to: 81 - size, by: stride).map(Int64.init)
      )
      let chosen = expected.selecting(Tensor(rows), axis: 1).selecting(Tensor(columns), axis: 2)
      #expect(map.shape == chosen.shape)
      #expect((map - chosen).abs().max().item() < 1e-5)
    }
  }

  @Test func denseInTrainingIsPatchByPatch() throws {
    let maps = encoder().0.dense(try tensor("image"), patchSizes: PatchEncoder.patchSizes)
    let frozen = FrozenPatchEncoder(encoder().0, patchSizes: PatchEncoder.patchSizes, stride: 2)
    for (map, expected) in zip(maps, frozen(try tensor("image"))) {
      #expect((map.permuted(0, 2, 3, 1) - expected).abs().max().item() < 1e-5)
    }
  }

  /// At stride 4 and 256 pixels there are 3,249 patches of 32 and 2,401 of 64. Tens of times are saved; the test leaves room
  /// for a busy machine.
  @Test func denseSavesTheWorkOfPatchByPatch() {
    let encoder = PatchEncoder(Parameters(seed: 1).root, dimensions: 32, width: 0.25)
    let image = Tensor.uniform([1, 3, 256, 256], generator: Generator(seed: 2)) - 0.5
    let frozen = FrozenPatchEncoder(encoder, patchSizes: PatchEncoder.patchSizes, stride: 4)
    let clock = ContinuousClock()
    inferenceMode {
      var maps: [Tensor] = []
      let dense = (0..<3).map { _ in clock.measure { maps = frozen(image) } }.min()!
      var single = Duration.zero
      for (size, map) in zip(PatchEncoder.patchSizes, maps) {
        let patches = image[0].unfolded(1, size: size, step: 4).unfolded(2, size: size, step: 4)
          .permuted(1, 2, 0, 3, 4).reshaped(-1, 3, size, size)
        var rows: [Tensor] = []
        single += clock.measure {
          for start in stride(from: 0, to: patches.shape[0], by: 64) {
            rows.append(encoder(patches[start..<min(start + 64, patches.shape[0])]))
          }
        }
        let error = (map.reshaped(-1, 32) - .concatenate(rows)).abs().max().item()
        #expect(error < 1e-5)
      }
      #expect(single / dense > 8, "\(single) and \(dense)")
      print("patch by patch \(single), dense \(dense): \(single / dense) times")
    }
  }

  @Test func membershipsAreTorchs() throws {
    let parameters = Parameters(loading: fixture.below("memberships."))
    let network = MembershipNetwork(parameters.root, dimensions: 6, clusters: 3)
    let logits = network(try tensor("z"))
    #expect(relativeError(logits, try tensor("memberships")) < 1e-5)
    let dropped = (0..<2).map { _ in network(try! tensor("z"), dropout: Generator(seed: 3)) }
    #expect(dropped[0].array(of: Float.self) == dropped[1].array(of: Float.self))
    #expect(relativeError(dropped[0], logits) > 0.01)
  }

  @Test func theDensityLossIsTorchs() throws {
    let (z, logits) = (try tensor("z"), try tensor("logits"))
    for input in [z, logits] { input.requiresGrad = true }
    let value = try PEDENetNetwork.densityLoss(z, logits: logits, regularizer: 0.01)
    #expect(relativeError(value, try tensor("energy.value")) < 1e-5)
    try expectGradients(of: value, [("z", z), ("logits", logits)], "energy.gradient.")
  }

  @Test func theMembershipLossIsTorchs() throws {
    let logits = try tensor("logits")
    logits.requiresGrad = true
    let value = PEDENetNetwork.membershipLoss(logits: logits)
    #expect(relativeError(value, try tensor("membership.value")) < 1e-5)
    try expectGradients(of: value, [("logits", logits)], "membership.gradient.")
  }

  @Test func locationLossIsTorchs() throws {
    let parameters = Parameters(loading: fixture.below("locations.concat."))
    let network = LocationNetwork(parameters.root, dimensions: 6)
    parameters.enableGradients()
    let (z, neighbors) = (try tensor("z"), try tensor("neighbors"))
    for embedding in [z, neighbors] { embedding.requiresGrad = true }
    let loss = network(z, neighbors).crossEntropy(try tensor("directions"))
    #expect(relativeError(loss, try tensor("concat.value")) < 1e-5)
    let named = zip(parameters.names.map { "locations.concat.\($0)" }, parameters.trainable)
    try expectGradients(
      of: loss, [("z", z), ("neighbors", neighbors)] + named, "concat.gradient.")
  }

  @Test(arguments: [(32, 4), (64, 4), (32, 16), (64, 32), (32, 1)])
  func energiesAreSpreadOverTheirPixels(_ size: Int, _ stride: Int) throws {
    let energies = PatchEnergies(
      try tensor("energies.\(size).\(stride)"), patchSize: size, stride: stride)
    #expect(relativeError(energies.spread, try tensor("spread.\(size).\(stride)")) < 1e-5)
  }

  /// What DAGMM's batches break on: more numbers in a covariance than samples, and no variance at all.
  @Test(arguments: [false, true])
  func theLossStaysFiniteWithMoreClustersThanVariety(_ isConstant: Bool) throws {
    let generator = Generator(seed: 1)
    let drawn = Tensor.normal([isConstant ? 1 : 4, 64], generator: generator).tanh()
    let z = Tensor.concatenate([Tensor](repeating: drawn, count: isConstant ? 16 : 4))
    let logits = Tensor.normal([16, 32], generator: generator) * 50
    for input in [z, logits] { input.requiresGrad = true }
    let value = try PEDENetNetwork.densityLoss(z, logits: logits, regularizer: 1e-3)
    #expect(value.item().isFinite)
    for gradient in value.gradients(of: [z, logits]).compactMap(\.self) {
      #expect(gradient.isFinite().all())
    }
  }
}
