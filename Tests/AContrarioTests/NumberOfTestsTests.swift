import AContrario
import Testing

@Suite struct NumberOfTestsTests {
  /// Computed term by term by another program; five decimals.
  @Test(arguments: [
    ([784, 196], 476.92371), ([196], 118.94935), ([4096, 1024, 256], 2493.27200),
    ([12544, 3136, 784], 7636.42162), ([9], 5.12219), ([4, 1], 2.11912),
  ])
  func countsRegionsOverScales(pixelCounts: [Int], expected: Double) {
    #expect(abs(NumberOfTests.log10Regions(pixelCounts: pixelCounts) - expected) < 5.1e-6)
  }

  @Test func onePixelHoldsOneRegion() {
    let single = NumberOfTests.log10PolyominoCount(cells: 1)
    #expect(abs(NumberOfTests.log10Regions(pixelCounts: [1]) - single) < 1e-14)
    #expect(abs(single - 0.1097436526) < 1e-9)
  }
}
