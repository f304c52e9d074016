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
