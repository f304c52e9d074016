import Foundation
import Inspection
import Testing

@Suite struct ImageStatisticTests {
  private static let chiSquare = Evidence.NullDistribution.chiSquare(degreesOfFreedom: 2)

  private static func scale(
    _ values: [Float], _ null: Evidence.NullDistribution = chiSquare
  ) -> RawPrediction.Scale {
    RawPrediction.Scale(width: values.count, height: 1, values: values, null: null)
  }

  /// The maximum, the mean of the highest 2 of 200 and of the highest 20.
  @Test func numbersByHand() {
    let values = (1...200).map { Float($0) }.shuffled()
    let numbers = ImageStatistic.numbers(of: [Self.scale(values), Self.scale(values, .empirical)])
    let expected = [200, 199.5, 190.5]
    #expect(numbers.count == 6)
    for (found, expected) in zip(numbers, expected.map(log) + expected) {
      #expect(abs(found - expected) < 1e-12)
    }
  }

  /// The logarithm of the mean of exp(z).
  @Test func scoreByHand() {
    let statistic = ImageStatistic([[1, 10], [2, 20], [3, 60]])
    // Means 2 and 30, deviations 1 and sqrt(700).
    let z = [(4.0 - 2) / 1, (50.0 - 30) / 700.0.squareRoot()]
    let expected = log((exp(z[0]) + exp(z[1])) / 2)
    #expect(abs(Double(statistic.score(of: [4, 50])) - expected) < 1e-6)
    // No number is too large for it.
    #expect(statistic.score(of: [4000, 50]).isFinite)
    #expect(statistic.score(of: [-4000, -5e9]).isFinite)
  }

  /// A sum of squares in another unit is the same evidence.
  @Test func unitsDoNotMatter() {
    func images(_ unit: Float) -> [[Double]] {
      (0..<6).map { image in
        ImageStatistic.numbers(of: [
          Self.scale((0..<64).map { Float(1 + ($0 * (image + 3)) % 17) * unit })
        ])
      }
    }
    let (one, other) = (images(1), images(1024))
    let scores = [one, other].map { numbers in
      numbers.map(ImageStatistic(numbers).score)
    }
    for (a, b) in zip(scores[0], scores[1]) { #expect(abs(a - b) < 1e-4) }
  }

  /// A scale that varies wildly in good images has less of a voice than one that does not.
  @Test func aWildScaleDoesNotDrownTheOthers() {
    let good = (0..<10).map { [Double($0 % 3), Double(100 * ($0 % 5))] }
    let statistic = ImageStatistic(good)
    #expect(statistic.score(of: [6, 200]) > statistic.score(of: [1, 500]))
  }
}
