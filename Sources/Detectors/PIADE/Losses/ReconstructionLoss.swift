import Torch

/// What a reconstruction is measured by: squared differences, structural similarity and a perceptual distance.
public struct ReconstructionLoss: Sendable {
  public enum Term: String, Codable, Sendable, CaseIterable {
    case mse, ssim, perceptual
  }

  /// The terms that take part, in the order of `Term`.
  let terms: [Term]
  private let similarity: StructuralSimilarity
  private let network: PerceptualNetwork?

  init(_ terms: [Term], similarity: StructuralSimilarity, network: PerceptualNetwork?) {
    self.terms = Term.allCases.filter(terms.contains)
    self.similarity = similarity
    self.network = network
  }

  /// Two images held against each other.
  struct Comparison {
    /// Of each term and image, `[N]`; the structural similarity with a minus, so that the sum is the loss.
    let values: [(term: Term, perImage: Tensor)]
    /// Where the images differ, for each term one or more `[N, h, w]`: `|x - y|` and 1 - SSIM, each a mean over colors, and the
    /// distances of the features, finest first.
    let maps: [Tensor]

    /// Of the features of each level, the mean difference over the image `[N, C]`.
    let featureErrors: [Tensor]

    /// How the reconstruction errs, `[N, D]`: the values of the plain terms, and the mean differences of the features.
    var errors: Tensor {
      let plain = values.filter { $0.term != .perceptual }.map { $0.perImage.unsqueezed(1) }
      return .concatenate(plain + featureErrors, axis: 1)
    }

    /// The loss of each image, `[N]`.
    var loss: Tensor { values.dropFirst().reduce(values[0].perImage) { $0 + $1.perImage } }

    /// The sum of the maps, the smaller ones enlarged.
    func map(height: Int, width: Int) -> Tensor {
      let sized = maps.map { map in
        map.shape[1] == height && map.shape[2] == width
          ? map : map.unsqueezed(1).resampled(height: height, width: width).squeezed(1)
      }
      return sized.dropFirst().reduce(sized[0], +)
    }
  }

  /// Columns of ``Comparison/errors``.
  var errorCount: Int {
    terms.reduce(0) { $0 + ($1 == .perceptual ? network?.channels ?? 0 : 1) }
  }

  /// What the perceptual term sees in images, for ``callAsFunction(_:_:features:)``; nothing without the term.
  func features(_ images: Tensor) -> [Tensor] {
    noGrad { network?.features(images.detached()) ?? [] }
  }

  /// - Parameters:
  ///   - x: images `[N, 3, H, W]` in 0...1.
  ///   - y: their reconstructions.
  ///   - known: the features of `x`, where they have been computed before.
  func callAsFunction(_ x: Tensor, _ y: Tensor, features known: [Tensor]? = nil) -> Comparison {
    var values: [(Term, Tensor)] = []
    var maps: [Tensor] = []
    var featureErrors: [Tensor] = []
    for term in terms {
      switch term {
      case .mse:
        let difference = x - y
        values.append((term, difference.square().mean(1, 2, 3)))
        maps.append(difference.abs().mean(1))
      case .ssim:
        let alike = similarity(x, y).mean(1)
        values.append((term, -alike.mean(1, 2)))
        maps.append(1 - alike)
      case .perceptual:
        guard let network else { continue }
        let (ofX, ofY) = known.map { ($0, network.features(y)) } ?? Self.both(x, y, network)
        let levels = network.distances(ofX, ofY)
        featureErrors = noGrad { zip(ofX, ofY).map { ($0 - $1).mean(2, 3) } }
        let means = levels.map { $0.mean(1, 2) }
        values.append((term, means.dropFirst().reduce(means[0], +)))
        maps += levels
      }
    }
    return Comparison(values: values, maps: maps, featureErrors: featureErrors)
  }

  /// The features of images and their reconstructions, in one pass.
  private static func both(_ x: Tensor, _ y: Tensor, _ network: PerceptualNetwork) -> (
    [Tensor], [Tensor]
  ) {
    let count = x.shape[0]
    let features = network.features(.concatenate([x, y])).map { $0.split([count, count]) }
    return (features.map { $0[0] }, features.map { $0[1] })
  }
}
