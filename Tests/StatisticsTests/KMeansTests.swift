import Fixtures
import Statistics
import Testing
import Torch

/// scikit-learn's `KMeans` is the oracle (`Scripts/fixtures/pedenet.py`).
@Suite struct KMeansTests {
  private let fixture: [String: Tensor]

  init() throws { fixture = try Fixture.load("mixtures", beside: #filePath) }

  private func tensor(_ name: String) throws -> Tensor { try #require(fixture[name]) }

  @Test(arguments: [(DType.float64, 1e-12), (.float32, 1e-5)])
  func comesToRestWhereScikitLearnDoes(_ dtype: DType, _ tolerance: Double) throws {
    let samples = try tensor("samples").to(dtype)
    let means = KMeans(samples, from: try tensor("starts").to(dtype), steps: 300)
    #expect(relativeError(means.centers, try tensor("centers")) < tolerance)
    let memberships = means.memberships(samples)
    #expect(
      memberships.argmax(1).array(of: Int64.self)
        == (try tensor("labels")).array(of: Int64.self))
    #expect((memberships.sum(1) .== 1).all())
  }

  /// Groups that lie far apart: one center in each, whatever was drawn first.
  @Test(arguments: 0..<8) func everyGroupHasACenter(_ seed: UInt64) {
    let generator = Generator(seed: 5)
    let groups = (0..<6).map { group in
      Tensor.normal([40, 3], generator: generator) * 0.01 + Double(group * group)
    }
    let means = KMeans(.concatenate(groups), clusters: 6, generator: Generator(seed: seed))
    let found = means.centers.select(1, 0).array(of: Float.self).sorted()
    for (center, expected) in zip(found, [0, 1, 4, 9, 16, 25]) {
      #expect(abs(Double(center) - Double(expected)) < 0.02)
    }
  }

  @Test func fewerSamplesThanClustersWillDo() {
    for samples in [Tensor.ones([50, 4]), Tensor.ones([1, 4])] {
      let means = KMeans(samples, clusters: 7, generator: Generator(seed: 0))
      #expect(means.centers.shape == [7, 4])
      #expect((means.centers .== 1).all())
      #expect(means.memberships(samples).shape == [samples.shape[0], 7])
    }
  }
}
