import AContrario

/// How unlikely a region is by the theoretical law of the evidence.
enum TheoreticalTail: RegionMeasure {
  case chiSquare(ChernoffBound)
  case hotelling(HotellingTail)

  /// - Throws: ``InspectionError`` where no theory knows the law.
  init(_ null: Evidence.NullDistribution) throws(InspectionError) {
    switch null {
    case .chiSquare(let degrees): self = .chiSquare(ChernoffBound(degrees: degrees))
    case .hotelling(let dimensions, let samples):
      guard let tail = HotellingTail(dimensions: dimensions, samples: samples) else {
        throw Self.unknown(
          "distances in \(dimensions) dimensions have one only if means and covariances come from more than \(dimensions)"
            + " images, and these come from \(samples)",
          remedy: "use --null calibrated, or train on more than \(dimensions) images")
      }
      self = .hotelling(tail)
    case .empirical:
      throw Self.unknown(
        "none is known of this detector's evidence", remedy: "use --null calibrated")
    }
  }

  /// Throws ``InspectionError`` where theory does not know all of them: about that of the most dimensions, which asks for the
  /// most images.
  static func check(_ nulls: [Evidence.NullDistribution]) throws(InspectionError) {
    func dimensions(_ null: Evidence.NullDistribution) -> Int {
      if case .hotelling(let dimensions, _) = null { dimensions } else { .max }
    }
    for null in nulls.sorted(by: { dimensions($0) > dimensions($1) }) {
      _ = try TheoreticalTail(null)
    }
  }

  private static func unknown(_ found: String, remedy: String) -> InspectionError {
    InspectionError(
      "the theoretical null distribution", found: found, remedy: remedy, isUsage: true)
  }

  func log10PFA(area: Int, level: Double) -> Double {
    switch self {
    case .chiSquare(let bound): bound.log10PFA(area: area, level: level)
    case .hotelling(let tail): tail.log10PFA(area: area, level: level)
    }
  }
}

extension RawPrediction {
  /// Whether theory knows the law of all of the evidence.
  package var hasTheory: Bool { scales.allSatisfy { (try? TheoreticalTail($0.null)) != nil } }
}
