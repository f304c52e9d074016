import AContrario
import Fixtures
import Testing
import Torch

@Suite struct BlockTestTests {
  /// Oracle: PyTorch's convolution, padding and interpolation with mpmath's binomial tail.
  @Test(arguments: ["firstVersion", "current", "continuous"])
  func agreesWithTheFormulasOfThePaper(name: String) throws {
    let tensors = try Fixture.load("blocks", beside: #filePath)
    let scales = try ["scale0", "scale1"].map { key in
      let tensor = try #require(tensors[key])
      return LatentSquares(
        width: tensor.shape[1], height: tensor.shape[0], channels: tensor.shape[2],
        values: tensor.array(of: Float.self))
    }
    let expected = try #require(tensors[name])
    let side = expected.shape[0]
    let map =
      switch name {
      case "firstVersion":
        BlockTest.firstVersion.log10FalseAlarms(scales: scales, width: side, height: side)
      case "current":
        BlockTest.current.log10FalseAlarms(scales: scales, width: side, height: side)
      default:
        BlockTest(windowSize: 5, quantile: 0.9, counting: .continuous)
          .log10FalseAlarms(scales: [scales[1]], width: side, height: side)
      }
    let values: [Double] = expected.array(of: Double.self)
    for (value, expected) in zip(map.values, values) {
      #expect(abs(value - expected) <= 1e-10 * max(1, abs(expected)))
    }
  }

  /// Every window full of candidates: the floor instead of -infinity, on each scale.
  @Test func fullWindowsHaveAFloor() {
    let full = LatentSquares(width: 1, height: 2, channels: 2, values: [9, 9, 9, 9])
    let map = BlockTest.current.log10FalseAlarms(scales: [full, full], width: 3, height: 3)
    // 25 and 9 trials of probability 0.1; 4 tests.
    for value in map.values { #expect(abs(value - (0.60205999 - 34)) < 1e-8) }
  }
}
