/// The anomaly maps of a test set with their masks, gathered one image at a time.
///
/// Takes 8 bytes a pixel; the maps need not be kept.
public struct PixelScores: Sendable {
  private(set) var records: [RankedScore] = []
  /// Pixels of each defect region, over all images. Record tags are 1-based indices into it.
  private(set) var regionAreas: [Int] = []
  public private(set) var imageCount = 0

  public var pixelCount: Int { records.count }

  /// Starts empty, with room for that many pixels.
  public init(reservingPixels capacity: Int = 0) {
    records.reserveCapacity(capacity)
  }

  /// Adds an image: its anomaly map, row by row, and its ground truth, nil where it is good.
  ///
  /// The mask has one byte a pixel; every byte but 0 is defect. Its 8-connected components are the
  /// regions of AUPRO. Throws `MetricsError` where a size is wrong or a score is not finite, and
  /// then leaves what was gathered as it was.
  public mutating func add(
    map: UnsafeBufferPointer<Float>, mask: UnsafeRawBufferPointer?, width: Int, height: Int
  ) throws {
    try checkSize(of: "anomaly map", count: map.count, width: width, height: height)
    if let index = map.firstIndex(where: { !$0.isFinite }) {
      throw MetricsError.nonFinitePixel(
        image: imageCount, x: index % width, y: index / width, value: "\(map[index])")
    }
    if let mask {
      let regions = try ConnectedComponents(mask: mask, width: width, height: height)
      let offset = UInt32(regionAreas.count)
      for (score, label) in zip(map, regions.labels) {
        records.append(RankedScore(score, tag: label == 0 ? 0 : offset + UInt32(label)))
      }
      regionAreas += regions.components.map(\.area)
    } else {
      for score in map { records.append(RankedScore(score, tag: 0)) }
    }
    imageCount += 1
  }

  /// Adds an image: its anomaly map, row by row, and its ground truth, nil where it is good.
  public mutating func add(map: [Float], mask: [Bool]?, width: Int, height: Int) throws {
    try map.withUnsafeBufferPointer { map in
      guard let mask else { return try add(map: map, mask: nil, width: width, height: height) }
      try mask.withUnsafeBytes { try add(map: map, mask: $0, width: width, height: height) }
    }
  }
}
