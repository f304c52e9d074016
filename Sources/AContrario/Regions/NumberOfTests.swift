import Foundation

/// How many regions are tested: the factor by which a tail probability becomes a number of false
/// alarms (U-Flow, JMIV 2024, section on the number of tests).
///
/// A region of r pixels can be any fixed polyomino with r cells, of which there are about
/// alpha beta^r / r (Jensen and Guttmann 2000), around any pixel.
public enum NumberOfTests {
  static let alpha = 0.316915
  static let beta = 4.062570

  /// log10 of the number of fixed polyominoes with so many cells, by its asymptotic formula.
  package static func log10PolyominoCount(cells: Int) -> Double {
    precondition(cells >= 1, "a polyomino has at least 1 cell")
    return Double(cells) * log10(beta) + log10(alpha) - log10(Double(cells))
  }

  /// log10 of the number of tests over all scales, each given by its number of pixels n: the sum of
  /// n sum_{r = 1}^{n} alpha beta^r / r.
  public static func log10Regions(pixelCounts: [Int]) -> Double {
    precondition(!pixelCounts.isEmpty, "at least one scale is tested")
    let logs = pixelCounts.map { log10(Double($0)) + log10PolyominoCount(upToCells: $0) }
    let largest = logs.max()!
    return largest + log10(logs.reduce(0) { $0 + pow(10, $1 - largest) })
  }

  /// log10 of sum_{r = 1}^{n} alpha beta^r / r, from its largest term down.
  ///
  /// The term j below the largest is n / (n - j) beta^-j of it, and n / (n - j) <= j + 1 because
  /// (n - j) (j + 1) = n + j (n - j - 1) >= n. All terms from j = 32 on together are therefore less
  /// than 50 beta^-32 < 2e-18 of the largest, whatever n: 32 terms give every digit of a Double.
  private static func log10PolyominoCount(upToCells n: Int) -> Double {
    var sum = 0.0
    for j in (0..<min(n, 32)).reversed() {
      sum += Double(n) / Double(n - j) * pow(beta, -Double(j))
    }
    return log10PolyominoCount(cells: n) + log10(sum)
  }
}
