import Backbones
import Fixtures
import Foundation
import Torch

/// A network of a few numbers whose weights `Scripts/fixtures/weights.py` has saved in many forms.
struct TinyNetwork: Backbone {
  static let tap = FeatureTap("conv", stride: 1, channels: 4)

  let taps = [Self.tap]
  private let weight: Tensor

  init(_ path: ParameterPath) {
    weight = (path / "conv").parameter("weight", [4, 3, 3, 3], .constant(0))
    _ = (path / "conv").parameter("bias", [4], .constant(0))
    for name in ["weight", "bias"] { _ = (path / "norm").parameter(name, [4], .constant(0)) }
    for name in ["running_mean", "running_var"] {
      _ = (path / "norm").buffer(name, [4], .constant(0))
    }
  }

  func features(_ images: Tensor, taps names: [String]) -> [Tensor] {
    [images.convolved2d(weight, padding: 1)]
  }

  static func architecture(_ published: PublishedWeights) -> BackboneArchitecture {
    BackboneArchitecture(
      id: "tiny", imageSize: 32, colors: .imageNet, taps: [tap],
      published: published
    ) { TinyNetwork($0) }
  }

  /// The fixture `name`, as it would be at `address`.
  static func architecture(
    publishing name: String = "zip.pth", at address: String = "https://nowhere.invalid/",
    member: String? = nil
  ) throws -> BackboneArchitecture {
    let bytes = try bytes("zip.pth")
    return architecture(
      PublishedWeights(
        address: address + name, member: member, byteCount: bytes.count,
        sha256: SHA256.hex(of: bytes), license: "CC0-1.0"))
  }

  static func path(_ name: String) -> String { Fixture.path("Weights/\(name)", beside: #filePath) }

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  /// What torch saved, by its own name.
  static func tensors() throws -> [String: Tensor] {
    try SafeTensors.read(path("plain.safetensors")).tensors
  }
}

/// Calls `body` with a store in a new folder, and what is in the folder can be asked for.
func withStore(_ body: (WeightStore) throws -> Void) throws {
  try withTemporaryFolder { try body(WeightStore(home: Home(path: $0))) }
}

extension WeightStore {
  /// The names of the files, in order.
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// The features that the installed weights give.
  func features(_ architecture: BackboneArchitecture) throws -> [Float] {
    let images = Formula.images(height: 4, width: 4)
    return try architecture.load(.published(self)).features(images, strides: [1])[0]
      .array(of: Float.self)
  }
}
