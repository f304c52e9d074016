/// What the numbers of the command line may be: large enough for any use, small enough for no trap.
///
/// Settings of a detector have bounds of their own, which the detector checks wherever they come from.
package enum Bounds {
  package static let threads = Bound(1...1024)
  package static let imageSide = 1...8192
  package static let holdOut = Bound<Double>("at least 0 and below 1") { (0..<1).contains($0) }
  package static let falseAlarms = Bound<Double>(
    "a number above 0 and at most 1000000, such as 0.05"
  ) { $0 > 0 && $0 <= 1e6 }
  package static let confidence = Bound<Double>("between 0 and 1, such as 0.95") {
    $0 > 0 && $0 < 1
  }
  package static let threshold = Bound<Float>("a finite number") { $0.isFinite }
  package static let seeds = Bound<IntegerList>("1 to 1000 whole numbers, each at least 0") {
    (1...1000).contains($0.values.count) && $0.values.allSatisfy { $0 >= 0 }
  }
  /// Images in each list of a report.
  package static let top = Bound(1...10_000)
  /// Seconds that a server may be silent.
  package static let timeout = Bound(1...86_400)
}

/// Which values of an option are allowed.
package struct Bound<Value>: Sendable {
  /// In so many words: `a whole number from 1 to 1024`.
  package let allowed: String
  package let contains: @Sendable (Value) -> Bool

  init(_ allowed: String, _ contains: @escaping @Sendable (Value) -> Bool) {
    self.allowed = allowed
    self.contains = contains
  }
}

extension Bound<Int> {
  init(_ range: ClosedRange<Int>) {
    self.init("a whole number from \(range.lowerBound) to \(range.upperBound)") {
      range.contains($0)
    }
  }
}
