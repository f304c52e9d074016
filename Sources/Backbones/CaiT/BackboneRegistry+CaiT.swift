import Torch

extension BackboneRegistry {
  /// - Parameter published: name of the authors' checkpoint.
  package static func caiT(
    _ id: String, _ configuration: CaiTConfiguration, published: String
  ) -> BackboneArchitecture {
    BackboneArchitecture(
      id: id, imageSize: configuration.imageSide, colors: .imageNet, taps: configuration.taps,
      published: .cait(published)
    ) { CaiT($0, configuration) }
  }

  /// A backbone of two CaiTs with the weights of `cait_m48_448` and `cait_s24_224`.
  package static func msCaiT(
    _ id: String, fine: CaiTConfiguration, coarse: CaiTConfiguration
  ) -> BackboneArchitecture {
    let parts = [
      caiT("cait_m48_448", fine, published: "M48_448.pth"),
      caiT("cait_s24_224", coarse, published: "S24_224.pth"),
    ]
    return BackboneArchitecture(
      id: id, imageSize: fine.imageSide, colors: .imageNet,
      taps: MSCaiT.taps(fine.taps, coarse.taps, factor: fine.imageSide / coarse.imageSide),
      published: parts[0].published, parts: parts
    ) { MSCaiT(fine: CaiT($0 / parts[0].id, fine), coarse: CaiT($0 / parts[1].id, coarse)) }
  }
}
