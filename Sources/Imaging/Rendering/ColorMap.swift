/// A scale of 256 colors from low to high values.
///
/// Inferno and viridis are perceptually uniform; turbo shows more steps at the cost of that.
public enum ColorMap: String, Sendable, Codable, CaseIterable {
  case inferno
  case viridis
  case turbo

  /// The colors from low to high as `0xRRGGBB`.
  public var colors: [UInt32] {
    switch self {
    case .inferno: Self.infernoColors
    case .viridis: Self.viridisColors
    case .turbo: Self.turboColors
    }
  }

  public subscript(level: UInt8) -> Color { Color(colors[Int(level)]) }
}

/// An 8-bit RGB color.
public struct Color: Sendable, Hashable {
  public var red: UInt8
  public var green: UInt8
  public var blue: UInt8

  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// `0xRRGGBB`.
  public init(_ hex: UInt32) {
    self.init(
      red: UInt8(truncatingIfNeeded: hex >> 16), green: UInt8(truncatingIfNeeded: hex >> 8),
      blue: UInt8(truncatingIfNeeded: hex))
  }

  /// Stands out on most surfaces and on every color map of this package.
  public static let cyan = Color(0x00E5FF)
  public static let white = Color(0xFFFFFF)
  public static let red = Color(0xFF1744)
}
