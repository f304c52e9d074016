import Fixtures
import Imaging
import Testing
import Torch

@Suite struct ResizingTests {
  static let sizes = [(24, 24), (32, 20), (17, 40), (80, 63)]

  let fixture: [String: Tensor]

  init() throws { fixture = try Fixture.load("resizing", beside: #filePath) }

  private func image(_ name: String) throws -> Image { Image(try #require(fixture[name])) }

  @Test(arguments: ["rgb", "gray"], [Interpolation.bilinear, .bicubic])
  func equalsPillow(_ name: String, _ interpolation: Interpolation) throws {
    let source = try image(name)
    for (width, height) in Self.sizes {
      let key = "\(name)/\(interpolation.rawValue)/\(width)x\(height)"
      let expected = try #require(fixture[key]).array(of: UInt8.self)
      let actual = source.resized(width: width, height: height, interpolation)
      #expect([actual.width, actual.height, actual.channels] == [width, height, source.channels])
      #expect(actual.samples() == expected, "\(key)")
    }
  }

  @Test func nearestEqualsPillow() throws {
    let source = try image("mask")
    for (width, height) in Self.sizes {
      let expected = try #require(fixture["mask/nearest/\(width)x\(height)"])
      let actual = source.resized(width: width, height: height, .nearest)
      #expect(actual.samples() == expected.array(of: UInt8.self), "\(width) x \(height)")
    }
  }

  @Test(arguments: [Interpolation.bilinear, .bicubic])
  func floatArithmeticEqualsPillowOnFloats(_ interpolation: Interpolation) throws {
    let source = try image("gray")
    for (width, height) in Self.sizes {
      let key = "float/\(interpolation.rawValue)/\(width)x\(height)"
      let expected = try #require(fixture[key]).array(of: Float.self)
      let actual = source.resizedTensor(
        width: width, height: height, interpolation, arithmetic: .float)
      #expect(actual.shape == [1, 1, height, width])
      let worst =
        zip(actual.array(of: Float.self), expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst < 2e-6, "\(key): \(worst)")
    }
  }

  @Test func tensorsShareThePixels() throws {
    let source = try image("rgb")
    let start = Tensor.liveCount
    do {
      let tensor = source.tensor()
      #expect(tensor.shape == [1, 48, 64, 3] && tensor.dtype == .uint8)
      let addresses = (
        tensor.withUnsafeBytes { $0.baseAddress }, source.withUnsafeBytes { $0.baseAddress }
      )
      #expect(addresses.0 == addresses.1)
      #expect(tensor.permuted(0, 3, 1, 2).isContiguous(.channelsLast))
    }
    // Other suites run beside this one, so the count may only be compared from below.
    #expect(Tensor.liveCount <= start + 64)
  }

  @Test func aTensorOutlivesItsImage() throws {
    let pixels = (0..<48).map { UInt8($0) }
    let tensor = Image(width: 4, height: 4, channels: 3, pixels: pixels).tensor()
    #expect(tensor.array(of: UInt8.self) == pixels)
  }

  @Test func theSameSizeIsTheSameImage() throws {
    let source = try image("rgb")
    let same = source.resized(width: 64, height: 48, .bicubic)
    #expect(
      same.withUnsafeBytes { $0.baseAddress } == source.withUnsafeBytes { $0.baseAddress })
    let tensor = source.resizedTensor(width: 64, height: 48, arithmetic: .float)
    #expect(tensor.shape == [1, 3, 48, 64] && tensor.dtype == .float32)
  }

  @Test(arguments: [
    (SampleScaling.highByte, [0, 0, 1, 1, 128, 255] as [UInt8]),
    (.window(128...384), [0, 0, 128, 128, 255, 255]),
  ])
  func sixteenBitsAreScaledAsAsked(_ scaling: SampleScaling, _ expected: [UInt8]) {
    let samples: [UInt16] = [0, 128, 256, 257, 32896, 65535]
    let image = Image(width: 6, height: 1, channels: 1, pixels: samples)
    #expect(image.eightBit(scaling: scaling).samples() == expected)
  }
}
