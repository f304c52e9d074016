import Foundation

/// Numbers as a person wants to read them.
package enum Digits {
  package static let undefined = "n/a"

  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return undefined }
    let text = String(format: "%.\(decimals)f", value)
    // A number that rounds to zero has no sign.
    return text.hasPrefix("-") && !text.contains(where: { "123456789".contains($0) })
      ? String(text.dropFirst()) : text
  }

  /// Three decimals, and more only to tell a number just below 1 from 1.
  package static func ratio(_ value: Double) -> String {
    var decimals = 3
    while decimals < 6, value < 1, fixed(value, decimals) == fixed(1, decimals) { decimals += 1 }
    return fixed(value, decimals)
  }

  /// That many significant digits, without an exponent unless the number is extreme.
  package static func significant(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return undefined }
    return scale(for: [value], digits: digits)(value)
  }

  /// The number as a person would have typed it: 10, 0.05.
  package static func shortest(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// One format for a whole column, so that its numbers line up and can be compared.
  ///
  /// The largest number gets `digits` significant digits.
  package static func scale(for values: [Double], digits: Int) -> (Double) -> String {
    let largest = values.lazy.filter(\.isFinite).map(abs).max() ?? 0
    guard largest > 0 else { return { fixed($0, 1) } }
    let exponent = Int(log10(largest).rounded(.down))
    guard exponent > -4, exponent < 7 else {
      return { $0.isFinite ? String(format: "%.\(digits - 1)e", $0) : undefined }
    }
    return { fixed($0, max(0, digits - 1 - exponent)) }
  }
}
