import Fixtures
import Metrics
import Testing
import Torch

@Suite struct ConnectedComponentsTests {
  /// Oracle: `scipy.ndimage.label`.
  @Test(
    arguments: [
      "sparse", "percolating", "dense", "blobs", "checkerboard", "spiral", "empty", "full",
      "one_row", "one_column",
    ])
  func agreesWithSciPy(name: String) throws {
    let fixture = try FixtureCase(file: "components", name: name, beside: #filePath)
    let mask = try fixture.tensor("mask")
    let found = try ConnectedComponents(
      mask: mask.array(of: Bool.self), width: mask.shape[1], height: mask.shape[0])
    let labels = try fixture.tensor("eight.labels").array(of: Int16.self)
    #expect(found.labels == labels.map { Int32($0) })
    #expect(try found.areas == fixture.array("eight.areas"))
  }

  @Test func everyByteButZeroIsForeground() throws {
    let found = try ([0, 255, 1, 0, 7, 0] as [UInt8]).withUnsafeBytes {
      try ConnectedComponents(mask: $0, width: 3, height: 2)
    }
    #expect(found.labels == [0, 1, 1, 0, 1, 0])
  }

  @Test(arguments: [(3, 3), (-2, -5), (Int.max, 2), (0, 10)])
  func refusesAWrongSize(width: Int, height: Int) {
    #expect(
      throws: MetricsError.sizeMismatch(what: "mask", count: 10, width: width, height: height)
    ) {
      try ConnectedComponents(
        mask: [Bool](repeating: true, count: 10), width: width, height: height)
    }
  }
}
