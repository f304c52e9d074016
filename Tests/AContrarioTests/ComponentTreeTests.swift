import AContrario
import Fixtures
import Testing
import Torch

@Suite struct ComponentTreeTests {
  /// Oracle: `skimage.morphology.max_tree`, whose parents are pixels; so components are compared by
  /// their area and first pixel. For images of one row or column: the definition, by scipy's labels.
  @Test(
    arguments: [
      "noise", "smooth", "plateaus", "few_levels", "two_levels", "constant", "zeros", "wide_range",
      "neighboring_floats", "staircase", "ramp", "snake", "comb", "spiral", "sinking_spiral",
      "corridor", "row", "column", "pixel",
    ], [ComponentTree.Connectivity.four, .eight])
  func agreesWithScikitImage(name: String, connectivity: ComponentTree.Connectivity) throws {
    let fixture = try Fixture.load("trees", beside: #filePath)
    let image = try #require(fixture["\(name).values"])
    let values = try image.array(of: Float.self)
    let tree = try ComponentTree(
      values: values, width: image.shape[1], height: image.shape[0], connectivity: connectivity)
    let firsts = (0..<tree.count).map { tree.pixels(of: $0).min() ?? -1 }
    let parents = tree.pixelNodes.map { Int(tree.parents[Int($0)]) }
    let nodes = tree.pixelNodes.map { Int($0) }
    let found =
      nodes.map { tree.areas[$0] } + nodes.map { firsts[$0] }
      + parents.map { $0 < 0 ? -1 : tree.areas[$0] } + parents.map { $0 < 0 ? -1 : firsts[$0] }
    let components = try #require(fixture["\(name).\(connectivity)"])
    #expect(try components.array(of: Int16.self).map { Int32($0) } == found)
    #expect(nodes.map { tree.levels[$0] } == values)
    #expect(Set(nodes).count == tree.count)
    #expect(tree.levels == tree.levels.sorted())
  }

  /// A node's pixels are those whose smallest node is it or one of its descendants.
  @Test func listsPixelsOfNodes() throws {
    let fixture = try Fixture.load("trees", beside: #filePath)
    let image = try #require(fixture["plateaus.values"])
    let tree = try ComponentTree(
      values: image.array(of: Float.self), width: image.shape[1], height: image.shape[0])
    var expected = [Set<Int32>](repeating: [], count: tree.count)
    for (pixel, smallest) in tree.pixelNodes.enumerated() {
      var node = smallest
      while node >= 0 {
        expected[Int(node)].insert(Int32(pixel))
        node = tree.parents[Int(node)]
      }
    }
    for node in 0..<tree.count {
      #expect(Set(tree.pixels(of: node)) == expected[node])
      #expect(tree.pixels(of: node).count == tree.areas[node])
    }
  }

  /// A million components, each in the one before.
  @Test(arguments: [false, true]) func buildsDeepChains(descending: Bool) throws {
    let side = 1000
    let path = (0..<side * side).map { index in
      let (y, x) = index.quotientAndRemainder(dividingBy: side)
      return y * side + (y % 2 == 0 ? x : side - 1 - x)
    }
    let tree = try ComponentTree(
      values: path.map { Float(descending ? -$0 : $0) }, width: side, height: side)
    #expect(tree.parents == (-1..<Int32(side * side - 1)).map { $0 })
    #expect(tree.areas == (1...Int32(side * side)).reversed())
  }

  @Test func anEmptyMapHasNoComponents() throws {
    #expect(try ComponentTree(values: [], width: 0, height: 7).count == 0)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func refusesWhatIsNotFinite(value: Float) {
    #expect(throws: AContrarioError.nonFinite(x: 1, y: 2, value: "\(value)")) {
      try ComponentTree(values: [0, 1, 2, 3, 4, 5, 6, value, 8], width: 3, height: 3)
    }
  }

  @Test(arguments: [(3, 3), (-2, -5), (Int.max, 2), (0, 10)])
  func refusesAWrongSize(width: Int, height: Int) {
    #expect(throws: AContrarioError.sizeMismatch(count: 10, width: width, height: height)) {
      try ComponentTree(values: [Float](repeating: 1, count: 10), width: width, height: height)
    }
  }
}
