/// Finds the connected parts of a mask (8 neighbors) and walks around them.
struct RegionTracing {
  private let width: Int
  private let height: Int
  /// Row by row, 0 for background, `i + 1` for the region `i`.
  private var labels: [Int32]
  /// The pixels of each region, in the order in which they were met.
  private(set) var regions: [[Int32]] = []

  init(mask: [Bool], width: Int, height: Int) {
    self.width = width
    self.height = height
    labels = [Int32](repeating: 0, count: mask.count)
    for pixel in mask.indices where mask[pixel] && labels[pixel] == 0 {
      regions.append(fill(from: pixel, in: mask))
    }
  }

  /// Labels the region around a pixel and returns its pixels.
  private mutating func fill(from start: Int, in mask: [Bool]) -> [Int32] {
    let label = Int32(regions.count + 1)
    labels[start] = label
    var pixels = [Int32(start)]
    var next = 0
    while next < pixels.count {
      let (y, x) = Int(pixels[next]).quotientAndRemainder(dividingBy: width)
      next += 1
      for row in max(y - 1, 0)...min(y + 1, height - 1) {
        for neighbor in row * width + max(x - 1, 0)...row * width + min(x + 1, width - 1)
        where mask[neighbor] && labels[neighbor] == 0 {
          labels[neighbor] = label
          pixels.append(Int32(neighbor))
        }
      }
    }
    return pixels
  }

  /// The boundaries of every region; of each the outer one first.
  ///
  /// Every boundary has an upper edge of a pixel, and the first of a region in raster order belongs
  /// to the outer one.
  func contours() -> [[Contour]] {
    var contours = [[Contour]](repeating: [], count: regions.count)
    var seen = [Bool](repeating: false, count: labels.count)
    for pixel in labels.indices where labels[pixel] > 0 && !seen[pixel] {
      let (y, x) = pixel.quotientAndRemainder(dividingBy: width)
      let label = labels[pixel]
      if self.label(x, y - 1) == label { continue }
      contours[Int(label) - 1].append(walk(fromUpperEdgeAt: x, y, label, &seen))
    }
    return contours
  }

  /// Follows a boundary with the region on the right; marks the pixels whose upper edges it passes.
  private func walk(
    fromUpperEdgeAt startX: Int, _ startY: Int, _ label: Int32, _ seen: inout [Bool]
  ) -> Contour {
    var vertices: [PixelPosition] = []
    var (x, y, heading) = (startX, startY, Heading.right)
    var turned = true
    repeat {
      if turned { vertices.append(PixelPosition(x: x, y: y)) }
      if heading == .right { seen[y * width + x] = true }
      x += heading.step.x
      y += heading.step.y
      func leads(_ heading: Heading) -> Bool {
        let right = heading.pixelToTheRight
        return self.label(x + right.x, y + right.y) == label
      }
      // Left first: so pixels that touch by their corners stay inside one boundary.
      let next =
        leads(heading.turnedLeft)
        ? heading.turnedLeft : leads(heading) ? heading : heading.turnedRight
      turned = next != heading
      heading = next
    } while (x, y, heading) != (startX, startY, .right)
    return Contour(vertices: vertices)
  }

  private func label(_ x: Int, _ y: Int) -> Int32 {
    x < 0 || y < 0 || x >= width || y >= height ? 0 : labels[y * width + x]
  }
}

/// A direction along the edges of pixels; y points down.
private enum Heading: Int {
  case right, down, left, up

  // Two bits are a heading.
  var turnedLeft: Self { Self(rawValue: (rawValue + 3) & 3)! }
  var turnedRight: Self { Self(rawValue: (rawValue + 1) & 3)! }

  var step: (x: Int, y: Int) {
    switch self {
    case .right: (1, 0)
    case .down: (0, 1)
    case .left: (-1, 0)
    case .up: (0, -1)
    }
  }

  /// The pixel on the right of the edge that starts at the top left corner of pixel (0, 0).
  var pixelToTheRight: (x: Int, y: Int) {
    switch self {
    case .right: (0, 0)
    case .down: (-1, 0)
    case .left: (-1, -1)
    case .up: (0, -1)
    }
  }
}
