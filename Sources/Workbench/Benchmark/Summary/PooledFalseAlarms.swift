import Inspection

/// False alarms on good test images, promised and found, at one level of the decision, pooled over seeds.
struct PooledFalseAlarms: Equatable {
  /// Expected false alarms in a good image.
  let promised: Double
  /// Alarms over all good images and seeds, with the calibrated law.
  private(set) var calibrated = Pool()
  /// The same with the law that theory gives.
  private(set) var theoretical = Pool()

  /// Counts over images, and what each seed found.
  struct Pool: Equatable {
    private(set) var alarms = 0.0
    private(set) var images = 0
    private(set) var seeds: [Double] = []

    var perImage: Double? { images > 0 ? alarms / Double(images) : nil }

    mutating func add(_ perImage: Double?, images: Int) {
      guard let perImage else { return }
      alarms += perImage * Double(images)
      self.images += images
      seeds.append(perImage)
    }
  }

  /// The counts in rows of one data set, by what was promised. Counts add up: a seed counts by its good images.
  static func pooled(_ rows: [BenchmarkRow]) -> [PooledFalseAlarms] {
    var counts: [Double: PooledFalseAlarms] = [:]
    for row in rows {
      let members = row.metrics.members
      guard case .array(let levels)? = members["falseAlarms"],
        let good = members["goodImages"]?.asNumber
      else { continue }
      for level in levels.map(\.members) {
        guard let promised = level["promised"]?.asNumber else { continue }
        var count = counts[promised] ?? PooledFalseAlarms(promised: promised)
        count.calibrated.add(level["calibrated"]?.asNumber, images: Int(good))
        count.theoretical.add(level["theoretical"]?.asNumber, images: Int(good))
        counts[promised] = count
      }
    }
    return counts.values.sorted { $0.promised < $1.promised }
  }

  private init(promised: Double) { self.promised = promised }
}
