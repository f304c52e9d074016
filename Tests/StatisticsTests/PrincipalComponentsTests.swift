import Fixtures
import Statistics
import Testing
import Torch

/// The oracle is scikit-learn's `PCA` (`Scripts/fixtures/gaussians.py`).
@Suite struct PrincipalComponentsTests {
  private static func moments(_ samples: Tensor) -> Moments {
    var moments = Moments(groups: samples.shape[1], dimensions: samples.shape[2])
    moments.add(samples)
    return moments
  }

  @Test(arguments: [nil, 2]) func areScikitLearns(_ count: Int?) throws {
    let fixture = try Fixture.load("statistics", beside: #filePath)
    let axes = try PrincipalComponents(
      Self.moments(try #require(fixture["samples"])), count: count)
    let kept = 0..<(count ?? 5)
    #expect(relativeError(axes.variances, try #require(fixture["variances"])) < 1e-10)
    #expect(relativeError(axes.varianceRatios, try #require(fixture["ratios"])) < 1e-10)
    let components = try #require(fixture["components"]).slice(1, kept)
    #expect(relativeError(axes.components, components) < 1e-9)
    let other = try #require(fixture["other"])
    let coordinates = try #require(fixture["coordinates"]).slice(2, kept)
    #expect(relativeError(axes.projected(other.to(.float64)), coordinates) < 1e-9)
    #expect(axes.projected(other).dtype == .float32)
    #expect(relativeError(axes.projected(other), coordinates) < 1e-4)
  }

  @Test func oneGroupIsAsEachOfMany() throws {
    let fixture = try Fixture.load("statistics", beside: #filePath)
    let axes = try PrincipalComponents(
      Self.moments(try #require(fixture["samples"]).slice(1, 1..<2)))
    let coordinates = try #require(fixture["coordinates"]).slice(1, 1..<2)
    let other = try #require(fixture["other"]).slice(1, 1..<2).to(.float64)
    #expect(relativeError(axes.projected(other), coordinates) < 1e-9)
  }

  @Test func whatNeverVariesHasNoShare() throws {
    let axes = try PrincipalComponents(Self.moments(.ones([4, 1, 3])))
    #expect(axes.varianceRatios.array(of: Double.self) == [0, 0, 0])
    let broken = Tensor.ones([4, 2, 3])
    broken.select(1, 1).fill(.nan)
    #expect(throws: StatisticsError.notFinite(group: 1)) {
      try PrincipalComponents(Self.moments(broken))
    }
  }
}
