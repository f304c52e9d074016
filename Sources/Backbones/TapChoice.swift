/// How a setting says which tap of a backbone it means: by its stride, as in `8`, or by its name, as in `blocks.4`.
///
/// In JSON it is a number or a text, as in `"taps": [4, "blocks.4"]`.
public enum TapChoice: Sendable, Hashable, Codable {
  /// The deepest tap of that stride in pixels, see ``Backbone/tap(stride:)``.
  case stride(Int)
  /// The tap of that name, see ``FeatureTap/name``.
  case name(String)

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // What is no whole number may be a name; the error tells of neither otherwise.
    if let stride = try? container.decode(Int.self) {
      self = .stride(stride)
    } else {
      self = .name(try container.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .stride(let stride): try container.encode(stride)
    case .name(let name): try container.encode(name)
    }
  }
}

extension TapChoice: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  public init(integerLiteral stride: Int) { self = .stride(stride) }
  public init(stringLiteral name: String) { self = .name(name) }
}

extension TapChoice: CustomStringConvertible {
  public var description: String {
    switch self {
    case .stride(let stride): "\(stride)"
    case .name(let name): name
    }
  }
}

extension Backbone {
  /// The tap that a setting means; nil where there is none.
  public func tap(_ choice: TapChoice) -> FeatureTap? {
    switch choice {
    case .stride(let stride): tap(stride: stride)
    case .name(let name): taps.first { $0.name == name }
    }
  }
}
