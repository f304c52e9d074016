import Backbones
import Fixtures
import Foundation
import Imaging
import Testing
import Torch

@Suite struct WeightTests {
  private static let lite0 = BackboneRegistry.standard.architectures[0]

  /// The store that `make` fills; nil where it has not run.
  private static var filled: WeightStore? {
    let store = WeightStore()
    return store.candidates(lite0.id).contains(where: FileManager.default.fileExists(atPath:))
      ? store : nil
  }

  @Test(.enabled(if: filled != nil, "`make weights` fetches the weights of EfficientNet-Lite0"))
  func publishedWeightsKnowAnEspresso() throws {
    let architecture = Self.lite0
    let photo = try Image(contentsOf: Fixture.path("espresso.jpg", beside: #filePath))
    let pixels = photo.tensor().permuted(0, 3, 1, 2)
    let backbone = try architecture.load(.published(try #require(Self.filled)))
    let classifier = try #require(backbone as? any ClassifyingBackbone)
    let logits = classifier.logits(architecture.colors.normalized(pixels))[0]
    #expect(logits.argmax(0).item() == 967)  // ImageNet's espresso
    #expect(logits.softmax(0)[967].item() > 0.8)
    let expected = try #require(Fixture.load("published", beside: #filePath)["logits"])
    #expect((logits - expected).abs().max().item() < 1e-4 * expected.abs().max().item())
  }

  @Test(.enabled(if: filled != nil, "`make weights` fetches the weights of EfficientNet-Lite0"))
  func publishedWeightsHaveTheWheelsDigest() throws {
    let file = try #require(Self.filled).file(for: Self.lite0)
    guard file.path.hasSuffix(".pth") else { return }
    // The published file's name ends in the first eight digits.
    #expect(try file.sha256().hasPrefix("57934424"))
  }

  @Test func missingWeightsNameEveryPathAndTheWayOut() throws {
    let store = WeightStore(home: Home(path: "/nowhere"))
    let error = #expect(throws: WeightsError.self) { try Self.lite0.load(.published(store)) }
    let text = try #require(error).description
    #expect(!text.contains("\n"))
    for part in [
      "efficientnet_lite0", "/nowhere/weights/efficientnet_lite0.pth",
      "/nowhere/weights/efficientnet_lite0.safetensors", "blemish weights fetch efficientnet_lite0",
    ] {
      #expect(text.contains(part), "\(text) should name \(part)")
    }
  }

  @Test func weightsOfAnotherNetworkListWhatDoesNotFit() throws {
    var tensors = Formula.weights(Self.lite0)
    tensors["_fc.bias"] = nil
    tensors["_fc.weight"] = Tensor.zeros([10, 1280])
    tensors["stranger"] = Tensor.zeros([1])
    tensors["_bn0.num_batches_tracked"] = Tensor.zeros([], dtype: .int64)
    let error = #expect(throws: ParameterError.self) { try Self.lite0.load(.tensors(tensors)) }
    #expect(error?.missing == ["_fc.bias"])
    #expect(error?.extra == ["stranger"])
    #expect(error?.misshapen == ["_fc.weight is [10, 1280], should be [1000, 1280]"])
    let other = try BackboneRegistry.standard.architecture("resnet18")
    #expect(throws: ParameterError.self) { try other.load(.tensors(tensors)) }
  }

  @Test func readsSafetensorsFromTheStore() throws {
    let home = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: home) }
    try FileManager.default.createDirectory(
      at: home.appending(path: "weights"), withIntermediateDirectories: true)
    let store = WeightStore(home: Home(path: home.path))
    let path = home.appending(path: "weights/efficientnet_lite0.safetensors").path
    let tensors = Formula.weights(Self.lite0)
    try SafeTensors.write(tensors, to: path)

    #expect(try store.file(for: Self.lite0).path == path)
    let images = Formula.images(height: 32, width: 32)
    let a = try Self.lite0.load(.published(store)).features(images, strides: [16])[0]
    let b = try Self.lite0.load(.tensors(tensors)).features(images, strides: [16])[0]
    #expect((a - b).abs().max().item() == 0)

    try Data("no weights".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: StorageError.self) { try Self.lite0.load(.published(store)) }
  }
}
