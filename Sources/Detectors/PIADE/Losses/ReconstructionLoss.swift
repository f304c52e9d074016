import Foundation
import Torch

/// What a reconstruction is measured by: squared differences, structural similarity and a perceptual distance.
struct ReconstructionLoss: Sendable {
  /// The terms that take part, in the order of `PIADE.Loss`.
  let terms: [PIADE.Loss]
  private let similarity: StructuralSimilarity
  private let network: PerceptualNetwork?

  init(_ terms: [PIADE.Loss], similarity: StructuralSimilarity, network: PerceptualNetwork?) {
    self.terms = PIADE.Loss.allCases.filter(terms.contains)
    self.similarity = similarity
    self.network = network
  }

  /// Two images held against each other.
  struct Comparison {
    /// Of each term and image, `[N]`; the structural similarity with a minus, so that the sum is the loss.
    let values: [(term: PIADE.Loss, perImage: Tensor)]
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
    var values: [(PIADE.Loss, Tensor)] = []
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

/// The structural similarity of images with levels in 0...1 (Wang, Bovik, Sheikh, Simoncelli 2004), channel by channel, with an
/// 11 x 11 Gaussian window of deviation 1.5; beyond the border are zeros, as in the released code.
package struct StructuralSimilarity: Sendable {
  static let window = 11
  static let sigma = 1.5
  static let c1 = 0.01 * 0.01
  static let c2 = 0.03 * 0.03

  private let vertical: Tensor
  private let horizontal: Tensor

  package init(height: Int, width: Int, dtype: DType = .float32, device: Device = .cpu) {
    vertical = Self.filter(height).to(dtype).moved(to: device)
    horizontal = Self.filter(width).to(dtype).moved(to: device)
  }

  /// The map `[N, C, H, W]` of two images, 1 where they are alike.
  package func callAsFunction(_ x: Tensor, _ y: Tensor) -> Tensor {
    let products = smoothed(.stack([x, y, x * x, y * y, x * y]))
    let (meanX, meanY) = (products[0], products[1])
    let (squareX, squareY, both) = (meanX.square(), meanY.square(), meanX * meanY)
    let variances = products[2] - squareX + products[3] - squareY
    let covariance = products[4] - both
    return ((both * 2 + Self.c1) * (covariance * 2 + Self.c2))
      / ((squareX + squareY + Self.c1) * (variances + Self.c2))
  }

  private func smoothed(_ maps: Tensor) -> Tensor { vertical.matmul(maps).linear(horizontal) }

  /// The window along a line of `count` samples as a symmetric matrix: one product of this size is faster than a convolution.
  private static func filter(_ count: Int) -> Tensor {
    let radius = window / 2
    let weights = (-radius...radius).map { exp(-0.5 * pow(Double($0) / sigma, 2)) }
    let sum = weights.reduce(0, +)
    return Tensor(
      (0..<count).flatMap { row in
        (0..<count).map { column in
          abs(row - column) <= radius ? weights[row - column + radius] / sum : 0
        }
      }, shape: [count, count])
  }
}
