/// The component tree (max-tree) of an image: how the connected components of its upper level sets
/// {value >= t} lie in one another.
///
/// One node is one component; thresholds that give the same component share a node, whose level is
/// the lowest value in it. Nodes are numbered by rising level: node 0 is the whole image, and a
/// parent comes before its children.
///
/// Union-find over the pixels by falling value, after Berger, Geraud et al., "Effective component
/// tree computation with application to pattern recognition in astronomical imaging", ICIP 2007.
public struct ComponentTree: Sendable {
  public let width: Int
  public let height: Int
  /// The lowest value in each node.
  public let levels: [Float]
  /// The number of pixels of each node, those of its descendants included.
  public let areas: [Int32]
  /// The smallest node that holds more than this one does; -1 for the root.
  public let parents: [Int32]
  /// For each pixel, row by row, the smallest node that holds it.
  public let pixelNodes: [Int32]
  private let firstPixels: [Int32]
  private let pixelsByNode: [Int32]

  /// The number of nodes.
  public var count: Int { levels.count }

  /// Builds the tree of `height * width` values, row by row.
  ///
  /// Throws ``AContrarioError`` if a value is not finite, or unless there are `width * height`.
  public init(
    values: [Float], width: Int, height: Int, connectivity: Connectivity = .four
  ) throws {
    let (product, overflow) = width.multipliedReportingOverflow(by: height)
    guard width >= 0, height >= 0, !overflow, product == values.count, product < Int32.max else {
      throw AContrarioError.sizeMismatch(count: values.count, width: width, height: height)
    }
    self.width = width
    self.height = height
    let order = try values.withUnsafeBufferPointer { try PixelOrder(values: $0, width: width) }
    let forest = Self.flood(order.pixels, width: width, height: height, connectivity: connectivity)
    (levels, parents, pixelNodes) = Self.number(forest, order.pixels, values)
    (areas, firstPixels, pixelsByNode) = Self.gather(pixelNodes, parents: parents)
  }

  /// The pixels of a node, numbered row by row.
  public func pixels(of node: Int) -> ArraySlice<Int32> {
    let first = Int(firstPixels[node])
    return pixelsByNode[first..<first + Int(areas[node])]
  }
}

extension ComponentTree {
  /// Which neighbors of a pixel belong to the same component.
  public enum Connectivity: Sendable {
    /// Left, right, above, below.
    case four
    /// Those and the diagonals.
    case eight
  }
}

extension ComponentTree {
  /// Lets the pixels emerge by falling value; where one joins components, it becomes the parent of
  /// the pixels that emerged last in each.
  ///
  /// Returns parents by places in the order, where memory is met in turn; the lowest place, that of
  /// the last to emerge, is its own parent.
  static func flood(
    _ order: [Int32], width: Int, height: Int, connectivity: Connectivity
  ) -> [Int32] {
    var parents = [Int32](repeating: -1, count: order.count)
    var latest = parents
    let components = EmergedComponents(pixelCount: order.count)
    parents.withUnsafeMutableBufferPointer { parents in
      latest.withUnsafeMutableBufferPointer { latest in
        for place in order.indices.reversed() {
          let index = Int(order[place])
          parents[place] = Int32(place)
          var component = components.add(index)
          func meet(_ neighbor: Int) {
            guard let other = components.find(neighbor), other != component else { return }
            parents[Int(latest[other])] = Int32(place)
            component = components.unite(component, other)
          }
          let (y, x) = index.quotientAndRemainder(dividingBy: width)
          let (left, right) = (x > 0, x + 1 < width)
          let (above, below) = (y > 0, y + 1 < height)
          if above { meet(index - width) }
          if left { meet(index - 1) }
          if right { meet(index + 1) }
          if below { meet(index + width) }
          if connectivity == .eight {
            if above && left { meet(index - width - 1) }
            if above && right { meet(index - width + 1) }
            if below && left { meet(index + width - 1) }
            if below && right { meet(index + width + 1) }
          }
          latest[component] = Int32(place)
        }
      }
    }
    return parents
  }

