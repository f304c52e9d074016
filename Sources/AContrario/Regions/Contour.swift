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
  public var signedArea: Int {
    var twice = 0
    for (vertex, next) in zip(vertices, vertices.dropFirst() + vertices.prefix(1)) {
      twice += vertex.x * next.y - next.x * vertex.y
    }
    return twice / 2
  }
}
