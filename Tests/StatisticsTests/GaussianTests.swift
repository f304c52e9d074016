import Fixtures
import Foundation
import Statistics
import Testing
import Torch

/// The oracle is scipy (`Scripts/fixtures/gaussians.py`).
@Suite struct GaussianTests {
  private static func moments(_ samples: Tensor) -> Moments {
    var moments = Moments(groups: samples.shape[1], dimensions: samples.shape[2])
    moments.add(samples)
    return moments
  }

  @Test(arguments: [(DType.float64, 1e-9), (.float32, 1e-4)])
  func distancesAreScipys(_ dtype: DType, _ tolerance: Double) throws {
    let fixture = try Fixture.load("statistics", beside: #filePath)
    let gaussian = try Gaussian(
      Self.moments(try #require(fixture["samples"])), regularizer: 0.01, dtype: dtype)
    let distances = gaussian.mahalanobisSquared(try #require(fixture["other"]).to(dtype))
    #expect(distances.dtype == dtype)
    #expect(relativeError(distances, try #require(fixture["distances"])) < tolerance)
  }

  /// Of one more sample; what is added to the diagonal makes distances shorter. In two dimensions the law has a closed form.
  @Test func distancesByEstimatedLawsAreHotellings() throws {
    let (groups, count, others) = (20_000, 6.0, 4)
    let samples = Tensor.normal(
      [Int(count) + others, groups, 2], generator: Generator(seed: 3), dtype: .float64)
    let moments = Self.moments(samples[0..<Int(count)])
    func share(_ regularizer: Double, atLeast level: Double) throws -> Double {
      let gaussian = try Gaussian(moments, regularizer: regularizer, dtype: .float64)
      let distances = gaussian.mahalanobisSquared(samples[Int(count)..<Int(count) + others])
      return (distances .>= level).to(.float64).mean().item()
    }
    for level in [1.0, 6, 20, 60] {
      let law = pow(1 + level * count / (count * count - 1), (2 - count) / 2)
      // Samples of one group share its law.
      let deviation = (law * (1 - law) / Double(groups)).squareRoot()
      #expect(try abs(share(0, atLeast: level) - law) < 4 * deviation)
      #expect(try share(0.3, atLeast: level) < law)
    }
  }

  @Test(arguments: [(DType.float64, 1e-9), (.float32, 1e-4)])
  func shrunkLawsAreScipys(_ dtype: DType, _ tolerance: Double) throws {
    let fixture = try Fixture.load("statistics", beside: #filePath)
    let gaussian = try Gaussian(
      Self.moments(try #require(fixture["samples"])), shrinkage: 0.3, ridge: 0.01, dtype: dtype)
    let others = try #require(fixture["other"]).to(dtype)
    let distances = try #require(fixture["shrunkDistances"])
    #expect(relativeError(gaussian.mahalanobisSquared(others), distances) < tolerance)
    #expect(relativeError(gaussian.whitened(others).square().sum(2), distances) < tolerance)
    let likelihood = try #require(fixture["shrunkLogDensities"]).mean().item()
    #expect(abs(gaussian.logLikelihood(others) / likelihood - 1) < tolerance)
  }

  @Test func oneGroupIsAsEachOfMany() throws {
    let fixture = try Fixture.load("statistics", beside: #filePath)
    let samples = try #require(fixture["samples"])
    let others = try #require(fixture["other"]).to(.float64)
    let distances = try #require(fixture["distances"])
    for group in 0..<3 {
      let range = group..<group + 1
      let gaussian = try Gaussian(
        Self.moments(samples.slice(1, range)), regularizer: 0.01, dtype: .float64)
      let own = gaussian.mahalanobisSquared(others.slice(1, range))
      #expect(relativeError(own, distances.slice(1, range)) < 1e-9)
    }
  }

  @Test func whatIsNoLawIsNamed() throws {
    // The second group varies in one direction only; the third has a broken sample.
    let samples = Tensor.normal([9, 3, 2], generator: Generator(seed: 0))
    samples.select(1, 1).select(1, 1).fill(0)
    #expect(throws: StatisticsError.notPositiveDefinite(group: 1, regularizer: 0)) {
      try Gaussian(Self.moments(samples), regularizer: 0)
    }
    _ = try Gaussian(Self.moments(samples), regularizer: 0.01)
    samples.select(1, 2)[4].fill(.nan)
    #expect(throws: StatisticsError.notFinite(group: 2)) {
      try Gaussian(Self.moments(samples), regularizer: 0.01)
    }
  }

  /// The number of a group counts from the first, though groups are factorized some at a time.
  @Test func aGroupFarOnIsNamed() throws {
    let samples = Tensor.normal([4, 5000, 32], generator: Generator(seed: 0))
    samples.select(1, 4321).fill(.infinity)
    #expect(throws: StatisticsError.notFinite(group: 4321)) {
      try Gaussian(Self.moments(samples), regularizer: 0.01)
    }
  }

  @Test func trianglesComeBackWhole() {
    let triangle = Triangle(3)
    let matrix = Tensor([1, 2, 4, 2, 3, 5, 4, 5, 6] as [Float], shape: [1, 3, 3])
    let packed = triangle.packed(matrix)
    #expect(packed.shape == [1, 6])
    #expect(packed.array(of: Float.self) == [1, 2, 3, 4, 5, 6])
    #expect(triangle.symmetric(packed).array(of: Float.self) == matrix.array())
    #expect(triangle.lower(packed).array(of: Float.self) == [1, 0, 0, 2, 3, 0, 4, 5, 6])
  }
}
