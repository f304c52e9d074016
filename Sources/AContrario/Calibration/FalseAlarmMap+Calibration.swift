import Foundation

extension FalseAlarmMap {
  /// The evidence of each peak of the map: each of its plateaus that no neighbor (of 8) exceeds.
  ///
  /// Regions that one accepts by any limit on the evidence are never more than the peaks that reach it.
  ///
  /// - Precondition: the map is of probabilities, made with 1 as the number of tests.
  public func peaks() throws -> [Double] {
    let plane = log10FalseAlarms
    let tree = try ComponentTree(
      values: plane.values.map { Float(-$0) }, width: plane.width, height: plane.height,
      connectivity: .eight)
    var isLeaf = [Bool](repeating: true, count: tree.count)
    for parent in tree.parents.dropFirst() { isLeaf[Int(parent)] = false }
    return tree.levels.indices.compactMap { node in
      isLeaf[node] && tree.levels[node] > 0 ? Double(tree.levels[node]) : nil
    }
  }

  /// The same map with the false alarms that a law has learnt in place of probabilities. A pixel
  /// without any evidence gets the number of pixels, for there cannot be more false alarms.
  public func calibrated(by law: FalseAlarmLaw) -> FalseAlarmMap {
    var plane = log10FalseAlarms
    let most = log10(Double(max(plane.values.count, 1)))
    // Plateaus repeat a value many times.
    var (last, image) = (0.0, most)
    for index in plane.values.indices {
      let value = plane.values[index]
      if value != last { (last, image) = (value, value < 0 ? law.log10FalseAlarms(-value) : most) }
      plane.values[index] = min(image, most)
    }
    return FalseAlarmMap(log10FalseAlarms: plane, scales: scales)
  }
}
