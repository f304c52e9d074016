/// The connected components of a binary mask (8 neighbors, as MVTec's evaluation and OpenCV's default have it), numbered in the order in which a raster scan meets them.
package struct ConnectedComponents: Sendable {
  /// `height * width` labels, row by row: 0 for background, `i + 1` for the component of `areas[i]`.
  package let labels: [Int32]
  /// Pixels of each component.
  package let areas: [Int]

  /// Labels a mask of one byte a pixel, row by row; every byte but 0 is foreground.
  ///
  /// Throws `MetricsError.sizeMismatch` unless there are `width * height` bytes.
  package init(mask: UnsafeRawBufferPointer, width: Int, height: Int) throws {
    try checkSize(of: "mask", count: mask.count, width: width, height: height)
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
            if x > 0 { meet(above - 1) }
            if x + 1 < width { meet(above + 1) }
          }
          labels[row + x] = label == 0 ? sets.add() : label
        }
      }
    }
    (self.labels, areas) = Self.gather(labels, sets: sets)
  }

  /// Labels a mask given row by row.
  package init(mask: [Bool], width: Int, height: Int) throws {
    self = try mask.withUnsafeBytes { try Self(mask: $0, width: width, height: height) }
  }

  /// Replaces provisional labels by final ones and measures each component.
  private static func gather(
    _ provisional: [Int32], sets: consuming DisjointSets
  ) -> ([Int32], [Int]) {
    var labels = provisional
    var final = [Int32](repeating: 0, count: sets.count + 1)
    var areas: [Int] = []
    labels.withUnsafeMutableBufferPointer { labels in
      for index in labels.indices where labels[index] != 0 {
        let root = Int(sets.root(of: labels[index]))
        if final[root] == 0 {
          areas.append(0)
          final[root] = Int32(areas.count)
        }
        labels[index] = final[root]
        areas[Int(final[root]) - 1] += 1
      }
    }
    return (labels, areas)
  }
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
