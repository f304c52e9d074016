import Torch

/// MS-CaiT: two CaiTs that were trained on images of different size, each looking at the whole image at its own. Its taps
/// are those of the two, behind the id of each.
///
/// Source: Tailanian et al., "U-Flow", 2024, section 3.1.
final class MSCaiT: Backbone {
  let taps: [FeatureTap]
  private let fine: CaiT
  private let coarse: CaiT
  private let side: Int
  private let coarseSide: Int

  /// Takes the parameters of each network from below its id.
  init(
    _ path: ParameterPath, _ fine: (id: String, configuration: CaiTConfiguration),
    _ coarse: (id: String, configuration: CaiTConfiguration)
  ) {
    self.fine = CaiT(path / fine.id, fine.configuration)
    self.coarse = CaiT(path / coarse.id, coarse.configuration)
    side = fine.configuration.imageSide
    coarseSide = coarse.configuration.imageSide
    taps = Self.taps(fine, coarse)
  }

  var imageSide: Int? { side }

  /// A place of the smaller image is several pixels of the larger one for each of its own.
  static func taps(
    _ fine: (id: String, configuration: CaiTConfiguration),
    _ coarse: (id: String, configuration: CaiTConfiguration)
  ) -> [FeatureTap] {
    [fine, coarse].flatMap { id, configuration in
      configuration.taps.map { tap in
        FeatureTap(
          "\(id).\(tap.name)",
          stride: tap.stride * fine.configuration.imageSide / configuration.imageSide,
          channels: tap.channels)
      }
    }
  }

  func features(_ images: Tensor, taps names: [String]) -> [Tensor] {
    names.map { name in
      guard let index = taps.firstIndex(where: { $0.name == name }) else {
        preconditionFailure("no tap \(name) among \(taps.map(\.name))")
      }
      let (network, input) =
        index < fine.taps.count ? (fine, images) : (coarse, reduced(images))
      let own = (fine.taps + coarse.taps)[index].name
      return network.features(input, taps: [own])[0]
    }
  }

  private func reduced(_ images: Tensor) -> Tensor {
    noGrad {
      images.resampled(height: coarseSide, width: coarseSide, .bicubic, alignCorners: true)
    }
  }
}
