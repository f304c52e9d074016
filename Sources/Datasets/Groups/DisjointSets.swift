/// Sets without common members that are joined pair by pair, each known by its first member.
struct DisjointSets {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  /// Returns the first member of both sets together.
  @discardableResult
  mutating func join(_ a: Int, _ b: Int) -> Int {
    let (a, b) = (root(a), root(b))
    parents[max(a, b)] = min(a, b)
    return min(a, b)
  }

  /// Joins all members whose keys are equal.
  mutating func join(equal keys: [String]) {
    var firsts: [String: Int] = [:]
    for (index, key) in keys.enumerated() {
      if let first = firsts[key] { join(first, index) } else { firsts[key] = index }
    }
  }

  /// The first member of the set that `member` is in.
  mutating func root(_ member: Int) -> Int {
    var member = member
    while parents[member] != member {
      parents[member] = parents[parents[member]]
      member = parents[member]
    }
    return member
  }

  var count: Int { firsts.count }

  /// The first member of each set.
  var firsts: [Int] { parents.indices.filter { parents[$0] == $0 } }

  /// The sets in the order of their first members, counted from 0: that of each member.
  var numbers: [Int] {
    var sets = self
    var numbers: [Int] = []
    var count = 0
    for member in parents.indices {
      let root = sets.root(member)
      // The root is the first, and has its number already where it is not the member itself.
      numbers.append(root == member ? count : numbers[root])
      if root == member { count += 1 }
    }
    return numbers
  }

  /// The members of each set, in order.
  var groups: [[Int]] {
    let numbers = numbers
    var groups = [[Int]](repeating: [], count: (numbers.max() ?? -1) + 1)
    for (member, number) in numbers.enumerated() { groups[number].append(member) }
    return groups
  }
}
