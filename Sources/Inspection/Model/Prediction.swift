import Imaging
import Metrics

/// What a model says of one image.
public struct Prediction: Sendable {
  public let score: Float
  public let isAnomalous: Bool
  /// At the model's resolution.
  public let map: AnomalyMap
  public let threshold: Float
  /// Size of the original image in pixels.
  public let imageWidth: Int
  public let imageHeight: Int
  /// The anomalous parts, the worst first.
  public let regions: [Region]

  /// - Parameter map: its values must be finite.
  package init(
    map: AnomalyMap, score: Float, threshold: Float, imageWidth: Int, imageHeight: Int
  ) throws {
    self.map = map
    self.score = score
    self.threshold = threshold
    self.imageWidth = imageWidth
    self.imageHeight = imageHeight
    isAnomalous = score > threshold
    let components = try ConnectedComponents(
      mask: map.values.map { $0 > threshold }, width: map.width, height: map.height)
    var peaks = [Float](repeating: -.infinity, count: components.components.count)
    for (label, value) in zip(components.labels, map.values) where label > 0 {
      peaks[Int(label) - 1] = max(peaks[Int(label) - 1], value)
    }
    let scale =
      Double(imageWidth) / Double(map.width) * Double(imageHeight) / Double(map.height)
    regions = zip(components.components, peaks).map { component, peak in
      let columns = Self.scaled(component.columns, from: map.width, to: imageWidth)
      let rows = Self.scaled(component.rows, from: map.height, to: imageHeight)
      return Region(
        x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count,
        area: max(Int((Double(component.area) * scale).rounded()), 1), peak: peak)
    }.sorted { ($0.peak, $1.y, $1.x) > ($1.peak, $0.y, $0.x) }
  }

  /// The pixels of a line of `size` pixels that a range touches of the same line in `count` pixels.
  private static func scaled(_ range: Range<Int>, from count: Int, to size: Int) -> Range<Int> {
    // In integers: a product of floats may end up past the last pixel.
    range.lowerBound * size / count..<(range.upperBound * size + count - 1) / count
  }

  /// The anomalous pixels at the original image's size: 255 where anomalous, 0 elsewhere.
  ///
  /// A pixel is marked where any anomalous pixel of the map touches it, so no region is lost in a smaller image.
  public func mask() -> Image {
    var pixels = [UInt8](repeating: 0, count: imageWidth * imageHeight)
    for (index, value) in map.values.enumerated() where value > threshold {
      let (row, column) = index.quotientAndRemainder(dividingBy: map.width)
      let columns = Self.scaled(column..<column + 1, from: map.width, to: imageWidth)
      for y in Self.scaled(row..<row + 1, from: map.height, to: imageHeight) {
        for x in columns { pixels[y * imageWidth + x] = 255 }
      }
    }
    return Image(width: imageWidth, height: imageHeight, channels: 1, pixels: pixels)
  }
}
