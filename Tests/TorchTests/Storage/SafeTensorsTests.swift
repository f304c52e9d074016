import Fixtures
import Foundation
import Testing
import Torch

@Suite struct SafeTensorsTests {
  private static let fixture = Fixture.path("Storage/checkpoints.safetensors", beside: #filePath)

  @Test func readsWhatPythonWrote() throws {
    let file = try SafeTensors.read(Self.fixture)
    #expect(file.metadata["written by"] == "torch")
    #expect(file.metadata["größe"] == "a \"quoted\"\nline \\ \u{1} 😀")
    #expect(file.names.count == file.tensors.count)
    let tensors = file.tensors
    #expect(tensors["views.base"]?.shape == [4, 6])
    #expect(tensors["views.base"]?.array(of: Float.self) == (0..<24).map { Float($0) / 7 })
    #expect(tensors["views.transposed"]?.shape == [6, 4])
    #expect(tensors["kinds.bool"]?.array(of: Bool.self) == [true, false, true])
    #expect(tensors["kinds.int64"]?.array(of: Int64.self) == [.min, 3, .max])
    #expect(tensors["kinds.uint16"]?.array(of: UInt16.self) == [0, 7, 65535])
    #expect(
      tensors["kinds.float64"]?.array(of: Double.self) == [0.1, -1e308, .leastNonzeroMagnitude])
    #expect(tensors["kinds.bfloat16"]?.dtype == .bfloat16)
    #expect(
      tensors["kinds.float16"]?.to(.float32).array(of: Float.self).prefix(2) == [0.5, -65504])
    #expect(tensors["kinds.scalar"]?.shape == [])
    #expect(tensors["kinds.empty"]?.shape == [2, 0, 3])
  }

  @Test func fixturesAreFoundFromTheTest() throws {
    let tensors = try Fixture.load("Storage/checkpoints", beside: #filePath)
    #expect(tensors["kinds.scalar"]?.item() == 2.5)
    #expect(throws: StorageError.self) { try Fixture.load("missing", beside: #filePath) }
  }

  @Test func writesWhatItReads() throws {
    let file = try SafeTensors.read(Self.fixture)
    try withTemporaryFolder { folder in
      try SafeTensors.write(file.tensors, metadata: file.metadata, to: "\(folder)/a.safetensors")
      let copy = try SafeTensors.read("\(folder)/a.safetensors")
      #expect(copy.metadata == file.metadata)
      #expect(copy.tensors.keys == file.tensors.keys)
      for (name, tensor) in file.tensors {
        #expect(copy.tensors[name]?.shape == tensor.shape)
        #expect(copy.tensors[name]?.dtype == tensor.dtype)
        #expect(copy.tensors[name].map(contents) == contents(tensor))
      }
      try SafeTensors.write(copy.tensors, metadata: copy.metadata, to: "\(folder)/b.safetensors")
      #expect(
        try SHA256.hex(ofFile: "\(folder)/a.safetensors")
          == SHA256.hex(ofFile: "\(folder)/b.safetensors"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
    }
  }

  @Test func stridedTensorsAreWrittenDense() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/t.safetensors"
      try SafeTensors.write(
        ["t": Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]).transposed(0, 1)], to: path)
      let tensor = try #require(SafeTensors.read(path).tensors["t"])
      #expect(tensor.shape == [3, 2])
      #expect(tensor.array(of: Float.self) == [1, 4, 2, 5, 3, 6])
    }
  }

  @Test func misalignedTensorsAreCopied() throws {
    let bytes = file(
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
        + #""b":{"dtype":"F32","shape":[2],"data_offsets":[1,9]}}"#,
      data: [7]
        + [Float(1.5), -2].flatMap { value in
          withUnsafeBytes(of: value) { Array($0) }
        })
    let tensors = try bytes.withUnsafeBytes { try SafeTensors.read(bytes: $0).tensors }
    #expect(tensors["b"]?.array(of: Float.self) == [1.5, -2])
  }

  @Test(arguments: [
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, "4 bytes"),
    (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#, "cut short"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "hole"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "8 bytes of data"),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
        + #""b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "overlaps"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
        + #""a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "twice"
    ),
    (#"{"__metadata__":{"x":"1","x":"2"}}"#, "twice"),
    (#"{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, "once"),
    (#"{"a":{"dtype":"Q8","shape":[8],"data_offsets":[0,8]}}"#, "Q8"),
    (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, "non-negative"),
    (#"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, "expected \"]\""),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, "8..<0"),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, "memory"),
    (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,0]}}"#, "below"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, "two data_offsets"),
    (#"{"a":{"dtype":"F32","data_offsets":[0,8]}}"#, "shape"),
    (#"{"a""#, "the end"),
    (#"{"a\ud800":{}}"#, "surrogate"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}]"#, "the end"),
    ("[1]", "{"),
    ("", "{"),
  ])
  func damagedHeadersAreErrors(header: String, mention: String) {
    let bytes = file(header, data: [UInt8](repeating: 0, count: 8))
    let error = #expect(throws: StorageError.self) {
      try bytes.withUnsafeBytes { _ = try SafeTensors.read(bytes: $0, name: "weights") }
    }
    #expect(error?.description.hasPrefix("weights: ") == true)
    #expect(error?.description.contains(mention) == true, "\(error?.description ?? "")")
  }

  @Test func everyTruncationIsAnError() throws {
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.fixture)))
    for count in 0..<whole.count {
      #expect(throws: StorageError.self) {
        try whole[..<count].withUnsafeBytes { _ = try SafeTensors.read(bytes: $0) }
      }
    }
  }

  @Test func filesThatAreNotThereAreNamed() {
    for path in ["/nowhere/model.safetensors", "/", "/dev/null"] {
      let error = #expect(throws: StorageError.self) { _ = try SafeTensors.read(path) }
      #expect(error?.file == path)
    }
  }

  private func file(_ header: String, data: [UInt8]) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8)
      + data
  }
}
