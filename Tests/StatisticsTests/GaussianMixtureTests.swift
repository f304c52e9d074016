import Fixtures
import Statistics
import Testing
import Torch

/// scikit-learn's `GaussianMixture` is the oracle, PyTorch of the gradients (`Scripts/fixtures/pedenet.py`).
@Suite struct GaussianMixtureTests {
  private let fixture: [String: Tensor]

  init() throws { fixture = try Fixture.load("mixtures", beside: #filePath) }

  private func tensor(_ name: String) throws -> Tensor { try #require(fixture[name]) }

  private func moments(parts: [Range<Int>]) throws -> MixtureMoments {
    let (samples, memberships) = (try tensor("samples"), try tensor("memberships"))
    var moments = MixtureMoments(components: 4, dimensions: 5)
    for part in parts { moments.add(samples[part], memberships: memberships[part]) }
    return moments
  }

  @Test(arguments: [[0..<300], [0..<1, 1..<120, 120..<300]])
  func momentsAreScikitLearns(_ parts: [Range<Int>]) throws {
    let moments = try moments(parts: parts)
    let weights = moments.mass / moments.mass.sum()
    #expect(relativeError(weights, try tensor("weights")) < 1e-12)
    #expect(relativeError(moments.mean, try tensor("mean")) < 1e-12)
    let regularized = moments.covariance + Tensor.identity(5, dtype: .float64) * 0.02
    #expect(relativeError(regularized, try tensor("covariance")) < 1e-12)
  }

  @Test func mergedIsWhole() throws {
    var first = try moments(parts: [0..<77])
    first.merge(try moments(parts: [77..<300]))
    let whole = try moments(parts: [0..<300])
    #expect(relativeError(first.mean, whole.mean) < 1e-12)
    #expect(relativeError(first.scatter, whole.scatter) < 1e-12)
  }

  @Test(arguments: [(DType.float64, 1e-10), (.float32, 1e-4)])
  func energyIsScikitLearns(_ dtype: DType, _ tolerance: Double) throws {
    let mixture = try GaussianMixture(
      moments(parts: [0..<300]), regularizer: 0.02, dtype: dtype)
    let samples = try tensor("samples").to(dtype)
    #expect(relativeError(mixture.energy(samples), try tensor("energy")) < tolerance)
    #expect(
      relativeError(mixture.memberships(samples), try tensor("responsibilities")) < tolerance)
  }

  @Test func gradientsOfABatchAreTorchs() throws {
    let samples = try tensor("samples").detached()
    let memberships = try tensor("memberships").detached()
    for tensor in [samples, memberships] { tensor.requiresGrad = true }
    let energy = try GaussianMixture(
      samples: samples, memberships: memberships, regularizer: 0.02
    ).energy(samples).mean()
    let gradients = energy.gradients(of: [samples, memberships])
    for (gradient, name) in zip(gradients, ["samples", "memberships"]) {
      #expect(
        relativeError(try #require(gradient), try tensor("gradient.\(name)")) < 1e-9, "\(name)")
    }
  }

  @Test func storedMomentsComeBack() throws {
    let moments = try moments(parts: [0..<300])
    let restored = try MixtureMoments(moments.tensors)
    for (name, tensor) in moments.tensors {
      #expect(restored.tensors[name]?.array(of: Double.self) == tensor.array(of: Double.self))
    }
    #expect(throws: ParameterError.self) { try MixtureMoments([:]) }
    #expect(throws: ParameterError.self) {
      try MixtureMoments(moments.tensors.merging(["mass": .zeros([3])]) { $1 })
    }
  }

  /// A component that nobody belongs to, and samples that are all the same.
  @Test func emptyAndDegenerateComponentsStayFinite() throws {
    let samples = Tensor.ones([50, 64]) * 0.3
    let memberships = Tensor.concatenate(
      [Tensor.ones([50, 1]), Tensor.zeros([50, 31])], axis: 1)
    samples.requiresGrad = true
    let batch = try GaussianMixture(
      samples: samples, memberships: memberships, regularizer: 1e-3)
    let energy = batch.energy(samples).mean()
    #expect(energy.item().isFinite)
    #expect(try #require(energy.gradients(of: [samples])[0]).isFinite().all())
    var moments = MixtureMoments(components: 32, dimensions: 64)
    moments.add(samples.detached(), memberships: memberships)
    let mixture = try GaussianMixture(moments, regularizer: 1e-3)
    #expect(mixture.energy(samples.detached() * 2).isFinite().all())
  }

  @Test func noSamplesMakeNoMixture() {
    let moments = MixtureMoments(components: 2, dimensions: 3)
    #expect(throws: StatisticsError.tooFewSamples(0)) {
      try GaussianMixture(moments, regularizer: 1e-3)
    }
  }

  @Test func whatIsNotFiniteIsNamed() {
    let samples = Tensor.full([4, 2], .nan)
    #expect(throws: StatisticsError.notFinite(group: 0)) {
      try GaussianMixture(samples: samples, memberships: .ones([4, 1]), regularizer: 1e-3)
    }
  }
}
