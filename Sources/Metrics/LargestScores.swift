/// The largest of the scores that come by, a set number of them.
struct LargestScores {
  let count: Int
  /// No fewer than are asked for, unordered.
  private var kept: [Float] = []
  /// No score up to here is among the largest, or it ties with the last of them.
  private var floor = -Float.infinity

  /// - Parameter count: at least 1.
  init(count: Int) { self.count = count }

  mutating func add(_ scores: some Sequence<Float>) {
    for score in scores where score > floor {
      kept.append(score)
      if kept.count >= 2 * count + 4096 { trim() }
    }
  }

  /// The largest, from the highest down; fewer than ``count`` where fewer came.
  var sorted: [Float] { Array(kept.sorted(by: >).prefix(count)) }

  private mutating func trim() {
    kept.sort(by: >)
    kept.removeSubrange(count...)
    floor = kept[count - 1]
  }
}
