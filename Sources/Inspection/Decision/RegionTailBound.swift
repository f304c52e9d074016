import AContrario

/// How unlikely a region of a scale is, by the law of that scale.
enum RegionTailBound: RegionMeasure {
  case chiSquare(ChernoffBound)
  case empirical(TailMeasure<EmpiricalLaw>)

  func log10PFA(area: Int, level: Double) -> Double {
    switch self {
    case .chiSquare(let measure): measure.log10PFA(area: area, level: level)
    case .empirical(let measure): measure.log10PFA(area: area, level: level)
    }
  }
}
