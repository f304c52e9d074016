/// The threshold at which good images raise at most a set number of pixel alarms each, on average.
///
/// An alarm is `score > threshold`. Over the n images added, the threshold is the smallest number
/// that leaves at most `floor(n * falseAlarmsPerImage)` = k alarms: the (k + 1)-th largest score.
/// Where that score ties with larger ranks, fewer than k alarms remain, never more. With one alarm
/// an image and maps of H x W this is the false positive rate 1 / (H * W) of U-Flow's "fair"
/// threshold, whose authors interpolate the ROC curve linearly. Theirs lies between ours and the
/// next higher score that occurs: it leaves the same alarms or, where the budget is met exactly,
/// those of one score fewer.
package struct FairThreshold: Sendable {
  package let falseAlarmsPerImage: Double
  package private(set) var imageCount = 0
  /// As many as can be needed.
  private var largest: LargestScores

  /// Prepares for at most `maximumImageCount` images.
  package init(maximumImageCount: Int, falseAlarmsPerImage: Double = 1) {
    precondition(
      falseAlarmsPerImage.isFinite && falseAlarmsPerImage >= 0,
      "false alarms per image must be a number of at least 0")
    self.falseAlarmsPerImage = falseAlarmsPerImage
    largest = LargestScores(count: Self.allowed(maximumImageCount, falseAlarmsPerImage) + 1)
  }

  /// Adds the anomaly map of a good image.
  ///
  /// Throws `MetricsError.nonFiniteScore` (the index counts the map's pixels) and then adds
  /// nothing.
  package mutating func add(map: UnsafeBufferPointer<Float>) throws {
    if let index = map.firstIndex(where: { !$0.isFinite }) {
      throw MetricsError.nonFiniteScore(index: index, value: "\(map[index])")
    }
    precondition(
      Self.allowed(imageCount + 1, falseAlarmsPerImage) < largest.count,
      "more images than maximumImageCount")
    imageCount += 1
    largest.add(map)
  }

  /// Adds the anomaly map of a good image.
  package mutating func add(map: [Float]) throws {
    try map.withUnsafeBufferPointer { try add(map: $0) }
  }

  /// The threshold; nil where there are no more pixels than alarms allowed.
  package var value: Float? {
    let allowed = Self.allowed(imageCount, falseAlarmsPerImage)
    let scores = largest.sorted
    return scores.count > allowed ? scores[allowed] : nil
  }

  private static func allowed(_ imageCount: Int, _ falseAlarmsPerImage: Double) -> Int {
    Int(Double(imageCount) * falseAlarmsPerImage)
  }
}
