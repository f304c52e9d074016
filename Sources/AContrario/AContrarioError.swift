/// Why a map cannot be tested; `description` is one line that names the place and the way out.
public enum AContrarioError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A pixel of a map is NaN or infinite.
  case nonFinite(x: Int, y: Int, value: String)
  /// A map holds another number of pixels than its width and height say.
  case sizeMismatch(count: Int, width: Int, height: Int)

  public var description: String {
    switch self {
    case .nonFinite(let x, let y, let value):
      "the map is \(value) at x \(x), y \(y), expected a finite number: "
        + "look at that image and at the detector's training"
    case .sizeMismatch(let count, let width, let height):
      "the map holds \(count) pixels, expected \(width) x \(height), fewer than 2^31: "
        + "give the size that the map was computed at"
    }
  }
}
