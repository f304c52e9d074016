import Fixtures
import Foundation
import Testing
import Torch

/// The published weights of EfficientNet-Lite0, a legacy checkpoint of 2020, where `make` has fetched them.
@Suite struct PublishedCheckpointTests {
  static let path = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../.deps/weights/efficientnet_lite0.pth").standardized.path

  @Test(.enabled(if: FileManager.default.fileExists(atPath: path))) func liteZero() throws {
    let state = try TorchCheckpoint.read(Self.path).stateDictionary()
    #expect(state.count == 296)
    #expect(state.first?.name == "_conv_stem.weight")
    #expect(state.first?.tensor.shape == [32, 3, 3, 3])
    #expect(state.last?.name == "_fc.bias")
    // sha256 over the bytes that torch.load gives, tensor by tensor in the order of the names.
    let bytes = state.sorted { $0.name < $1.name }.flatMap { contents($0.tensor) }
    #expect(
      SHA256.hex(of: bytes) == "6db95c0e2a5c48f0dc35df06d599f36b4d47c6f37adbc6f373fb1f40e6bf62b0")
  }
}
