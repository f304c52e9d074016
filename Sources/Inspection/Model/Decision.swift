/// What a decision says of an image.
public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
  case normal
  /// Between two limits, where there are two; see ``Decision``.
  case uncertain
  case anomalous
}

/// When an image, and a part of it, is called anomalous.
public enum Decision: Sendable, Hashable {
  /// Where the expected number of false alarms comes from.
  public enum NullDistribution: String, Sendable, Hashable, Codable, CaseIterable {
    /// Counted on good images that the detector was not fitted on.
    case calibrated
    /// Derived from the law that theory gives the detector's evidence; known of flows, and of Gaussians that were learnt from
    /// more images than they have dimensions.
    case theoretical
    /// ``theoretical``, but for the latents of images that a flow has not learnt from, which are wider than those of images that
    /// it has: each scale's statistic is divided by how much larger it is in good images than its law says.
    case corrected
  }

  /// An image is anomalous where a good one has so high a score with a probability of `perImage` at most; in such an image those
  /// parts are marked as unusual as which less than `perImage` are expected in a good image, and the most unusual one in any case.
  ///
  /// - Parameters:
  ///   - confidence: how sure the image's probability is to be kept, see ``ScoreLaw/Confidence``; nil for on average.
  ///   - warning: a larger number of false alarms, at which an image that is not anomalous is uncertain; nil for two verdicts.
  case falseAlarms(
    perImage: Double, null: NullDistribution = .calibrated, confidence: Double? = nil,
    warning: Double? = nil)
  /// An image is anomalous where its score is above the threshold. Its pixels are by the false alarms that come with such a
  /// score; with the detector's own score, which is in the unit of its map, where their value in the map is above the
  /// threshold.
  case threshold(Float)

  /// See ``ScoreLaw/Confidence``; nil where there is none.
  package var confidence: Double? {
    guard case .falseAlarms(_, _, let confidence, _) = self else { return nil }
    return confidence
  }

  /// The number of false alarms that is accepted, or the threshold.
  package var limit: Double {
    switch self {
    case .falseAlarms(let perImage, _, _, _): perImage
    case .threshold(let threshold): Double(threshold)
    }
  }

  /// The number of false alarms that an image comes with at most for its verdict to be anomalous, and uncertain; nil where a threshold decides.
  package var limits: (alarm: Double, warning: Double?)? {
    guard case .falseAlarms(let perImage, _, _, let warning) = self else { return nil }
    return (perImage, warning)
  }

  /// One false alarm in twenty good images.
  public static let standard = Decision.falseAlarms(perImage: 0.05)

  /// - Throws: ``InspectionError`` where the number is none to decide by.
  package func validate() throws {
    switch self {
    case .falseAlarms(let perImage, let null, let confidence, let warning):
      guard perImage > 0, perImage.isFinite else {
        throw InspectionError(
          "the decision", found: "\(perImage) false alarms accepted in a good image",
          remedy: "accept a number above 0, such as 0.05", isUsage: true)
      }
      if let warning, !(warning > perImage && warning.isFinite) {
        throw InspectionError(
          "the decision",
          found: "a warning at \(warning), an alarm at \(perImage) false alarms an image",
          remedy: "warn at a larger number than the one that alarms, such as \(4 * perImage)",
          isUsage: true)
      }
      if let confidence {
        guard confidence > 0, confidence < 1 else {
          throw InspectionError(
            "the decision", found: "a confidence of \(confidence)",
            remedy: "give a number between 0 and 1, such as 0.95", isUsage: true)
        }
        guard null == .calibrated else {
          throw InspectionError(
            "the decision",
            found: "a confidence over the images that were calibrated on, though none count",
            remedy: "leave the confidence out, or take the calibrated null distribution",
            isUsage: true)
        }
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
    case .falseAlarms(let perImage, let null, let confidence, let warning):
      "\(perImage) false alarms expected in a good image (\(null.rawValue) null distribution)"
        + (confidence.map { ", with a confidence of \($0)" } ?? "")
        + (warning.map { ", a warning at \($0)" } ?? "")
    case .threshold(let threshold): "scores above \(threshold)"
    }
  }
}
