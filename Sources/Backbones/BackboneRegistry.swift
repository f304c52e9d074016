/// The backbones by name.
///
/// ```swift
/// let architecture = try BackboneRegistry.architecture("efficientnet_lite0")
/// let backbone = try architecture.load()
/// let images = architecture.colors.normalized(pixels)
/// let features = backbone.features(images, strides: [4, 8, 16])
/// ```
public enum BackboneRegistry {
  public static let all: [BackboneArchitecture] = [
    efficientNetLite(0, imageSize: 224, widthMultiplier: 1, depthMultiplier: 1),
    efficientNetLite(1, imageSize: 240, widthMultiplier: 1, depthMultiplier: 1.1),
    efficientNetLite(2, imageSize: 260, widthMultiplier: 1.1, depthMultiplier: 1.2),
    resNet("resnet18", .resNet18),
    resNet("wide_resnet50_2", .wideResNet50),
    caiT("cait_s24_224", .s24, published: "S24_224.pth"),
    caiT("cait_m48_448", .m48, published: "M48_448.pth"),
    msCaiT("ms_cait", fine: .m48, coarse: .s24),
  ]

  /// The names of all backbones.
  public static var ids: [String] { all.map(\.id) }

  /// The backbone called `id`.
  ///
  /// - Throws: ``UnknownBackboneError``, which lists the names that there are.
  public static func architecture(_ id: String) throws(UnknownBackboneError) -> BackboneArchitecture
  {
    guard let found = all.first(where: { $0.id == id }) else {
      throw UnknownBackboneError(id: id, known: ids)
    }
    return found
  }

  private static func efficientNetLite(
    _ index: Int, imageSize: Int, widthMultiplier: Double, depthMultiplier: Double
  ) -> BackboneArchitecture {
    let configuration = EfficientNetLiteConfiguration(
      widthMultiplier: widthMultiplier, depthMultiplier: depthMultiplier)
    return BackboneArchitecture(
      id: "efficientnet_lite\(index)", imageSize: imageSize, colors: .efficientNetLite,
      taps: configuration.taps, published: .efficientNetLite(index)
    ) { EfficientNetLite($0, configuration) }
  }

  private static func resNet(_ id: String, _ configuration: ResNetConfiguration)
    -> BackboneArchitecture
  {
    BackboneArchitecture(
      id: id, imageSize: 224, colors: .imageNet, taps: configuration.taps,
      published: .torchvision(id)
    ) { ResNet($0, configuration) }
  }
}
