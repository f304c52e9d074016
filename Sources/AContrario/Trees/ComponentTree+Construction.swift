extension ComponentTree {
  /// Lets the pixels emerge by falling value; where one joins components, it becomes the parent of
  /// the pixels that emerged last in each. The last of all is its own parent.
  static func flood(
    _ order: [Int32], width: Int, height: Int, connectivity: Connectivity
  ) -> [Int32] {
    var parents = [Int32](repeating: -1, count: order.count)
    // The same forest with shorter ways to the roots.
    var shortcuts = parents
    parents.withUnsafeMutableBufferPointer { parents in
      shortcuts.withUnsafeMutableBufferPointer { shortcuts in
        for pixel in order.reversed() {
          let index = Int(pixel)
          parents[index] = pixel
          shortcuts[index] = pixel
          @inline(__always) func meet(_ neighbor: Int) {
            guard shortcuts[neighbor] >= 0 else { return }
            let last = root(of: neighbor, shortcuts)
            parents[last] = pixel
            shortcuts[last] = pixel
          }
          let (y, x) = index.quotientAndRemainder(dividingBy: width)
          let (left, right) = (x > 0, x + 1 < width)
          let (above, below) = (y > 0, y + 1 < height)
          if above { meet(index - width) }
          if left { meet(index - 1) }
          if right { meet(index + 1) }
          if below { meet(index + width) }
          guard connectivity == .eight else { continue }
          if above && left { meet(index - width - 1) }
          if above && right { meet(index - width + 1) }
          if below && left { meet(index + width - 1) }
          if below && right { meet(index + width + 1) }
        }
      }
    }
    return parents
  }

  /// The end of a pixel's way; halves the way.
  @inline(__always) private static func root(
    of pixel: Int, _ shortcuts: UnsafeMutableBufferPointer<Int32>
  ) -> Int {
    var pixel = pixel
    while true {
      let next = Int(shortcuts[pixel])
      if next == pixel { return pixel }
      let afterNext = shortcuts[next]
      shortcuts[pixel] = afterNext
      pixel = Int(afterNext)
    }
  }

  /// Makes one node of all pixels of a component that have its lowest value.
  static func number(
    _ parentPixels: [Int32], _ order: [Int32], _ values: [Float]
  ) -> (levels: [Float], parents: [Int32], pixelNodes: [Int32]) {
    var levels: [Float] = []
    var parents: [Int32] = []
    var pixelNodes = [Int32](repeating: -1, count: order.count)
    pixelNodes.withUnsafeMutableBufferPointer { pixelNodes in
      for pixel in order {
        let pixel = Int(pixel)
        // -1 for the root alone: by rising value a parent comes first.
        let parent = pixelNodes[Int(parentPixels[pixel])]
        if parent >= 0 && levels[Int(parent)] == values[pixel] {
          pixelNodes[pixel] = parent
        } else {
          pixelNodes[pixel] = Int32(levels.count)
          levels.append(values[pixel])
          parents.append(parent)
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
