extension ComponentTree {
  /// log10 of the probability of a false alarm of every node.
  @inlinable public func log10PFA(under measure: some RegionMeasure) -> [Double] {
    (0..<count).map { measure.log10PFA(area: Int(areas[$0]), level: Double(levels[$0])) }
  }

  /// The disjoint regions that explain the map best, by rising level (Tailanian et al., JMIV 2024,
  /// procedures 1 and 2).
  ///
  /// The paper alternates two steps until nothing changes. Prune: of each leaf and the chain of only
  /// parents above it, keep the most unlikely node. Merge: where all children of a node are leaves,
  /// put the node in their place if none of them is more unlikely. Whether a node ends up as a leaf,
  /// and which node of its subtree stands for it, depends on that subtree alone; so one sweep from
  /// the leaves to the root gives the same regions.
  @inlinable public func clusters(under measure: some RegionMeasure) -> [RegionCluster] {
    clusters(log10PFA: log10PFA(under: measure))
  }

  /// The same for log10 probabilities that were computed before, one for each node.
  public func clusters(log10PFA: [Double]) -> [RegionCluster] {
    precondition(log10PFA.count == count, "\(log10PFA.count) figures for \(count) nodes")
    return pruneAndMerge(log10PFA).map {
      RegionCluster(
        node: Int($0), log10PFA: log10PFA[Int($0)], level: levels[Int($0)],
        pixels: pixels(of: Int($0)))
    }
  }

  /// The leaves that remain.
  private func pruneAndMerge(_ log10PFA: [Double]) -> [Int32] {
    var branches = [Branch](repeating: Branch(), count: count)
    for node in parents.indices.reversed() {
      branches[node].settle(node, log10PFA)
      if node > 0 { branches[Int(parents[node])].adopt(branches[node], log10PFA) }
    }
    var leaves = parents.indices.filter { node in
      guard branches[node].isLeaf else { return false }
      return node == 0 || !branches[Int(parents[node])].isLeaf
    }.map { branches[$0].best }
    leaves.sort()
    return leaves
  }
}

/// What pruning and merging leave of the subtree of a node.
private struct Branch {
  private var children: Int32 = 0
  /// Whether all that is left is one node: `best`.
  private(set) var isLeaf = true
  /// The most unlikely node of the branch; before the node itself is settled, of its children.
  private(set) var best: Int32 = -1

  mutating func adopt(_ child: Branch, _ log10PFA: [Double]) {
    children += 1
    isLeaf = isLeaf && child.isLeaf
    guard isLeaf else { return }
    if best < 0 || log10PFA[Int(child.best)] < log10PFA[Int(best)] { best = child.best }
  }

  /// To be called when all children have been adopted.
  mutating func settle(_ node: Int, _ log10PFA: [Double]) {
    guard isLeaf else { return }
    switch children {
    case 0: best = Int32(node)
    // Of equals, an only child comes before its parent...
    case 1: if log10PFA[node] < log10PFA[Int(best)] { best = Int32(node) }
    // ...and several come after it.
    default:
      isLeaf = log10PFA[node] <= log10PFA[Int(best)]
      best = Int32(node)
    }
  }
}

/// A region of a map that no region in it or around it beats.
public struct RegionCluster: Sendable {
  /// The node of the component tree.
  public let node: Int
  /// log10 of the probability of a false alarm.
  public let log10PFA: Double
  /// The lowest value in the region.
  public let level: Float
  /// The region's pixels, numbered row by row.
  public let pixels: ArraySlice<Int32>

  public var area: Int { pixels.count }
}
