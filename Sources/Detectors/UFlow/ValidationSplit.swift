import Inspection

/// Which of the fitting images the flow learns from, and which tell when it should stop. Both in ascending order.
struct ValidationSplit {
  let learning: [Int]
  let heldOut: [Int]

  /// - Parameter share: of the images that is held out; none where it is 0, at least one where it is not.
  init(count: Int, share: Double, seed: UInt64) {
    let size = share > 0 ? max(Int((Double(count) * share).rounded()), 1) : 0
    var random = SeededRandom(seed: seed)
    let held = Set((0..<count).shuffled(using: &random).prefix(size))
    learning = (0..<count).filter { !held.contains($0) }
    heldOut = held.sorted()
  }
}
