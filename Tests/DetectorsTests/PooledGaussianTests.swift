import Backbones
import Detectors
import Fixtures
import Inspection
import Testing
import Torch

@Suite struct PooledGaussianTests {
  private static func fit(_ numbers: Range<Int>, _ settings: PooledGaussian = PooledGaussian())
    throws -> FittedPooledGaussian
  {
    try settings.fit(
      on: WovenCloth(numbers), FitContext(backbone: WovenCloth.backbone.get()))
  }

  /// The distance by its definition, with an explicit inverse.
  @Test func theDistanceIsMahalanobis() throws {
    var settings = PooledGaussian()
    settings.taps = [4, 8]
    let fitted = try Self.fit(0..<80, settings)
    let backbone = try WovenCloth.backbone.get()
    func pooled(_ images: Tensor) -> Tensor {
      .concatenate(
        backbone.features(images, strides: [4, 8]).map { $0.to(.float64).mean(2, 3) }, axis: 1)
    }
    let good = pooled(try WovenCloth(0..<80).images)
    let centered = good - good.mean(0, keepDimensions: true)
    let covariance = centered.transposed(0, 1).matmul(centered) / 79
    let dimensions = good.shape[1]
    let variance = (centered.square().sum() / Double(79 * dimensions)).item()
    let inverse =
      try
      (covariance + Tensor.identity(dimensions, dtype: .float64)
      * (settings.regularizer * variance)).inverse()
    let images = try WovenCloth(100..<103).images
    let deviation = pooled(images) - good.mean(0, keepDimensions: true)
    let expected = deviation.matmul(inverse).matmul(deviation.transposed(0, 1))
    let found = fitted.score(images).evidence.scales[0].statistic
    #expect(found.shape == [3, 1, 1])
    for index in 0..<3 {
      #expect(relativeError(found[index].flattened()[0], expected[index][index]) < 1e-2)
    }
  }

  @Test func tornClothStandsOut() throws {
    let fitted = try Self.fit(0..<40)
    let flaws: [Weave.Flaw?] = [nil, WovenCloth.flaw]
    let scores = try flaws.map { flaw -> Tensor in
      let images = try WovenCloth(100..<108, flaw: flaw).images
      return inferenceMode { fitted.score(images).maps.max(1, 2) }
    }
    #expect(scores[0].max().item() < scores[1].min().item())
  }

  @Test func updatedIsFittedOnAll() throws {
    let whole = try Self.fit(0..<12)
    let updated = try Self.fit(0..<8).updated(with: WovenCloth(8..<12)) { _ in }
    for name in ["mean", "scatter"] {
      #expect(
        relativeError(
          try #require(updated.tensors[name]), try #require(whole.tensors[name])) < 1e-10)
    }
  }
}
