import Foundation
import Workbench

/// A number of false alarms in a good image, in words: `0.3 per good image`, `1 in 14,000 good images`,
/// `1 in 10¹² good images`.
package struct Rarity: CustomStringConvertible, Sendable {
  package let log10FalseAlarms: Double

  package init(log10FalseAlarms: Double) {
    self.log10FalseAlarms = log10FalseAlarms
  }

  /// Two significant digits, and the order of magnitude alone from a million on.
  package var description: String {
    guard !log10FalseAlarms.isNaN else { return Digits.undefined }
    guard abs(log10FalseAlarms) < 6 else {
      let power = log10FalseAlarms.rounded()
      guard power.isFinite else { return power < 0 ? "never" : "always" }
      return power < 0
        ? "1 in \(Self.ten(to: -power)) good images" : "\(Self.ten(to: power)) per good image"
    }
    let perImage = pow(10, log10FalseAlarms)
    return perImage < 0.0995
      ? "1 in \(Self.rounded(1 / perImage)) good images"
      : "\(Self.rounded(perImage)) per good image"
  }

  private static func ten(to power: Double) -> String {
    let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return "10" + String(Digits.fixed(power, 0).compactMap(\.wholeNumberValue).map { raised[$0] })
  }

  /// To two digits, thousands apart.
  private static func rounded(_ value: Double) -> String {
    guard value >= 99.5 else { return String(format: "%.2g", value) }
    let unit = pow(10, log10(value).rounded(.down) - 1)
    var digits = Digits.fixed((value / unit).rounded() * unit, 0)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return ([digits] + groups).joined(separator: ",")
  }
}
