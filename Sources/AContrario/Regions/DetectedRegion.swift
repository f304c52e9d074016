/// A connected part of a mask of detections (8 neighbors), in pixels of the map.
public struct DetectedRegion: Sendable, Equatable {
  /// The number of pixels.
  public let area: Int
  /// Columns from the leftmost to one past the rightmost pixel.
  public let columns: Range<Int>
  /// Rows from the topmost to one past the lowest pixel.
  public let rows: Range<Int>
  /// The least value in the region: log10 of the number of false alarms that come with accepting it.
  public let log10FalseAlarms: Double
  /// The pixel of that value; of equals the first in raster order.
  public let peak: PixelPosition
  /// Which scale gives that value, counted from 0 in the order in which the scales were combined.
  public let scale: Int
  /// The outer boundary, then one boundary per hole.
  public let contours: [Contour]
}
