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
