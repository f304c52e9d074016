import Fixtures
import Testing
import Torch

/// The oracle is scipy's `gaussian_filter` (`Scripts/fixtures/gaussians.py`).
@Suite struct GaussianFilterTests {
  @Test(arguments: ["wide", "small"], ["0.8", "4", "6.5"])
  func isScipys(_ name: String, _ sigma: String) throws {
    let fixture = try Fixture.load("gaussian_filter", beside: #filePath)
    let maps = try #require(fixture[name])
    let oracle = try #require(fixture["\(name).\(sigma)"])
    let filter = GaussianFilter(sigma: try #require(Double(sigma)))
    #expect((filter(maps) - oracle).abs().max().item() < 1e-12)
    let single = filter(maps.to(.float32))
    #expect(single.dtype == .float32)
    #expect((single.to(.float64) - oracle).abs().max().item() < 1e-6)
  }

  @Test func sigmaZeroChangesNothing() {
    let maps = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [1, 2, 3])
    #expect(GaussianFilter(sigma: 0)(maps).array(of: Float.self) == [1, 2, 3, 4, 5, 6])
  }
}
