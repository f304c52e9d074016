import AContrario
import Fixtures
import Testing
import Torch

@Suite struct PlaneTests {
  /// Oracle: PyTorch's `interpolate`.
  @Test(arguments: [(20, 13), (7, 5), (3, 2), (1, 1)])
  func resizesAsPyTorch(width: Int, height: Int) throws {
    let tensors = try Fixture.load("planes", beside: #filePath)
    let plane = Plane(
      width: 7, height: 5, values: try #require(tensors["plane"]).array(of: Double.self))
    let resized = plane.resizedBilinear(width: width, height: height)
    let expected: [Double] = try #require(tensors["bilinear.\(width)x\(height)"])
      .array(of: Double.self)
    #expect(resized.width == width && resized.height == height)
    for (value, expected) in zip(resized.values, expected) {
      #expect(abs(value - expected) < 1e-13)
    }
  }

  /// Oracle: the shares in fractions, in Python.
  @Test(
    arguments: ["plateaus", "clusters", "one", "column"],
    [(28, 20), (14, 10), (16, 11), (17, 23), (7, 5), (9, 6), (3, 2), (1, 1)])
  func resizesByMajority(name: String, size: (width: Int, height: Int)) throws {
    let tensors = try Fixture.load("false-alarm-law", beside: #filePath)
    let source = try #require(tensors["majority.\(name)"])
    let expected = try #require(tensors["majority.\(name).\(size.width)x\(size.height)"])
    let plane = Plane(
      width: source.shape[1], height: source.shape[0], values: source.array(of: Double.self))
    let resized = plane.resizedByMajority(width: size.width, height: size.height)
    #expect(resized.width == size.width && resized.height == size.height)
    #expect(resized.values == expected.array(of: Double.self))
    if size.width >= 2 * plane.width && size.height >= 2 * plane.height {
      #expect(Set(resized.values) == Set(plane.values))
    }
  }
}
