import Inspection

/// The split of good images into those that a detector learns from and those that its decision is calibrated on.
package struct HoldOut: Sendable {
  /// The least that a calibration can rest on.
  package static let minimum = Calibration.minimumImageCount

  package let fitting: [Sample]
  package let calibration: [Sample]

  /// - Parameters:
  ///   - fraction: share of the samples that is held out, below 1; never fewer than ``minimum``.
  ///   - digests: of the samples in turn; equal ones are copies, which are never on both sides: held out, an image stands for
  ///     its copies, and the decision counts it once. Empty where all are taken to differ.
  /// - Throws: ``InspectionError`` where too few samples would be left to fit on.
  package init(
    _ samples: [Sample], fraction: Double = 0.1, seed: UInt64, name: String, digests: [String] = []
  ) throws {
    guard (0..<1).contains(fraction) else {
      throw InspectionError(
        "hold-out", found: "a share of \(fraction)", remedy: "give at least 0 and less than 1",
        isUsage: true)
    }
    let groups = digests.isEmpty ? samples.indices.map { "\($0)" } : digests
    let different = Set(groups).count
    let count = max(Int((Double(different) * fraction).rounded()), Self.minimum)
    guard different >= count + Self.minimum else {
      let copies = different < samples.count ? ", \(different) of them distinct" : ""
      throw InspectionError(
        name, found: "\(samples.count) good images\(copies)",
        remedy:
          "at least \(count + Self.minimum) are needed (\(count) for calibration, \(Self.minimum) to fit on):"
          + " add images\(count > Self.minimum ? ", or hold out a smaller share" : "")"
      )
    }
    var random = SeededRandom(seed: seed)
    var held: Set<String> = []
    for index in samples.indices.shuffled(using: &random) where held.count < count {
      held.insert(groups[index])
    }
    fitting = samples.indices.filter { !held.contains(groups[$0]) }.map { samples[$0] }
    var counted: Set<String> = []
    calibration = samples.indices
      .filter { held.contains(groups[$0]) && counted.insert(groups[$0]).inserted }
      .map { samples[$0] }
  }
}
