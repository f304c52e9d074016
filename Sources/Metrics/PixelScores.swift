/// The anomaly maps of a test set with their masks, every pixel kept.
///
/// Takes 8 bytes a pixel.
public struct PixelScores: PixelAccumulator {
  var records: [RankedScore] = []
  /// Pixels of each defect region, over all images. Record tags are 1-based indices into it.
  var regionAreas: [Int] = []
  /// The records of each image, in the order of its pixels.
  var images: [Range<Int>] = []
  /// Whether each image is good: it came without a mask.
  var isGood: [Bool] = []

  public var imageCount: Int { images.count }

  /// Starts empty, with room for that many pixels.
  public init(reservingPixels capacity: Int = 0) {
    records.reserveCapacity(capacity)
  }

  /// The mask's 8-connected components are the regions of AUPRO.
  public mutating func add(
    map: UnsafeBufferPointer<Float>, mask: UnsafeRawBufferPointer?, width: Int, height: Int
  ) throws {
    try checkMap(map, image: imageCount, width: width, height: height)
    let start = records.count
    if let mask {
      let regions = try ConnectedComponents(mask: mask, width: width, height: height)
      let offset = UInt32(regionAreas.count)
      for (score, label) in zip(map, regions.labels) {
        records.append(RankedScore(score, tag: label == 0 ? 0 : offset + UInt32(label)))
      }
      regionAreas += regions.areas
    } else {
      for score in map { records.append(RankedScore(score, tag: 0)) }
    }
    images.append(start..<records.count)
    isGood.append(mask == nil)
  }
}

extension PixelScores {
  /// Some of the images, such as those of one kind of defect with the good ones.
  ///
  /// - Parameter indices: of images, in the order in which they were added.
  public func selecting(_ indices: [Int]) -> PixelScores {
    var chosen = PixelScores(reservingPixels: indices.reduce(0) { $0 + images[$1].count })
    var tags: [UInt32: UInt32] = [:]
    for image in indices {
      let start = chosen.records.count
      for record in records[images[image]] {
        guard record.tag != 0 else {
          chosen.records.append(record)
          continue
        }
        var tag = tags[record.tag] ?? 0
        if tag == 0 {
          chosen.regionAreas.append(regionAreas[Int(record.tag) - 1])
          tag = UInt32(chosen.regionAreas.count)
          tags[record.tag] = tag
        }
        chosen.records.append(RankedScore(record.score, tag: tag))
      }
      chosen.images.append(start..<chosen.records.count)
      chosen.isGood.append(isGood[image])
    }
    return chosen
  }
}
