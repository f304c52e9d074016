import Detectors
import Fixtures
import Statistics
import Testing
import Torch

@Suite struct PositionWhiteningTests {
  /// Standard normal features `[count, 2, 2, 3]`.
  private static func normal(_ count: Int) -> Tensor {
    .normal([count, 2, 2, 3], generator: Generator(seed: 1))
  }

  @Test func whatIsAlikeEverywhereIsSharedAndWhatIsNotIsKept() throws {
    let alike = Self.normal(20)
    #expect(try PositionWhitening(alike, of: Array(0..<20), seed: 0).shrinkage == 1)
    // One channel varies a hundred times as much at one position.
    let places = Self.normal(200)
    let one = places[0..<200].select(1, 0).select(1, 0).select(1, 0)
    one.copy(from: one * 100)
    #expect(try PositionWhitening(places, of: Array(0..<200), seed: 0).shrinkage < 0.1)
  }

  /// Samples of any covariance come out with that of none.
  @Test func unseenFeaturesComeOutWhite() throws {
    let mixing = Tensor([3, 1, 0, 0, 2, -1, 1, 0, 0.5] as [Float], shape: [3, 3])
    let features = Self.normal(2000).linear(mixing) + 7.0
    let whitening = try PositionWhitening(features, of: Array(0..<1000), seed: 0)
    let known = features[0..<1].cloned()
    whitening.whiten(features)
    #expect(relativeError(known, features[0..<1]) > 0.1)
    for half in [0..<1000, 1000..<2000] {
      let rows = features[half].reshaped(-1, 3)
      let covariance = rows.transposed(0, 1).matmul(rows) * (1 / Double(rows.shape[0]))
      #expect((covariance - Tensor.identity(3, dtype: .float32)).abs().max().item() < 0.1)
    }
  }

  /// One odd image makes the law wide; that it is odd shows only where it had no say in the law.
  @Test func noImageHasASayInHowItIsWhitened() throws {
    let features = Self.normal(30)
    features[4].copy(from: features[4] * 50)
    let whitening = try PositionWhitening(features, of: Array(0..<30), seed: 0)
    let odd = features[4..<5].reshaped(1, 4, 3)
    let bySelf = whitening.law.whitened(odd).abs().max().item()
    whitening.whiten(features)
    #expect(features[4].abs().max().item() > 4 * bySelf)
  }

  @Test(arguments: 2...6)
  func aFewImagesSuffice(_ count: Int) throws {
    let features = Self.normal(count)
    let whitening = try PositionWhitening(features, of: Array(0..<count), seed: 0)
    whitening.whiten(features)
    #expect(features.array(of: Float.self).allSatisfy { $0.isFinite })
  }

  @Test func whatNeverVariesDoesNotDivideByZero() throws {
    let features = Tensor.ones([8, 2, 2, 3])
    let whitening = try PositionWhitening(features, of: Array(0..<8), seed: 0)
    whitening.whiten(features)
    #expect(features.abs().max().item() == 0)
  }
}