  /// Makes one node of all pixels of a component that have its lowest value.
  static func number(
    _ parentPlaces: [Int32], _ order: [Int32], _ values: [Float]
  ) -> (levels: [Float], parents: [Int32], pixelNodes: [Int32]) {
    var levels: [Float] = []
    var parents: [Int32] = []
    var nodes = [Int32](repeating: -1, count: order.count)
    var pixelNodes = nodes
    nodes.withUnsafeMutableBufferPointer { nodes in
      pixelNodes.withUnsafeMutableBufferPointer { pixelNodes in
        for place in order.indices {
          let pixel = Int(order[place])
          // -1 for the root alone: by rising value a parent comes first.
          let parent = nodes[Int(parentPlaces[place])]
          if parent >= 0 && levels[Int(parent)] == values[pixel] {
            nodes[place] = parent
          } else {
            nodes[place] = Int32(levels.count)
            levels.append(values[pixel])
            parents.append(parent)
          }
          pixelNodes[pixel] = nodes[place]
        }
      }
    }
    return (levels, parents, pixelNodes)
  }

  /// Counts each node's pixels and lays them out so that those of a node lie side by side: first its
  /// own, then its children's.
  static func gather(
    _ pixelNodes: [Int32], parents: [Int32]
  ) -> (areas: [Int32], firstPixels: [Int32], pixelsByNode: [Int32]) {
    var own = [Int32](repeating: 0, count: parents.count)
    for node in pixelNodes { own[Int(node)] += 1 }
    var areas = own
    for node in parents.indices.dropFirst().reversed() {
      areas[Int(parents[node])] += areas[node]
    }
    var firstPixels = [Int32](repeating: 0, count: parents.count)
    var next = own
    for node in parents.indices.dropFirst() {
      let parent = Int(parents[node])
      firstPixels[node] = next[parent]
      next[parent] += areas[node]
      next[node] += firstPixels[node]
    }
    next = firstPixels
    var pixelsByNode = [Int32](repeating: 0, count: pixelNodes.count)
    for (pixel, node) in pixelNodes.enumerated() {
      pixelsByNode[Int(next[Int(node)])] = Int32(pixel)
      next[Int(node)] += 1
    }
    return (areas, firstPixels, pixelsByNode)
  }
}

/// Disjoint sets of the pixels that have emerged so far, each known by one of its pixels; union by
/// rank, and ways to it halved while they are walked.
struct EmergedComponents: ~Copyable {
  private static let submerged = Int32.min
  /// For each pixel one nearer to that pixel, or minus one minus the rank if it is that pixel.
  private let links: UnsafeMutableBufferPointer<Int32>

  init(pixelCount: Int) {
    links = .allocate(capacity: pixelCount)
    links.initialize(repeating: Self.submerged)
  }

  deinit { links.deallocate() }

  /// Makes a set of one pixel and returns it.
  @inline(__always) func add(_ pixel: Int) -> Int {
    links[pixel] = -1
    return pixel
  }

  /// The set of a pixel; nil before it has emerged.
  @inline(__always) func find(_ pixel: Int) -> Int? {
    var pixel = pixel
    var next = links[pixel]
    if next == Self.submerged { return nil }
    while next >= 0 {
      let afterNext = links[Int(next)]
      if afterNext < 0 { return Int(next) }
      links[pixel] = afterNext
      pixel = Int(afterNext)
      next = links[pixel]
    }
    return pixel
  }

  /// Unites two different sets and returns the union.
  @inline(__always) func unite(_ first: Int, _ second: Int) -> Int {
    let (high, low) = links[first] < links[second] ? (first, second) : (second, first)
    if links[high] == links[low] { links[high] -= 1 }
    links[low] = Int32(high)
    return high
  }
}
