/// The connected components of a binary mask, numbered in the order in which a raster scan meets them.
package struct ConnectedComponents: Sendable {
  package let width: Int
  package let height: Int
  /// `height * width` labels, row by row: 0 for background, `i + 1` for `components[i]`.
  package let labels: [Int32]
  package let components: [Component]

  /// Labels a mask of one byte a pixel, row by row; every byte but 0 is foreground.
  ///
  /// Throws `MetricsError.sizeMismatch` unless there are `width * height` bytes.
  package init(
    mask: UnsafeRawBufferPointer, width: Int, height: Int, connectivity: Connectivity = .eight
  ) throws {
    try checkSize(of: "mask", count: mask.count, width: width, height: height)
    self.width = width
    self.height = height
    var sets = DisjointSets()
    var labels = [Int32](repeating: 0, count: mask.count)
    labels.withUnsafeMutableBufferPointer { labels in
      for y in 0..<height {
        let row = y * width
        for x in 0..<width where mask[row + x] != 0 {
          var label: Int32 = 0
          func meet(_ neighbor: Int) {
            let other = labels[neighbor]
            if other == 0 || other == label { return }
            label = label == 0 ? other : sets.unite(label, other)
          }
          if x > 0 { meet(row + x - 1) }
          if y > 0 {
            let above = row - width + x
            meet(above)
            if connectivity == .eight {
              if x > 0 { meet(above - 1) }
              if x + 1 < width { meet(above + 1) }
            }
          }
          labels[row + x] = label == 0 ? sets.add() : label
        }
      }
    }
    (self.labels, self.components) = Self.gather(labels, sets: sets, width: width)
  }

  /// Labels a mask given row by row.
  package init(
    mask: [Bool], width: Int, height: Int, connectivity: Connectivity = .eight
  ) throws {
    self = try mask.withUnsafeBytes {
      try Self(mask: $0, width: width, height: height, connectivity: connectivity)
    }
  }

  /// Labels a mask given row by row; every value but 0 is foreground.
  package init(
    mask: [UInt8], width: Int, height: Int, connectivity: Connectivity = .eight
  ) throws {
    self = try mask.withUnsafeBytes {
      try Self(mask: $0, width: width, height: height, connectivity: connectivity)
    }
  }

  /// Replaces provisional labels by final ones and measures each component.
  private static func gather(
    _ provisional: [Int32], sets: consuming DisjointSets, width: Int
  ) -> ([Int32], [Component]) {
    var labels = provisional
    var final = [Int32](repeating: 0, count: sets.count + 1)
    var components: [Component] = []
    labels.withUnsafeMutableBufferPointer { labels in
      for index in labels.indices where labels[index] != 0 {
        let root = Int(sets.root(of: labels[index]))
        let (y, x) = index.quotientAndRemainder(dividingBy: width)
        if final[root] == 0 {
          components.append(Component(area: 0, columns: x..<x + 1, rows: y..<y + 1))
          final[root] = Int32(components.count)
        }
        labels[index] = final[root]
        components[Int(final[root]) - 1].include(x: x, y: y)
      }
    }
    return (labels, components)
  }
}

extension Component {
  fileprivate mutating func include(x: Int, y: Int) {
    area += 1
    columns = min(columns.lowerBound, x)..<max(columns.upperBound, x + 1)
    rows = rows.lowerBound..<max(rows.upperBound, y + 1)
  }
}

/// A connected component of a mask: its area and its bounding box, in pixels.
package struct Component: Equatable, Sendable {
  package internal(set) var area: Int
  /// Columns from the leftmost to one past the rightmost pixel.
  package internal(set) var columns: Range<Int>
  /// Rows from the topmost to one past the lowest pixel.
  package internal(set) var rows: Range<Int>
}

/// Which neighbors of a pixel belong to the same component.
package enum Connectivity: Sendable {
  /// Left, right, above, below.
  case four
  /// Those and the diagonals, as MVTec's evaluation and OpenCV's default have it.
  case eight
}

/// Union-find over the labels 1, 2, 3...; a set's root is its smallest label.
struct DisjointSets {
  private var parents: [Int32] = [0]

  var count: Int { parents.count - 1 }

  /// Adds a set of one and returns its label.
  mutating func add() -> Int32 {
    let label = Int32(parents.count)
    parents.append(label)
    return label
  }

  /// The root of a label's set; halves the path on the way.
  mutating func root(of label: Int32) -> Int32 {
    var label = label
    while parents[Int(label)] != label {
      parents[Int(label)] = parents[Int(parents[Int(label)])]
      label = parents[Int(label)]
    }
    return label
  }

  /// Unites two sets and returns the root.
  mutating func unite(_ first: Int32, _ second: Int32) -> Int32 {
    let (first, second) = (root(of: first), root(of: second))
    let (low, high) = first < second ? (first, second) : (second, first)
    parents[Int(high)] = low
    return low
  }
}
