/// A place in a backbone where features can be taken.
public struct FeatureTap: Sendable, Hashable, Codable {
  /// Pixels of the input between neighboring features.
  public let stride: Int
  public let channels: Int

  public init(stride: Int, channels: Int) {
    self.stride = stride
    self.channels = channels
  }
}
