import Detectors
import Inspection
import Testing
import Torch

@Suite struct ExhaustedMemoryTests {
  /// Images of a size that suits, though memory runs out while they are made.
  private struct UnaffordableImages: TrainingImages {
    let count = 12
    let height = WovenCloth.side
    let width = WovenCloth.side

    func forEachBatch(of size: Int, _ body: (Range<Int>, Tensor) throws -> Void) throws {
      for start in stride(from: 0, to: count, by: size) {
        let range = start..<min(start + size, count)
        let huge = Tensor.zeros([1 << 25, 1 << 25]).sum()
        try body(range, .zeros([range.count, 3, height, width]) + huge)
      }
    }
  }

  @Test(arguments: ["anomalyhop", "gaussian", "padim", "pedenet", "piade", "uflow"])
  func aFitThrows(_ name: String) throws {
    let detector = try SmallModels.detector(name)
    let context = FitContext(
      backbone: try SmallModels.backbone(detector), publishedWeights: RandomWeights.of)
    let error = #expect(throws: TorchError.self) {
      _ = try detector.fit(on: UnaffordableImages(), context)
    }
    #expect(error?.kind == .outOfMemory)
  }
}
