/// Why a figure cannot be computed; `description` is one line that names the place and the way out.
public enum MetricsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Scores and labels differ in number.
  case countMismatch(scores: Int, labels: Int)
  /// A score is NaN or infinite, at this index of the scores.
  case nonFiniteScore(index: Int, value: String)
  /// A pixel of the map of this image (counted from 0) is NaN or infinite.
  case nonFinitePixel(image: Int, x: Int, y: Int, value: String)
  /// A map or mask holds another number of pixels than its width and height say.
  case sizeMismatch(what: String, count: Int, width: Int, height: Int)
  /// The thresholds of a sweep are none, not finite, or not ascending.
  case unorderedThresholds(count: Int)

  public var description: String {
    switch self {
    case .countMismatch(let scores, let labels):
      "\(scores) scores but \(labels) labels: give every score exactly one label"
    case .nonFiniteScore(let index, let value):
      "score \(index) is \(value), expected a finite number: "
        + "look at the image it belongs to and at the detector's training"
    case .nonFinitePixel(let image, let x, let y, let value):
      "the anomaly map of image \(image) is \(value) at x \(x), y \(y), expected a finite number: "
        + "look at that image and at the detector's training"
    case .sizeMismatch(let what, let count, let width, let height):
      "the \(what) holds \(count) pixels, expected \(width) x \(height): "
        + "resize it to the size of the anomaly map"
    case .unorderedThresholds(let count):
      "the \(count) thresholds of the sweep are not finite numbers, each above the last: "
        + "give at least one, sort them, and give each once"
    }
  }
}
