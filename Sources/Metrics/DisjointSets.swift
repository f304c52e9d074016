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
