import Backbones
import Detectors
import Fixtures
import Inspection
import Testing
import Torch

/// The oracle is a PaDiM spelled out in numpy and scipy (`Scripts/fixtures/padim.py`).
@Suite struct PaDiMParityTests {
  /// Features of the fixture as a backbone gives them: an image holds its own number.
  private struct StoredFeatures: Backbone {
    let taps = [
      FeatureTap("fine", stride: 4, channels: 6), FeatureTap("coarse", stride: 8, channels: 9),
    ]
    let stored: [Tensor]

    func features(_ images: Tensor, taps names: [String]) -> [Tensor] {
      let numbers = images.select(3, 0).select(2, 0).select(1, 0).to(.int64)
      return names.map { name in
        stored[name == "fine" ? 0 : 1].selecting(numbers).contiguous(.channelsLast)
      }
    }
  }

  private struct NumberedImages: TrainingImages {
    let numbers: Range<Int>
    var count: Int { numbers.count }
    let height = 32
    let width = 40

    var images: Tensor {
      let values = Tensor(numbers.map { Float($0) }, shape: [count, 1, 1, 1])
      return values.expanded(count, 3, height, width)
    }

    func forEachBatch(of size: Int, _ body: (Range<Int>, Tensor) throws -> Void) throws {
      for start in stride(from: 0, to: count, by: size) {
        let range = start..<min(start + size, count)
        try body(range, images[range])
      }
    }
  }

  @Test(arguments: PaDiM.Reduction.allCases, ["fine", "coarse"])
  func isNumpys(_ reduction: PaDiM.Reduction, _ grid: String) throws {
    let fixture = try Fixture.load("padim", beside: #filePath)
    func tensor(_ name: String) throws -> Tensor { try #require(fixture[name]) }
    let backbone = StoredFeatures(
      stored: try (0..<2).map { .concatenate([try tensor("good\($0)"), try tensor("test\($0)")]) })
    var settings = PaDiM()
    settings.taps = [4, 8]
    settings.grid = grid == "fine" ? 1 : 8
    settings.channels = 7
    settings.reduction = reduction
    settings.regularizer = 0.01
    settings.batchSize = 7
    let fitted = try settings.fit(
      on: NumberedImages(numbers: 0..<30), FitContext(backbone: backbone, seed: 5))
    if reduction == .random {
      #expect(
        fitted.tensors["selection"]?.array(of: Int64.self)
          == (try tensor("selection")).array(of: Int64.self))
    }
    if reduction == .orthogonal {
      let projection = try #require(fitted.tensors["projection"])
      #expect(relativeError(projection, try tensor("projection")) < 1e-6)
    }

    let name = "\(reduction).\(grid)"
    let mean = try #require(fitted.tensors["mean"])
    #expect(relativeError(mean, try tensor("\(name).mean").flattened(from: 0, through: 1)) < 1e-6)
    let batch = inferenceMode { fitted.score(NumberedImages(numbers: 30..<32).images) }
    let evidence = batch.evidence
    try #require(evidence.scales.count == 1)
    #expect(
      evidence.scales[0].null
        == .hotelling(dimensions: reduction == .none ? 15 : 7, samples: 30))
    let distances = evidence.scales[0].statistic
    #expect(relativeError(distances, try tensor("\(name).distances")) < 1e-4)
    #expect(relativeError(batch.maps, try tensor("\(name).maps")) < 1e-4)
  }
}
