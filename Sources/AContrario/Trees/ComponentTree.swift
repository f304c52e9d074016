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
