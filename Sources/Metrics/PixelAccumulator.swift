/// What takes the anomaly maps of a test set with their masks, one image at a time, and keeps no
/// map.
public protocol PixelAccumulator: Sendable {
  /// Images added so far.
  var imageCount: Int { get }

  /// Adds an image: its anomaly map, row by row, and its ground truth, nil where it is good.
  ///
  /// The mask has one byte a pixel; every byte but 0 is defect. The pixels of a mask that marks nothing are good, but
  /// ``AUPIMO`` does not take its image for a good one. Throws `MetricsError` where a size
  /// is wrong or a score is not finite, and then leaves what was gathered as it was.
  mutating func add(
    map: UnsafeBufferPointer<Float>, mask: UnsafeRawBufferPointer?, width: Int, height: Int
  ) throws
}

extension PixelAccumulator {
  /// Adds an image: its anomaly map, row by row, and its ground truth, nil where it is good.
  public mutating func add(map: [Float], mask: [Bool]?, width: Int, height: Int) throws {
    try map.withUnsafeBufferPointer { map in
      guard let mask else { return try add(map: map, mask: nil, width: width, height: height) }
      try mask.withUnsafeBytes { try add(map: map, mask: $0, width: width, height: height) }
    }
  }
}

/// Throws unless the map of that image has the size it says and only finite scores.
func checkMap(
  _ map: UnsafeBufferPointer<Float>, image: Int, width: Int, height: Int
) throws {
  try checkSize(of: "anomaly map", count: map.count, width: width, height: height)
  if let index = map.firstIndex(where: { !$0.isFinite }) {
    throw MetricsError.nonFinitePixel(
      image: image, x: index % width, y: index / width, value: "\(map[index])")
  }
}

/// Throws unless `count` pixels make a `width` by `height` picture.
///
/// Also refuses what 32-bit labels cannot number.
func checkSize(of what: String, count: Int, width: Int, height: Int) throws {
  let (product, overflow) = width.multipliedReportingOverflow(by: height)
  guard width >= 0, height >= 0, !overflow, product == count, count < Int32.max else {
    throw MetricsError.sizeMismatch(what: what, count: count, width: width, height: height)
  }
}
