/// A sum that keeps its digits over millions of tiny terms, by Kahan's compensation.
///
/// Equal terms are all rounded the same way, so a plain sum of them drifts.
struct CompensatedSum {
  private(set) var value = 0.0
  private var lost = 0.0

  mutating func add(_ term: Double) {
    let term = term - lost
    let sum = value + term
    lost = (sum - value) - term
    value = sum
  }
}
