/// When an image, and a part of it, is called anomalous.
public enum Decision: Sendable, Hashable {
  /// Where the expected number of false alarms comes from.
  public enum NullDistribution: String, Sendable, Hashable, Codable, CaseIterable {
    /// Counted on good images that the detector was not fitted on.
    case calibrated
    /// Derived from the law that theory gives the detector's evidence; known of flows, and of Gaussians that were learnt from
    /// more images than they have dimensions.
    case theoretical
  }

  /// A part of an image is anomalous where less than `perImage` parts as unusual are expected in a good image; an image is
  /// where one of its parts is.
  case falseAlarms(perImage: Double, null: NullDistribution = .calibrated)
  /// A pixel is anomalous where its value in the map is above the threshold; an image is where its score is.
  case threshold(Float)

  /// One false alarm in twenty good images.
  public static let standard = Decision.falseAlarms(perImage: 0.05)

  /// - Throws: ``InspectionError`` where the number is none to decide by.
  package func validate() throws {
    switch self {
    case .falseAlarms(let perImage, _):
      guard perImage > 0, perImage.isFinite else {
        throw InspectionError(
          "the decision", found: "\(perImage) false alarms accepted in a good image",
          remedy: "accept a number above 0, such as 0.05", isUsage: true)
      }
    case .threshold(let threshold):
      guard !threshold.isNaN else {
        throw InspectionError(
          "the decision", found: "a threshold that is not a number", remedy: "give a score",
          isUsage: true)
      }
    }
  }
}

extension Decision: CustomStringConvertible {
  public var description: String {
    switch self {
    case .falseAlarms(let perImage, let null):
      "\(perImage) false alarms expected in a good image (\(null.rawValue) null distribution)"
    case .threshold(let threshold): "scores above \(threshold)"
    }
  }
}
