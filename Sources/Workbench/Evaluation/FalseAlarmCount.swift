import AContrario
import Foundation
import Inspection
import Metrics

/// What a promise of false alarms is worth: how many there were in good test images, and what was found in defective ones.
public struct FalseAlarmCount: Sendable {
  /// Levels that are looked at, in false alarms an image.
  static let levels = [10, 1, 0.1, 0.01]

  /// Expected false alarms in a good image.
  public let promised: Double
  public private(set) var calibrated = Found()
  /// Nil where no law is known in theory.
  public private(set) var theoretical: Found?

  /// What one law found.
  public struct Found: Sendable {
    public private(set) var goodImages = 0
    /// Connected regions in good images.
    public private(set) var regions = 0
    private var squaredRegions = 0
    public private(set) var alarmedImages = 0
    public private(set) var defectiveImages = 0
    public private(set) var detectedImages = 0

    /// False alarms an image, with the interval in which 95 % of true rates would lie; nil without good images.
    public var perImage: PoissonInterval? {
      goodImages > 0
        ? PoissonInterval(
          count: Double(regions), exposure: Double(goodImages), dispersion: dispersion) : nil
    }
    /// The variance of the regions in a good image over their mean, at least 1: above it, they come in clusters.
    public var dispersion: Double {
      guard goodImages > 1, regions > 0 else { return 1 }
      let (images, regions) = (Double(goodImages), Double(regions))
      let variance = (Double(squaredRegions) - regions * regions / images) / (images - 1)
      return max(1, variance / (regions / images))
    }
    public var detectionRate: Double? {
      defectiveImages > 0 ? Double(detectedImages) / Double(defectiveImages) : nil
    }
    /// Share of good images with an alarm.
    public var alarmRate: Double? {
      goodImages > 0 ? Double(alarmedImages) / Double(goodImages) : nil
    }

    /// Whether what was found is no more than chance allows of a promise; nil without good images.
    ///
    /// - Parameter images: those that the promise was learnt from; nil where it is the theory's.
    func keeps(_ promised: Double, learntFrom images: Int?) -> Bool? {
      guard goodImages > 0 else { return nil }
      return PromiseTest(
        rate: promised, learntFrom: images.map(Double.init), count: Double(regions),
        exposure: Double(goodImages), dispersion: dispersion
      ).isKept
    }

    mutating func add(_ map: FalseAlarmMap, limit: Double, isDefective: Bool) throws {
      let plane = map.log10FalseAlarms
      guard !isDefective else {
        defectiveImages += 1
        if plane.values.contains(where: { $0 < limit }) { detectedImages += 1 }
        return
      }
      let components = try ConnectedComponents(
        mask: map.mask(log10Epsilon: limit), width: plane.width, height: plane.height)
      goodImages += 1
      let count = components.components.count
      regions += count
      squaredRegions += count * count
      if count > 0 { alarmedImages += 1 }
    }
  }

  init(promised: Double) { self.promised = promised }

  mutating func add(_ maps: FalseAlarmMaps, isDefective: Bool) throws {
    let limit = log10(promised)
    try calibrated.add(maps.calibrated, limit: limit, isDefective: isDefective)
    if let map = maps.theoretical {
      var found = theoretical ?? Found()
      try found.add(map, limit: limit, isDefective: isDefective)
      theoretical = found
    }
  }
}
