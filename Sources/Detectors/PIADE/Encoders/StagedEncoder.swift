import Torch

/// A trainable encoder: parts that follow each other, with squeeze-and-excitation after each; keys below `encoder` are the
/// published ones of the network.
struct StagedEncoder: Sendable {
  /// `(x, training)` to features.
  typealias Part = @Sendable (Tensor, Bool) -> Tensor

  /// What follows a part, and how many channels come out of it.
  private let parts: [Part]
  private let excitations: [SqueezeExcitation]
  /// Channels of the last part.
  let channels: Int

  /// - Parameter excites: whether channels are weighed after each part.
  init(_ path: ParameterPath, _ parts: [(channels: Int, part: Part)], excites: Bool) {
    self.parts = parts.map(\.part)
    excitations =
      excites
      ? parts.enumerated().map { SqueezeExcitation(path / $0, channels: $1.channels) } : []
    channels = parts[parts.count - 1].channels
  }

  /// The features `[N, C, h, w]` after each part.
  func callAsFunction(_ images: Tensor, training: Bool) -> [Tensor] {
    var x = images
    return parts.indices.map { index in
      x = parts[index](x, training)
      if !excitations.isEmpty { x = excitations[index](x) }
      return x
    }
  }
}
