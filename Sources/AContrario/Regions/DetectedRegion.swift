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

/// A closed polygon along the edges of pixels, between a region and what surrounds it.
///
/// The region lies to the right of the way from one vertex to the next: an outer boundary runs
/// clockwise on the screen, where y points down, and the boundary of a hole counterclockwise. A
/// polygon may pass a vertex twice, where two pixels touch by their corners.
public struct Contour: Sendable, Equatable, Codable {
  /// Corners of pixels: (x, y) is the top left corner of the pixel at column x, row y. The last is
  /// joined to the first; no three in a row lie on one line.
  public let vertices: [PixelPosition]

  /// The area inside, negative for a hole; a region's areas add up to its number of pixels.
  package var signedArea: Int {
    var twice = 0
    for (vertex, next) in zip(vertices, vertices.dropFirst() + vertices.prefix(1)) {
      twice += vertex.x * next.y - next.x * vertex.y
    }
    return twice / 2
  }
}

/// A column and a row, counted from 0 at the top left.
public struct PixelPosition: Sendable, Hashable, Codable {
  public let x: Int
  public let y: Int

  public init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }
}
