import Foundation

/// Clusters with an empty shell around them, in the tree that joins the nearest images first (single linkage).
struct Clusters {
  /// Largest step within a cluster to the least step out of it. Single frames of one take differ by noise, small displacements
  /// and light, its neighbors in the process by more than twice as much.
  private static let share: Float = 0.5
  /// Clusters that chance may make in a set of independent images, on average.
  private static let expected = 0.1
  /// Images outside that tell in how many dimensions a cluster's surroundings extend.
  private static let surroundings = 20
  /// Fewer images outside tell nothing.
  private static let fewestOutside = 3

  private let distances: PairDistances
  /// The joints of the tree from the lowest up; a number below the count of images is an image, others are joints.
  private var joints: [(left: Int, right: Int, height: Float)] = []

  init(_ distances: PairDistances) {
    self.distances = distances
    let count = distances.count
    // The topmost joint, by the first member of each set.
    var tops = Array(0..<count)
    var sets = DisjointSets(count: count)
    for edge in Self.spanningTree(distances) {
      let (a, b) = (sets.root(edge.a), sets.root(edge.b))
      joints.append((tops[a], tops[b], edge.length))
      tops[sets.join(a, b)] = count + joints.count - 1
    }
  }

  /// The edges of the minimum spanning tree, shortest first (Prim).
  private static func spanningTree(_ distances: PairDistances) -> [(
    a: Int, b: Int, length: Float
  )] {
    let count = distances.count
    var nearest = [Float](repeating: .infinity, count: count)
    var from = [Int](repeating: 0, count: count)
    var isIn = [Bool](repeating: false, count: count)
    var edges: [(a: Int, b: Int, length: Float)] = []
    var last = 0
    isIn[0] = true
    for _ in 1..<max(count, 1) {
      var next = -1
      for image in 0..<count where !isIn[image] {
        let distance = distances[last, image]
        if distance < nearest[image] { (nearest[image], from[image]) = (distance, last) }
        if next < 0 || nearest[image] < nearest[next] { next = image }
      }
      isIn[next] = true
      edges.append((from[next], next, nearest[next]))
      last = next
    }
    return edges.sorted { ($0.length, $0.b) < ($1.length, $1.b) }
  }

  /// The largest clusters that are isolated, each by the images in it.
  ///
  /// - Parameter largest: images that a cluster may hold; those with more are looked into.
  func isolated(largest: Int = .max) -> [[Int]] {
    let count = distances.count
    guard !joints.isEmpty else { return [] }
    var found: [[Int]] = []
    var open = [(node: count + joints.count - 1, above: Float(0))]
    while let (node, above) = open.popLast() {
      guard node >= count else { continue }
      let joint = joints[node - count]
      if above > 0, joint.height <= Self.share * above {
        let members = members(of: node)
        if members.count <= largest, isRare(members, Double(joint.height / above)) {
          found.append(members)
          continue
        }
      }
      open += [(joint.left, joint.height), (joint.right, joint.height)]
    }
    return found
  }

  private func members(of node: Int) -> [Int] {
    var members: [Int] = []
    var open = [node]
    while let node = open.popLast() {
      if node < distances.count {
        members.append(node)
      } else {
        let joint = joints[node - distances.count]
        open += [joint.left, joint.right]
      }
    }
    return members.sorted()
  }

  /// Whether such a cluster is hardly ever one of independent images.
  ///
  /// In d dimensions, what lies within r of an image has the share r^d: that the nearest outside is 1 / ratio as far as each of the
  /// others within has a probability of ratio^d, for each of them but one. The dimension is that of the surroundings, by the
  /// distances of the nearest outside (Levina and Bickel 2004, equation 8). It counts as often as there are such clusters.
  private func isRare(_ members: [Int], _ ratio: Double) -> Bool {
    let count = distances.count
    guard count - members.count >= Self.fewestOutside else { return false }
    let isMember = Set(members)
    let outside = (0..<count).filter { !isMember.contains($0) }
    var sum = 0.0
    var terms = 0
    for member in members {
      let nearest = outside.map { distances[member, $0] }.sorted().prefix(Self.surroundings)
      guard let last = nearest.last else { continue }
      for distance in nearest.dropLast() {
        sum += log(Double(last / distance))
        terms += 1
      }
    }
    let dimension = 1 / max(sum / Double(max(terms, 1)), 1e-3)
    let (size, others) = (Double(members.count), Double(members.count - 1))
    let logExpected = log(Double(count) * size * others) + others * dimension * log(ratio)
    return logExpected < log(Self.expected)
  }
}
