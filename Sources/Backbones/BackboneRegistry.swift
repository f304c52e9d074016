import Foundation

/// The backbones by name; a value, to which others add their own.
///
/// ```swift
/// let registry = BackboneRegistry.standard.adding(myArchitecture)
/// let architecture = try registry.architecture("efficientnet_lite0")
/// let backbone = try architecture.load()
/// let images = architecture.colors.normalized(pixels)
/// let features = backbone.features(images, taps: ["blocks.1", "blocks.2", "blocks.4"])
/// ```
public struct BackboneRegistry: Sendable {
  /// All of them, in the order that people are shown.
  public let architectures: [BackboneArchitecture]

  /// - Parameter architectures: each with an id of its own.
  public init(_ architectures: [BackboneArchitecture]) {
    let ids = architectures.map(\.id)
    precondition(Set(ids).count == ids.count, "two backbones of one name among \(ids)")
    self.architectures = architectures
  }

  /// Those with published weights that this package knows.
  public static let standard = BackboneRegistry([
    .efficientNetLite(0, imageSize: 224),
    .efficientNetLite(1, imageSize: 240),
    .efficientNetLite(2, imageSize: 260),
    .resNet("resnet18", .resNet18),
    .resNet("wide_resnet50_2", .wideResNet50),
    .caiT("cait_s24_224", .s24, published: "S24_224.pth"),
    .caiT("cait_m48_448", .m48, published: "M48_448.pth"),
    .msCaiT("ms_cait", fine: .m48, coarse: .s24),
  ])

  /// These and another one, which takes the place of one with the same id.
  public func adding(_ architecture: BackboneArchitecture) -> BackboneRegistry {
    BackboneRegistry(architectures.filter { $0.id != architecture.id } + [architecture])
  }

  /// The names of all backbones.
  public var ids: [String] { architectures.map(\.id) }

  /// The backbone called `id`.
  ///
  /// - Throws: ``UnknownBackboneError``, which lists the names that there are.
  public func architecture(_ id: String) throws(UnknownBackboneError) -> BackboneArchitecture {
    guard let found = architectures.first(where: { $0.id == id }) else {
      throw UnknownBackboneError(id: id, known: ids)
    }
    return found
  }
}

/// A name that no backbone has.
public struct UnknownBackboneError: Error, Sendable, Hashable, CustomStringConvertible,
  LocalizedError
{
  /// What was asked for.
  public let id: String
  /// The names that there are.
  public let known: [String]

  public var description: String {
    "there is no backbone \"\(id)\"; choose one of \(known.joined(separator: ", "))"
  }
  public var errorDescription: String? { description }
}

extension BackboneArchitecture {
  static func efficientNetLite(_ index: Int, imageSize: Int) -> BackboneArchitecture {
    let network = EfficientNetLite.variants[index]
    return BackboneArchitecture(
      id: "efficientnet_lite\(index)", imageSize: imageSize, colors: .efficientNetLite,
      taps: network.taps, published: .efficientNetLite(index), make: network.backbone)
  }

  static func resNet(_ id: String, _ network: ResNet) -> BackboneArchitecture {
    BackboneArchitecture(
      id: id, imageSize: 224, colors: .imageNet, taps: network.taps, published: .torchvision(id),
      make: network.backbone)
  }

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
    let (fine, coarse) = ((parts[0].id, fine), (parts[1].id, coarse))
    return BackboneArchitecture(
      id: id, imageSize: parts[0].imageSize, colors: .imageNet, taps: MSCaiT.taps(fine, coarse),
      published: parts[0].published, parts: parts
    ) { MSCaiT($0, fine, coarse) }
  }
}
