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
    }
    return chosen
  }
}
