import Backbones
import Fixtures
import Foundation
import Testing
import Torch

/// Weights imported from every form in which torch saves them.
@Suite struct WeightImportTests {
  /// What `plain.safetensors`, torch's own safetensors file, gives.
  private static func expected(_ architecture: BackboneArchitecture) throws -> [Float] {
    let images = Formula.images(height: 4, width: 4)
    return try architecture.load(.tensors(TinyNetwork.tensors())).features(images, strides: [1])[0]
      .array(of: Float.self)
  }

  @Test(arguments: [
    ("zip.pth", "pth"), ("legacy.pth", "pth"), ("model-module.pth", "pth"),
    ("state_dict-module.pt", "pth"), ("plain.safetensors", "safetensors"),
    ("weights.bin", "safetensors"),
  ])
  func everyFormIsKeptByteForByte(_ name: String, format: String) throws {
    let architecture = try TinyNetwork.architecture()
    try withStore { store in
      let installed = try store.importFile(TinyNetwork.path(name), for: architecture)
      #expect(installed.isNew && installed.isPublished == (name == "zip.pth"))
      #expect(installed.file.path == "\(store.folder)/tiny.\(format)")
      let bytes = try TinyNetwork.bytes(name)
      #expect(try Data(contentsOf: URL(fileURLWithPath: installed.file.path)) == Data(bytes))
      #expect(installed.sha256 == SHA256.hex(of: bytes))
      #expect(store.names == ["tiny.\(format)", "tiny.sha256"])
      #expect(
        try String(contentsOfFile: "\(store.folder)/tiny.sha256", encoding: .utf8)
          == "\(installed.sha256)  tiny.\(format)\n")
      #expect(try store.features(architecture) == Self.expected(architecture))
      #expect(
        store.state(of: architecture)
          == (name == "zip.pth" ? .published(installed.file) : .own(installed.file)))
    }
  }

  @Test(arguments: ["lightning.ckpt", "module-backbone.safetensors"])
  func wrappedNamesAreUnwrapped(_ name: String) throws {
    let architecture = try TinyNetwork.architecture()
    try withStore { store in
      let installed = try store.importFile(TinyNetwork.path(name), for: architecture)
      #expect(installed.file.path == "\(store.folder)/tiny.safetensors")
      let tensors = try SafeTensors.read(installed.file.path).tensors
      #expect(Set(tensors.keys) == Set(architecture.parameterShapes.keys))
      #expect(try store.features(architecture) == Self.expected(architecture))
      #expect(store.state(of: architecture) == .own(installed.file))
      // The same file gives the same bytes.
      #expect(try !store.importFile(TinyNetwork.path(name), for: architecture).isNew)
    }
  }

  @Test func halfPrecision() throws {
    let architecture = try TinyNetwork.architecture()
    try withStore { store in
      _ = try store.importFile(TinyNetwork.path("half.pt"), for: architecture)
      let features = try store.features(architecture)
      for (a, b) in zip(features, try Self.expected(architecture)) { #expect(abs(a - b) < 0.01) }
    }
  }

  @Test func theWheelWillDo() throws {
    let architecture = try TinyNetwork.architecture(
      publishing: "tiny.whl", member: "tiny/models/tiny.pth")
    try withStore { store in
      let wheel = TinyNetwork.path("tiny-1.0-py3-none-any.whl")
      let installed = try store.importFile(wheel, for: architecture)
      #expect(installed.isPublished == true)
      #expect(store.names == ["tiny.pth", "tiny.sha256"])
      // So will what is in it.
      #expect(try !store.importFile(TinyNetwork.path("zip.pth"), for: architecture).isNew)
    }
  }

  @Test(arguments: ["", "model."]) func whatDoesNotFitIsListed(_ prefix: String) throws {
    let architecture = try TinyNetwork.architecture()
    try withStore { store in
      var tensors = try TinyNetwork.tensors()
      for name in ["norm.weight", "norm.running_var"] { tensors[name] = nil }
      tensors["conv.bias"] = Tensor.zeros([7])
      for index in 0..<6 { tensors["stranger\(index)"] = Tensor.zeros([1]) }
      let path = "\(store.folder)/../other.safetensors"
      try makeFolder(of: path)
      try SafeTensors.write(
        Dictionary(uniqueKeysWithValues: tensors.map { (prefix + $0.key, $0.value) }), to: path)
      let error = #expect(throws: ParameterError.self) {
        try store.importFile(path, for: architecture)
      }
      #expect(error?.missing == ["norm.weight", "norm.running_var"])
      #expect(error?.misshapen == ["conv.bias is [7], should be [4]"])
      #expect(error?.extra.count == 6)
      let text = error.map { "\($0)" } ?? ""
      for part in [path, "tiny", "2 missing: ", "6 unknown: ", " and 2 more", "of another shape"] {
        #expect(text.contains(part), "\(text)")
      }
      #expect(store.names.isEmpty)
    }
  }

  @Test func noWeightsAtAll() throws {
    let architecture = try TinyNetwork.architecture()
    try withStore { store in
      #expect(throws: StorageError.self) { try store.importFile("/none.pth", for: architecture) }
      #expect(throws: StorageError.self) { try store.importFile("/tmp", for: architecture) }
      #expect(!FileManager.default.fileExists(atPath: store.folder))
      #expect(throws: StorageError.self) { try store.importFile(#filePath, for: architecture) }
      #expect(store.names.isEmpty)
    }
  }

  @Test func otherWeightsStayUnlessTheyShallGo() throws {
    let architecture = try TinyNetwork.architecture()
    try withStore { store in
      _ = try store.importFile(TinyNetwork.path("zip.pth"), for: architecture)
      let plain = TinyNetwork.path("plain.safetensors")
      let error = #expect(throws: ReplacementError.self) {
        try store.importFile(plain, for: architecture)
      }
      #expect("\(error.map { "\($0)" } ?? "")".contains("--replace"))
      #expect(store.names == ["tiny.pth", "tiny.sha256"])
      #expect(try store.importFile(plain, for: architecture, replacing: true).isNew)
      // Otherwise it would be a guess which of the two is meant.
      #expect(store.names == ["tiny.safetensors", "tiny.sha256"])
    }
  }

  @Test func damageIsSeen() throws {
    let architecture = try TinyNetwork.architecture()
    try withStore { store in
      #expect(store.state(of: architecture) == .absent)
      let file = try store.importFile(
        TinyNetwork.path("plain.safetensors"), for: architecture
      ).file
      var bytes = try Data(contentsOf: URL(fileURLWithPath: file.path))
      bytes[bytes.count - 5] ^= 1
      try bytes.write(to: URL(fileURLWithPath: file.path))
      guard case .damaged(file, let reason) = store.state(of: architecture) else {
        Issue.record("taken for sound")
        return
      }
      #expect(reason.contains("SHA-256"))

      // Without the note it is a file that loads, and no more can be said.
      try FileManager.default.removeItem(atPath: "\(store.folder)/tiny.sha256")
      #expect(store.state(of: architecture) == .unknown(file))
      #expect(try !store.importFile(file.path, for: architecture).isNew)
      #expect(store.state(of: architecture) == .own(file))

      try bytes.prefix(800).write(to: URL(fileURLWithPath: file.path))
      try FileManager.default.removeItem(atPath: "\(store.folder)/tiny.sha256")
      guard case .damaged(file, let reason) = store.state(of: architecture) else {
        Issue.record("taken for sound")
        return
      }
      #expect(reason.contains(file.path))
      // Damaged weights need no leave to go.
      #expect(try store.importFile(TinyNetwork.path("zip.pth"), for: architecture).isNew)
    }
  }

  @Test func publishedDigestsAreDigests() {
    for architecture in BackboneRegistry.standard.architectures where architecture.parts.isEmpty {
      let published = architecture.published
      #expect(published.address.hasPrefix("https://"))
      guard let sha256 = published.sha256 else { continue }
      #expect(sha256.count == 64 && sha256.allSatisfy { $0.isHexDigit && !$0.isUppercase })
      // torchvision's files and those in the wheels carry the first eight digits in their names.
      let name = (published.member ?? published.address).split(separator: "/").last ?? ""
      #expect(name.contains(sha256.prefix(8)))
    }
  }
}
