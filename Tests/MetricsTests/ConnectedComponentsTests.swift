import Fixtures
import Metrics
import Testing
import Torch

@Suite struct ConnectedComponentsTests {
  /// Oracle: `scipy.ndimage.label` and `find_objects`.
  @Test(
    arguments: [
      "sparse", "percolating", "dense", "blobs", "checkerboard", "spiral", "empty", "full",
      "one_row", "one_column",
    ], [Connectivity.four, .eight])
  func agreesWithSciPy(name: String, connectivity: Connectivity) throws {
    let fixture = try FixtureCase(file: "components", name: name, beside: #filePath)
    let mask = try fixture.tensor("mask")
    let found = try ConnectedComponents(
      mask: mask.array(of: Bool.self), width: mask.shape[1], height: mask.shape[0],
      connectivity: connectivity)
    let key = "\(connectivity)"
    let labels = try fixture.tensor("\(key).labels").array(of: Int16.self)
    #expect(found.labels == labels.map { Int32($0) })
    #expect(try found.components.map(\.area) == fixture.array("\(key).areas"))
    let boxes = found.components.flatMap {
      [$0.rows.lowerBound, $0.rows.upperBound, $0.columns.lowerBound, $0.columns.upperBound]
    }
    #expect(try boxes == fixture.array("\(key).boxes"))
  }

  @Test func everyByteButZeroIsForeground() throws {
    let found = try ConnectedComponents(mask: [0, 255, 1, 0, 7, 0] as [UInt8], width: 3, height: 2)
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
