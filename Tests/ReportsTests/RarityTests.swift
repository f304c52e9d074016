import Foundation
import Reports
import Testing
import Workbench

@Suite struct RarityTests {
  @Test(
    arguments: [
      (0.05, "1 in 20 good images"), (1, "1 per good image"), (0.3, "0.3 per good image"),
      (0.0996, "0.1 per good image"), (0.0994, "1 in 10 good images"),
      (1.0 / 17.4, "1 in 17 good images"), (0.01, "1 in 100 good images"),
      (1.0 / 14_321, "1 in 14,000 good images"), (99.6, "100 per good image"),
      (1234, "1,200 per good image"),
    ] as [(Double, String)])
  func saysHowMany(perImage: Double, words: String) {
    #expect("\(Rarity(log10FalseAlarms: log10(perImage)))" == words)
  }

  @Test(
    arguments: [
      (4, "10,000 per good image"), (-5.9999, "1 in 1,000,000 good images"),
      (-6, "1 in 10⁶ good images"), (-12.4, "1 in 10¹² good images"),
      (-3000, "1 in 10³⁰⁰⁰ good images"), (12, "10¹² per good image"),
      (-.infinity, "never"), (.infinity, "always"), (.nan, "n/a"),
    ] as [(Double, String)])
  func staysShortAtExtremes(log10FalseAlarms: Double, words: String) {
    #expect("\(Rarity(log10FalseAlarms: log10FalseAlarms))" == words)
  }

  /// Whatever the number, a smaller one is never said to be more.
  @Test func neverGrowsAsAlarmsGetRarer() {
    let perImage = stride(from: 5.0, through: -5, by: -0.01).map { exponent in
      let words = "\(Rarity(log10FalseAlarms: exponent))"
        .replacing(",", with: "").split(separator: " ")
      return words.count == 5 ? 1 / (Double(words[2]) ?? .nan) : Double(words[0]) ?? .nan
    }
    #expect(zip(perImage, perImage.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(perImage.count == 1001)
  }
}
