import AContrario
import Fixtures
import Testing
import Torch

@Suite struct PlaneTests {
  /// Oracle: PyTorch's `interpolate`.
  @Test(arguments: [(20, 13), (7, 5), (3, 2), (1, 1)])
  func resizesAsPyTorch(width: Int, height: Int) throws {
    let tensors = try Fixture.load("blocks", beside: #filePath)
    let plane = Plane(
      width: 7, height: 5, values: try #require(tensors["plane"]).array(of: Double.self))
    for (name, resized) in [
      ("bilinear", plane.resizedBilinear(width: width, height: height)),
      ("bicubic", plane.resizedBicubicAligned(width: width, height: height)),
    ] {
      let expected: [Double] = try #require(tensors["\(name).\(width)x\(height)"])
        .array(of: Double.self)
      #expect(resized.width == width && resized.height == height)
      for (value, expected) in zip(resized.values, expected) {
        #expect(abs(value - expected) < 1e-13)
      }
    }
  }
}
