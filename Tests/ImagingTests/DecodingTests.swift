import Fixtures
import Foundation
import Imaging
import Testing
import Torch

/// Files by Pillow and tifffile, and what these two read from them.
struct DecodingFixture {
  let tensors: [String: Tensor]

  static let shared = Result { try DecodingFixture() }

  init() throws { tensors = try Fixture.load("decoding", beside: #filePath) }

  func file(_ name: String) throws -> [UInt8] { try #require(tensors["file/\(name)"]).array() }

  static let names = names(with: "file/")

  /// Names of the files for which the fixture holds a tensor `prefix` + name; a fixture that is missing or damaged
  /// fails every suite that reads it.
  static func names(with prefix: String) -> [String] {
    guard case .success(let fixture) = shared else { return [] }
    return fixture.tensors.keys.filter { $0.hasPrefix(prefix) }
      .map { String($0.dropFirst(prefix.count)) }.sorted()
  }
}

@Suite struct DecodingTests {
  let fixture: DecodingFixture

  init() throws { fixture = try DecodingFixture.shared.get() }

  @Test func theFixtureIsThere() {
    #expect(DecodingFixture.names.count == 86)
  }

  @Test(arguments: DecodingFixture.names)
  func pixelsEqualTheOracle(_ name: String) throws {
    let image = try Image.decode(fixture.file(name), name: name)
    let expected = try #require(fixture.tensors["pixels/\(name)"])
    #expect([image.height, image.width, image.channels] == expected.shape)
    #expect(image.depth.dtype == expected.dtype)
    #expect(image.warning == nil)
    image.withUnsafeBytes { actual in
      expected.withUnsafeBytes { #expect(actual.elementsEqual($0)) }
    }
  }

  @Test(arguments: DecodingFixture.names(with: "rgb/"))
  func rgbEqualsPillow(_ name: String) throws {
    let image = try Image.decode(fixture.file(name)).rgb()
    let expected = try #require(fixture.tensors["rgb/\(name)"])
    #expect([image.height, image.width, image.channels] == expected.shape)
    #expect(image.samples() == expected.array(of: UInt8.self))
  }

  @Test(arguments: DecodingFixture.names(with: "gray/"))
  func grayEqualsPillow(_ name: String) throws {
    let image = try Image.decode(fixture.file(name)).gray()
    let expected = try #require(fixture.tensors["gray/\(name)"])
    #expect([image.height, image.width] == expected.shape && image.channels == 1)
    #expect(image.samples() == expected.array(of: UInt8.self))
  }

  @Test func orientationIsTheCallersChoice() throws {
    let bytes = try fixture.file("orientation6.jpg")
    let stored = try Image.decode(bytes)
    let upright = try Image.decode(bytes, orienting: true)
    #expect(stored.width == 33 && stored.height == 25)
    #expect(upright.width == 25 && upright.height == 33)
    // 6: the first column from the bottom up is the first row.
    let pixels = stored.tensor().permuted(0, 2, 1, 3).flipped(2)
    #expect(upright.samples() == pixels.contiguous().array(of: UInt8.self))
  }

  @Test func manyThreadsDecodeAtOnce() async throws {
    let files = try DecodingFixture.names.map { try fixture.file($0) }
    let expected = try files.map { try Image.decode($0).withUnsafeBytes { Array($0) } }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for (file, pixels) in zip(files, expected) {
            let image = try Image.decode(file)
            guard image.withUnsafeBytes({ $0.elementsEqual(pixels) }) else { return false }
          }
          return true
        }
      }
      for try await same in group { #expect(same) }
    }
  }

  @Test func filesAreReadByContentNotByName() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/really-a-bitmap.jpg"
      try AtomicFile.write(fixture.file("rgb24.bmp"), to: path)
      let image = try Image(contentsOf: path)
      #expect(image.samples() == fixture.tensors["pixels/rgb24.bmp"]?.array(of: UInt8.self))
    }
  }
}
