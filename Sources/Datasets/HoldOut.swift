import Inspection

/// The split of good images into those that a detector learns from and those that its decision is calibrated on.
package struct HoldOut: Sendable {
  /// The least that a calibration can rest on.
  package static let minimum = Calibration.minimumImageCount

  /// The share that is held out where nobody says otherwise.
  package static let standardFraction = 0.1

  package let fitting: [Sample]
  package let calibration: [Sample]
  /// The group of each of these.
  package let calibrationGroups: [Int]

  /// - Parameters:
  ///   - fraction: share of the groups that is held out, below 1; never fewer than ``minimum``, or half of them.
  ///   - groups: of the samples in turn, see ``TrainingSurvey/groups``: a group is never on both sides. Empty where each sample
  ///     stands for itself.
  ///   - digests: of the samples in turn; equal ones are copies: held out, an image stands for its copies, and the decision counts
  ///     it once. Empty where all are taken to differ.
  /// - Throws: ``InspectionError`` where too few samples would be left to fit on.
  package init(
    _ samples: [Sample], fraction: Double = standardFraction, seed: UInt64, name: String,
    groups: [Int] = [],
    digests: [String] = []
  ) throws {
    guard (0..<1).contains(fraction) else {
      throw InspectionError(
        "hold-out", found: "a share of \(fraction)", remedy: "give at least 0 and less than 1",
        isUsage: true)
    }
    let digests = digests.isEmpty ? samples.indices.map { "\($0)" } : digests
    let different = Set(digests).count
    let images = max(Int((Double(different) * fraction).rounded()), Self.minimum)
    guard different >= images + Self.minimum else {
      let copies = different < samples.count ? ", \(different) of them distinct" : ""
      throw InspectionError(
        name, found: "\(samples.count) good images\(copies)",
        remedy:
          "at least \(images + Self.minimum) are needed (\(images) for calibration, \(Self.minimum) to fit on):"
          + " add images\(images > Self.minimum ? ", or hold out a smaller share" : "")"
      )
    }
    let groups = groups.isEmpty ? Self.copies(digests) : groups
    let groupCount = Set(groups).count
    // Of few groups, both sides get their share.
    let count = max(
      Int((Double(groupCount) * fraction).rounded()), min(Self.minimum, groupCount / 2))
    // A group that is more than half of all is learnt from.
    let most = max(different / 2, images)
    let members = Dictionary(grouping: samples.indices) { groups[$0] }
    var random = SeededRandom(seed: seed)
    var held: Set<Int> = []
    var heldImages = 0
    for index in samples.indices.shuffled(using: &random) where !held.contains(groups[index]) {
      guard held.count < count || heldImages < Self.minimum else { break }
      let own = Set((members[groups[index]] ?? []).map { digests[$0] }).count
      guard heldImages + own <= most else { continue }
      held.insert(groups[index])
      heldImages += own
    }
    guard heldImages >= Self.minimum else {
      throw InspectionError(
        name,
        found:
          "\(different) good images in \(groupCount) \(groupCount == 1 ? "group" : "groups") of such as belong together",
        remedy:
          "at least \(Self.minimum) for calibration are needed that do not belong to the larger half: add images of other groups"
      )
    }
    fitting = samples.indices.filter { !held.contains(groups[$0]) }.map { samples[$0] }
    var counted: Set<String> = []
    let kept = samples.indices
      .filter { held.contains(groups[$0]) && counted.insert(digests[$0]).inserted }
    calibration = kept.map { samples[$0] }
    calibrationGroups = kept.map { groups[$0] }
  }

  /// Copies are one group.
  private static func copies(_ digests: [String]) -> [Int] {
    var sets = DisjointSets(count: digests.count)
    sets.join(equal: digests)
    return sets.numbers
  }
}
