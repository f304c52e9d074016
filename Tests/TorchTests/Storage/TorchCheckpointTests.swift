import Fixtures
import Foundation
import Testing
import Torch

@Suite struct TorchCheckpointTests {
  /// Every way in which the fixtures were saved.
  static let forms = ["", "-legacy", "-protocol4", "-protocol4-legacy"]

  private func fixture(_ name: String) -> String {
    Fixture.path("Storage/\(name).pth", beside: #filePath)
  }

  /// What torch holds, dense, from the safetensors file beside the checkpoints.
  private func expected(_ prefix: String) throws -> [String: Tensor] {
    let all = try Fixture.load("Storage/checkpoints", beside: #filePath)
    return Dictionary(
      uniqueKeysWithValues: all.filter { $0.key.hasPrefix(prefix) }
        .map { (String($0.key.dropFirst(prefix.count)), $0.value) })
  }

  private func expectEqual(
    _ found: [(name: String, tensor: Tensor)], _ expected: [String: Tensor]
  ) {
    #expect(Set(found.map(\.name)) == Set(expected.keys))
    for (name, tensor) in found {
      #expect(tensor.shape == expected[name]?.shape, "\(name)")
      #expect(tensor.dtype == expected[name]?.dtype, "\(name)")
      #expect(contents(tensor) == expected[name].map(contents), "\(name)")
    }
  }

  @Test(arguments: forms) func stateDictionaries(form: String) throws {
    let state = try TorchCheckpoint.read(fixture("state\(form)")).stateDictionary()
    #expect(
      state.map(\.name) == [
        "conv.weight", "conv.bias", "norm.weight", "norm.bias", "norm.running_mean",
        "norm.running_var", "norm.num_batches_tracked", "head.weight", "head.bias",
      ])
    expectEqual(state, try expected("state."))
  }

  @Test(arguments: forms) func elementTypes(form: String) throws {
    let kinds = try TorchCheckpoint.read(fixture("kinds\(form)")).stateDictionary()
    expectEqual(kinds, try expected("kinds."))
  }

  @Test(arguments: forms) func stridesOffsetsAndSharedStorages(form: String) throws {
    let views = try TorchCheckpoint.read(fixture("views\(form)")).stateDictionary()
    expectEqual(views, try expected("views."))
    let tensors = Dictionary(uniqueKeysWithValues: views.map { ($0.name, $0.tensor) })
    #expect(tensors["transposed"]?.strides == [1, 6])
    #expect(tensors["expanded"]?.strides == [1, 0])
    #expect(tensors["channelsLast"]?.isContiguous(.channelsLast) == true)
  }

  @Test(arguments: forms) func wrappedCheckpoints(form: String) throws {
    let checkpoint = try TorchCheckpoint.read(fixture("wrapped\(form)"))
    expectEqual(try checkpoint.stateDictionary(), try expected("state."))
    let root = checkpoint.root
    #expect(root["epoch"]?.intValue == 3)
    #expect(root["loss"]?.doubleValue == 0.25)
    #expect(root["name"]?.stringValue == "größe")
    #expect(root["negative"]?.intValue == -1_099_511_627_776)
    #expect(root["args"]?["lr"]?.doubleValue == 0.01)
    #expect(root["args"]?["arch"]?.stringValue == "tiny")
    #expect(root["args"]?["out"]?.stringValue == "runs/a")
    #expect(root["scores"]?["a"]?.intValue == 1)
    guard case .symbol("torch.float16")? = root["dtype"], case .none? = root["none"],
      case .bool(true)? = root["done"], case .string("cpu")? = root["device"],
      case .list(let shape)? = root["shape"], case .list(let numpy)? = root["numpy"]
    else {
      Issue.record("another tree: \(root)")
      return
    }
    #expect(shape.map(\.intValue) == [2, 3])
    #expect(numpy.count == 6)
    #expect(numpy[0].doubleValue == 0.5)
    #expect(numpy[1].doubleValue == Double(Float(0.1)))
    // -6e-8 rounds to one step below zero in half precision.
    #expect(numpy[2].doubleValue == -0x1p-24)
    #expect(numpy[3].intValue == -7)
    #expect(numpy[5].intValue == 9)
    if case .tensor(let accuracy)? = root["best_accuracy"] {
      #expect(checkpoint.tensor(accuracy).item() == 0.75)
    } else {
      Issue.record("best_accuracy is no tensor")
    }
  }

  @Test func wideZipRecordsAreRead() throws {
    expectEqual(
      try TorchCheckpoint.read(fixture("zip64")).stateDictionary(), try expected("state."))
  }

  @Test(arguments: [
    ("evil", "posix.system"), ("evil-legacy", "posix.system"),
    ("module", "torch.nn.modules.container.Sequential"), ("script", "TorchScript"),
    ("deflated", "compressed"),
  ])
  func whatIsNoStateIsRefusedByName(name: String, mention: String) {
    let path = fixture(name)
    let error = #expect(throws: StorageError.self) { _ = try TorchCheckpoint.read(path) }
    #expect(error?.file == path)
    #expect(error?.found.contains(mention) == true, "\(error?.description ?? "")")
  }

  @Test func changingATensorLeavesTheFileAsItIs() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/state.pth"
      try FileManager.default.copyItem(atPath: fixture("state"), toPath: path)
      let before = try SHA256.hex(ofFile: path)
      let bias = try #require(
        TorchCheckpoint.read(path).stateDictionary().first { $0.name == "head.bias" })
      bias.tensor.fill(7)
      #expect(bias.tensor.array(of: Float.self) == [7, 7, 7, 7, 7])
      #expect(try SHA256.hex(ofFile: path) == before)
    }
  }

  @Test func tensorsOfOneStorageShareIt() throws {
    let views = try TorchCheckpoint.read(fixture("views")).stateDictionary()
    let tensors = Dictionary(uniqueKeysWithValues: views.map { ($0.name, $0.tensor) })
    tensors["row"]?.fill(-1)
    #expect(tensors["base"]?.array(of: Float.self)[6..<12] == [-1, -1, -1, -1, -1, -1])
    #expect(tensors["transposed"]?.array(of: Float.self)[1] == -1)
  }

  @Test(arguments: ["state", "state-legacy", "views-legacy", "zip64"])
  func everyTruncationIsAnError(name: String) throws {
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture(name))))
    for count in 0..<whole.count {
      #expect(throws: StorageError.self) {
        try whole[..<count].withUnsafeBytes { _ = try TorchCheckpoint.read(bytes: $0) }
      }
    }
  }

  @Test(arguments: ["state", "views", "wrapped", "state-legacy", "views-legacy", "wrapped-legacy"])
  func changedBytesNeverCrash(name: String) throws {
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture(name))))
    for position in whole.indices {
      var bytes = whole
      bytes[position] ^= UInt8(truncatingIfNeeded: 1 + position &* 37) | 1
      do {
        let checkpoint = try bytes.withUnsafeBytes { try TorchCheckpoint.read(bytes: $0) }
        for (_, tensor) in try checkpoint.stateDictionary() { _ = tensor.shape }
      } catch is StorageError {
      }
    }
  }
}
