import Detectors
import Fixtures
import Inspection
import Testing
import Torch

/// The transform against scikit-learn's PCA and numpy, see `Scripts/fixtures/anomalyhop.py`.
@Suite struct SaabTests {
  static let fixture = Result { try Fixture.load("anomalyhop", beside: #filePath) }

  static func images(_ name: String) throws -> Tensor {
    try #require(fixture.get()[name]).to(.float32) * (1 / 64.0) - 2
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let hops: [SaabHop]
    let rule: EnergyRule
    var testDescription: String { name }

    static let all = [
      Case(
        name: "released",
        hops: [
          SaabHop(window: 5, components: 3), SaabHop(window: 4, components: 3, pooling: 2),
          SaabHop(window: 3, components: 2, pooling: 2),
        ], rule: .anomalyHop()),
      Case(
        name: "pixelhop",
        hops: [SaabHop(window: 5, stride: 2, isJoint: true), SaabHop(window: 3)],
        rule: .pixelHop(splitting: 0.02, keeping: 0.002)),
    ]
  }

  /// The largest difference of two tensors, in shares of the largest element.
  static func difference(_ a: Tensor, _ b: Tensor) -> Double {
    let (a, b) = (a.to(.float64), b.to(.float64))
    #expect(a.shape == b.shape)
    guard a.shape == b.shape else { return .infinity }
    return (a - b).abs().max().item() / b.abs().max().item()
  }

  @Test(arguments: Case.all, [4, 12])
  func equalsScikitLearn(_ example: Case, batchSize: Int) throws {
    let fixture = try Self.fixture.get()
    let transform = try SaabTransform.fit(
      example.hops, rule: example.rule, on: MemoryImages(images: Self.images("good")),
      batchSize: batchSize)
    let outputs = transform(try Self.images("test"))
    try #require(outputs.count == example.hops.count)
    for (hop, unit) in transform.units.enumerated() {
      func expected(_ name: String) throws -> Tensor {
        try #require(fixture["\(example.name).\(hop).\(name)"])
      }
      let parents = try expected("parents").array(of: Float.self).map { Int($0) }
      if !unit.hop.isJoint { #expect(unit.input.channels.map(\.place) == parents) }
      #expect(
        Self.difference(Tensor(unit.kept.map { unit.energies[$0] }), try expected("energies"))
          < 1e-5)
      #expect(Self.difference(Tensor(unit.biases), try expected("biases")) < 1e-5)
      #expect(Self.difference(unit.means, try expected("means")) < 1e-4)
      // The signs are part of it.
      let kernels = unit.kernels.flattened(from: 0, through: 1).selecting(Tensor(unit.kept))
      #expect(Self.difference(kernels, try expected("kernels").flattened(from: 1)) < 1e-4)
      let offsets = Tensor(unit.kept.map { unit.offsets[$0] }, shape: [1, unit.kept.count, 1, 1])
      let output = outputs[hop].to(.float64) + offsets
      #expect(Self.difference(output[1], try expected("output")) < 1e-4)
    }
  }

  @Test func kernelsAreOrthonormal() throws {
    let transform = try SaabTransform.fit(
      Case.all[0].hops, rule: .anomalyHop(), on: MemoryImages(images: Self.images("good")))
    for unit in transform.units {
      let products = unit.kernels.matmul(unit.kernels.transposed(1, 2))
      let identity = Tensor.identity(products.shape[1], dtype: .float64)
      #expect((products - identity).abs().max().item() < 1e-10)
    }
  }

  /// A window of 2 x 2 has three AC components; AnomalyHop's published settings ask for four.
  @Test func theNullComponentIsZero() throws {
    let transform = try SaabTransform.fit(
      [SaabHop(window: 2, components: 4)], rule: .anomalyHop(),
      on: MemoryImages(images: Self.images("good")))
    let unit = transform.units[0]
    #expect(unit.kernels.select(1, 4).abs().max().item() < 1e-7)
    #expect(unit.energies[4] < 1e-12)
    let output = transform(try Self.images("test"))[0]
    #expect(output.select(1, 4).abs().max().item() < 1e-5)
  }

  @Test func rolesByEnergy() {
    let rule = EnergyRule.pixelHop(splitting: 0.005, keeping: 0.001)
    #expect(
      [0.0009, 0.001, 0.0049, 0.005].map(rule.role) == [.discarded, .leaf, .leaf, .intermediate])
    // AnomalyHop's threshold is strict, and nothing is discarded.
    #expect([0, 0.125, 0.1251].map(EnergyRule.anomalyHop().role) == [.leaf, .leaf, .intermediate])
  }

  @Test func neighborhoodsGrow() throws {
    let transform = try SaabTransform.fit(
      Case.all[0].hops, rule: .anomalyHop(), on: MemoryImages(images: Self.images("good")))
    // 5; one pooling of 2 and a window of 4 of step 2; one more of each.
    #expect(transform.neighborhoods == [5, 5 + 1 + 6, 12 + 2 + 8])
  }
}
