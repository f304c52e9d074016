import Fixtures
import Statistics
import Testing
import Torch

/// The oracle is numpy (`Scripts/fixtures/gaussians.py`).
@Suite struct MomentsTests {
  private static func moments(_ samples: Tensor, batches: [Int]) -> Moments {
    var moments = Moments(groups: samples.shape[1], dimensions: samples.shape[2])
    for part in samples.split(batches) { moments.add(part) }
    return moments
  }

  @Test(arguments: [[60], [16, 16, 16, 12], [1, 59], Array(repeating: 1, count: 60)])
  func areNumpysHoweverTheyAreSplit(_ batches: [Int]) throws {
    let fixture = try Fixture.load("statistics", beside: #filePath)
    let moments = Self.moments(try #require(fixture["samples"]), batches: batches)
    #expect(moments.count == 60)
    #expect(relativeError(moments.mean, try #require(fixture["mean"])) < 1e-13)
    #expect(relativeError(try moments.covariance(), try #require(fixture["covariance"])) < 1e-10)
    let last = try moments.covariance(2..<3)
    #expect(relativeError(last, try #require(fixture["covariance"])[2..<3]) < 1e-10)
  }

  @Test(arguments: [[1, 59], [30, 30], [50, 9, 1], [60, 0]])
  func mergedIsWhole(_ parts: [Int]) throws {
    let fixture = try Fixture.load("statistics", beside: #filePath)
    let samples = try #require(fixture["samples"])
    let moments = samples.split(parts).map { Self.moments($0, batches: [$0.shape[0]]) }
    let merged = moments.dropFirst().reduce(moments[0]) { $0.merged(with: $1) }
    #expect(merged.count == 60)
    #expect(relativeError(merged.mean, try #require(fixture["mean"])) < 1e-13)
    #expect(relativeError(try merged.covariance(), try #require(fixture["covariance"])) < 1e-10)
  }

  @Test(arguments: [0, 1, 30, 100])
  func whatIsRemovedLeavesNumpysOfTheRest(_ count: Int) throws {
    let fixture = try Fixture.load("statistics", beside: #filePath)
    let samples = try #require(fixture["samples"])
    let strange = Tensor.normal([count] + samples.shape.dropFirst(), generator: Generator(seed: 3))
    let other = Self.moments(strange.to(samples.dtype) * 5 + 3, batches: [count])
    let rest = Self.moments(samples, batches: [60]).merged(with: other).removing(other)
    #expect(rest.count == 60)
    #expect(relativeError(rest.mean, try #require(fixture["mean"])) < 1e-12)
    #expect(relativeError(try rest.covariance(), try #require(fixture["covariance"])) < 1e-10)
    #expect(rest.removing(rest).count == 0)
  }

  /// More groups and more rows than are widened at once.
  @Test(arguments: [[200, 700, 32], [90_000, 1, 50]])
  func blocksAreSummedAsOne(_ shape: [Int]) throws {
    let samples = Tensor.normal(shape, generator: Generator(seed: 0)) + 10
    var moments = Moments(groups: shape[1], dimensions: shape[2])
    moments.add(samples)
    let wide = samples.to(.float64)
    let mean = wide.mean(0)
    #expect(relativeError(moments.mean, mean) < 1e-13)
    // Only the last group: all covariances at once would be large.
    let deviations = (wide - mean).select(1, shape[1] - 1)
    let covariance = deviations.transposed(0, 1).matmul(deviations) / Double(shape[0] - 1)
    let own = try moments.covariance(shape[1] - 1..<shape[1])[0]
    #expect(relativeError(own, covariance) < 1e-10)
  }

  @Test func copiesAreIndependent() throws {
    let samples = Tensor.normal([8, 2, 3], generator: Generator(seed: 1))
    let moments = Self.moments(samples, batches: [8])
    let before = try moments.covariance().array(of: Double.self)
    var copy = moments
    copy.add(samples * 3)
    let doubled = moments.merged(with: moments)
    #expect(try moments.covariance().array(of: Double.self) == before)
    #expect(moments.count == 8 && copy.count == 16 && doubled.count == 16)
  }

  @Test func goOnFromTheirTensors() throws {
    let fixture = try Fixture.load("statistics", beside: #filePath)
    let samples = try #require(fixture["samples"])
    let first = Self.moments(samples[0..<40], batches: [40])
    var restored = try Moments(first.tensors)
    let law = { try Gaussian($0, regularizer: 0.01).whitening.array(of: Float.self) }
    #expect(try law(restored) == law(first))
    let sums = try #require(first.tensors["scatter"])
    #expect(restored.tensors["scatter"]?.array(of: Double.self) == sums.array())
    restored.add(samples[40..<60])
    #expect(relativeError(try restored.covariance(), try #require(fixture["covariance"])) < 1e-10)
  }

  @Test func refuseTensorsThatDoNotFit() throws {
    var tensors = Moments(groups: 2, dimensions: 3).tensors
    tensors["scatter"] = .zeros([2, 5], dtype: .float64)
    #expect {
      try Moments(tensors, origin: "m.safetensors")
    } throws: {
      "\($0)" == "m.safetensors: not the tensors that are needed (1 of another shape: scatter)"
    }
    tensors["mean"] = nil
    #expect(throws: ParameterError.self) { try Moments(tensors) }
  }

  /// Numbers and shapes that only a damaged file has.
  @Test(arguments: [Int64.max, -1, 1 << 60])
  func refuseCountsThatCannotBe(_ count: Int64) {
    var tensors = Moments(groups: 2, dimensions: 3).tensors
    tensors["count"] = Tensor([count])
    #expect(throws: ParameterError.self) { try Moments(tensors) }
    tensors["mean"] = .zeros([], dtype: .float64)
    #expect(throws: ParameterError.self) { try Moments(tensors) }
  }

  @Test func oneSampleHasNoCovariance() throws {
    var moments = Moments(groups: 2, dimensions: 3)
    #expect(throws: StatisticsError.tooFewSamples(0)) { try moments.covariance() }
    moments.add(.zeros([1, 2, 3]))
    #expect(throws: StatisticsError.tooFewSamples(1)) { try moments.covariance() }
  }
}
