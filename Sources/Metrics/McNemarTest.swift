import Foundation

/// McNemar's exact test: whether two deciders that judge the same things err equally often.
///
/// Only what one alone gets right counts. If both are equally good, it falls to either like the toss of a coin, so the
/// p-value is that of a two-sided binomial test with one half.
/// (McNemar, "Note on the sampling error of the difference between correlated proportions", Psychometrika 1947; the exact
/// form: Fagerland, Lydersen, Laake, "The McNemar test for binary matched-pairs data", BMC Med. Res. Methodol. 2013.)
package struct McNemarTest: Sendable, Equatable {
  /// Twice the smaller tail, at most 1.
  package let pValue: Double

  /// - Parameters:
  ///   - onlyFirst: how many the first alone gets right.
  ///   - onlySecond: how many the second alone gets right.
  package init(onlyFirst: Int, onlySecond: Int) {
    precondition(onlyFirst >= 0 && onlySecond >= 0, "counts are at least 0")
    let count = onlyFirst + onlySecond
    let fewer = min(onlyFirst, onlySecond)
    // The tail, relative to its largest term: C(n, k - 1) / C(n, k) = k / (n - k + 1).
    var (term, sum) = (1.0, 1.0)
    for k in stride(from: fewer, to: 0, by: -1) {
      term *= Double(k) / Double(count - k + 1)
      sum += term
      if term < sum * 1e-18 { break }
    }
    let choices = (0..<fewer).reduce(0.0) { sum, k in
      sum + log(Double(count - k) / Double(fewer - k))
    }
    let largest = exp(choices - Double(count) * log(2))
    pValue = min(1, 2 * largest * sum)
  }
}
