import Torch

/// A network that is a chain of parts, each with a tap at its end: the one definition of an architecture, in whatever form.
package struct LayerChain: Sendable {
  package struct Part: Sendable {
    package let tap: FeatureTap
    private let layers: @Sendable (Tensor, Bool) -> Tensor

    /// - Parameter layers: make features from `[N, C, H, W]`, given whether they are trained.
    package init(_ tap: FeatureTap, _ layers: @escaping @Sendable (Tensor, Bool) -> Tensor) {
      self.tap = tap
      self.layers = layers
    }

    package func callAsFunction(_ x: Tensor, training: Bool = false) -> Tensor {
      layers(x, training)
    }
  }

  package let parts: [Part]

  package init(_ parts: [Part]) { self.parts = parts }

  /// The same chain with taps only at the given ones, of which the last is its end.
  package func joined(at names: [String]) -> LayerChain {
    var rest = parts[...]
    return LayerChain(
      names.map { name in
        guard let end = rest.firstIndex(where: { $0.tap.name == name }) else {
          preconditionFailure("no tap \(name) among \(parts.map(\.tap.name))")
        }
        let joined = rest[...end]
        rest = rest[(end + 1)...]
        return Part(parts[end].tap) { x, training in
          joined.reduce(x) { $1($0, training: training) }
        }
      })
  }

  /// The features `[N, C, h, w]` after each part.
  package func callAsFunction(_ images: Tensor, training: Bool = false) -> [Tensor] {
    var x = images
    return parts.map { part in
      x = part(x, training: training)
      return x
    }
  }
}

/// A chain with a classifier behind it, in its frozen form.
final class ChainBackbone: ClassifyingBackbone {
  private let chain: LayerChain
  private let classifier: @Sendable (Tensor) -> Tensor

  /// - Parameter classifier: makes logits `[N, 1000]` of the last features.
  init(_ chain: LayerChain, classifier: @escaping @Sendable (Tensor) -> Tensor) {
    self.chain = chain
    self.classifier = classifier
  }

  var taps: [FeatureTap] { chain.parts.map(\.tap) }

  func features(_ images: Tensor, taps names: [String]) -> [Tensor] {
    let indices = names.map { name in
      guard let index = chain.parts.firstIndex(where: { $0.tap.name == name }) else {
        preconditionFailure("no tap \(name) among \(taps.map(\.name))")
      }
      return index
    }
    guard let deepest = indices.max() else { return [] }
    // Not inference mode: its tensors could never take part in the training of what follows.
    let reached = noGrad { LayerChain(Array(chain.parts[...deepest]))(channelsLast(images)) }
    return indices.map { reached[$0] }
  }

  func logits(_ images: Tensor) -> Tensor {
    noGrad { classifier(chain.parts.reduce(channelsLast(images)) { $1($0) }) }
  }

  private func channelsLast(_ images: Tensor) -> Tensor { images.contiguous(.channelsLast) }
}

/// The mean over the image and a linear layer onto the 1000 classes of ImageNet.
struct Classifier: Sendable {
  private let linear: Linear

  init(_ path: ParameterPath, _ channels: Int) { linear = Linear(path, channels, 1000) }

  func callAsFunction(_ x: Tensor) -> Tensor { linear(x.mean(2, 3)) }
}
