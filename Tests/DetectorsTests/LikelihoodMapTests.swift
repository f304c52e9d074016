import Detectors
import Fixtures
import Inspection
import Testing
import Torch

@Suite struct LikelihoodMapTests {
  /// The paper's map `1 - P` from PyTorch's interpolation is the oracle (`Scripts/fixtures/uflow.py`).
  @Test(arguments: [("twoScales", 2, 32), ("threeScales", 3, 64)])
  func rankingIsThePapers(_ name: String, scales: Int, side: Int) throws {
    let fixture = try Fixture.load("uflow_network", beside: #filePath).below(name + ".")
    let latents = try (0..<scales).map { try #require(fixture["latents\($0)"]) }
    let map = LikelihoodMap(Self.evidence(latents))(height: side, width: side)
    let expected = try #require(fixture["map"])
    // -log P, so P = exp(-map).
    #expect(relativeError(1 - (-map).exp(), expected) < 1e-12)
  }

  @Test func strongAnomaliesDoNotTie() throws {
    let latents = Tensor([0.1, 40, 400, 4000] as [Float], shape: [1, 1, 2, 2])
    let map = LikelihoodMap(Self.evidence([latents]))(height: 2, width: 2)
    let values = map.array(of: Float.self)
    #expect(values == values.sorted())
    #expect(Set(values).count == 4)
    #expect(values.allSatisfy { $0.isFinite })
  }

  static func evidence(_ latents: [Tensor]) -> Evidence {
    Evidence(
      scales: latents.map {
        .init(
          statistic: $0.square().sum(1), null: .chiSquare(degreesOfFreedom: $0.shape[1]), name: "")
      })
  }
}
