import Inspection

/// The split of good images into those that a detector learns from and those that its decision is calibrated on.
public struct HoldOut: Sendable {
  /// The least that a calibration can rest on.
  public static let minimum = Calibration.minimumImageCount

  public let fitting: [Sample]
  public let calibration: [Sample]

  /// - Parameter fraction: share of the samples that is held out, below 1; never fewer than ``minimum``.
  /// - Throws: ``InspectionError`` where too few samples would be left to fit on.
  public init(_ samples: [Sample], fraction: Double = 0.1, seed: UInt64, name: String) throws {
    guard (0..<1).contains(fraction) else {
      throw InspectionError(
        "hold-out", found: "a share of \(fraction)", remedy: "give at least 0 and less than 1",
        isUsage: true)
    }
    let count = max(Int((Double(samples.count) * fraction).rounded()), Self.minimum)
    guard samples.count >= count + Self.minimum else {
      throw InspectionError(
        name, found: "\(samples.count) good images",
        remedy:
          "at least \(count + Self.minimum) are needed (\(count) for calibration, \(Self.minimum) to fit on):"
          + " add images\(count > Self.minimum ? ", or hold out a smaller share" : "")"
      )
    }
    var random = SeededRandom(seed: seed)
    let held = Set(samples.indices.shuffled(using: &random).prefix(count))
    fitting = samples.indices.filter { !held.contains($0) }.map { samples[$0] }
    calibration = samples.indices.filter(held.contains).map { samples[$0] }
  }
}
