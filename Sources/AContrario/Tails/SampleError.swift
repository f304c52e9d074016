/// Why no law can be learnt from a sample.
public enum SampleError: Error, Equatable, Sendable, CustomStringConvertible {
  case empty
  /// A value is NaN or infinite, at this index of the sample.
  case nonFinite(index: Int, value: String)

  public var description: String {
    switch self {
    case .empty:
      "the sample holds no value: learn the law of a statistic from one good image at least"
    case .nonFinite(let index, let value):
      "value \(index) of the sample is \(value), expected a finite number: "
        + "look at the image it belongs to and at the detector's training"
    }
  }
}
