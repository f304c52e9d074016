import Torch

/// What a hop takes from the features of the hop before: the channels that go on, pooled.
public struct SaabInput: Sendable {
  public struct Channel: Sendable, Hashable {
    /// Which feature of the hop before it is, or which channel of the image.
    public let place: Int
    public let energy: Double
    /// What the published transform adds to the channel before this hop.
    public let bias: Double
    /// What the published channel is above the one here, see ``SaabUnit/offsets``.
    public let offset: Double
  }

  public let channels: [Channel]
  public let pooling: Int

  init(_ channels: [Channel], pooling: Int) {
    self.channels = channels
    self.pooling = pooling
  }

  /// All channels of an image.
  init(imageChannels count: Int, pooling: Int) {
    self.init(
      (0..<count).map { Channel(place: $0, energy: 1, bias: 0, offset: 0) }, pooling: pooling)
  }

  /// `[N, channels, H', W']` of features `[N, C, H, W]`.
  func callAsFunction(_ features: Tensor) -> Tensor {
    let places = channels.map(\.place)
    let maps =
      places == Array(0..<features.shape[1])
      ? features : features.selecting(Tensor(places), axis: 1)
    guard pooling > 1 else { return maps }
    return padded(padded(maps, axis: 2), axis: 3).maxPooled2d(pooling, stride: pooling)
  }

  /// The border that the published transform fills with zeros, which are minus the offset here.
  private func padded(_ maps: Tensor, axis: Int) -> Tensor {
    let missing = (pooling - maps.shape[axis] % pooling) % pooling
    guard missing > 0 else { return maps }
    var shape = maps.shape
    shape[axis] = missing
    let zero = Tensor(channels.map { Float(-$0.offset) }, shape: [1, channels.count, 1, 1])
    let border = zero + .zeros(shape)
    return .concatenate([maps, border], axis: axis)
  }
}
