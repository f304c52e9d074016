import Inspection
import Testing

@Suite struct FoldsTests {
  @Test(arguments: [2, 3, 5, 100]) func everyImageIsInOneFold(_ count: Int) {
    let folds = Folds(groups: Array(0..<17), count: count, seed: 4)
    #expect(folds.parts.count == min(count, 17))
    #expect(folds.parts.flatMap(\.self).sorted() == Array(0..<17))
    let sizes = folds.parts.map(\.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    #expect(folds == Folds(groups: Array(0..<17), count: count, seed: 4))
  }

  @Test func groupsAreNeverParted() {
    let groups = [0, 0, 0, 0, 0, 1, 2, 3, 3, 4, 5]
    let folds = Folds(groups: groups, count: 3, seed: 1)
    #expect(folds.parts.count == 3)
    for group in Set(groups) {
      let members = groups.indices.filter { groups[$0] == group }
      #expect(folds.parts.count { !Set($0).isDisjoint(with: members) } == 1)
    }
    // The five of one group are the largest fold.
    #expect(folds.parts.map(\.count).max() == 5)
  }
}
