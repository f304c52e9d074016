/// What stands in the store for a backbone.
public enum WeightState: Sendable, Hashable {
  case absent
  /// The published file, byte for byte.
  case published(WeightFile)
  /// A file as it was installed, whose digest is not, or cannot be known to be, that of the published one.
  case own(WeightFile)
  /// A file that loads; where it is from is noted nowhere.
  case unknown(WeightFile)
  /// A file that does not load, or is no longer as it was installed.
  case damaged(WeightFile, reason: String)

  public var file: WeightFile? {
    switch self {
    case .absent: nil
    case .published(let file), .own(let file), .unknown(let file), .damaged(let file, _): file
    }
  }

  /// The file, where it can be relied on.
  var usable: WeightFile? {
    if case .damaged = self { nil } else { file }
  }
}
