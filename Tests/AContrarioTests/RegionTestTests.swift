import AContrario
import Fixtures
import Foundation
import Testing
import Torch

@Suite struct RegionTestTests {
  static let statistics = [
    "normal", "normal_one_channel", "quiet", "very_quiet", "loud", "very_loud", "blobs", "ring",
    "smooth", "plateaus", "few_levels", "constant", "corner",
  ]
  let fixture: [String: Tensor]

  init() throws {
    fixture = try Fixture.load("regions", beside: #filePath)
  }

  /// Oracle: the paper's procedures in Python, pass by pass over scikit-image's max-tree.
  @Test(arguments: statistics, [ChernoffBound.Compatibility.none, .referenceCode])
  func findsTheClusters(name: String, compatibility: ChernoffBound.Compatibility) throws {
    let statistic = try statistic(name, compatibility)
    let key = compatibility == .none ? "guarded" : "reference"
    let expected = try tensor("\(name).\(key).clusters").array(of: Double.self)
    let tree = try ComponentTree(
      values: statistic.values, width: statistic.width, height: statistic.height)
    let clusters = tree.clusters(under: statistic.measure)
    #expect(clusters.map(\.node) == clusters.map(\.node).sorted())
    let found = clusters.map { cluster in
      [
        Double(cluster.pixels.min() ?? -1), Double(cluster.area), Double(cluster.level),
        cluster.log10PFA,
      ]
    }.sorted { $0[0] < $1[0] }
    try #require(4 * found.count == expected.count)
    for (index, cluster) in found.enumerated() {
      #expect(cluster.dropLast() == expected[4 * index..<4 * index + 3])
      #expect(isClose(cluster[3], expected[4 * index + 3], relative: 1e-12))
    }

    let map = try RegionTest().log10PFA(of: statistic)
    let values = try tensor("\(name).\(key).log10PFA").array(of: Float.self)
    #expect(zip(map.values, values).allSatisfy { isClose($0, Double($1), relative: 1e-6) })
  }

  /// Oracle: the same, enlarged by scikit-image's `transform.resize`.
  @Test func combinesScales() throws {
    let scales = try ["combined.fine", "combined.coarse"].map { name in
      let values = try tensor(name)
      let degrees = try tensor("\(name).degrees").array(of: Int64.self)
      return try RegionStatistic(
        width: values.shape[1], height: values.shape[0], values: values.array(of: Float.self),
        measure: ChernoffBound(degrees: Int(degrees[0])))
    }
    let log10Tests = try tensor("combined.log10Tests").array(of: Double.self)[0]
    let result = try RegionTest().falseAlarms(
      scales: scales, width: 40, height: 40, log10Tests: log10Tests)
    let expected = try tensor("combined.log10NFA").array(of: Double.self)
    #expect(
      zip(result.log10FalseAlarms.values, expected).allSatisfy { isClose($0, $1, relative: 1e-9) })
    #expect(result.mask() == expected.map { $0 < 0 })
    #expect(result.mask(log10Epsilon: -50) == expected.map { $0 < -50 })

    let regions = result.regions()
    #expect(Set(regions.map(\.scale)) == [0, 1])
    #expect(regions.map(\.area).reduce(0, +) == expected.count { $0 < 0 })
    let maps = try scales.map {
      try RegionTest().log10PFA(of: $0).resizedBilinear(width: 40, height: 40)
    }
    for region in regions {
      #expect(region.log10FalseAlarms == result.log10FalseAlarms.values[at: region.peak, 40])
      #expect(
        maps[region.scale].values[at: region.peak, 40] + log10Tests
          == region.log10FalseAlarms)
    }
  }

  /// The test vectors of the authors' formula, computed in Python.
  @Test(
    arguments: [
      (816, 1632.0, -54.37191), (192, 384, -12.79339), (816, 1000, -3.92468), (816, 816, 0),
      (816, 600, 0),
    ])
  func boundsOnePixel(degrees: Int, level: Double, expected: Double) {
    let bound = ChernoffBound(degrees: degrees)
    #expect(abs(bound.log10PFA(area: 1, level: level) - expected) < 1e-5)
    #expect(abs(bound.log10PFA(area: 7, level: level) - 7 * expected) < 1e-4)
  }

  @Test func aLevelOfZeroStaysFinite() {
    let bound = ChernoffBound(degrees: 816, compatibility: .referenceCode)
    #expect(bound.log10PFA(area: 3, level: 0).isFinite)
  }

  /// U-Flow's two scales with normal latents, 10 images: far from one false alarm, with either form.
  @Test(arguments: [ChernoffBound.Compatibility.none, .referenceCode])
  func findsNothingInNormalLatents(compatibility: ChernoffBound.Compatibility) throws {
    for image in 1...10 {
      let map = try normalImage(seed: UInt64(image), scale: 1, compatibility)
      #expect(map.regions().isEmpty)
      #expect(try #require(map.log10FalseAlarms.values.min()) > 470)
    }
  }

  /// The authors' form takes too little for a flaw.
  @Test func findsNothingInQuietLatents() throws {
    #expect(try normalImage(seed: 1, scale: 0.64, .none).regions().isEmpty)
    let reference = try normalImage(seed: 1, scale: 0.64, .referenceCode)
    #expect(reference.regions().map(\.area) == [28 * 28])
  }

  private func normalImage(
    seed: UInt64, scale: Double, _ compatibility: ChernoffBound.Compatibility
  ) throws -> FalseAlarmMap {
    var state = seed
    // A pair of normal squares sums up to twice an exponential variable.
    func pairOfSquares() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return -2 * log((Double(state >> 11) + 0.5) * 0x1p-53)
    }
    let scales = [(side: 28, degrees: 816), (side: 14, degrees: 192)].map { side, degrees in
      RegionStatistic(
        width: side, height: side,
        values: (0..<side * side).map { _ in
          Float(scale * (0..<degrees / 2).reduce(0) { sum, _ in sum + pairOfSquares() })
        }, measure: ChernoffBound(degrees: degrees, compatibility: compatibility))
    }
    return try RegionTest().falseAlarms(
      scales: scales, width: 28, height: 28, log10Tests: 476.92371)
  }

  /// The tests take any measure: here one that likes regions of four pixels.
  @Test func takesOtherMeasures() throws {
    struct FourPixels: RegionMeasure {
      func log10PFA(area: Int, level: Double) -> Double { Double(abs(area - 4)) }
    }
    let tree = try ComponentTree(values: [1, 3, 5, 4, 2, 0, 6, 6], width: 8, height: 1)
    let clusters = tree.clusters(under: FourPixels())
    #expect(clusters.map { $0.pixels.sorted() } == [[1, 2, 3, 4], [6, 7]])
  }

  /// A chain of a million nodes, and a tree that one merge after the other brings down to its root.
  @Test func survivesDeepTrees() throws {
    struct Largest: RegionMeasure {
      func log10PFA(area: Int, level: Double) -> Double { -Double(area) }
    }
    let count = 1_000_000
    let chain = try ComponentTree(values: (0..<count).map { Float($0) }, width: count, height: 1)
    #expect(chain.clusters(under: Largest()).map(\.node) == [0])
    let teeth = (0..<count).map { Float($0 % 2 == 0 ? count - $0 : -$0) }
    let comb = try ComponentTree(values: teeth, width: count, height: 1)
    #expect(comb.clusters(under: Largest()).map(\.area) == [count])
  }

  private func statistic(
    _ name: String, _ compatibility: ChernoffBound.Compatibility
  ) throws -> RegionStatistic<ChernoffBound> {
    let values = try tensor("\(name).statistic")
    let degrees = try tensor("\(name).degrees").array(of: Int64.self)
    return try RegionStatistic(
      width: values.shape[1], height: values.shape[0], values: values.array(of: Float.self),
      measure: ChernoffBound(degrees: Int(degrees[0]), compatibility: compatibility))
  }

  private func tensor(_ key: String) throws -> Tensor {
    try #require(fixture[key], "no \(key) in the fixture")
  }

  private func isClose(_ found: Double, _ expected: Double, relative: Double) -> Bool {
    abs(found - expected) <= relative * max(1, abs(expected))
  }
}

extension [Double] {
  fileprivate subscript(at position: PixelPosition, _ width: Int) -> Double {
    self[position.y * width + position.x]
  }
}
