/// The mean over images of the intersection over union, at every threshold of a sweep.
///
/// A pixel alarms where `score > threshold`. The mean goes over all images added, the good ones
/// too: these count 1 without an alarm and 0 with any. (U-Flow's mIoU; ``Confusion/pooledIoU`` is
/// another figure.) Each image takes one pass over its pixels, however many thresholds there are.
public struct MeanIoU: PixelAccumulator {
  /// The thresholds that are tried.
  public let sweep: ThresholdSweep
  public private(set) var imageCount = 0
  private var sums: [Double]
  private let lookup: ThresholdLookup

  /// Starts empty.
  public init(over sweep: ThresholdSweep) {
    self.sweep = sweep
    lookup = ThresholdLookup(sweep)
    sums = Array(repeating: 0, count: sweep.thresholds.count)
  }

  public mutating func add(
    map: UnsafeBufferPointer<Float>, mask: UnsafeRawBufferPointer?, width: Int, height: Int
  ) throws {
    try checkMap(map, image: imageCount, width: width, height: height)
    if let mask {
      try checkSize(of: "mask", count: mask.count, width: width, height: height)
      add(map.count) { (map[$0], mask[$0] != 0) }
    } else {
      add(map.count) { (map[$0], false) }
    }
  }

  @inline(__always)
  private mutating func add(_ count: Int, _ pixel: (Int) -> (score: Float, isDefective: Bool)) {
    // Pixels by the number of thresholds at which they alarm: first all, then the defective.
    let steps = sums.count + 1
    var histogram = [Int](repeating: 0, count: 2 * steps)
    var defective = 0
    histogram.withUnsafeMutableBufferPointer { histogram in
      for index in 0..<count {
        let (score, isDefective) = pixel(index)
        let alarms = lookup.count(below: score)
        histogram[alarms] += 1
        histogram[steps + alarms] += isDefective ? 1 : 0
        defective += isDefective ? 1 : 0
      }
    }
    var (alarms, hits) = (0, 0)
    for index in sums.indices.reversed() {
      alarms += histogram[index + 1]
      hits += histogram[steps + index + 1]
      let overlap = IntersectionOverUnion(
        intersection: hits, union: alarms + defective - hits)
      sums[index] += overlap.value
    }
    imageCount += 1
  }

  /// The mean at each threshold of the sweep; nil where there are no images.
  public var values: [Double]? {
    imageCount == 0 ? nil : sums.map { $0 / Double(imageCount) }
  }

  /// The mean at one threshold; nil where there are no images or where the sweep lacks it.
  public func value(at threshold: Float) -> Double? {
    guard imageCount > 0, let index = sweep.thresholds.firstIndex(of: threshold) else { return nil }
    return sums[index] / Double(imageCount)
  }

  /// The best of the sweep, at the highest threshold that reaches it; nil where there are no
  /// images.
  ///
  /// Chosen on the labels it is judged by, it is an upper bound for any honest threshold.
  public var oracle: (value: Double, threshold: Float)? {
    guard imageCount > 0 else { return nil }
    var best = sums.count - 1
    for index in sums.indices.reversed() where sums[index] > sums[best] { best = index }
    return (sums[best] / Double(imageCount), sweep.thresholds[best])
  }
}

/// How well the alarms of one image cover its defects: the pixels in both over the pixels in
/// either.
package struct IntersectionOverUnion: Equatable, Sendable {
  /// Defective pixels that alarm.
  package let intersection: Int
  /// Pixels that are defective or alarm.
  package let union: Int

  package init(intersection: Int, union: Int) {
    precondition(0 <= intersection && intersection <= union, "an intersection is within its union")
    self.intersection = intersection
    self.union = union
  }

  /// In [0, 1]; 1 where nothing is defective and nothing alarms.
  ///
  /// U-Flow adds 2.2e-16 to both counts for that case, which changes no other value by more.
  package var value: Double { union == 0 ? 1 : Double(intersection) / Double(union) }
}
