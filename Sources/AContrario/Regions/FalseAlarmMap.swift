import Foundation

/// What an a contrario test says of each pixel of an image.
public struct FalseAlarmMap: Sendable {
  /// log10 of the number of false alarms an image that come with calling the pixel a flaw.
  public let log10FalseAlarms: Plane
  /// Which scale's word that is, pixel by pixel, counted from 0 in the order in which the scales
  /// were combined; of equals the first.
  public let scales: [UInt8]

  /// - Parameter scales: 0 at every pixel where there are none.
  public init(log10FalseAlarms: Plane, scales: [UInt8]? = nil) {
    let count = log10FalseAlarms.values.count
    self.log10FalseAlarms = log10FalseAlarms
    self.scales = scales ?? [UInt8](repeating: 0, count: count)
    precondition(self.scales.count == count, "\(self.scales.count) scales for \(count) pixels")
  }

  /// The pixels that are flaws if one accepts 10 to the power of `log10Epsilon` false alarms an image.
  public func mask(log10Epsilon: Double = 0) -> [Bool] {
    log10FalseAlarms.values.map { $0 < log10Epsilon }
  }

  /// The connected parts of the mask (8 neighbors), in the order of their first pixels.
  public func regions(log10Epsilon: Double = 0) -> [DetectedRegion] {
    let width = log10FalseAlarms.width
    let tracing = RegionTracing(
      mask: mask(log10Epsilon: log10Epsilon), width: width, height: log10FalseAlarms.height)
    return zip(tracing.regions, tracing.contours()).map { pixels, contours in
      region(pixels.map { Int($0) }, contours)
    }
  }

  private func region(_ pixels: [Int], _ contours: [Contour]) -> DetectedRegion {
    let values = log10FalseAlarms.values
    var peak = pixels[0]
    let first = PixelPosition(index: peak, width: log10FalseAlarms.width)
    var (left, right, top, bottom) = (first.x, first.x, first.y, first.y)
    for pixel in pixels {
      if (values[pixel], pixel) < (values[peak], peak) { peak = pixel }
      let position = PixelPosition(index: pixel, width: log10FalseAlarms.width)
      (left, right) = (min(left, position.x), max(right, position.x))
      (top, bottom) = (min(top, position.y), max(bottom, position.y))
    }
    return DetectedRegion(
      area: pixels.count, columns: left..<right + 1, rows: top..<bottom + 1,
      log10FalseAlarms: values[peak],
      peak: PixelPosition(index: peak, width: log10FalseAlarms.width),
      scale: Int(scales[peak]), contours: contours)
  }
}

extension PixelPosition {
  fileprivate init(index: Int, width: Int) {
    let (y, x) = index.quotientAndRemainder(dividingBy: width)
    self.init(x: x, y: y)
  }
}

extension FalseAlarmMap {
  /// The evidence of each peak of the map: each of its plateaus that no neighbor (of 8) exceeds.
  ///
  /// Regions that one accepts by any limit on the evidence are never more than the peaks that reach it.
  ///
  /// The map must be of probabilities: made with 1 as the number of tests (`log10Tests: 0`). Throws ``AContrarioError`` if a
  /// value is not finite.
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

  /// The same map with the false alarms that a law has learned in place of probabilities. A pixel
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
