import Backbones
import Fixtures
import Foundation
import Imaging
import Inspection
import Testing
import Torch

@Suite struct ImagePreprocessingTests {
  /// Channel by channel `(level / 255 - mean) / deviation`, for both arithmetics.
  @Test(arguments: ResizeArithmetic.allCases)
  func valuesAreNormalizedLevels(_ arithmetic: ResizeArithmetic) throws {
    let levels: [UInt8] = [0, 100, 255]
    let image = Image(
      width: 40, height: 50, channels: 3,
      pixels: (0..<40 * 50).flatMap { _ in levels })
    let preprocessing = ImagePreprocessing(
      height: 32, width: 48, arithmetic: arithmetic, colors: .imageNet)
    let resized = try preprocessing.resize(image, path: "x.png")
    #expect(resized.dtype == (arithmetic == .uint8 ? .uint8 : .float32))
    #expect(resized.shape == [1, 3, 32, 48])
    let input = preprocessing.normalize(resized)
    #expect(input.dtype == .float32)
    #expect(input.shape == [1, 3, 32, 48])
    #expect(input.isContiguous(.channelsLast))
    let values = input.array(of: Float.self)
    for channel in 0..<3 {
      let mean = [0.485, 0.456, 0.406][channel]
      let deviation = [0.229, 0.224, 0.225][channel]
      let expected = Float((Double(levels[channel]) / 255 - mean) / deviation)
      let plane = values[channel * 32 * 48..<(channel + 1) * 32 * 48]
      #expect(plane.allSatisfy { abs($0 - expected) < 1e-5 })
    }
  }

  @Test func arithmeticsDifferByRoundingAlone() throws {
    let image = Weave(width: 90, height: 70).picture(1)
    let resized = try ResizeArithmetic.allCases.map {
      try ImagePreprocessing(height: 32, width: 32, arithmetic: $0, colors: .imageNet)
        .resize(image, path: "x.png").to(.float32)
    }
    // Two passes that round to a level each.
    let difference = (resized[0] / 255 - resized[1]).abs().max().item() * 255
    #expect(difference > 0)
    #expect(difference < 1.01)
  }

  @Test func graysBecomeColorsAndAlphaIsComposedOnBlack() throws {
    let preprocessing = ImagePreprocessing(height: 32, width: 32, colors: .imageNet)
    let gray = Image(
      width: 32, height: 32, channels: 1, pixels: [UInt8](repeating: 77, count: 1024))
    let clear = Image(
      width: 32, height: 32, channels: 4,
      pixels: (0..<1024).flatMap { _ in [77, 77, 77, 0] as [UInt8] })
    for (image, level) in [(gray, 77), (clear, 0)] as [(Image, UInt8)] {
      let resized = try preprocessing.resize(image, path: "x.png")
      #expect(resized.array(of: UInt8.self) == [UInt8](repeating: level, count: 3 * 1024))
    }
  }

  /// Levels of a 12-bit camera: the range goes with the model, and 8-bit images stay as they are.
  @Test func levelsAreThoseOfTheTraining() throws {
    let preprocessing = ImagePreprocessing(
      height: 32, width: 32, colors: .imageNet, levels: 0...4095)
    let kept = try JSONDecoder().decode(
      ImagePreprocessing.self, from: JSONEncoder().encode(preprocessing))
    #expect(kept == preprocessing)
    for (level, expected) in [(0, 0), (2048, 128), (4095, 255), (65535, 255)] as [(UInt16, UInt8)] {
      let deep = Image(
        width: 32, height: 32, channels: 1, pixels: [UInt16](repeating: level, count: 1024))
      #expect(
        try kept.resize(deep, path: "x.png").array(of: UInt8.self)
          == [UInt8](repeating: expected, count: 3 * 1024))
    }
    let plain = Weave(width: 40, height: 40).picture(1)
    var without = kept
    without.levels = nil
    #expect(
      try kept.resize(plain, path: "x.png").array(of: UInt8.self)
        == without.resize(plain, path: "x.png").array(of: UInt8.self))
  }

  /// Bundles of before know nothing of levels.
  @Test func levelsAreOptional() throws {
    let preprocessing = ImagePreprocessing(height: 32, width: 32, colors: .imageNet)
    let text = String(decoding: try JSONEncoder().encode(preprocessing), as: UTF8.self)
    #expect(!text.contains("levels"))
    let decoded = try JSONDecoder().decode(ImagePreprocessing.self, from: Data(text.utf8))
    #expect(decoded.levels == nil)
  }

  @Test(arguments: [(31, 32), (32, 31), (1, 1)])
  func smallImagesAreRefused(_ width: Int, _ height: Int) throws {
    let preprocessing = ImagePreprocessing(height: 32, width: 32, colors: .imageNet)
    let error = #expect(throws: InspectionError.self) {
      try preprocessing.resize(Weave(width: width, height: height).picture(0), path: "tiny.png")
    }
    #expect(error?.subject == "tiny.png")
    #expect(error?.found == "an image of \(width) x \(height) pixels")
    #expect(error?.remedy.contains("32") == true)
  }
}
