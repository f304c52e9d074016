import AContrario

/// Milliseconds for component trees and their clusters, over the number of pixels.
enum RegionTestCost {
  static func run() throws -> [String: Any] {
    var rows: [[String: Any]] = []
    for side in [16, 32, 64, 128, 256, 448, 1024, 2048, 4096] {
      let repeats = side < 1000 ? 20 : 3
      let noise = noise(side: side)
      let maps = [
        ("noise", noise), ("smooth", smoothed(noise, side: side)),
        ("constant", [Float](repeating: 100, count: side * side)),
      ]
      for (name, values) in maps {
        var tree = try ComponentTree(values: [], width: 0, height: 0)
        let building = try Measurement(repeats: repeats) {
          tree = try ComponentTree(values: values, width: side, height: side)
        }
        var clusters = 0
        let pruning = Measurement(repeats: repeats) {
          clusters = tree.clusters(under: ChernoffBound(degrees: 64)).count
        }
        rows.append([
          "map": name, "side": side, "pixels": side * side, "nodes": tree.count,
          "clusters": clusters, "treeMilliseconds": building.summary(scale: 1000)["least"] ?? 0,
          "clusterMilliseconds": pruning.summary(scale: 1000)["least"] ?? 0,
        ])
      }
    }
    return ["rows": rows, "threeScalesMilliseconds": try threeScales()]
  }

  /// The whole test of a ResNet's three scales, up to regions with contours at 256 x 256.
  private static func threeScales() throws -> [String: [String: Double]] {
    let sides = [64, 32, 16]
    let scales = sides.map { side in
      RegionStatistic(
        width: side, height: side, values: smoothed(noise(side: side), side: side),
        measure: ChernoffBound(degrees: 48))
    }
    let log10Tests = 2493.272
    let clusters = try Measurement(repeats: 50) {
      for scale in scales { _ = try RegionTest().log10PFA(of: scale) }
    }
    let regions = try Measurement(repeats: 50) {
      _ = try RegionTest().falseAlarms(
        scales: scales, width: 256, height: 256, log10Tests: log10Tests
      ).regions()
    }
    return [
      "clusters": clusters.summary(scale: 1000),
      "regionsAt256": regions.summary(scale: 1000),
    ]
  }

  /// Evenly distributed from 32 to 96.
  private static func noise(side: Int) -> [Float] {
    var state: UInt64 = 1
    return (0..<side * side).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return 32 + Float(state >> 40) / Float(1 << 18)
    }
  }

  /// Three box filters of 9 pixels along each axis, over the borders of rows.
  private static func smoothed(_ values: [Float], side: Int) -> [Float] {
    var result = values
    for stride in [1, 1, 1, side, side, side] {
      let source = result
      for index in 4 * stride..<source.count - 4 * stride {
        var sum: Float = 0
        for offset in -4...4 { sum += source[index + offset * stride] }
        result[index] = sum / 9
      }
    }
    return result
  }
}
