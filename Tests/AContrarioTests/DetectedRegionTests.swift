import AContrario
import Fixtures
import Testing
import Torch

@Suite struct DetectedRegionTests {
  /// Oracle: `skimage.measure.regionprops` and `euler_number` with 8 neighbors.
  @Test(
    arguments: [
      "sparse", "percolating", "dense", "blobs", "checkerboard", "eye", "full", "empty", "row",
      "column",
    ])
  func agreesWithScikitImage(name: String) throws {
    let fixture = try Fixture.load("detections", beside: #filePath)
    let plane = try #require(fixture["\(name).log10NFA"])
    let values = try plane.array(of: Float.self).map { Double($0) }
    let map = map(values, width: plane.shape[1])
    let regions = map.regions()
    let expected = try #require(fixture["\(name).regions"]).array(of: Double.self)
    let found = regions.flatMap {
      [
        Double($0.area), Double($0.rows.lowerBound), Double($0.columns.lowerBound),
        Double($0.rows.upperBound), Double($0.columns.upperBound), $0.log10FalseAlarms,
        Double($0.contours.count - 1),
      ]
    }
    #expect(found == expected)
    for region in regions {
      let areas = region.contours.map(\.signedArea)
      #expect(areas.reduce(0, +) == region.area)
      #expect(areas.enumerated().allSatisfy { ($0 == 0) == ($1 > 0) })
      for contour in region.contours {
        #expect(isRectilinear(contour.vertices))
      }
      let (xs, ys) = (region.contours[0].vertices.map(\.x), region.contours[0].vertices.map(\.y))
      #expect(xs.min() == region.columns.lowerBound && xs.max() == region.columns.upperBound)
      #expect(ys.min() == region.rows.lowerBound && ys.max() == region.rows.upperBound)
    }
    #expect(filled(regions, map) == map.mask())
  }

  @Test func walksClockwiseAroundTheRegionAndBackAroundItsHole() throws {
    // X X X .
    // X . X .
    // X X X X
    let regions = map([-1, -1, -1, 1, -1, 1, -1, 1, -1, -1, -3, -1], width: 4).regions()
    let contours = try #require(regions.first).contours
    func corners(_ list: [(Int, Int)]) -> [PixelPosition] {
      list.map { PixelPosition(x: $0, y: $1) }
    }
    #expect(
      contours.map(\.vertices) == [
        corners([(0, 0), (3, 0), (3, 2), (4, 2), (4, 3), (0, 3)]),
        corners([(1, 2), (2, 2), (2, 1), (1, 1)]),
      ])
    #expect(regions.map(\.peak) == [PixelPosition(x: 2, y: 2)])
  }

  /// Equal values: the first pixel in raster order, whatever order the region is walked in.
  @Test func thePeakIsTheFirstOfEquals() {
    let regions = map([1, 1, -2, 1, -2, 1, -2, 1, 1], width: 3).regions()
    #expect(regions.map(\.peak) == [PixelPosition(x: 2, y: 0)])
  }

  @Test func aMapOfNoPixelsHasNoRegions() {
    #expect(map([], width: 0).regions().isEmpty)
  }

  private func map(_ values: [Double], width: Int) -> FalseAlarmMap {
    let height = width == 0 ? 0 : values.count / width
    let plane = Plane(width: width, height: height, values: values)
    return FalseAlarmMap(log10FalseAlarms: plane)
  }

  /// Whether every step goes along an axis, and every second one along the same.
  private func isRectilinear(_ vertices: [PixelPosition]) -> Bool {
    vertices.indices.allSatisfy { index in
      let (a, b) = (vertices[index], vertices[(index + 1) % vertices.count])
      return index % 2 == 0 ? a.y == b.y && a.x != b.x : a.x == b.x && a.y != b.y
    }
  }

  /// The pixels inside the contours by the even-odd rule.
  private func filled(_ regions: [DetectedRegion], _ map: FalseAlarmMap) -> [Bool] {
    let width = map.log10FalseAlarms.width
    var inside = [Bool](repeating: false, count: map.log10FalseAlarms.values.count)
    for vertices in regions.flatMap(\.contours).map(\.vertices) {
      for (a, b) in zip(vertices, vertices.dropFirst() + vertices.prefix(1)) where a.x == b.x {
        for y in min(a.y, b.y)..<max(a.y, b.y) {
          for x in a.x..<width { inside[y * width + x].toggle() }
        }
      }
    }
    return inside
  }
}
